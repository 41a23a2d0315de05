import { DuckDBInstance, type DuckDBConnection } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseDesign } from "../../src/placement/design-file.ts";
import { routingContext, type RoutingContext } from "../../src/routing/context.ts";
import { explainStatement } from "../../src/routing/explain.ts";
import { route } from "../../src/routing/judge.ts";
import { loadGrammar, parseTemplate } from "../../src/sql/parse.ts";
import type { TableDefinition } from "../../src/sql/schema.ts";
import { templateOf } from "../../src/sql/template-of.ts";
import { changeOf, statementOf } from "./random-statement.ts";

// What a route promises is checked by doing it: the rows are cut over three shards as the design says, the statement runs on
// the shards of its route, and together they must give what it gives on all rows at once.

const design = parseDesign(
  JSON.stringify({
    version: 1,
    target: process.env["SOUNDNESS_TARGET"] ?? "generic",
    shards: 3,
    tables: {
      u: { shardKey: ["id"], type: "int64" },
      e: { shardKey: ["uid"], type: "int64" },
      m: { shardKey: ["k1", "k2"], type: "int64" },
      r: { kind: "reference" },
      s: { kind: "unsharded" },
    },
  }),
  "design",
);

const tables = {
  u: ["id", "a", "b"],
  e: ["uid", "c", "d"],
  m: ["k1", "k2", "v"],
  r: ["x", "y", "z"],
  s: ["p", "q", "o"],
} as const;

const runs = Number(process.env["SOUNDNESS_RUNS"] ?? 400);
const seed = process.env["SOUNDNESS_SEED"] === undefined ? {} : { seed: Number(process.env["SOUNDNESS_SEED"]) };

let connection: DuckDBConnection;
let context: RoutingContext;

beforeAll(async () => {
  await loadGrammar("postgres");
  connection = await (await DuckDBInstance.create(":memory:")).connect();
  context = routingContext(design, { tables: new Map(declared()) });
  await fill();
});

afterAll(() => connection.closeSync());

test("a statement gives on the shards of its route what it gives on all rows", { timeout: 300_000 }, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { minLength: 8, maxLength: 160 }), async (choices) => {
      const { sql, distributes, aggregates } = statementOf(choices);
      const explained = explainStatement({ sql, dialect: "postgres" }, context);
      const whole = await rows("whole", sql);
      if (whole === undefined) return;
      seen.set(explained.class, (seen.get(explained.class) ?? 0) + 1);
      const told = `${sql}\n${explained.class} (${explained.because}) [${String(explained.shards)}]`;
      // An aggregate of nothing is a row all the same.
      if (explained.class === "none" && !aggregates) expect(whole, told).toEqual([]);
      if (explained.class === "reference") expect(await rows("shard0", sql), told).toEqual(whole);
      if (!Array.isArray(explained.shards) || explained.worstRequest !== undefined) return;
      if (explained.class === "single-shard")
        expect(await rows(`shard${explained.shards[0]}`, sql), told).toEqual(whole);
      if (
        (explained.class === "multi-shard" || explained.class === "scatter-gather") &&
        distributes &&
        explained.gathers !== true
      ) {
        const parts: string[] = [];
        for (const shard of explained.shards) parts.push(...(await rows(`shard${shard}`, sql))!);
        expect(parts.toSorted(), told).toEqual(whole);
      }
    }),
    { numRuns: runs, ...seed },
  );
  console.log(`statements by class: ${[...seen].map(([name, count]) => `${name} ${count}`).join(", ")}`);
  for (const name of ["single-shard", "scatter-gather", "multi-shard"])
    expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
});

test("a change on the shards of its route leaves the rows that it leaves on all", { timeout: 300_000 }, async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(1000), { minLength: 8, maxLength: 120 }), async (choices) => {
      const { sql, table } = changeOf(choices);
      // Rows that no table gives are dealt out one by one, like those of VALUES.
      if (/^INSERT.*SELECT \* FROM \(VALUES/.test(sql)) return;
      const explained = explainStatement({ sql, dialect: "postgres" }, context);
      if (!Array.isArray(explained.shards) || explained.worstRequest !== undefined || explained.gathers === true)
        return;
      const told = `${sql}\n${explained.class} (${explained.because}) [${explained.shards.join(",")}]`;
      await connection.run("BEGIN");
      try {
        if ((await change("whole", sql)) === undefined) return;
        seen.set(explained.class, (seen.get(explained.class) ?? 0) + 1);
        for (const shard of explained.shards as number[]) {
          // One row of several goes to its own shard only: the router cuts the statement up.
          await change(`shard${shard}`, explained.because === "rows" ? rowsOfShard(sql, table, shard) : sql);
        }
        const parts: string[] = [];
        for (const shard of [0, 1, 2]) parts.push(...(await rows(`shard${shard}`, `SELECT * FROM ${table}`))!);
        expect(parts.toSorted(), told).toEqual(await rows("whole", `SELECT * FROM ${table}`));
      } finally {
        await connection.run("ROLLBACK");
      }
    }),
    { numRuns: runs, ...seed },
  );
  console.log(`changes by class: ${[...seen].map(([name, count]) => `${name} ${count}`).join(", ")}`);
  for (const name of ["single-shard", "scatter-gather"]) expect(seen.get(name) ?? 0, name).toBeGreaterThan(0);
});

