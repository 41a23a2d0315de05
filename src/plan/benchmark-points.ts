import { nearest } from "../analyze/nearest-name.ts";
import { InputError } from "../base/input-error.ts";
import { fieldsOf, separatorOf } from "../ingest/csv/separated-fields.ts";
import type { BenchmarkPoint } from "./scalability.ts";

/** Points of the user's own load test. */
export interface Benchmark {
  /** What was varied. */
  readonly of: "clients" | "nodes";
  /** In the order of the file. */
  readonly points: readonly BenchmarkPoint[];
}

const loadColumns = ["clients", "nodes"] as const;
const throughputColumn = "throughput";

/**
 * Reads CSV or TSV whose first line names its columns: `clients` or `nodes`, and `throughput` in requests per second.
 * Other columns are passed over, and a load may be there several times. Throws InputError with the line.
 *
 *     clients,throughput
 *     1,65
 *     18,996
 */
export function parseBenchmark(text: string, origin: string): Benchmark {
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  const example = 'the first line names the columns, such as "clients,throughput"';
  const header = lines[0]!;
  if (lines.every((line) => line.trim() === "")) throw new InputError(`${origin}: the file is empty`, { hint: example });
  const separator = separatorOf(header);
  if (separator === undefined) throw new InputError(`${origin}:1: it has one column`, { hint: example });
  const names = fieldsOf(header, separator, `${origin}:1`).map((name) => name.trim().toLowerCase());
  const given = loadColumns.filter((name) => names.includes(name));
  const missing = given.length === 0 ? "clients" : names.includes(throughputColumn) ? undefined : throughputColumn;
  if (missing !== undefined) {
    const which = missing === "clients" ? 'no column "clients" or "nodes"' : `no column "${missing}"`;
    throw new InputError(`${origin}:1: ${which}`, { hint: nearest(missing, names, "columns there are") });
  }
  if (given.length > 1) throw new InputError(`${origin}:1: it has clients and nodes`, { hint: "vary one of them, the other the same throughout, and leave it out" });
  const repeated = names.find((name, index) => (name === given[0] || name === throughputColumn) && names.indexOf(name) < index);
  if (repeated !== undefined) throw new InputError(`${origin}:1: column "${repeated}" is there twice`, { hint: "leave one of them out" });
  const points = lines.slice(1).flatMap((line, index): readonly BenchmarkPoint[] => {
    if (line.trim() === "") return [];
    const where = `${origin}:${index + 2}`;
    const fields = fieldsOf(line, separator, where);
    if (fields.length !== names.length)
      throw new InputError(`${where}: ${fields.length} fields, the first line has ${names.length}`, { hint: "give each line all columns" });
    return [{ load: numberIn(fields, names, given[0]!, where, 1), throughput: numberIn(fields, names, throughputColumn, where, 0) }];
  });
  if (points.length === 0) throw new InputError(`${origin}: there is no point in it`, { hint: "give a line for each load that was tested", exitCode: 3 });
  return { of: given[0]!, points };
}

/** From `least` on; from 0 means above it. */
function numberIn(fields: readonly string[], names: readonly string[], name: string, where: string, least: 0 | 1): number {
  const text = fields[names.indexOf(name)]!.trim();
  const value = Number(text);
  if (text === "" || !Number.isFinite(value)) throw new InputError(`${where}: ${name} ${JSON.stringify(text)} is no number`, { hint: "give a plain number such as 996 or 995.9" });
  if (least === 1 ? value < 1 : value <= 0)
    throw new InputError(`${where}: ${name} ${text} is ${least === 1 ? "less than one" : "not above 0"}`, { hint: "leave out what could not be measured" });
  return value;
}
