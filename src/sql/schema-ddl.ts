import { InputError } from "../base/input-error.ts";
import { dialectOfDdl } from "./ddl/dialect-of.ts";
import { DdlError, DdlReader, Drafts, type TableDraft } from "./ddl/draft.ts";
import { ddlStatements, type DdlStatement } from "./ddl/statements.ts";
import { addUnique, readAlterTable, readCreateTable } from "./ddl/table.ts";
import type { ForeignKey, Schema, TableDefinition } from "./schema.ts";
import type { Dialect } from "./template.ts";

export interface ParsedSchema {
  readonly schema: Schema;
  /** Statements about tables that could not be read. Statements about anything else are none of ours. */
  readonly skipped: readonly { readonly line: number; readonly reason: string }[];
  readonly dialect: Dialect;
}

/**
 * Reads the tables of a dump (`pg_dump`, `mysqldump`) or of any DDL: columns, primary, unique and foreign keys,
 * whether inline, as
 * table constraints or added later. A statement that is broken is skipped with its line and costs nothing else.
 *
 * @throws InputError when no table can be read at all.
 */
export function parseSchema(ddl: string, dialect: Dialect = dialectOfDdl(ddl)): ParsedSchema {
  const tables = new Drafts();
  const skipped: { line: number; reason: string }[] = [];
  let from: number | undefined = 0;
  while (from !== undefined) from = readFrom(from, ddl, dialect, tables, skipped);
  const definitions = tables.byName().map(({ draft, shadowed }) => {
    for (const { schema, line } of shadowed) {
      skipped.push({
        line,
        reason: `table ${schema}.${draft.name}: a table of that name in ${draft.schema ?? "no schema"} comes first`,
      });
    }
    return definitionOf(draft, tables, skipped);
  });
  const schema = { tables: new Map(definitions.map((definition) => [definition.name, definition])) };
  if (schema.tables.size === 0) {
    const first = skipped[0];
    if (first !== undefined)
      throw new InputError(`no table of the schema could be read; line ${first.line}: ${first.reason}`);
    throw new InputError("there is no CREATE TABLE in the schema", {
      hint: "try the output of pg_dump --schema-only or mysqldump --no-data",
    });
  }
  return { schema, skipped: skipped.toSorted((a, b) => a.line - b.line), dialect };
}

/** Reads up to the first broken statement; returns where to go on behind it, undefined at the end. */
function readFrom(
  from: number,
  ddl: string,
  dialect: Dialect,
  tables: Drafts,
  skipped: { line: number; reason: string }[],
): number | undefined {
  for (const statement of ddlStatements(ddl, dialect, from)) {
    try {
      if (statement.unclosed) throw new DdlError("a quote is not closed");
      readStatement(statement, ddl, dialect, tables);
    } catch (error) {
      if (!(error instanceof DdlError)) throw error;
      skipped.push({ line: statement.line, reason: error.message });
      // With a quote too many the statement may have swallowed others: the next line in it that begins one is tried.
      const inside = nextTable(ddl, statement.start, statement.end);
      if (inside !== undefined) return inside;
      if (statement.unclosed) return undefined;
    }
  }
  return undefined;
}

function nextTable(ddl: string, start: number, end: number): number | undefined {
  const beginning = /^[ \t]*(?:create|alter)\s+(?:unlogged\s+|temporary\s+|temp\s+|unique\s+)?(?:table|index)\b/gim;
  beginning.lastIndex = start + 1;
  const found = beginning.exec(ddl);
  return found !== null && found.index < end ? found.index : undefined;
}

function readStatement({ tokens, line }: DdlStatement, ddl: string, dialect: Dialect, tables: Drafts): void {
  const reader = new DdlReader(tokens, ddl, dialect, line);
  if (reader.take("create")) {
    while (["global", "local", "temporary", "temp", "unlogged", "foreign", "or", "replace"].includes(reader.peek()))
      reader.at += 1;
    if (reader.take("table")) {
      const draft = readCreateTable(reader, tables);
      if (draft !== undefined) tables.add(draft);
    } else if (reader.take("unique", "index")) readUniqueIndex(reader, tables);
  } else if (reader.take("alter", "table") || reader.take("alter", "ignore", "table")) readAlterTable(reader, tables);
  else if (reader.take("drop", "table")) {
    reader.take("if", "exists");
    do tables.drop(reader.tableName());
    while (reader.take(","));
  }
}

/** `CREATE UNIQUE INDEX i ON t (a, b)`. With WHERE it holds for some rows only, and is no key. */
function readUniqueIndex(reader: DdlReader, tables: Drafts): void {
  while (!reader.atEnd && reader.peek() !== "on") reader.at += 1;
  reader.expect("on");
  reader.take("only");
  const name = reader.tableName();
  while (!reader.atEnd && reader.peek() !== "(") reader.at += 1;
  const columns = reader.columnList();
  while (!reader.atEnd && reader.peek() !== "where") reader.at += 1;
  if (columns === undefined || !reader.atEnd) return;
  const table = tables.find(name);
  // Materialized views have unique indexes as well.
  if (table !== undefined) addUnique(table, columns);
}

function definitionOf(
  draft: TableDraft,
  tables: Drafts,
  skipped: { line: number; reason: string }[],
): TableDefinition {
  const foreignKeys: ForeignKey[] = [];
  for (const { columns, table, references, line } of draft.foreignKeys) {
    const target = references ?? tables.find(table)?.primaryKey;
    if (target === undefined || target.length !== columns.length) {
      skipped.push({
        line,
        reason: `foreign key of ${draft.name} (${columns.join(", ")}): the key of ${table.name} is not known`,
      });
    } else foreignKeys.push({ columns, table: table.name, references: target });
  }
  const { name, spelled, columns, primaryKey, uniqueKeys, partitionOf } = draft;
  return {
    name,
    ...spelled,
    columns,
    primaryKey,
    uniqueKeys,
    foreignKeys,
    provenance: "declared",
    ...(partitionOf === undefined ? {} : { partitionOf }),
  };
}
