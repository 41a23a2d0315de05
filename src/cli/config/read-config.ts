import type { Command, Option } from "commander";
import { z } from "zod";
import { nearest } from "../../analyze/nearest-name.ts";
import { readDesignSource, type SourcePath } from "../../placement/design-source.ts";
import { keyOf } from "./config-file.ts";

/** A value in the file, and where it stands. */
export interface ConfigValue {
  readonly given: boolean | number | string | readonly (number | string)[];
  readonly path: SourcePath;
}

export interface ConfigSource {
  /** What the file says of a flag of a command: in the command's own section, else among the common ones. */
  value(command: string, key: string): ConfigValue | undefined;
  fail(path: SourcePath, message: string, hint: string): never;
}

/**
 * Reads a configuration file, YAML or JSON: `version: 1`, a section for each command, and flags that several commands
 * have at the top. Keys are the long names of flags. Throws InputError with line and column.
 */
export function readConfig(text: string, origin: string, program: Command): ConfigSource {
  const source = readDesignSource(text, origin, {
    kind: "configuration",
    digits: false,
    beginning: 'begin with "version: 1" and a section such as "analyze: { shards: 8 }"',
  });
  const checked = shapeOf(program).safeParse(source.value);
  if (!checked.success) {
    // A misspelt key explains what seems to be wrong elsewhere.
    const { issues } = checked.error;
    const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
    const path = issue.path.filter((step) => typeof step !== "symbol");
    if (issue.code === "unrecognized_keys") {
      const key = issue.keys[0]!;
      const known = Object.keys(path.length === 0 ? shapeOf(program).shape : sectionsOf(program).get(String(path[0]))!.shape);
      return source.fail([...path, key], `unknown key "${key}"`, nearest(key, known, "keys here"), "key");
    }
    if (!source.has(path)) return source.fail([], `"${path.join(".")}" is missing`, 'begin with "version: 1"');
    const name = path.length === 0 ? "the configuration" : `"${String(path.findLast((step) => typeof step === "string"))}"`;
    return source.fail(path, `${name}: ${issue.message}`, "values are written as the flag takes them, lists for repeatable flags");
  }
  const values = checked.data as Record<string, unknown>;
  return {
    value: (command, key) => {
      const own = (values[command] as Record<string, ConfigValue["given"]> | undefined)?.[key];
      if (own !== undefined) return { given: own, path: [command, key] };
      const common = commonKeys(program).has(key) ? (values[key] as ConfigValue["given"] | undefined) : undefined;
      return common === undefined ? undefined : { given: common, path: [key] };
    },
    fail: (path, message, hint) => source.fail(path, message, hint),
  };
}

function shapeOf(program: Command) {
  return z.strictObject({
    version: z.literal(1),
    ...Object.fromEntries([...commonKeys(program)].map(([key, option]) => [key, valueOf(option).optional()])),
    ...Object.fromEntries([...sectionsOf(program)].map(([name, section]) => [name, section.optional()])),
  });
}

const sectionsOf = (program: Command) =>
  new Map(
    program.commands
      .filter(({ options }) => options.length > 0)
      .map((command) => [
        command.name(),
        z.strictObject(Object.fromEntries(command.options.map((option) => [keyOf(option), valueOf(option).optional()]))),
      ]),
  );

/** Flags that several commands have, whose name is none of a section's: a command without flags has no section. */
function commonKeys(program: Command): ReadonlyMap<string, Option> {
  const sections = sectionsOf(program);
  const found = new Map<string, Option>();
  const common = new Map<string, Option>();
  for (const { options } of program.commands) {
    for (const option of options) {
      const key = keyOf(option);
      if (found.has(key) && !sections.has(key)) common.set(key, option);
      found.set(key, option);
    }
  }
  return common;
}

function valueOf({ required, optional }: Option) {
  if (!required && !optional) return z.boolean({ error: "expected true or false" });
  const scalar = z.union([z.string(), z.number()]);
  return z.union([scalar, z.array(scalar).min(1)], { error: "expected a value, or a list of values" });
}
