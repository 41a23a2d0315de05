import { InvalidArgumentError } from "commander";
import type { Pin } from "../analyze/designs/design-options.ts";
import { strategyNames, type StrategyName } from "../placement/design.ts";

/** Parsers of option values: what is wrong and what would be right, in one sentence. */

/** "2,4,8" as ascending distinct whole numbers. */
export function shardCounts(value: string): number[] {
  const counts = value.split(",").map((text) => Number(text.trim()));
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 4096)) {
    throw new InvalidArgumentError("pass one or several whole numbers from 1 to 4096, such as 8 or 2,4,8.");
  }
  return [...new Set(counts)].sort((a, b) => a - b);
}

/**
 * The shard count that the ranking is made at. That it is one of `--shards` is looked at when all options are known.
 */
export function shardCount(value: string): number {
  const [count, ...others] = shardCounts(value);
  if (others.length > 0) throw new InvalidArgumentError("pass one of the numbers of --shards.");
  return count!;
}

/** "hash,range"; gathers repeated options, the first of which takes the place of `defaults`. */
export const strategiesOption =
  (defaults: readonly StrategyName[]) =>
  (value: string, earlier: readonly StrategyName[]): readonly StrategyName[] => {
    const names = value.split(",").map((name) => name.trim());
    const wrong = names.find((name) => !isStrategy(name));
    if (wrong !== undefined) throw new InvalidArgumentError(`"${wrong}" is none of ${strategyNames.join(", ")}.`);
    return [...new Set([...(earlier === defaults ? [] : earlier), ...names.filter(isStrategy)])];
  };

const isStrategy = (name: string): name is StrategyName => (strategyNames as readonly string[]).includes(name);

/** "orders=dump.csv"; gathers repeated options. */
export function dataOption(value: string, earlier: readonly NamedData[]): NamedData[] {
  const match = /^([^=]+)=(.+)$/s.exec(value);
  if (match === null) throw new InvalidArgumentError("pass table=FILE, such as orders=orders.csv.gz.");
  return [...earlier, { table: unquoted(match[1]!).toLowerCase(), name: match[2]! }];
}

/** A file with rows of a table. */
export interface NamedData {
  readonly table: string;
  readonly name: string;
}

export interface NamedKey {
  readonly table: string;
  readonly key: readonly string[];
}

/**
 * "orders.customer_id" or "orders.tenant_id,id"; gathers repeated options. Names may be quoted as SQL has it, and a
 * schema before the table is passed over: tables of all schemas are one.
 */
export function keyOption(value: string, earlier: readonly NamedKey[]): NamedKey[] {
  const match = keyPattern.exec(value);
  if (match === null)
    throw new InvalidArgumentError("pass table.column or table.column,column, such as orders.customer_id.");
  const columns = match[2]!.match(new RegExp(namePattern, "g"))!;
  return [...earlier, { table: unquoted(match[1]!), key: columns.map(unquoted) }];
}

const unquoted = (name: string): string => name.trim().replace(/^(["`])(.*)\1$/s, "$2");

const namePattern = '(?:"[^"]+"|`[^`]+`|[^.,\\s"`]+)';
const keyPattern = new RegExp(
  `^\\s*(?:${namePattern}\\.)?(${namePattern})\\.(${namePattern}(?:\\s*,\\s*${namePattern})*)\\s*$`,
);

const pinPattern = new RegExp(
  `^\\s*(?:(?:"[^"]+"|\`[^\`]+\`|[^.,=\\s"\`]+)\\.)?("[^"]+"|\`[^\`]+\`|[^.,=\\s"\`]+)\\s*=` +
    `\\s*(${namePattern}(?:\\s*,\\s*${namePattern})*)\\s*$`,
);

/** "orders=customer_id", "orders=tenant_id,id", "country=reference" or "settings=unsharded"; gathers repeated options. */
export function pinOption(value: string, earlier: readonly Pin[]): Pin[] {
  const match = pinPattern.exec(value);
  if (match === null)
    throw new InvalidArgumentError("pass table=column[,column], table=reference or table=unsharded.");
  const [, table, to] = match;
  if (to === "reference" || to === "unsharded") return [...earlier, { table: unquoted(table!), to: { kind: to } }];
  const key = to!.match(new RegExp(namePattern, "g"))!.map(unquoted);
  return [...earlier, { table: unquoted(table!), to: { kind: "sharded", key } }];
}

/** "country"; gathers repeated options, and names separated by commas. */
export function referenceOption(value: string, earlier: readonly Pin[]): Pin[] {
  const names = value.split(",").map((name) => unquoted(name));
  if (names.some((name) => name === "")) throw new InvalidArgumentError("pass a table, or several: country,currency.");
  return [...earlier, ...names.map((table): Pin => ({ table, to: { kind: "reference" } }))];
}

export function designCount(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 100)
    throw new InvalidArgumentError("pass a whole number from 1 to 100.");
  return number;
}

export function seed(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !Number.isSafeInteger(number) || number < 0)
    throw new InvalidArgumentError("pass a whole number of 0 or more.");
  return number;
}

export function evaluationLimit(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 1) throw new InvalidArgumentError("pass a whole number of 1 or more.");
  return number;
}

export function nodeLimit(value: string): number {
  return seed(value);
}

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError("pass a number above 0.");
  return number;
}

export function share(value: string): number {
  const number = value.trim().endsWith("%") ? Number(value.trim().slice(0, -1)) / 100 : Number(value);
  if (value.trim() === "" || !(number > 0 && number <= 1))
    throw new InvalidArgumentError("pass a share such as 0.6 or 60%.");
  return number;
}

/** Of a year: "40%", "0.4", or "300%" for what quadruples. */
export function growthShare(value: string): number {
  const number = value.trim().endsWith("%") ? Number(value.trim().slice(0, -1)) / 100 : Number(value);
  if (value.trim() === "" || !(number > 0 && number <= 100))
    throw new InvalidArgumentError("pass a share above 0 such as 0.4 or 40%.");
  return number;
}

export function replicaCount(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || number > 100) throw new InvalidArgumentError("pass a whole number from 0 to 100.");
  return number;
}

export function costWeight(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= 0) || !Number.isFinite(number))
    throw new InvalidArgumentError("pass a number of 0 or more.");
  return number;
}

export function workerCount(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 256)
    throw new InvalidArgumentError("pass a whole number from 1 to 256.");
  return number;
}

/** A column by name, or by its index from 0. */
export const column = (value: string): string | number => (/^\d+$/.test(value) ? Number(value) : value);
