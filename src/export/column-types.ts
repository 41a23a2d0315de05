import type { ColumnDefinition, ColumnType } from "../sql/schema.ts";
import type { Dialect } from "../sql/template.ts";

/** How a system writes the types of columns. */
export interface TypeNames {
  /** Types of a schema in this dialect are taken as they are written. */
  readonly dialect?: Dialect;
  readonly names: Readonly<Record<ColumnType, string>>;
  /** Written in place of the name in `names` where the schema says precision and scale. */
  readonly decimal?: (precision: string, scale: string) => string;
  /** Date and time of the day without a time zone, where that is another type than `timestamp` in `names`. */
  readonly localTime?: string;
}

/**
 * A column's type in the words of a system. A type that has no counterpart is text there: `asText` says so.
 */
export function typeNameOf(
  column: ColumnDefinition,
  system: TypeNames,
  schemaDialect: Dialect | undefined,
): { readonly name: string; readonly asText: boolean } {
  if (system.dialect !== undefined && system.dialect === schemaDialect) return { name: column.declared, asText: false };
  const precise = /\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\)/.exec(column.declared);
  if (column.type === "decimal" && precise !== null && system.decimal !== undefined)
    return { name: system.decimal(precise[1]!, precise[2] ?? "0"), asText: false };
  if (column.type === "timestamp" && system.localTime !== undefined && isLocalTime(column.declared, schemaDialect))
    return { name: system.localTime, asText: false };
  return { name: system.names[column.type], asText: column.type === "other" };
}

/** MySQL's DATETIME and PostgreSQL's TIMESTAMP are what a clock shows; MySQL's TIMESTAMP is a moment. */
function isLocalTime(declared: string, dialect: Dialect | undefined): boolean {
  return dialect === "postgres" ? /^timestamp\b(?!.*\bwith time zone)/i.test(declared) : /^datetime\b/i.test(declared);
}

export const postgresTypeNames: TypeNames = {
  dialect: "postgres",
  names: {
    int16: "smallint",
    int32: "integer",
    int64: "bigint",
    decimal: "numeric",
    float: "double precision",
    text: "text",
    uuid: "uuid",
    bytes: "bytea",
    boolean: "boolean",
    date: "date",
    timestamp: "timestamp with time zone",
    other: "text",
  },
  decimal: (precision, scale) => `numeric(${precision},${scale})`,
  localTime: "timestamp",
};

export const mysqlTypeNames: TypeNames = {
  dialect: "mysql",
  names: {
    int16: "smallint",
    int32: "int",
    int64: "bigint",
    decimal: "decimal(38,10)",
    float: "double",
    text: "varchar(255)",
    uuid: "char(36)",
    bytes: "varbinary(255)",
    boolean: "boolean",
    date: "date",
    timestamp: "datetime(6)",
    other: "varchar(255)",
  },
  decimal: (precision, scale) => `decimal(${precision},${scale})`,
};

/** Redshift: no uuid, no bytea; text is varchar(256) unless said. */
export const redshiftTypeNames: TypeNames = {
  names: {
    ...postgresTypeNames.names,
    decimal: "numeric(38,10)",
    text: "varchar(max)",
    uuid: "char(36)",
    bytes: "varbyte",
    timestamp: "timestamptz",
    other: "varchar(max)",
  },
  decimal: (precision, scale) => `numeric(${precision},${scale})`,
  localTime: "timestamp",
};

/** CQL. */
export const cassandraTypeNames: TypeNames = {
  names: {
    int16: "smallint",
    int32: "int",
    int64: "bigint",
    decimal: "decimal",
    float: "double",
    text: "text",
    uuid: "uuid",
    bytes: "blob",
    boolean: "boolean",
    date: "date",
    timestamp: "timestamp",
    other: "text",
  },
};

export const clickhouseTypeNames: TypeNames = {
  names: {
    int16: "Int16",
    int32: "Int32",
    int64: "Int64",
    decimal: "Decimal(38, 10)",
    float: "Float64",
    text: "String",
    uuid: "UUID",
    bytes: "String",
    boolean: "Bool",
    date: "Date",
    timestamp: "DateTime64(6, 'UTC')",
    other: "String",
  },
  decimal: (precision, scale) => `Decimal(${precision}, ${scale})`,
};

/** GoogleSQL of Spanner. Its NUMERIC is fixed: 38 digits, 9 of them behind the point. */
export const spannerTypeNames: TypeNames = {
  names: {
    int16: "INT64",
    int32: "INT64",
    int64: "INT64",
    decimal: "NUMERIC",
    float: "FLOAT64",
    text: "STRING(MAX)",
    uuid: "STRING(36)",
    bytes: "BYTES(MAX)",
    boolean: "BOOL",
    date: "DATE",
    timestamp: "TIMESTAMP",
    other: "STRING(MAX)",
  },
};
