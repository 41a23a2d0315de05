import { InvalidArgumentError } from "commander";
import type { ReshardOptions } from "../../reshard/reshard.ts";
import type { Range } from "../../reshard/copy-time.ts";

/** Parsers of the option values of `reshard`: what is wrong and what would be right, in one sentence. */

export interface KeyAssignment {
  readonly table: string;
  readonly columns: readonly string[];
}

/** "orders=tenant_id,id"; gathers repeated options. */
export function keyAssignment(value: string, earlier: readonly KeyAssignment[]): readonly KeyAssignment[] {
  const match = /^\s*([^=\s]+)\s*=\s*([^=]+)$/.exec(value);
  const columns = match?.[2]!.split(",").map((column) => column.trim().toLowerCase()) ?? [];
  if (match === null || columns.includes(""))
    throw new InvalidArgumentError("pass table=column or table=column,column, such as orders=customer_id.");
  return [...earlier, { table: match[1]!.toLowerCase(), columns }];
}

export interface Assignment<T> {
  /** Undefined: the one table, or all. */
  readonly table: string | undefined;
  readonly value: T;
}

/** "orders=keys.csv" or "keys.csv"; gathers repeated options. */
export function sourceAssignment(
  value: string,
  earlier: readonly Assignment<string>[],
): readonly Assignment<string>[] {
  const match = /^(?:([^=/\\]+)=)?(.+)$/.exec(value);
  if (match === null) throw new InvalidArgumentError("pass a file, or table=file, such as orders=keys.csv.");
  return [...earlier, { table: match[1]?.trim().toLowerCase(), value: match[2]! }];
}

/** "orders=5000000", "5e6"; gathers repeated options. */
export function sizeAssignment(value: string, earlier: readonly Assignment<number>[]): readonly Assignment<number>[] {
  const match = /^\s*(?:([^=]+)=)?\s*(\d+(?:\.\d+)?(?:e\d+)?)\s*$/i.exec(value);
  const number = Number(match?.[2]);
  if (match === null || !(number > 0) || !Number.isFinite(number))
    throw new InvalidArgumentError("pass a number above 0, or table=number, such as orders=5000000.");
  return [...earlier, { table: match[1]?.trim().toLowerCase(), value: number }];
}

const units: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
};

/** "40MB/s", "20-60MB/s", "5000rows/s". */
export function rate(value: string): NonNullable<ReshardOptions["throttle"]> {
  const match = /^\s*(\d+(?:\.\d+)?)(?:\s*-\s*(\d+(?:\.\d+)?))?\s*(rows|[kmg]?i?b)\/s\s*$/i.exec(value);
  const unit = match?.[3]!.toLowerCase();
  const factor = unit === "rows" ? 1 : units[unit ?? ""];
  const range = match === null ? undefined : ordered(Number(match[1]), Number(match[2] ?? match[1]));
  if (range === undefined || factor === undefined)
    throw new InvalidArgumentError("pass a rate or a range of rates, such as 40MB/s, 20-60MB/s or 5000rows/s.");
  return {
    unit: unit === "rows" ? "rows" : "bytes",
    perSecond: { least: range.least * factor, most: range.most * factor },
  };
}

/** "4" or "2-8". */
export function parallelRange(value: string): Range {
  const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(value);
  const range = match === null ? undefined : ordered(Number(match[1]), Number(match[2] ?? match[1]));
  if (range === undefined) throw new InvalidArgumentError("pass a whole number above 0 or a range, such as 4 or 2-8.");
  return range;
}

function ordered(least: number, most: number): Range | undefined {
  return least > 0 && most >= least ? { least, most } : undefined;
}