test("without values a statement is never said to reach less than with them", () => {
  const order = ["none", "reference", "unsharded", "single-shard", "multi-shard", "scatter-gather", "cross-shard-join"];
  fc.assert(
    fc.property(fc.array(fc.nat(1000), { minLength: 8, maxLength: 160 }), (choices) => {
      const { sql } = statementOf(choices);
      const { template, literals } = templateOf(sql, "postgres");
      const pattern = parseTemplate(template, context.schema);
      const options = { ...context, slots: template.slots };
      const blind = route(pattern, design, options);
      const seeing = route(pattern, design, { ...options, values: (slot) => literals[slot] });
      const told = `${sql}\n${blind.class} (${blind.because}), with values ${seeing.class} (${seeing.because})`;
      expect(order.indexOf(blind.class), told).toBeGreaterThanOrEqual(order.indexOf(seeing.class));
    }),
    { numRuns: runs, ...seed },
  );
});

function rowsOfShard(sql: string, table: string, shard: number): string {
  const kept = [...sql.matchAll(/\((\d+), \d+, NULL\)/g)].filter(
    ([, key]) => context.maps(table)!.shardOf([`int:${key!}`]) === shard,
  );
  return `INSERT INTO ${table} VALUES ${kept.map(([row]) => row).join(", ")}`;
}

function declared(): [string, TableDefinition][] {
  return Object.entries(tables).map(([name, columns]) => [
    name,
    {
      name,
      columns: new Map(
        columns.map((column) => [column, { name: column, type: "int64", declared: "bigint", nullable: true }]),
      ),
      primaryKey: undefined,
      uniqueKeys: [],
      foreignKeys: [],
      provenance: "declared",
    },
  ]);
}

/** Small numbers, so that joins find partners; NULLs outside of keys. */
async function fill(): Promise<void> {
  for (const place of ["whole", "shard0", "shard1", "shard2"]) {
    await connection.run(`CREATE SCHEMA ${place}`);
    for (const [name, columns] of Object.entries(tables))
      await connection.run(`CREATE TABLE ${place}.${name} (${columns.map((column) => `${column} BIGINT`).join(", ")})`);
  }
  let state = 7;
  const next = (n: number): number => (state = (state * 1103515245 + 12345) % 2147483648) % n;
  for (const [name, columns] of Object.entries(tables)) {
    const table = design.tables.get(name)!;
    const keyed = table.kind === "sharded" ? table.shardKey : [];
    for (let row = 0; row < 7; row++) {
      const values = columns.map((column) =>
        !keyed.includes(column) && next(5) === 0 ? "NULL" : String(Math.floor(next(5000) / 1000)),
      );
      const insert = (place: string) => connection.run(`INSERT INTO ${place}.${name} VALUES (${values.join(", ")})`);
      await insert("whole");
      if (table.kind === "reference") for (const place of ["shard0", "shard1", "shard2"]) await insert(place);
      if (table.kind === "sharded") {
        const key = table.shardKey.map(
          (column): `int:${string}` => `int:${values[(columns as readonly string[]).indexOf(column)]!}`,
        );
        await insert(`shard${context.maps(name)!.shardOf(key)}`);
      }
    }
  }
}

/**
 * Changes rows; undefined where the engine refuses the statement. Rows of a query are found before the first of them goes
 * in: DuckDB lets `INSERT INTO u SELECT ... FROM u ... UNION ALL SELECT ... JOIN u` read rows that it has just inserted,
 * more or fewer of them by how its threads run.
 */
async function change(place: string, sql: string): Promise<string[] | undefined> {
  const [, insert, query] = /^(INSERT INTO \w+) (SELECT .*)$/s.exec(sql) ?? [];
  if (query === undefined) return rows(place, sql);
  const found = await rows(place, `CREATE OR REPLACE TEMP TABLE found AS ${query}`);
  return found === undefined ? undefined : rows(place, `${insert} SELECT * FROM found`);
}

/** Sorted rows as text; undefined where the engine refuses the statement. */
async function rows(place: string, sql: string): Promise<string[] | undefined> {
  try {
    await connection.run(`SET schema = '${place}'`);
    const reader = await connection.runAndReadAll(sql);
    return reader
      .getRowsJson()
      .map((row) => JSON.stringify(row))
      .toSorted();
  } catch (error) {
    if (place !== "whole") throw error;
    return undefined;
  }
}
