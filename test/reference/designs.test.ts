import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { readSchemaOption } from "../../src/cli/schema-option.ts";
import { parseDesign } from "../../src/placement/design-file.ts";
import type { Report } from "../../src/report/schema.ts";
import { routingContext } from "../../src/routing/context.ts";
import { explainStatement } from "../../src/routing/explain.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { readTextFile } from "../../src/cli/files.ts";
import { analyzed } from "./analyzed.ts";
import {
  benchmarkLog,
  transactionOf,
  type Benchmark,
  type BoundStatement,
  type Draw,
  type Procedure,
} from "./benchmark-log.ts";
import { describeReference, readReference, referenceLines, referencePath } from "./reference.ts";

const folder = mkdtempSync(join(tmpdir(), "designs-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The report, and the design as `--save-design` wrote it. */
async function designed(log: string, schema: string, name: string): Promise<{ report: Report; designFile: string }> {
  const designFile = join(folder, `${name}.yaml`);
  return { report: await analyzed(log, "--schema", schema, "--save-design", designFile), designFile };
}

/** Table -> key, or its kind. */
function designOf({ designs }: Report): Record<string, string> {
  return Object.fromEntries(
    designs.designs[0]!.tables.map(({ table, kind, shardKey }) => [
      table,
      kind === "sharded" ? shardKey.join(",") : kind,
    ]),
  );
}

interface HstoreProcedure {
  readonly benchmark: string;
  readonly procedure: string;
  readonly singlePartition?: boolean | null;
  readonly statements: readonly { readonly sql: string }[];
}
interface BenchbaseStatement {
  readonly benchmark: string;
  readonly procedure: string;
  readonly weight_pct: number | null;
  readonly sql: string;
}

const ddlOf = (benchmark: string): string =>
  referencePath(`workloads/benchbase/ddl/${benchmark}-ddl-postgres.sql`);
const schemaOf = (benchmark: string) => readSchemaOption(ddlOf(benchmark), "postgres").schema;

function benchbase(benchmark: string): readonly Procedure[] {
  const procedures = new Map<string, { name: string; weight: number; statements: string[] }>();
  for (const line of referenceLines<BenchbaseStatement>("workloads/benchbase/statements.jsonl")) {
    if (line.benchmark !== benchmark) continue;
    const known = procedures.get(line.procedure);
    if (known === undefined)
      procedures.set(line.procedure, { name: line.procedure, weight: line.weight_pct ?? 0, statements: [line.sql] });
    else known.statements.push(line.sql);
  }
  return [...procedures.values()];
}

function hstore(benchmark: string): readonly (Procedure & { readonly singlePartition: boolean | undefined })[] {
  return referenceLines<HstoreProcedure>("workloads/h-store/procedures.jsonl")
    .filter((line) => line.benchmark === benchmark)
    .map(({ procedure, statements, singlePartition }) => ({
      name: procedure,
      weight: 1,
      statements: statements.map(({ sql }) => sql),
      singlePartition: singlePartition ?? undefined,
    }));
}

const experts = (): Record<string, readonly (readonly [string, string])[]> =>
  (
    JSON.parse(readReference("workloads/h-store/expert_partitioning.json")) as {
      expert_partitioning: Record<string, readonly (readonly [string, string])[]>;
    }
  ).expert_partitioning;
/** Table -> key of the benchmark's authors; `rename` for tables that BenchBase calls otherwise. */
const expertOf = (benchmark: string, rename: Record<string, string> = {}): Record<string, string> =>
  Object.fromEntries(
    experts()[benchmark]!.map(([table, column]) => [
      rename[table.toLowerCase()] ?? table.toLowerCase(),
      column.toLowerCase(),
    ]),
  );

/** TPC-C, clauses 2.4.1 and 2.5.1: 1 % of order lines and 15 % of payments are for another warehouse. */
function tpccValue(warehouses: number): Benchmark["value"] {
  return (column, draw) => {
    const home = 1 + draw.of("warehouse", warehouses);
    const away = (remote: boolean, name: number): number =>
      remote ? 1 + ((home + name) % warehouses) : home;
    if (/^(s_w_id|ol_supply_w_id)$/.test(column))
      return /neworder/i.test(draw.procedure)
        ? away(draw.again("remote line", 100) === 0, draw.again("supplier", warehouses - 1))
        : home;
    if (/^(c_w_id|h_c_w_id)$/.test(column))
      return /payment/i.test(draw.procedure)
        ? away(draw.of("remote payment", 100) < 15, draw.of("customer's", warehouses - 1))
        : home;
    if (/w_id$/.test(column)) return home;
    if (/d_id$/.test(column)) return 1 + draw.of("district", 10);
    if (/i_id$/.test(column)) return 1 + draw.again("item", 1000);
    if (/c_id$/.test(column)) return 1 + draw.of("customer", 3000);
    if (/o_id$/.test(column)) return 1 + draw.of("order", 3000);
    if (/_number$/.test(column)) return 1 + draw.again("line", 15);
    return /last|data|info|_d$|date/.test(column) ? "x" : 1 + draw.again(column, 100);
  };
}
const lines = (sql: string, draw: Draw): number =>
  /neworder/i.test(draw.procedure) && /\bstock\b|\bitem\b|into\s+order_line/i.test(sql) ? 5 + draw.of("lines", 11) : 1;

/** Labels that mean something else than where rows are, with the reason. */
const labelsApart = new Map([
  ["ResetWarehouse", "DELETE FROM HISTORY has no condition: H-Store runs it on one partition and leaves the others' rows"],
]);

const benchmarks = {
  tpcc: (): Benchmark => ({
    procedures: benchbase("tpcc"),
    schema: schemaOf("tpcc"),
    value: tpccValue(20),
    repeats: lines,
  }),
  tatp: (): Benchmark => ({
    procedures: benchbase("tatp"),
    schema: schemaOf("tatp"),
    value: (column, draw) => {
      const subscriber = draw.of("subscriber", 20_000);
      if (column === "s_id") return subscriber;
      return column === "sub_nbr" ? String(subscriber).padStart(15, "0") : draw.of(column, 4);
    },
  }),
  // H-Store's statements, which look accounts up by number; weights of BenchBase.
  smallbank: (): Benchmark => ({
    procedures: hstore("smallbank").map((procedure) => ({
      ...procedure,
      weight: benchbase("smallbank").find(({ name }) => name === procedure.name)!.weight,
    })),
    schema: schemaOf("smallbank"),
    value: (column, draw) => (column === "custid" ? draw.again("customer", 20_000) : 1),
    repeats: (sql, draw) => (/amalgamate|sendpayment/i.test(draw.procedure) && !/zero/i.test(sql) ? 2 : 1),
  }),
  ycsb: (): Benchmark => ({
    procedures: benchbase("ycsb"),
    schema: schemaOf("ycsb"),
    value: (column, draw) => (column === "ycsb_key" ? draw.of("key", 100_000) : "x"),
  }),
} as const;

function logOf(benchmark: Benchmark, name: string): string {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, benchmarkLog(benchmark, 3000, 7));
  return path;
}

describeReference("designs of benchmarks whose authors said how to partition them", () => {
  test("TPC-C, as PostgreSQL logged it: by warehouse, items on every shard", async () => {
    const log = referencePath("logs/tpcc-engine-logs/pg-simple/postgresql.csv.gz");
    const { report } = await designed(log, ddlOf("tpcc"), "tpcc-log");
    expect(designOf(report)).toEqual({ ...expertOf("tpcc", { orders: "oorder" }), item: "reference" });
  });

  test.each([
    ["tpcc", "tpcc", { item: "reference" }],
    ["tatp", "tm1", {}],
    ["smallbank", "smallbank", {}],
    ["ycsb", "ycsb", {}],
  ] as const)("%s: the expert's design, and no baseline is better", async (name, hstoreName, more) => {
    const { report } = await designed(logOf(benchmarks[name](), name), ddlOf(name), name);
    expect(designOf(report)).toEqual({ ...expertOf(hstoreName, { orders: "oorder" }), ...more });
    const { designs, baselines, search } = report.designs;
    expect(search.provenBest).toBe(true);
    for (const { design } of baselines)
      expect(design.scaleOutFactor).toBeLessThanOrEqual(designs[0]!.scaleOutFactor * 1.0001);
  });

  // A procedure that its authors marked as single-partition touches one shard, whatever its values; one that they marked
  // as not does touch several, now and then.
  test.each([
    ["tpcc", "tpcc"],
    ["tatp", "tm1"],
    ["ycsb", "ycsb"],
  ] as const)("%s: procedures keep to one shard where their authors say so", async (name, hstoreName) => {
    const { designFile } = await designed(logOf(benchmarks[name](), name), ddlOf(name), name);
    const design = parseDesign(readTextFile(designFile, "design"), designFile);
    const rename = (sql: string): string => sql.replace(/\borders\b/gi, "oorder");
    const context = routingContext(design, schemaOf(name));
    await loadGrammar("postgres");
    const chance = randomStream(11, "labels");
    const shardsOf = (statements: readonly BoundStatement[]): number => {
      const shards = new Set<number>();
      for (const { sql, values } of statements) {
        const parameters = values.map((value) => ({
          kind: typeof value === "number" ? ("number" as const) : ("string" as const),
          text: String(value),
        }));
        const route = explainStatement({ sql: rename(sql), dialect: "postgres", parameters }, context);
        if (route.class === "reference" && route.because === "reference-table") continue;
        expect(route.class, sql).not.toBe("unknown");
        if (route.class === "cross-shard-join") return Infinity;
        for (const shard of route.shards as readonly number[]) shards.add(shard);
      }
      return shards.size;
    };
    const benchmark = benchmarks[name]();
    const wrong = hstore(hstoreName).flatMap((procedure) => {
      if (procedure.singlePartition === undefined || labelsApart.has(procedure.name)) return [];
      const widest = Math.max(
        ...Array.from({ length: 100 }, () => shardsOf(transactionOf(benchmark, procedure, chance))),
      );
      return procedure.singlePartition === (widest <= 1) ? [] : [`${procedure.name}: ${widest} shards`];
    });
    expect(wrong).toEqual([]);
  });
});
