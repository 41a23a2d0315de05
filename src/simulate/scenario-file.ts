import { stringify } from "yaml";
import { InputError } from "../base/input-error.ts";
import { type DesignSource as FileSource, readDesignSource as readFileSource, type SourcePath } from "../placement/design-source.ts";
import { readScenario } from "./reading/read-scenario.ts";
import { shapeOf } from "./reading/shape-of.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Reads a scenario file, YAML or JSON. `origin` is its name, for messages. Throws InputError with file, line and column
 * for what is misspelt, impossible (R + W that no N answers) or out of range (a fault after the end).
 */
export function parseScenario(text: string, origin: string, changes: readonly ScenarioChange[] = []): Scenario {
  const source = readFileSource(text, origin, {
    kind: "scenario",
    digits: false,
    beginning: 'begin with "version: 1", "duration: 60s", "arrivals: 800/s" and "operations:"',
  });
  const value = changes.reduce(withChange, source.value);
  const changed: FileSource = {
    ...source,
    value,
    has: (path) => valueAt(value, path) !== undefined,
    fail: (path, message, hint, at) => {
      const { path: by } = changes.find((change) => change.path.every((step, index) => step === String(path[index]))) ?? {};
      // What an option put there has no line in the file.
      if (by !== undefined) throw new InputError(`${origin} with another ${by.join(".")}: ${message}`, { hint });
      return source.fail(path, message, hint, at);
    },
  };
  return readScenario({ shape: shapeOf(changed), fail: changed.fail });
}

/** The file with changes made to it, as YAML. */
export function changedScenarioText(text: string, origin: string, changes: readonly ScenarioChange[]): string {
  const { value } = readFileSource(text, origin, { kind: "scenario", digits: false, beginning: "begin with version: 1" });
  return stringify(changes.reduce(withChange, value), { lineWidth: 0, aliasDuplicateObjects: false });
}

function valueAt(value: unknown, path: SourcePath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

/** Something that stands in for what the file says, or is added to one of its lists. */
export interface ScenarioChange {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly add: boolean;
}

function withChange(value: unknown, { path, value: to, add }: ScenarioChange): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return add ? [...(Array.isArray(value) ? (value as unknown[]) : []), to] : to;
  const list = Array.isArray(value) ? (value as unknown[]) : undefined;
  if (list !== undefined) {
    const inner = withChange(list[Number(step)], { path: rest, value: to, add });
    return list.map((item, index) => (index === Number(step) ? inner : item));
  }
  const fields = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { ...fields, [step]: withChange(fields[step], { path: rest, value: to, add }) };
}
