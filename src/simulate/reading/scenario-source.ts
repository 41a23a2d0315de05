import type { SourcePath } from "../../placement/design-source.ts";
import type { ScenarioShape } from "../scenario-shape.ts";

/** A scenario file whose keys and types are right, and how to say where it is wrong all the same. */
export interface ScenarioSource {
  readonly shape: ScenarioShape;
  /** Throws an InputError with the line and column of what stands at `path`. */
  fail(path: SourcePath, message: string, hint: string): never;
}
