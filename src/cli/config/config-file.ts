import { existsSync } from "node:fs";
import type { Command, Option } from "commander";
import { readTextFile } from "../files.ts";
import type { ConfigSource, ConfigValue } from "./read-config.ts";

/** Looked for in the working folder. */
export const configName = "shardplan.config.yaml";

/**
 * Makes every command take flags from the configuration file too: those of the section with its name, and the common ones
 * that it knows. A flag on the command line wins over one in the file, and over those in the file that it excludes.
 */
export function useConfigFile(program: Command): void {
  program.option("--config <file>", `flags that would be repeated (default: ${configName}, where there is one)`);
  applyConfigFile(program, program);
}

/** The same for a program of some of `whole`'s commands, which the file is checked against. */
export function applyConfigFile(program: Command, whole: Command): void {
  const settings = new Map<Command, readonly Setting[]>();
  program.hook("preSubcommand", async (_, command) => {
    const named = configOf(whole);
    if (named === undefined && !existsSync(configName)) return;
    const path = named ?? configName;
    // YAML and its checks are only loaded where there is a file.
    const { readConfig } = await import("./read-config.ts");
    const found = settingsOf(command, readConfig(readTextFile(path, "configuration"), path, whole));
    settings.set(command, found);
    // Told by the file, it need not be told again.
    for (const { option } of found) option.makeOptionMandatory(false);
  });
  program.hook("preAction", (_, command) => {
    const found = settings.get(command) ?? [];
    const fromFile = new Set<string>();
    for (const { option, value } of found) {
      const name = option.attributeName();
      const isGiven = (other: Option): boolean => command.getOptionValueSource(other.attributeName()) === "cli" && !fromFile.has(other.attributeName());
      if (isGiven(option) || command.options.some((other) => isGiven(other) && exclude(option, other))) continue;
      command.setOptionValueWithSource(name, value(), "cli");
      fromFile.add(name);
    }
  });
}

/** The file that was named on the command line. */
export const configOf = (program: Command): string | undefined => program.opts<{ config?: string }>().config;

interface Setting {
  readonly option: Option;
  /** Parses as the flag does; throws InputError with the place in the file. */
  readonly value: () => unknown;
}

function settingsOf(command: Command, source: ConfigSource): readonly Setting[] {
  return command.options.flatMap((option): Setting[] => {
    const key = keyOf(option);
    const found = source.value(command.name(), key);
    return found === undefined ? [] : [{ option, value: () => parsed(option, found, source) }];
  });
}

function parsed(option: Option, { given, path }: ConfigValue, source: ConfigSource): unknown {
  if (typeof given === "boolean") return given;
  const texts = (Array.isArray(given) ? given : [given]).map(String);
  if (option.argChoices !== undefined && !option.argChoices.includes(texts[0]!))
    return source.fail(path, `"${texts[0]}" is none of its values`, `pass one of ${option.argChoices.join(", ")}`);
  const parse = option.parseArg;
  if (parse === undefined) return texts.at(-1);
  try {
    // A repeatable flag begins with its default, as on the command line.
    return texts.reduce<unknown>((earlier, text) => parse(text, earlier as never), option.defaultValue);
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    return source.fail(path, `"${path.at(-1)}" is not valid`, error.message.replace(/\.$/, ""));
  }
}

/** `--save-design` is `save-design`; `--no-header` is `header`. */
export const keyOf = ({ long }: Option): string => long!.replace(/^--(no-)?/, "");

const exclude = (a: Option, b: Option): boolean =>
  conflictsOf(a).includes(b.attributeName()) || conflictsOf(b).includes(a.attributeName());

/** commander keeps them, and does not show them in its types. */
const conflictsOf = (option: Option): readonly string[] =>
  (option as unknown as { readonly conflictsWith: readonly string[] }).conflictsWith;
