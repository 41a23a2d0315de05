import type { z } from "zod";
import type { DesignSource as FileSource, SourcePath } from "../../placement/design-source.ts";
import { scenarioHints, scenarioShape, type ScenarioShape } from "../scenario-shape.ts";

/** The file as the shape that scenarios have; an InputError says what is wrong with the first value that is not of it. */
export function shapeOf(source: FileSource): ScenarioShape {
  const checked = scenarioShape.safeParse(source.value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.flatMap(innermost);
  // A misspelt key explains what seems to be missing, so it is told first.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const known = keysAt(path);
    return source.fail([...path, key], `unknown key "${key}"`, `keys here are ${known.join(", ")}`, "key");
  }
  const name = path.length === 0 ? "the scenario" : typeof path.at(-1) === "number" ? `item ${Number(path.at(-1)) + 1} of "${path.at(-2)}"` : `"${path.at(-1)!}"`;
  if (!source.has(path)) return source.fail(path, `${name} is missing`, hintFor(issue, path));
  return source.fail(path, `${name}: ${complaint(issue)}`, hintFor(issue, path));
}

/** Of a value that may have several shapes, what is wrong with the shape that it comes nearest to. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const deepest = issue.errors.flat().filter(({ path, code }) => path.length > 0 || code === "too_small" || code === "too_big");
  const found = deepest.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
  return found.length > 0 ? found : [issue];
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.includes("received NaN") ? "NaN is no number" : `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(", ")}`;
    case "too_small":
      if (issue.origin === "array" || issue.origin === "string") return "is empty";
      return issue.inclusive === false ? `must be above ${issue.minimum}` : `must be at least ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array" ? `has more than ${issue.maximum}` : `must be at most ${issue.maximum}`;
    case "invalid_union":
      return "has the wrong shape";
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: "names with their values",
  array: "a list",
  tuple: "a list",
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
};

function hintFor(issue: z.core.$ZodIssue, path: SourcePath): string {
  if (issue.code === "custom") {
    const hint: unknown = issue.params?.["hint"];
    if (typeof hint === "string") return hint;
  }
  const key = path.findLast((step) => typeof step === "string" && Object.hasOwn(scenarioHints, step));
  return key === undefined ? "the README shows every key of a scenario with an example" : scenarioHints[key]!;
}

/** The keys that the shape knows at a path. */
function keysAt(path: SourcePath): readonly string[] {
  let type: unknown = scenarioShape;
  for (const step of path) {
    const inner = unwrapped(type);
    type = typeof step === "number" ? (inner as { element?: unknown }).element : shapeFields(inner)?.[step];
  }
  return Object.keys(shapeFields(unwrapped(type)) ?? {});
}

const shapeFields = (type: unknown): Record<string, unknown> | undefined =>
  (type as { shape?: Record<string, unknown> } | undefined)?.shape;

/** Without the wrappers of optional and default values; of a choice of shapes, the one that has keys. */
function unwrapped(type: unknown): unknown {
  const { def } = (type ?? {}) as { def?: { innerType?: unknown; options?: readonly unknown[] } };
  if (def?.innerType !== undefined) return unwrapped(def.innerType);
  if (def?.options !== undefined) return def.options.map(unwrapped).find((option) => shapeFields(option) !== undefined);
  return type;
}
