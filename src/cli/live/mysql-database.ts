import type { Connection, RowDataPacket } from "mysql2/promise";
import { byName } from "../../base/order.ts";
import { schemaOfCatalogue, type Catalogue } from "../../sql/catalogue.ts";
import type { StoredColumn, StoredRows, StoredTable } from "../../workload/stored-rows.ts";
import type { DatabaseUrl } from "./database-url.ts";
import {
  connectTimeoutMs,
  type LiveDatabase,
  type LiveOptions,
  lockTimeoutMs,
  statementTimeoutMs,
} from "./live-database.ts";

/** Reads a MySQL or MariaDB in one read-only session with short timeouts. Errors are the driver's own. */
export async function readMysql({ url, shown }: DatabaseUrl, { sample }: LiveOptions): Promise<LiveDatabase> {
  const { createConnection } = await import("mysql2/promise");
  const ssl = url.searchParams.get("ssl-mode") ?? url.searchParams.get("sslmode");
  const connection = await createConnection({
    host: url.hostname || "localhost",
    port: url.port === "" ? 3306 : Number(url.port),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: decodeURIComponent(url.pathname.replace(/^\//, "")),
    connectTimeout: connectTimeoutMs,
    dateStrings: true,
    supportBigNumbers: true,
    bigNumberStrings: true,
    ...(url.searchParams.has("socketPath") && { socketPath: url.searchParams.get("socketPath")! }),
    ...(ssl !== null && !/^disabled?$/i.test(ssl) && { ssl: { rejectUnauthorized: /^verify/i.test(ssl) } }),
  });
  try {
    const isMariadb = await protect(connection);
    const warnings: string[] = [];
    if (sample !== undefined)
      warnings.push("MySQL has no TABLESAMPLE, and a sample by RAND() reads whole tables: no rows are sampled");
    const catalogue = await catalogueOf(connection);
    const stored = await storedRowsOf(connection);
    const statements = await statementsOf(connection, isMariadb, warnings);
    return {
      name: shown,
      dialect: "mysql",
      schema: schemaOfCatalogue(catalogue, "mysql"),
      stored,
      statements,
      warnings,
    };
  } finally {
    await connection.end();
  }
}

/** Makes the session read-only and impatient. MariaDB and MySQL name their time limits differently, in other units. */
async function protect(connection: Connection): Promise<boolean> {
  const [version] = await rowsOf<{ version: string }>(connection, "SELECT VERSION() AS version");
  const isMariadb = /mariadb/i.test(version!.version);
  await connection.query("SET SESSION TRANSACTION READ ONLY");
  await connection.query(`SET SESSION lock_wait_timeout = ${Math.ceil(lockTimeoutMs / 1000)}`);
  await connection.query(
    isMariadb
      ? `SET SESSION max_statement_time = ${statementTimeoutMs / 1000}`
      : `SET SESSION max_execution_time = ${statementTimeoutMs}`,
  );
  return isMariadb;
}

async function rowsOf<Row extends object>(connection: Connection, sql: string): Promise<readonly Row[]> {
  const [rows] = await connection.query<(RowDataPacket & Row)[]>(sql);
  return rows;
}

async function catalogueOf(connection: Connection): Promise<Catalogue> {
  const columns = await rowsOf<{ table: string; column: string; type: string; nullable: string }>(
    connection,
    `SELECT c.TABLE_NAME AS \`table\`, c.COLUMN_NAME AS \`column\`, c.COLUMN_TYPE AS type, c.IS_NULLABLE AS nullable
     FROM information_schema.COLUMNS c JOIN information_schema.TABLES t USING (TABLE_SCHEMA, TABLE_NAME)
     WHERE c.TABLE_SCHEMA = DATABASE() AND t.TABLE_TYPE = 'BASE TABLE'
     ORDER BY c.TABLE_NAME, c.ORDINAL_POSITION`,
  );
  const parts = await rowsOf<{
    table: string;
    name: string;
    kind: "PRIMARY KEY" | "UNIQUE" | "FOREIGN KEY";
    column: string;
    other: string | null;
    reference: string | null;
  }>(
    connection,
    `SELECT k.TABLE_NAME AS \`table\`, k.CONSTRAINT_NAME AS name, c.CONSTRAINT_TYPE AS kind, k.COLUMN_NAME AS \`column\`,
            k.REFERENCED_TABLE_NAME AS other, k.REFERENCED_COLUMN_NAME AS reference
     FROM information_schema.KEY_COLUMN_USAGE k
     JOIN information_schema.TABLE_CONSTRAINTS c USING (CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME)
     WHERE k.TABLE_SCHEMA = DATABASE() AND c.CONSTRAINT_TYPE IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
     ORDER BY k.TABLE_NAME, c.CONSTRAINT_TYPE, k.CONSTRAINT_NAME, k.ORDINAL_POSITION`,
  );
  const constraints = new Map<string, (typeof parts)[number][]>();
  for (const part of parts) {
    const key = `${part.table}\0${part.kind}\0${part.name}`;
    constraints.set(key, [...(constraints.get(key) ?? []), part]);
  }
  const all = [...constraints.values()];
  return {
    columns: columns.map((column) => ({ ...column, nullable: column.nullable === "YES" })),
    keys: all
      .filter(([first]) => first!.kind !== "FOREIGN KEY")
      .map((key) => ({
        table: key[0]!.table,
        primary: key[0]!.kind === "PRIMARY KEY",
        columns: key.map(({ column }) => column),
      })),
    foreignKeys: all
      .filter(([first]) => first!.kind === "FOREIGN KEY" && first!.other !== null)
      .map((key) => ({
        from: key[0]!.table,
        columns: key.map(({ column }) => column),
        table: key[0]!.other!,
        references: key.map(({ reference }) => reference!),
      })),
    partitions: new Map(),
  };
}

/** Sizes from TABLES; how many values the first column of each index has from STATISTICS. */
async function storedRowsOf(connection: Connection): Promise<StoredRows> {
  const tables = await rowsOf<{ name: string; rows: string | null; bytes: string | null }>(
    connection,
    `SELECT TABLE_NAME AS name, TABLE_ROWS AS \`rows\`, DATA_LENGTH + INDEX_LENGTH AS bytes
     FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'BASE TABLE'`,
  );
  const indexed = await rowsOf<{ table: string; column: string; distinct: string | null }>(
    connection,
    `SELECT TABLE_NAME AS \`table\`, COLUMN_NAME AS \`column\`, MAX(CARDINALITY) AS \`distinct\`
     FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND SEQ_IN_INDEX = 1
     GROUP BY TABLE_NAME, COLUMN_NAME ORDER BY TABLE_NAME, COLUMN_NAME`,
  );
  const stored = tables.map(({ name, rows, bytes }): StoredTable => {
    const columns = indexed
      .filter(({ table }) => table === name)
      .map(({ column, distinct }): StoredColumn => ({
        column: column.toLowerCase(),
        numDistinctValues: distinct === null ? undefined : Number(distinct),
        nullShare: undefined,
        hottestShare: undefined,
        rowOrderCorrelation: undefined,
      }));
    return {
      table: name.toLowerCase(),
      rows: rows === null ? undefined : Number(rows),
      bytes: bytes === null ? undefined : Number(bytes),
      from: "estimated",
      source: "information_schema, as of the last ANALYZE TABLE",
      columns,
    };
  });
  return new Map(stored.map((table) => [table.table, table] as const).sort(([a], [b]) => byName(a, b)));
}

/** The digests of this database as an export of them would be. */
async function statementsOf(
  connection: Connection,
  isMariadb: boolean,
  warnings: string[],
): Promise<string | undefined> {
  const [schema] = await rowsOf<{ enabled: string | number }>(connection, "SELECT @@performance_schema AS enabled");
  if (Number(schema?.enabled) !== 1) {
    const why = isMariadb ? "MariaDB keeps it off unless told" : "it was turned off";
    warnings.push(
      `performance_schema is off (${why}), so nothing is known of the statements: start the server with ` +
        "performance_schema=ON, or pass a query log too",
    );
    return undefined;
  }
  try {
    const rows = await rowsOf<Record<string, unknown>>(
      connection,
      `SELECT SCHEMA_NAME, DIGEST, DIGEST_TEXT, COUNT_STAR, SUM_TIMER_WAIT, SUM_ROWS_AFFECTED, SUM_ROWS_SENT
       FROM performance_schema.events_statements_summary_by_digest
       WHERE SCHEMA_NAME = DATABASE() AND DIGEST_TEXT IS NOT NULL
       ORDER BY SUM_TIMER_WAIT DESC, DIGEST`,
    );
    if (rows.length > 0) return rows.map((row) => `${JSON.stringify(row)}\n`).join("");
    warnings.push(
      "performance_schema holds no statement of this database: are the consumer statements_digest and the " +
        "statement instruments on?",
    );
  } catch (error) {
    warnings.push(`performance_schema can't be read: ${(error as Error).message}`);
  }
  return undefined;
}
