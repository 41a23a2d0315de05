import { beforeAll, describe, expect, test } from "vitest";
import { newEntry } from "../../src/ingest/entry.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema, type Schema } from "../../src/sql/schema.ts";
import { parseSchema } from "../../src/sql/schema-ddl.ts";
import { WorkloadBuilder } from "../../src/workload/builder.ts";
import { inferSchema } from "../../src/workload/inferred-schema.ts";
import { workloadOf } from "../../src/workload/part.ts";

beforeAll(() => loadGrammar("postgres"));

function schemaOf(statements: readonly string[], declared: Schema = emptySchema): Schema {
  const builder = new WorkloadBuilder({
    input: 0,
    dialect: "postgres",
    keyColumns: [],
    schema: declared,
    counted: undefined,
  });
  statements.forEach((sql, i) => {
    const entry = newEntry("statement");
    entry.bytes = new TextEncoder().encode(sql);
    entry.sql.start = 0;
    entry.sql.end = entry.bytes.length;
    entry.offset = i * 1000;
    builder.add(entry);
  });
  return inferSchema(workloadOf(builder.part, []), declared);
}

const inserts = Array.from(
  { length: 30 },
  (_, i) => `INSERT INTO customers (id, region) VALUES (${i + 1}, 'r${i % 3}')`,
);

describe("without a declared schema", () => {
  test("types follow from the values", () => {
    const columns = schemaOf([
      "SELECT 1 FROM t WHERE id = 1 AND code = '007' AND owner = '0b9c1f0e-8a65-4b8e-9d3c-1f2e3d4c5b6a' AND day = '2026-01-31' AND price = 1.50",
      "SELECT 1 FROM t WHERE big = 9007199254740993 AND at > '2026-01-31 10:00:00' AND at = '2026-01-31 10:00:00'",
    ]).tables.get("t")!.columns;
    expect(Object.fromEntries([...columns].map(([name, { type }]) => [name, type]))).toEqual({
      at: "timestamp",
      big: "int64",
      code: "text",
      day: "date",
      id: "int64",
      owner: "uuid",
      price: "decimal",
    });
  });

  test("a column that inserts never repeated is the primary key, and joins to it are foreign keys", () => {
    const { tables } = schemaOf([
      ...inserts,
      "SELECT 1 FROM orders o JOIN customers c ON c.id = o.customer_id WHERE o.customer_id = 3",
    ]);
    expect(tables.get("customers")).toMatchObject({ primaryKey: ["id"], uniqueKeys: [], provenance: "inferred" });
    expect(tables.get("orders")!.foreignKeys).toEqual([
      { columns: ["customer_id"], table: "customers", references: ["id"] },
    ]);
  });

  test("a column that repeated is no key", () => {
    const { tables } = schemaOf([...inserts, "INSERT INTO customers (id, region) VALUES (1, 'again')"]);
    expect(tables.get("customers")!.primaryKey).toBeUndefined();
  });
});

test("a declared table stays as declared", () => {
  const { schema } = parseSchema("CREATE TABLE customers (id text PRIMARY KEY, region text);", "postgres");
  expect(schemaOf(inserts, schema).tables.get("customers")).toBe(schema.tables.get("customers"));
});
