import type { ColumnType } from "../schema.ts";
import type { Dialect } from "../template.ts";

/**
 * The kind of a declared type such as `bigint(20) unsigned` or `character varying(10)[]`. An unsigned integer of MySQL gets
 * the next wider kind, since that is what holds its values.
 */
export function columnTypeOf(declared: string, dialect: Dialect): ColumnType {
  const type = declared.toLowerCase();
  if (/\[\s*\d*\s*\]|\barray\b/.test(type)) return "other";
  const name = type.replace(/^(?:pg_catalog|public)\./, "").replace(/\(.*$/s, "").trim();
  const first = name.split(/\s+/)[0] ?? "";
  const unsigned = /\bunsigned\b/.test(type);
  if (/^(?:bool|boolean)$/.test(first)) return dialect === "mysql" ? "int16" : "boolean"; // TINYINT(1) in MySQL
  if (/^(?:tinyint|int1|year)$/.test(first)) return "int16";
  if (/^(?:smallint|int2|smallserial|serial2)$/.test(first)) return unsigned ? "int32" : "int16";
  if (/^(?:mediumint|middleint|int3)$/.test(first)) return "int32";
  if (first === "serial" && dialect === "mysql") return "int64";
  if (/^(?:int|integer|int4|serial|serial4)$/.test(first)) return unsigned ? "int64" : "int32";
  if (/^(?:bigint|int8|bigserial|serial8)$/.test(first)) return "int64";
  if (/^(?:decimal|numeric|dec|fixed|number|money)$/.test(first)) return "decimal";
  if (/^(?:float|float4|float8|real|double)$/.test(first)) return "float";
  if (/^(?:uuid|uniqueidentifier)$/.test(first)) return "uuid";
  if (/^(?:bytea|binary|varbinary|blob|tinyblob|mediumblob|longblob)$/.test(first)) return "bytes";
  if (first === "date") return "date";
  if (/^(?:timestamp|timestamptz|datetime)$/.test(first)) return "timestamp";
  if (/^(?:char|character|varchar|varchar2|bpchar|nchar|nvarchar|national|text|tinytext|mediumtext|longtext|citext|name|enum|set|clob|long|string)$/.test(first)) return "text";
  return "other";
}
