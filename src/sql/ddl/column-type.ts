import type { ColumnType } from "../schema.ts";
import type { Dialect } from "../template.ts";

/**
 * The kind of a declared type such as `bigint(20) unsigned` or `character varying(10)[]`. An unsigned integer of MySQL
 * gets the next wider kind, since that is what holds its values.
 */
export function columnTypeOf(declared: string, dialect: Dialect): ColumnType {
  const type = declared.toLowerCase();
  if (/\[\s*\d*\s*\]|\barray\b/.test(type)) return "other";
  const [name = ""] = type
    .replace(/^(?:pg_catalog|public)\./, "")
    .replace(/\(.*$/s, "")
    .trim()
    .split(/\s+/);
  const kind = (dialect === "mysql" ? mysqlKinds.get(name) : undefined) ?? kinds.get(name) ?? "other";
  return /\bunsigned\b/.test(type) && !withinWidth.has(name) ? (wider.get(kind) ?? kind) : kind;
}

const names = {
  int16: "tinyint int1 year smallint int2 smallserial serial2",
  int32: "mediumint middleint int3 int integer int4 serial serial4",
  int64: "bigint int8 bigserial serial8",
  decimal: "decimal numeric dec fixed number money",
  float: "float float4 float8 real double",
  text: `char character varchar varchar2 bpchar nchar nvarchar national text tinytext mediumtext longtext citext name enum
    set clob long string`,
  uuid: "uuid uniqueidentifier",
  bytes: "bytea binary varbinary blob tinyblob mediumblob longblob",
  boolean: "bool boolean",
  date: "date",
  timestamp: "timestamp timestamptz datetime",
} satisfies Record<Exclude<ColumnType, "other">, string>;

const kinds: ReadonlyMap<string, ColumnType> = new Map(
  Object.entries(names).flatMap(([kind, words]) => words.split(/\s+/).map((word) => [word, kind as ColumnType])),
);

/** BOOLEAN is TINYINT(1) in MySQL, SERIAL a BIGINT. */
const mysqlKinds: ReadonlyMap<string, ColumnType> = new Map([
  ["bool", "int16"],
  ["boolean", "int16"],
  ["serial", "int64"],
]);

/** Smaller than their kind, signed or not. */
const withinWidth: ReadonlySet<string> = new Set(["tinyint", "int1", "mediumint", "middleint", "int3"]);

const wider: ReadonlyMap<ColumnType, ColumnType> = new Map([
  ["int16", "int32"],
  ["int32", "int64"],
]);
