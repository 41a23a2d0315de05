import { parseDocument } from "yaml";
import { InputError } from "../../base/input-error.ts";
import type { StrategyName } from "../../placement/design.ts";
import { type OptionName, type TableOptions, tableOptions } from "../../placement/table-options.ts";
import type { Target } from "../../placement/target.ts";
import type { PlaceFlags } from "../commands/run-place.ts";
import { unknownName } from "./unknown-name.ts";

/**
 * The options that a table in a design would have, from flags of their own and from `--set`. Throws InputError at one that
 * the target has not, or that has a wrong value.
 */
export function placingOptions(
  flags: PlaceFlags,
  target: Target,
  strategy: StrategyName,
  shards: readonly string[],
): TableOptions {
  const options = tableOptions(optionsOf(flags, target, strategy), "the options of the key");
  checkShardNames(options, shards);
  return options;
}

function optionsOf(flags: PlaceFlags, target: Target, strategy: StrategyName): Record<string, unknown> {
  const accepted = target.options(strategy);
  const options: Record<string, unknown> = {};
  const take = (flag: string, option: OptionName, value: unknown): void => {
    if (!accepted.includes(option)) {
      const others = accepted.filter((name) => name !== "type").map((name) => flagOf[name] ?? `--set ${name}=...`);
      throw new InputError(`${flag}: target ${target.name} has no such option under strategy ${strategy}`, {
        hint: others.length === 0 ? "leave it out" : `it takes ${others.join(", ")}`,
      });
    }
    if (option in options) throw new InputError(`${flag}: given twice`, { hint: "leave one out" });
    options[option] = value;
  };
  if (flags.hash !== undefined) {
    const option = accepted.includes("vindex") ? "vindex" : "hash";
    take(
      "--hash",
      option,
      option === "hash" && flags.hash.includes(",") ? flags.hash.split(",").map((name) => name.trim()) : flags.hash,
    );
  }
  if (flags.virtualNodes !== undefined) {
    if (!/^[1-9]\d{0,4}$/.test(flags.virtualNodes))
      throw new InputError(`--virtual-nodes ${flags.virtualNodes}: not a number of tokens`, {
        hint: "pass a whole number from 1, such as 128",
      });
    take("--virtual-nodes", "virtualNodes", Number(flags.virtualNodes));
  }
  // Splits are text until the type of the key says more, so that they keep their digits.
  if (flags.splits !== undefined)
    take(
      "--splits",
      "splits",
      yamlOf("--splits", flags.splits.startsWith("[[") ? flags.splits : `[${flags.splits}]`, "failsafe"),
    );
  for (const setting of flags.set ?? []) {
    const [, name, value] = /^\s*(\w+)\s*=(.*)$/s.exec(setting) ?? [];
    if (name === undefined)
      throw new InputError(`--set ${setting}: no option and value`, { hint: "pass option=value, such as slots=32" });
    take(`--set ${name}`, name as OptionName, yamlOf(`--set ${name}`, value!, "core"));
  }
  return options;
}

const flagOf: Partial<Record<OptionName, string>> = {
  hash: "--hash",
  vindex: "--hash",
  virtualNodes: "--virtual-nodes",
  splits: "--splits",
};

function yamlOf(flag: string, text: string, schema: "core" | "failsafe"): unknown {
  const document = parseDocument(text, { intAsBigInt: true, schema, prettyErrors: false });
  if (document.errors.length > 0)
    throw new InputError(`${flag}: "${text}" can't be read as a value`, {
      hint: "write it as in a design, in YAML or JSON",
    });
  return plainNumbers(document.toJS());
}

/** Integers that a double holds exactly as numbers, larger ones as their digits. */
function plainNumbers(value: unknown): unknown {
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (Array.isArray(value)) return value.map(plainNumbers);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainNumbers(item)]));
}

function checkShardNames(options: TableOptions, shards: readonly string[]): void {
  const { default: fallback, keyRanges = [], directory = {}, tokens = {} } = options;
  const named = [
    ...keyRanges.map(({ shard }) => shard),
    ...Object.values(directory),
    ...Object.keys(tokens),
    ...(fallback === undefined || fallback === "hash" ? [] : [fallback]),
  ];
  const wrong = named.find((name) => !shards.includes(String(name)));
  if (wrong !== undefined) unknownName("--set", String(wrong), shards, "shard");
}
