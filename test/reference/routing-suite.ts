import { expect } from "vitest";
import { parseDesign } from "../../src/placement/design-file.ts";
import { routingContext, type RoutingContext } from "../../src/routing/context.ts";
import { explainStatement, type Explanation } from "../../src/routing/explain.ts";
import type { ColumnType, Schema, TableDefinition } from "../../src/sql/schema.ts";
import type { Dialect, Literal } from "../../src/sql/template.ts";

/** A router's case turned into our terms, with a judge of whether our answer is the router's. */
export interface RoutingCase {
  readonly id: string;
  readonly sql: string;
  readonly dialect: Dialect;
  readonly parameters?: readonly Literal[];
  readonly context: RoutingContext;
  /** What the router says, for the list of disagreements. */
  readonly expected: string;
  readonly agrees: (ours: Explanation) => boolean;
  /** The router needs more than one shard. */
  readonly needsMore: boolean;
}

export interface Score {
  readonly total: number;
  /** Ids of cases where we differ, with both answers. */
  readonly differ: ReadonlyMap<string, string>;
  /** Cases where we say single-shard and the router needs more. */
  readonly dangerous: readonly string[];
}

export function score(cases: readonly RoutingCase[]): Score {
  const differ = new Map<string, string>();
  const dangerous: string[] = [];
  for (const { id, sql, dialect, parameters, context, expected, agrees, needsMore } of cases) {
    const ours = explainStatement({ sql, dialect, parameters }, context);
    if (needsMore && ours.class === "single-shard") dangerous.push(id);
    if (!agrees(ours)) differ.set(id, `${expected} <> ${shown(ours)} | ${sql.replaceAll(/\s+/g, " ")}`);
  }
  return { total: cases.length, differ, dangerous };
}

export function shown(ours: Explanation): string {
  const worst = ours.worstRequest === undefined ? "" : ` worst ${ours.worstRequest}`;
  return `${ours.class} (${ours.because})${worst} [${Array.isArray(ours.shards) ? ours.shards.join(",") : ours.shards}]${ours.note === undefined ? "" : ` ${ours.note}`}`;
}

/** Agreement of at least 98 % of cases, no dangerous one, and every disagreement listed with its reason. */
export function expectAgreement(
  name: string,
  cases: readonly RoutingCase[],
  reasons: Readonly<Record<string, string>>,
): void {
  const { total, differ, dangerous } = score(cases);
  console.log(
    `${name}: ${total - differ.size} of ${total} agree (${((100 * (total - differ.size)) / total).toFixed(1)} %), ${dangerous.length} dangerous`,
  );
  if (process.env["SHOW_DISAGREEMENTS"] !== undefined) for (const [id, line] of differ) console.log(`  ${id}: ${line}`);
  expect(dangerous, `${name}: single-shard where the router needs more`).toEqual([]);
  const unlisted = [...differ].filter(([id]) => !(id in reasons)).map(([id, line]) => `${id}: ${line}`);
  expect(unlisted, `${name}: disagreements without a reason`).toEqual([]);
  expect((total - differ.size) / total, `${name}: agreement`).toBeGreaterThanOrEqual(0.98);
}

/** The class that the number of shards means to a router that counts them. */
export function classByCount(shards: readonly number[], shardCount: number): string {
  return shards.length === 0
    ? "none"
    : shards.length === 1
      ? "single-shard"
      : shards.length >= shardCount
        ? "scatter"
        : "multi-shard";
}

export const sameShards = (ours: Explanation["shards"], shards: readonly number[]): boolean =>
  Array.isArray(ours) &&
  ours.length === shards.length &&
  shards.toSorted((a, b) => a - b).every((shard, index) => ours[index] === shard);

/** Our word for a router's class. */
export const peerClass = (ours: Explanation): string => (ours.class === "scatter-gather" ? "scatter" : ours.class);

export const designContext = (design: object, schema: Schema): RoutingContext =>
  routingContext(parseDesign(JSON.stringify(design), "case"), schema);

/** A schema from lists of columns; types as declared, unknown ones as text. */
export function schemaOf(
  tables: Iterable<readonly [table: string, columns: Iterable<readonly [column: string, type: string]>]>,
): Schema {
  const definitions = new Map<string, TableDefinition>();
  for (const [name, columns] of tables) {
    const table = name.toLowerCase();
    definitions.set(table, {
      name: table,
      columns: new Map(
        [...columns].map(([column, declared]) => [
          column.toLowerCase(),
          { name: column.toLowerCase(), type: typeOf(declared), declared, nullable: true },
        ]),
      ),
      primaryKey: undefined,
      uniqueKeys: [],
      foreignKeys: [],
      provenance: "declared",
    });
  }
  return { tables: definitions };
}

export function typeOf(declared: string): ColumnType {
  const type = declared.toLowerCase();
  if (/^(bigint|bigserial|int8)/.test(type)) return "int64";
  if (/^(int|integer|serial|int4)\b/.test(type)) return "int32";
  if (/^(smallint|int2)/.test(type)) return "int16";
  if (/^(numeric|decimal)/.test(type)) return "decimal";
  if (/^(float|double|real)/.test(type)) return "float";
  if (/^uuid/.test(type)) return "uuid";
  if (/^bool/.test(type)) return "boolean";
  if (/^date/.test(type)) return "date";
  if (/^timestamp/.test(type)) return "timestamp";
  if (/^bytea/.test(type)) return "bytes";
  return "text";
}
