import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { reportSchema, type Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

/** Three of ten orders are of tenant 1; ids grow with the rows; every eleventh has no coupon. */
const orders = `id,tenant_id,coupon,note\n${Array.from(
  { length: 2000 },
  (_, n) => `${n + 1},${n % 10 < 3 ? 1 : (n * 7919) % 97},${n % 11 === 0 ? "" : `c${n % 5}`},"n ${n}"`,
).join("\n")}\n`;

async function report(...args: string[]): Promise<Report> {
  const { stdout, stderr, exitCode } = await folder.run(["analyze", ...args, "--json"]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return reportSchema.parse(JSON.parse(stdout));
}

describe("rows given with --data", () => {
  it("are counted as DuckDB counts them", async () => {
    folder.write("orders.csv", orders);
    const { dataSets } = await report("--data", "orders=./orders.csv");
    const [set] = dataSets;
    expect(set).toMatchObject({ table: "orders", numDocsTotal: 2000, skipped: [] });
    const connection = await (await DuckDBInstance.create()).connect();
    for (const { key, keyCharacteristics } of set!.keys) {
      const tuple = `(${key.map((column) => `"${column}"`).join(", ")})`;
      const from = `read_csv('${folder.at("orders.csv")}', all_varchar = true)`;
      const nulls = key.map((column) => `"${column}" IS NULL`).join(" OR ");
      const reader = await connection.runAndReadAll(
        `SELECT (SELECT count(*) FROM (SELECT DISTINCT ${tuple} FROM ${from}))::INT AS distinct_values,
                (SELECT max(n) FROM (SELECT count(*) AS n FROM ${from} GROUP BY ${tuple}))::INT AS most,
                (SELECT count(*) FROM ${from} WHERE ${nulls})::INT AS nulls`,
      );
      const [exact] = reader.getRowObjectsJson();
      expect(keyCharacteristics, key.join()).toMatchObject({
        numDistinctValues: { count: exact!["distinct_values"], relativeError: 0 },
        nullShare: expect.closeTo(Number(exact!["nulls"]) / 2000, 5) as number,
      });
      const { mostCommonValues } = keyCharacteristics;
      expect("unknown" in mostCommonValues ? NaN : mostCommonValues[0]!.share).toBeCloseTo(
        Number(exact!["most"]) / 2000,
        5,
      );
    }
  });

  it("say what grows with the rows, and where the hot tenant goes", async () => {
    const { dataSets, stored } = await report("--data", "orders=./orders.csv", "--shards", "4");
    const key = (name: string) => dataSets[0]!.keys.find((one) => one.key.join() === name)!;
    expect(key("id").keyCharacteristics.monotonicity).toMatchObject({ type: "monotonic", direction: "increasing" });
    expect(key("tenant_id").keyCharacteristics.monotonicity).toMatchObject({ type: "not-monotonic" });
    // Three tenths of the rows on one of four shards are 1.2 times the mean at the least.
    for (const { strategy, byShardCount } of key("tenant_id").strategies) {
      const { rows } = byShardCount[0]!;
      expect("unknown" in rows ? 0 : rows.maxOverMean, strategy).toBeGreaterThanOrEqual(1.2);
    }
    expect(stored[0]).toMatchObject({ table: "orders", rows: 2000, from: "counted" });
  });

  it("weigh storage beside a log, and change nothing of what the log says", async () => {
    const log = ["./samples/shop.csv.gz", "--schema", "./samples/shop.sql"];
    const alone = await report(...log);
    const beside = await report(...log, "--data", "orders=./orders.csv");
    expect({ ...beside, dataSets: [], stored: [] }).toEqual(alone);
    expect(beside.dataSets[0]!.numDocsTotal).toBe(2000);
  });

  it("are the same for any number of workers and any order of their files' parts", async () => {
    const middle = orders.indexOf("\n", orders.length / 2) + 1;
    folder.write("first.csv", orders.slice(0, middle));
    folder.write("second.csv", `${orders.slice(0, orders.indexOf("\n") + 1)}${orders.slice(middle)}`);
    const keysOf = async (...files: string[]) => {
      const { dataSets } = await report(...files.flatMap((file) => ["--data", `orders=./${file}`]));
      // The order of rows starts anew with each file.
      return dataSets[0]!.keys.map(({ key, keyCharacteristics, strategies }) => ({
        key,
        counted: { ...keyCharacteristics, monotonicity: undefined },
        strategies,
      }));
    };
    expect(await keysOf("first.csv", "second.csv")).toEqual(await keysOf("orders.csv"));
  });

  it("may be Parquet, and are then counted alike", async () => {
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(
      `COPY (SELECT * FROM read_csv('${folder.at("orders.csv")}', types = {'id': 'BIGINT', 'tenant_id': 'INTEGER'}))
       TO '${folder.at("orders.parquet")}' (FORMAT parquet)`,
    );
    const keysOf = async (file: string) => (await report("--data", `orders=./${file}`)).dataSets[0]!.keys;
    const plain = (await keysOf("orders.csv")).map(({ key, keyCharacteristics }) => ({ key, ...keyCharacteristics }));
    const parquet = (await keysOf("orders.parquet")).map(({ key, keyCharacteristics }) => ({
      key,
      ...keyCharacteristics,
    }));
    expect(parquet.map(({ key, numDistinctValues }) => ({ key, numDistinctValues }))).toEqual(
      plain.map(({ key, numDistinctValues }) => ({ key, numDistinctValues })),
    );
  });
});

describe("rows as the only input", () => {
  it("are told by their content, and their table by the file's name", async () => {
    const { stdout, stderr, exitCode } = await folder.run(["analyze", "./orders.csv"], { width: 80 });
    expect(exitCode).toBe(0);
    expect(stderr).toBe("warning: read as rows of a table; if it is a log, name its statements with --sql-column\n");
    expect(stdout).toContain("Rows of orders");
    expect(stdout).toContain("give a query log beside them");
    for (const line of stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("without a row are said to have none", async () => {
    folder.write("empty.csv", "id,name\n");
    const { stderr, exitCode } = await folder.run(["analyze", "--data", "t=./empty.csv"]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain("./empty.csv: it holds neither CSV with a header and rows nor JSON objects");
  });
});

describe("any rows", () => {
  it("add up on the shards", async () => {
    const value = fc.oneof(
      fc.integer({ min: -5, max: 5 }),
      fc.constant(null),
      fc.boolean(),
      fc.string({ maxLength: 5 }),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ a_id: value, b: value }), { minLength: 1, maxLength: 40 }),
        async (rows) => {
          folder.write("any.jsonl", rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
          const { dataSets } = await report("--data", "any=./any.jsonl");
          expect(dataSets[0]!.numDocsTotal).toBe(rows.length);
          for (const { strategies } of dataSets[0]!.keys)
            for (const { byShardCount } of strategies)
              for (const { rows: sizes } of byShardCount)
                if (!("unknown" in sizes))
                  expect(sizes.sharesByShard.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 4);
        },
      ),
      { numRuns: 15 },
    );
  });
});
