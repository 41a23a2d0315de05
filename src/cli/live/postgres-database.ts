import type { Client } from "pg";
import { byName } from "../../base/order.ts";
import { schemaOfCatalogue, type Catalogue } from "../../sql/catalogue.ts";
import { distinctInPopulation } from "../../stats/distinct-in-population.ts";
import type { StoredColumn, StoredRows, StoredTable } from "../../workload/stored-rows.ts";
import type { DatabaseUrl } from "./database-url.ts";
import {
  connectTimeoutMs,
  type LiveDatabase,
  type LiveOptions,
  lockTimeoutMs,
  statementTimeoutMs,
} from "./live-database.ts";

/** In each of our own queries, so that they are told from the application's; pg_stat_statements drops what stands before. */
const own = "/* shardplan */";

/** Reads a PostgreSQL in one read-only transaction with short timeouts. Errors are the driver's own. */
export async function readPostgres({ url, shown }: DatabaseUrl, options: LiveOptions): Promise<LiveDatabase> {
  const { default: pg } = await import("pg");
  const client = new pg.Client({
    connectionString: url.href,
    application_name: "shardplan",
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    lock_timeout: lockTimeoutMs,
    query_timeout: statementTimeoutMs * 2,
    options: "-c default_transaction_read_only=on",
  });
  // A connection that breaks while idle is told by the next query.
  client.on("error", () => {});
  await client.connect();
  try {
    await client.query("BEGIN READ ONLY");
    const warnings: string[] = [];
    const catalogue = await catalogueOf(client, warnings);
    const sampled = await sampleOf(client, catalogue, options, warnings);
    const stored = await storedRowsOf(client, catalogue, sampled);
    const statements = await statementsOf(client, warnings);
    await client.query("ROLLBACK");
    return {
      name: shown,
      dialect: "postgres",
      schema: schemaOfCatalogue(catalogue, "postgres"),
      stored,
      statements,
      warnings,
    };
  } finally {
    await client.end();
  }
}

/** Ordinary tables and partitioned ones; the first of a name on the search path, else by the name of its schema. */
interface PostgresCatalogue extends Catalogue {
  readonly relations: readonly Relation[];
}

interface Relation {
  readonly oid: string;
  readonly schema: string;
  readonly table: string;
  /** -1: never analysed. */
  readonly rows: number;
  readonly bytes: number;
  readonly parent: string | null;
}

const ownTables = `
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'`;

async function catalogueOf(client: Client, warnings: string[]): Promise<PostgresCatalogue> {
  const { rows: all } = await client.query<Relation>(
    `SELECT ${own} c.oid::text, n.nspname AS schema, c.relname AS table, c.reltuples::float8 AS rows,
            pg_catalog.pg_total_relation_size(c.oid)::float8 AS bytes,
            (SELECT i.inhparent::text FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid LIMIT 1) AS parent
     ${ownTables}
     ORDER BY pg_catalog.array_position(pg_catalog.current_schemas(false), n.nspname) NULLS LAST, n.nspname, c.relname`,
  );
  const relations = firstOfEachName(all, warnings);
  const oids = relations.map(({ oid }) => oid);
  const name = new Map(relations.map(({ oid, table }) => [oid, table]));
  const columns = await client.query<{ oid: string; column: string; type: string; nullable: boolean }>(
    `SELECT ${own} a.attrelid::text AS oid, a.attname AS column, pg_catalog.format_type(a.atttypid, a.atttypmod) AS type,
            NOT a.attnotnull AS nullable
     FROM pg_catalog.pg_attribute a
     WHERE a.attrelid = ANY ($1::oid[]) AND a.attnum > 0 AND NOT a.attisdropped
     ORDER BY pg_catalog.array_position($1::oid[], a.attrelid), a.attnum`,
    [oids],
  );
  const constraints = await client.query<{
    oid: string;
    kind: "p" | "u" | "f";
    columns: string[];
    other: string;
    references: string[];
  }>(
    `SELECT ${own} k.conrelid::text AS oid, k.contype AS kind, k.confrelid::text AS other,
            ${namesOf("k.conkey", "k.conrelid")} AS columns, ${namesOf("k.confkey", "k.confrelid")} AS references
     FROM pg_catalog.pg_constraint k
     WHERE k.conrelid = ANY ($1::oid[]) AND k.contype IN ('p', 'u', 'f')
     ORDER BY pg_catalog.array_position($1::oid[], k.conrelid), k.contype, k.conname`,
    [oids],
  );
  const parents = relations.filter(({ parent }) => parent !== null && name.has(parent));
  return {
    relations,
    columns: columns.rows.map(({ oid, ...column }) => ({ table: name.get(oid)!, ...column })),
    keys: constraints.rows
      .filter(({ kind }) => kind !== "f")
      .map(({ oid, kind, columns: key }) => ({ table: name.get(oid)!, primary: kind === "p", columns: key })),
    foreignKeys: constraints.rows
      .filter(({ kind, other }) => kind === "f" && name.has(other))
      .map(({ oid, columns: key, other, references }) => ({
        from: name.get(oid)!,
        columns: key,
        table: name.get(other)!,
        references,
      })),
    partitions: new Map(parents.map(({ table, parent }) => [table, name.get(parent!)!])),
  };
}

