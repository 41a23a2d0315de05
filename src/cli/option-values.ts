import { InvalidArgumentError } from "commander";

/** Parsers of option values: what is wrong and what would be right, in one sentence. */

/** "2,4,8" as ascending distinct whole numbers. */
export function shardCounts(value: string): number[] {
  const counts = value.split(",").map((text) => Number(text.trim()));
  if (!counts.every((count) => Number.isInteger(count) && count >= 1 && count <= 4096)) {
    throw new InvalidArgumentError("pass one or several whole numbers from 1 to 4096, such as 8 or 2,4,8.");
  }
  return [...new Set(counts)].sort((a, b) => a - b);
}

export interface NamedKey {
  readonly table: string;
  readonly key: readonly string[];
}

/** "orders.customer_id" or "orders.tenant_id,id"; gathers repeated options. */
export function keyOption(value: string, earlier: readonly NamedKey[]): NamedKey[] {
  const match = /^\s*([^.\s]+)\.([^.\s,]+(?:\s*,\s*[^.\s,]+)*)\s*$/.exec(value);
  if (match === null) throw new InvalidArgumentError("pass table.column or table.column,column, such as orders.customer_id.");
  return [...earlier, { table: match[1]!.toLowerCase(), key: match[2]!.split(",").map((column) => column.trim().toLowerCase()) }];
}

export function positiveNumber(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number > 0) || !Number.isFinite(number)) throw new InvalidArgumentError("pass a number above 0.");
  return number;
}

export function share(value: string): number {
  const number = value.trim().endsWith("%") ? Number(value.trim().slice(0, -1)) / 100 : Number(value);
  if (value.trim() === "" || !(number > 0 && number <= 1)) throw new InvalidArgumentError("pass a share such as 0.6 or 60%.");
  return number;
}

export function costWeight(value: string): number {
  const number = Number(value);
  if (value.trim() === "" || !(number >= 0) || !Number.isFinite(number)) throw new InvalidArgumentError("pass a number of 0 or more.");
  return number;
}

export function workerCount(value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 1 || number > 256) throw new InvalidArgumentError("pass a whole number from 1 to 256.");
  return number;
}

/** A column by name, or by its index from 0. */
export const column = (value: string): string | number => (/^\d+$/.test(value) ? Number(value) : value);
