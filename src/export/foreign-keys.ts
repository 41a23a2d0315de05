import type { ForeignKey } from "../sql/schema.ts";
import type { ExportRequest, Gap, PlainTable, ShardedTable } from "./exported.ts";
import { doubleQuoted as quoted, list } from "./identifiers.ts";
import { holds, primaryKeyOn, uniqueKeysOn } from "./keys-across-shards.ts";

/**
 * Foreign keys as ALTER TABLE, at the end, when all tables are there. One that points at columns which are no longer
 * unique by themselves can't be kept.
 */
export function foreignKeys({ sharded, reference, unsharded }: ExportRequest): {
  readonly statements: readonly string[];
  readonly gaps: readonly Gap[];
} {
  const unique = new Map<string, readonly (readonly string[])[]>();
  for (const table of [...reference, ...unsharded]) unique.set(table.name, uniqueOf(table));
  for (const table of sharded) unique.set(table.name, uniqueOfSharded(table));
  const statements: string[] = [];
  const gaps: Gap[] = [];
  for (const { name, definition } of [...sharded, ...reference, ...unsharded]) {
    for (const key of definition?.foreignKeys ?? []) {
      const there = unique.get(key.table);
      if (there?.some((columns) => same(columns, key.references)) === true) statements.push(statement(name, key));
      else gaps.push({ table: name, what: lost(key, there !== undefined) });
    }
  }
  return { statements, gaps };
}

const statement = (table: string, { columns, table: other, references }: ForeignKey): string =>
  `ALTER TABLE ${quoted(table)} ADD FOREIGN KEY (${list(columns, quoted)}) ` +
  `REFERENCES ${quoted(other)} (${list(references, quoted)});`;

function lost({ columns, table, references }: ForeignKey, known: boolean): string {
  const arrow = `the foreign key (${columns.join(", ")}) to ${table} (${references.join(", ")}) is left out`;
  return known
    ? `${arrow}: ${references.join(", ")} alone is unique there no longer`
    : `${arrow}: the design has no table ${table}`;
}

const uniqueOf = ({ definition }: PlainTable): readonly (readonly string[])[] =>
  definition === undefined
    ? []
    : [...(definition.primaryKey === undefined ? [] : [definition.primaryKey]), ...definition.uniqueKeys];

function uniqueOfSharded(table: ShardedTable): readonly (readonly string[])[] {
  const primary = primaryKeyOn(table);
  return [...(primary === undefined ? [] : [primary]), ...uniqueKeysOn(table)];
}

const same = (a: readonly string[], b: readonly string[]): boolean => a.length === b.length && holds(a, b);
