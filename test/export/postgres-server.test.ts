import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "pg";
import { describe, expect, it } from "vitest";
import { withPostgres } from "../../samples/make/postgres.mjs";
import { exportDesign } from "../../src/export/export-design.ts";
import { parseDesign } from "../../src/placement/design-file.ts";
import { shardMapOf } from "../../src/placement/shard-map-of.ts";
import type { Schema } from "../../src/sql/schema.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { parseSchema } from "../../src/sql/schema-ddl.ts";

const root = join(import.meta.dirname, "../..");
const read = (path: string) => readFileSync(join(root, path), "utf8");

const login = { user: "postgres", database: "postgres" };

/** Runs what export writes on a server of its own, and hands over the connection. */
function onServer(
  design: string,
  schema: Schema,
  before: string,
  work: (client: Client) => Promise<void>,
): Promise<void> {
  return withPostgres(async (server) => {
    const client = await server.connect(login);
    try {
      await client.query(before);
      const { files } = exportDesign(parseDesign(design, "design.yaml"), schema, "postgres");
      await client.query(files[0]!.text);
      await work(client);
    } finally {
      await client.end();
    }
  });
}

/** Rows by partition, as the server counts them, in the order of the partitions' numbers. */
async function counted(client: Client, table: string): Promise<readonly number[]> {
  const { rows } = await client.query<{ partition: string; rows: number }>(
    `SELECT tableoid::regclass::text AS partition, count(*)::int AS rows FROM ${table} GROUP BY 1`,
  );
  const counts: number[] = [];
  for (const row of rows) counts[Number(/_p(\d+)"?$/.exec(row.partition)![1])] = row.rows;
  return counts;
}

describe("a real PostgreSQL", () => {
  it("takes the shop's partitions, keys and foreign keys, and puts each row where place says", async () => {
    const design = read("samples/shop-design.yaml");
    const { schema } = parseSchema(read("samples/shop.sql"), "postgres");
    const types = "CREATE TYPE public.order_status AS ENUM ('placed', 'paid', 'shipped', 'delivered', 'cancelled')";
    await onServer(design, schema, types, async (client) => {
      await client.query(
        "INSERT INTO customers SELECT n, 'a@b', 'c', now(), NULL FROM generate_series(-500, 1500) n;" +
          "INSERT INTO orders SELECT n, n % 500, 'paid', 1, NULL, now() FROM generate_series(1, 3000) n;",
      );
      const map = shardMapOf(parseDesign(design, "design.yaml"), "customers", ["int64"]);
      const expected = Array.from({ length: 8 }, () => 0);
      for (let id = -500; id <= 1500; id++) expected[map.shardOf([`int:${id}`])]!++;
      expect(await counted(client, "customers")).toEqual(expected);
      await expect(client.query("INSERT INTO orders VALUES (1, 99999, 'paid', 1, NULL, now())")).rejects.toThrow(
        /foreign key constraint/,
      );
    });
  });

  it("remakes a table whose columns only it knows, and keeps its rows", async () => {
    const design =
      'version: 1\ntarget: postgres\nshards: 4\ntables:\n  "Odd ""name": { shardKey: [select, "Key"], type: [int32, text] }';
    const table = '"odd ""name"';
    const before =
      `CREATE TABLE ${table} ("select" int DEFAULT 7, "key" text, note text CHECK (note <> ''));` +
      `INSERT INTO ${table} SELECT n, 'k' || n, 'x' FROM generate_series(1, 1000) n`;
    await onServer(design.replace('"Odd ""name"', `'Odd "name'`), emptySchema, before, async (client) => {
      const map = shardMapOf(parseDesign(design.replace('"Odd ""name"', `'Odd "name'`), "d"), 'odd "name', [
        "int32",
        "text",
      ]);
      const expected = [0, 0, 0, 0];
      for (let n = 1; n <= 1000; n++) expected[map.shardOf([`int:${n}`, `text:k${n}`])]!++;
      expect(await counted(client, table)).toEqual(expected);
      await client.query(`INSERT INTO ${table} ("key") VALUES ('z')`);
      await expect(client.query(`INSERT INTO ${table} ("key", note) VALUES ('z', '')`)).rejects.toThrow(
        /check constraint/,
      );
    });
  });

  it("takes ranges of a compound key", async () => {
    const design =
      'version: 1\ntarget: postgres\nshards: 3\nstrategy: range\ntables:\n  t: { shardKey: [a, b], splits: [[10], [20, "x\'y"]] }';
    const { schema } = parseSchema(
      "CREATE TABLE t (a bigint NOT NULL, b text NOT NULL, PRIMARY KEY (a, b));",
      "postgres",
    );
    await onServer(design, schema, "", async (client) => {
      await client.query("INSERT INTO t VALUES (-5, ''), (10, ''), (20, 'x'), (20, 'x''y'), (21, '')");
      expect(await counted(client, "t")).toEqual([1, 2, 2]);
    });
  });

  it("takes table names of 63 bytes", async () => {
    const name = "t".repeat(60) + "é0";
    const design = `version: 1\ntarget: postgres\nshards: 12\ntables:\n  ${name}: { shardKey: a }`;
    await onServer(design, parseSchema(`CREATE TABLE ${name} (a bigint);`, "postgres").schema, "", async (client) => {
      await client.query(`INSERT INTO ${name} SELECT generate_series(1, 500)`);
      expect((await counted(client, name)).length).toBe(12);
    });
  });
});
