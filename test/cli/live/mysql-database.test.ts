import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { databaseUrlOf } from "../../../src/cli/live/database-url.ts";
import { readMysql } from "../../../src/cli/live/mysql-database.ts";
import { parseSchema } from "../../../src/sql/schema-ddl.ts";
import { reportSchema } from "../../../src/report/schema.ts";
import { mariadbd, type MariadbServer, startMariadb } from "../../mariadb-server.ts";
import { Folder } from "../run.ts";

const ddl = `
CREATE TABLE customers (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(80) NOT NULL UNIQUE, name TEXT);
CREATE TABLE orders (id INT NOT NULL, customer_id BIGINT UNSIGNED NOT NULL, total DECIMAL(12,2), paid DATETIME(6),
  PRIMARY KEY (customer_id, id), FOREIGN KEY (customer_id) REFERENCES customers (id));`;

let server: MariadbServer;
const url = (more = "") => `mysql://root@localhost/shop?socketPath=${encodeURIComponent(server.socketPath)}${more}`;

// On a machine without it the line of the skipped suite says so; CI installs it, so there it must run.
describe.skipIf(mariadbd === undefined && process.env["CI"] !== "true")("a live MariaDB (needs mariadbd)", () => {
  beforeAll(async () => {
    server = await startMariadb(["--performance-schema=ON"]);
    const root = await server.connect();
    await root.query(`CREATE DATABASE shop; USE shop; ${ddl}`);
    for (let id = 1; id <= 200; id++) await root.query("INSERT INTO shop.customers VALUES (?, ?, 'c')", [id, `a${id}`]);
    for (let id = 1; id <= 400; id++)
      await root.query("INSERT INTO shop.orders VALUES (?, ?, 1.5, NOW())", [id, (id % 200) + 1]);
    await root.query("ANALYZE TABLE shop.customers, shop.orders");
    await root.query("TRUNCATE performance_schema.events_statements_summary_by_digest");
    await root.query("USE shop");
    for (let id = 1; id <= 30; id++) await root.query(`SELECT * FROM orders WHERE customer_id = ${id}`);
    for (let id = 1; id <= 10; id++)
      await root.query(`UPDATE orders SET total = 2 WHERE customer_id = ${id} AND id = 3`);
    await root.end();
  }, 120_000);

  afterAll(() => server?.stop());

  it("has the schema of its DDL", async () => {
    const { schema, dialect } = await readMysql(databaseUrlOf(url()), { sample: undefined, seed: 0 });
    expect(dialect).toBe("mysql");
    const { schema: declared } = parseSchema(ddl, "mysql");
    for (const [name, { columns, primaryKey, uniqueKeys, foreignKeys }] of declared.tables) {
      const types = [...columns.values()].map(({ type }) => type);
      expect(schema.tables.get(name)).toMatchObject({ primaryKey, uniqueKeys, foreignKeys });
      expect([...schema.tables.get(name)!.columns.values()].map(({ type }) => type)).toEqual(types);
    }
  });

  it("says rows, sizes and values of its indexes", async () => {
    const { stored } = await readMysql(databaseUrlOf(url()), { sample: undefined, seed: 0 });
    const orders = stored.get("orders")!;
    expect(orders).toMatchObject({ rows: 400, from: "estimated" });
    expect(orders.columns.map(({ column }) => column)).toEqual(["customer_id"]);
    // There are 200; the server halves the rows per value that it estimates.
    expect([200, 400]).toContain(orders.columns[0]!.numDistinctValues);
  });

  it("gives analyze its statements with their counts", async () => {
    const folder = new Folder();
    const { stdout, stderr, exitCode } = await folder.run(["analyze", url(), "--json"]);
    folder.remove();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/^warning: .*hold no values: .* skew is unknown\n$/);
    const { tables } = reportSchema.parse(JSON.parse(stdout));
    const orders = tables.find(({ table }) => table === "orders")!;
    expect({ reads: orders.reads, writes: orders.writes }).toEqual({ reads: 30, writes: 10 });
    expect(orders.candidates[0]!.key).toEqual(["customer_id"]);
  });

  it("is asked in a session that refuses to write", async () => {
    const { createConnection } = await import("mysql2/promise");
    const connection = await createConnection({ socketPath: server.socketPath, user: "root", database: "shop" });
    await connection.query("SET SESSION TRANSACTION READ ONLY");
    await expect(connection.query("DELETE FROM orders")).rejects.toThrow(/READ ONLY/);
    await connection.end();
  });

  it("says why it has no statements when performance_schema is off", async () => {
    const off = await startMariadb([]);
    const root = await off.connect();
    await root.query(`CREATE DATABASE shop; USE shop; ${ddl}`);
    await root.end();
    const folder = new Folder();
    const { stderr, exitCode } = await folder.run([
      "analyze",
      `mariadb://root@localhost/shop?socketPath=${encodeURIComponent(off.socketPath)}`,
    ]);
    folder.remove();
    await off.stop();
    expect(exitCode).toBe(3);
    expect(stderr).toContain("performance_schema is off (MariaDB keeps it off unless told)");
  }, 60_000);
});
