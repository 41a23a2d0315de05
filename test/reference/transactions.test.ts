import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { scan } from "../../src/cli/scan.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import type { Dialect } from "../../src/sql/template.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { workloadOfLines, type Line } from "../workload/session-log.ts";
import { describeReference, referencePath } from "./reference.ts";

const around: Surroundings = {
  stdout: () => {},
  stderr: () => {},
  stdin: process.stdin,
  width: undefined,
  color: false,
  unicode: true,
  progress: false,
  now: () => 0,
  cores: 1,
  processId: 1,
};

async function workloadOfLog(path: string): Promise<Workload> {
  const options = {
    reader: {},
    filter: undefined,
    dialect: undefined,
    schemaDialect: undefined,
    schema: emptySchema,
    workers: 1,
    named: allKeys,
  };
  return (await scan([referencePath(path)], options, around)).workload;
}

/** Every column that TPC-C's statements pin: the first look would leave some of them uncounted. */
const allKeys = Object.entries({
  customer: ["c_w_id", "c_d_id", "c_id", "c_last"],
  district: ["d_w_id", "d_id"],
  item: ["i_id"],
  new_order: ["no_w_id", "no_d_id", "no_o_id"],
  oorder: ["o_w_id", "o_d_id", "o_id", "o_c_id"],
  order_line: ["ol_w_id", "ol_d_id", "ol_o_id"],
  stock: ["s_w_id", "s_i_id"],
  warehouse: ["w_id"],
}).map(([table, columns]) => ({ table, columns }));

/** The truth behind the logs: which statement was run in which transaction. */
function transcript(): Line[] {
  const lines = gunzipSync(readFileSync(referencePath("logs/tpcc-engine-logs/transcript.jsonl.gz"))).toString();
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { readonly txn: number; readonly sql: string })
    .map(({ txn, sql }) => ({ sql, id: `transaction ${txn}` }));
}

/** What each transaction reached, by the columns that both count: use, table and values. */
function reached({ shapes, transactions: { footprints } }: Workload): string[] {
  const named = new Set(allKeys.flatMap(({ columns }) => columns));
  const texts: string[] = [];
  footprints.forEach(({ count, outcome, accessCount, shapes: numbers, starts, codes }) => {
    const accesses = Array.from({ length: accessCount }, (_, i) => {
      const { shape, counter } = shapes[numbers[i]!]!;
      const values = shape.equal.flatMap(({ column }, at) => {
        const code = codes[starts[i]! + at]!;
        return named.has(column) ? [`${column}=${counter.textOfCode(code) ?? code}`] : [];
      });
      return `${shape.use} ${shape.table} ${values.sort().join()}`;
    });
    for (let i = 0; i < count; i++) texts.push(`${outcome}: ${[...new Set(accesses)].join("; ")}`);
  });
  return texts.sort();
}

// vt's own example of `vt transactions` is not among the logs of the reference, neither its input (small-slow-query-log) nor
// its output (transactions-output/small-slow-query-transactions.json, vitessio/vt @ cd0116b): one signature of two
// transactions, which join the tables by foo and bar. A unit test has the same in a log of its own: design-transactions.test.ts.

/** Logs of the transcript. A further format is a further line. */
const logs: readonly (readonly [path: string, dialect: Dialect, by: string])[] = [
  ["logs/tpcc-engine-logs/pg-simple/postgresql.csv.gz", "postgres", "ids"],
  ["logs/tpcc-engine-logs/pg-simple/postgresql.json.gz", "postgres", "ids"],
  ["logs/tpcc-engine-logs/pg-simple/postgresql.stderr.log.gz", "postgres", "sessions"],
  ["logs/tpcc-engine-logs/mariadb/mariadb-general.log.gz", "mysql", "sessions"],
  ["logs/tpcc-engine-logs/mariadb/mariadb-slow.log.gz", "mysql", "sessions"],
];

describeReference("transactions of the TPC-C transcript", () => {
  test.each(logs)("are found in %s", async (path, dialect, by) => {
    await loadGrammar(dialect);
    const found = await workloadOfLog(path);
    const { transactions } = found;
    expect(transactions.grouping.by).toBe(by);
    expect(transactions.counts.rolledBack).toEqual({ reading: 0, writing: 0 });
    expect(transactions.counts.open).toEqual({ reading: 0, writing: 0 });
    expect(transactions.counts.committed.reading + transactions.counts.committed.writing).toBe(200);
    const truth = workloadOfLines(transcript(), dialect);
    expect([...transactions.statements]).toEqual([...truth.transactions.statements]);
    const types = ({ templates, transactions: { types: own } }: Workload): string[] =>
      own.map((type) => `${type.committed} ${type.templates.map((index) => templates[index]!.template.text).join("; ")}`).sort();
    expect(types(found)).toEqual(types(truth));
    expect(reached(found)).toEqual(reached(truth));
  });
});