/** The names of a constraint's columns in the constraint's order. */
const namesOf = (numbers: string, relation: string): string =>
  `ARRAY(SELECT a.attname::text FROM pg_catalog.unnest(${numbers}) WITH ORDINALITY AS u (number, place)
         JOIN pg_catalog.pg_attribute a ON a.attrelid = ${relation} AND a.attnum = u.number ORDER BY u.place)`;

/** Statements name tables without their schema mostly, so one table of a name is all that can be told apart. */
function firstOfEachName(all: readonly Relation[], warnings: string[]): readonly Relation[] {
  const first = new Map<string, Relation>();
  for (const relation of all) {
    const key = relation.table.toLowerCase();
    const other = first.get(key);
    if (other === undefined) first.set(key, relation);
    else
      warnings.push(
        `table ${relation.table} is in schema ${other.schema} and in ${relation.schema}: that of ${other.schema} is taken`,
      );
  }
  return [...first.values()];
}

interface ColumnStatistics {
  readonly schema: string;
  readonly table: string;
  readonly column: string;
  readonly nullShare: number;
  /** Negative: minus the share of the rows. */
  readonly distinct: number;
  readonly hottestShare: number | null;
  readonly correlation: number | null;
}

/** Sizes from pg_class, columns from the sample where there is one, else from pg_stats. Partitions are summed up in their tables. */
async function storedRowsOf(
  client: Client,
  { relations, columns, partitions }: PostgresCatalogue,
  sampled: ReadonlyMap<string, StoredTable>,
): Promise<StoredRows> {
  const { rows } = await client.query<ColumnStatistics>(
    `SELECT ${own} DISTINCT ON (schemaname, tablename, attname) schemaname AS schema, tablename AS table, attname AS column,
            null_frac::float8 AS "nullShare", n_distinct::float8 AS distinct,
            most_common_freqs[1]::float8 AS "hottestShare", correlation::float8 AS correlation
     FROM pg_catalog.pg_stats
     ORDER BY schemaname, tablename, attname, inherited DESC`,
  );
  const statistics = new Map(rows.map((row) => [`${row.schema}\0${row.table}\0${row.column}`, row]));
  const stored = new Map<string, StoredTable>();
  for (const relation of relations) {
    if (partitions.has(relation.table)) continue;
    const parts = familyOf(relation, relations);
    const known = parts.filter((part) => part.rows >= 0);
    const rowCount = known.length === 0 ? undefined : Math.round(known.reduce((sum, part) => sum + part.rows, 0));
    const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
    const name = relation.table.toLowerCase();
    const drawn = sampled.get(relation.table);
    stored.set(name, {
      table: name,
      rows: rowCount,
      bytes,
      from: drawn === undefined ? "estimated" : "sampled",
      source: drawn?.source ?? "pg_class and pg_stats, as of the last ANALYZE",
      columns:
        drawn?.columns ??
        columns
          .filter(({ table }) => table === relation.table)
          .flatMap(({ column }) => {
            const row = statistics.get(`${relation.schema}\0${relation.table}\0${column}`);
            return row === undefined ? [] : [storedColumn(row, rowCount)];
          }),
    });
  }
  return new Map([...stored].sort(([a], [b]) => byName(a, b)));
}

/** A table and all its partitions, down to the last. */
function familyOf(root: Relation, relations: readonly Relation[]): readonly Relation[] {
  const children = relations.filter(({ parent }) => parent === root.oid);
  return children.length === 0 ? [root] : children.flatMap((child) => familyOf(child, relations));
}

function storedColumn(row: ColumnStatistics, rows: number | undefined): StoredColumn {
  const fromShare = rows === undefined ? undefined : Math.round(-row.distinct * rows);
  return {
    column: row.column.toLowerCase(),
    numDistinctValues: row.distinct < 0 ? fromShare : row.distinct === 0 ? undefined : Math.round(row.distinct),
    nullShare: row.nullShare,
    hottestShare: row.hottestShare ?? undefined,
    rowOrderCorrelation: row.correlation ?? undefined,
  };
}

/**
 * Counts the values of key columns in a share of each table's pages (TABLESAMPLE SYSTEM, repeatable by the seed); a partitioned
 * table is sampled over its partitions.
 */
