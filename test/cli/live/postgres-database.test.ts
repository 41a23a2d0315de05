import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Postgres, withPostgres } from "../../../samples/make/postgres.mjs";
import { databaseUrlOf } from "../../../src/cli/live/database-url.ts";
import { readPostgres } from "../../../src/cli/live/postgres-database.ts";
import { reportSchema, type Report } from "../../../src/report/schema.ts";
import { parseSchema } from "../../../src/sql/schema-ddl.ts";
import { Folder, root } from "../run.ts";

/** A server of our own with the shop's tables, some rows, and what a day at the shop leaves in pg_stat_statements. */
let server: Postgres;
let client: Client;
let stop: () => void;
let stopped: Promise<void>;
const url = () => `postgres:///shop?host=${server.host}&user=reader&password=geheim`;

beforeAll(async () => {
  await new Promise<void>((ready, failed) => {
    stopped = withPostgres(
      (started) =>
        new Promise<void>((resolve) => {
          server = started;
          stop = resolve;
          ready();
        }),
      { shared_preload_libraries: "pg_stat_statements", log_min_duration_statement: "-1" },
    );
    stopped.catch(failed);
  });
  const first = await server.connect({ user: "postgres", database: "postgres" });
  await first.query("CREATE DATABASE shop");
  await first.end();
  client = await server.connect({ user: "postgres", database: "shop" });
  await client.query(readFileSync(join(root, "samples/shop.sql"), "utf8"));
  await client.query(`CREATE EXTENSION pg_stat_statements; CREATE ROLE reader LOGIN; GRANT pg_monitor TO reader;
    GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO reader;
    INSERT INTO customers SELECT n, 'a' || n, 'c', now(), NULL FROM generate_series(1, 2000) n;
    INSERT INTO orders SELECT n, CASE WHEN n % 4 = 0 THEN 7 ELSE n % 2000 + 1 END, 'paid', 1, NULL, now()
      FROM generate_series(1, 20000) n;
    ANALYZE`);
  await client.query("SELECT pg_stat_statements_reset()");
  for (let id = 1; id <= 50; id++) await client.query("SELECT * FROM orders WHERE customer_id = $1", [id]);
  for (let id = 1; id <= 20; id++)
    await client.query(`UPDATE orders SET total = total + 1 WHERE customer_id = ${id} AND id = 1`);
}, 60_000);

afterAll(async () => {
  await client?.end();
  stop?.();
  await stopped;
});

describe("a live PostgreSQL", () => {
  it("has the schema that its DDL declares", async () => {
    const { schema } = await readPostgres(databaseUrlOf(url()), { sample: undefined, seed: 0 });
    const { schema: declared } = parseSchema(readFileSync(join(root, "samples/shop.sql"), "utf8"), "postgres");
    const keysOf = (table: string, from: typeof schema) => {
      const { columns, primaryKey, uniqueKeys, foreignKeys } = from.tables.get(table)!;
      const types = [...columns.values()].map(({ name, type, nullable }) => ({ name, type, nullable }));
      const byText = (a: object, b: object) => JSON.stringify(a).localeCompare(JSON.stringify(b));
      return { types, primaryKey, uniqueKeys, foreignKeys: foreignKeys.toSorted(byText) };
    };
    for (const table of declared.tables.keys()) expect(keysOf(table, schema), table).toEqual(keysOf(table, declared));
  });

  it("says its rows, sizes and statistics, labelled as estimates", async () => {
    const { stored } = await readPostgres(databaseUrlOf(url()), { sample: undefined, seed: 0 });
    const orders = stored.get("orders")!;
    expect(orders).toMatchObject({ rows: 20_000, from: "estimated" });
    const customer = orders.columns.find(({ column }) => column === "customer_id")!;
    expect(customer.nullShare).toBe(0);
    // Every fourth order is of customer 7, and a few more.
    expect(customer.hottestShare).toBeCloseTo(0.25, 1);
    expect(customer.numDistinctValues).toBeGreaterThan(1000);
  });

  it("samples rows only when told to, alike for the same seed", async () => {
    const read = async () => (await readPostgres(databaseUrlOf(url()), { sample: 0.5, seed: 1 })).stored.get("orders")!;
    const orders = await read();
    expect(orders.from).toBe("sampled");
    expect(orders.source).toMatch(/^TABLESAMPLE SYSTEM \(50\): \d+ rows$/);
    expect(orders.columns.map(({ column }) => column)).toEqual(["id", "customer_id"]);
    expect(orders.columns[1]!.hottestShare).toBeCloseTo(0.25, 1);
    expect(await read()).toEqual(orders);
  });

  it("is asked in sessions that can't write, though the role may", async () => {
    await readPostgres(databaseUrlOf(url()), { sample: 0.1, seed: 0 });
    const { rows } = await client.query<{ query: string }>(
      "SELECT query FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid WHERE rolname = 'reader'",
    );
    const verbs = new Set(rows.map(({ query }) => query.trim().split(/\s+/)[0]!.toUpperCase()));
    for (const verb of verbs) expect(["BEGIN", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT", "WITH"]).toContain(verb);
  });

  it("gives analyze its statements with their counts, and says what they don't tell", async () => {
    const folder = new Folder();
    const { stdout, stderr, exitCode } = await folder.run(["analyze", url(), "--json"]);
    folder.remove();
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(
      /^warning: pg_stat_statements has sums and \$n for the values: .* skew, hot keys .* are not\n$/,
    );
    expect(stdout).not.toContain("geheim");
    const report: Report = reportSchema.parse(JSON.parse(stdout));
    expect(report.inputs[0]!.name).toBe(`postgres://${server.host}/shop`);
    const orders = report.tables.find(({ table }) => table === "orders")!;
    expect({ reads: orders.reads, writes: orders.writes }).toEqual({ reads: 50, writes: 20 });
    const best = orders.candidates[0]!;
    expect(best.key).toEqual(["customer_id"]);
    expect(best.keyCharacteristics.mostCommonValues).toHaveProperty("unknown");
    expect(report.stored.find(({ table }) => table === "orders")!.rows).toBe(20_000);
  });

  it("shows what is stored at a terminal of 60 columns", async () => {
    const folder = new Folder();
    const { stdout } = await folder.run(["analyze", url()], { width: 60 });
    folder.remove();
    expect(stdout).toContain("What is stored");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(60);
  });
});