async function sampleOf(
  client: Client,
  catalogue: PostgresCatalogue,
  { sample, seed }: LiveOptions,
  warnings: string[],
): Promise<ReadonlyMap<string, StoredTable>> {
  const sampled = new Map<string, StoredTable>();
  if (sample === undefined) return sampled;
  for (const { schema, table, rows } of catalogue.relations) {
    if (catalogue.partitions.has(table)) continue;
    const from = `${identifier(schema)}.${identifier(table)}`;
    const columns: StoredColumn[] = [];
    let drawn = 0;
    await client.query("SAVEPOINT sample");
    try {
      for (const column of keyColumnsOf(table, catalogue)) {
        const { rows: counted } = await client.query<Counted>(countingQuery(from, column, sample, seed));
        drawn = counted[0]!.rows;
        columns.push(sampledColumn(column, counted[0]!, rows));
      }
      await client.query("RELEASE SAVEPOINT sample");
    } catch (error) {
      await client.query("ROLLBACK TO SAVEPOINT sample");
      warnings.push(`table ${table} is not sampled: ${(error as Error).message}`);
      continue;
    }
    if (columns.length === 0) continue;
    const source = `TABLESAMPLE SYSTEM (${sample * 100}): ${drawn} rows`;
    sampled.set(table, { table, rows: undefined, bytes: undefined, from: "sampled", source, columns });
  }
  return sampled;
}

interface Counted {
  readonly rows: number;
  readonly distinct: number;
  readonly once: number;
  readonly most: number;
  readonly nulls: number;
}

const countingQuery = (from: string, column: string, sample: number, seed: number): string =>
  `WITH ${own} drawn AS (SELECT ${identifier(column)} AS value, pg_catalog.count(*) AS rows
                  FROM ${from} TABLESAMPLE SYSTEM (${sample * 100}) REPEATABLE (${seed}) GROUP BY 1)
   SELECT coalesce(sum(rows), 0)::float8 AS rows, count(value)::float8 AS distinct,
          (count(*) FILTER (WHERE rows = 1 AND value IS NOT NULL))::float8 AS once,
          coalesce(max(rows) FILTER (WHERE value IS NOT NULL), 0)::float8 AS most,
          coalesce(sum(rows) FILTER (WHERE value IS NULL), 0)::float8 AS nulls
   FROM drawn`;

function sampledColumn(
  column: string,
  { rows, distinct, once, most, nulls }: Counted,
  population: number,
): StoredColumn {
  const valued = rows - nulls;
  const all = population > 0 && rows > 0 ? Math.max(valued, (population * valued) / rows) : undefined;
  return {
    column: column.toLowerCase(),
    numDistinctValues: all === undefined ? undefined : distinctInPopulation({ drawn: valued, distinct, once }, all),
    nullShare: rows === 0 ? undefined : nulls / rows,
    hottestShare: rows === 0 ? undefined : most / rows,
    rowOrderCorrelation: undefined,
  };
}

/** Columns that a key could be made of: those of primary, unique and foreign keys. */
function keyColumnsOf(table: string, { keys, foreignKeys }: Catalogue): readonly string[] {
  const own = keys.filter((key) => key.table === table).flatMap(({ columns }) => columns);
  const others = foreignKeys.filter(({ from }) => from === table).flatMap(({ columns }) => columns);
  return [...new Set([...own, ...others])];
}

const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** pg_stat_statements of this database as its own export would be. */
async function statementsOf(client: Client, warnings: string[]): Promise<string | undefined> {
  const { rows: found } = await client.query<{ schema: string; version: string }>(
    `SELECT ${own} n.nspname AS schema, e.extversion AS version FROM pg_catalog.pg_extension e
     JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'`,
  );
  if (found[0] === undefined) {
    warnings.push(
      "pg_stat_statements is not installed, so nothing is known of the statements: load it with " +
        "shared_preload_libraries and CREATE EXTENSION pg_stat_statements, or pass a query log too",
    );
    return undefined;
  }
  const view = `${identifier(found[0].schema)}.pg_stat_statements`;
  await client.query("SAVEPOINT statements");
  try {
    const { rows: columns } = await client.query<{ name: string }>(
      `SELECT ${own} attname AS name FROM pg_catalog.pg_attribute WHERE attrelid = $1::regclass AND attnum > 0`,
      [view],
    );
    // Up to version 12 there was one time for planning and executing.
    const time = columns.some(({ name }) => name === "total_exec_time") ? "total_exec_time" : "total_time";
    const { rows } = await client.query<{ line: string }>(
      `SELECT ${own} pg_catalog.json_build_object('queryid', s.queryid::text, 'query', s.query, 'calls', s.calls,
              'total_exec_time', s.${time}, 'rows', s.rows)::text AS line
       FROM ${view} s JOIN pg_catalog.pg_database d ON d.oid = s.dbid
       WHERE d.datname = pg_catalog.current_database() AND s.query IS NOT NULL AND s.query NOT LIKE '%${own}%'
       ORDER BY s.${time} DESC, s.queryid, s.query`,
    );
    const hidden = rows.filter(({ line }) => line.includes("<insufficient privilege>")).length;
    if (hidden > 0)
      warnings.push(`${hidden} statements of other roles are hidden: GRANT pg_read_all_stats to see them`);
    const shown = rows.filter(({ line }) => !line.includes("<insufficient privilege>"));
    if (shown.length === 0) warnings.push("pg_stat_statements holds no statement of this database that may be seen");
    return shown.length === 0 ? undefined : shown.map(({ line }) => `${line}\n`).join("");
  } catch (error) {
    await client.query("ROLLBACK TO SAVEPOINT statements");
    warnings.push(`pg_stat_statements can't be read: ${(error as Error).message}`);
    return undefined;
  }
}
