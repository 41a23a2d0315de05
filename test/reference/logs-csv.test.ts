import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import type { AllRead } from "../ingest/reading.ts";
import { detect, readAll } from "../ingest/reading.ts";
import { describeReference, readReference, referencePath } from "./reference.ts";

const gunzipped = (path: string) => gunzipSync(readFileSync(referencePath(path)));

interface TranscriptLine {
  readonly sql: string;
  readonly params?: readonly (string | number | null)[];
  readonly template: string;
}

const transcript = () =>
  gunzipped("logs/tpcc-engine-logs/transcript.jsonl.gz")
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TranscriptLine);

const isTransactionControl = (sql = "") => /^(BEGIN|COMMIT)\b/.test(sql);

describeReference("PostgreSQL csvlog of a TPC-C run", () => {
  test("has exactly the 5,941 statements of the client, in the order of the transcript", () => {
    const { entries, skipped } = readAll(gunzipped("logs/tpcc-engine-logs/pg-simple/postgresql.csv.gz"));
    expect(entries).toHaveLength(5941);
    expect(entries.filter(({ sql }) => isTransactionControl(sql))).toHaveLength(400);
    expect(entries.filter(({ sql }) => !isTransactionControl(sql)).map(({ sql }) => sql)).toEqual(
      transcript().map(({ sql }) => sql),
    );
    expect(
      entries.every(({ duration, time, session }) => duration >= 0 && time > 1.79e15 && session !== undefined),
    ).toBe(true);
    expect(countReasons(skipped)).toEqual({
      "LOG message of the server": 4,
      "parse line of the extended protocol": 400,
      "bind line of the extended protocol": 400,
    });
  });

  test("has them too in the extended protocol, with their parameters", () => {
    const truth = transcript();
    const { entries, skipped } = readAll(extendedLog(truth));
    expect(entries).toHaveLength(5941);
    const executed = entries.filter(({ sql }) => !isTransactionControl(sql));
    expect(executed.map(({ sql }) => sql)).toEqual(truth.map(({ template }) => dollars(template)));
    expect(executed.map(({ parameters }) => parameters)).toEqual(truth.map(({ params = [] }) => params.map(asText)));
    expect(countReasons(skipped)).toEqual({
      "parse line of the extended protocol": new Set(truth.map(({ template }) => template)).size,
      "bind line of the extended protocol": 5941,
    });
  });
});

describeReference("other logs", () => {
  test("pgbadger's csvlog without durations: one statement with, one without", () => {
    const { entries, skipped } = readAll(readReference("logs/pgbadger/fixtures/csv_statement_without_duration.log"));
    expect(skipped).toEqual([]);
    expect(entries).toMatchObject([
      {
        duration: 688786.283,
        sql: "SELECT example_schema.slow_table.id FROM example_schema.slow_table",
        database: "example_db",
      },
      { duration: NaN, sql: "SELECT example_schema.health_check()", user: "health_user" },
    ]);
  });

  test("vt's CSV query log: the ten statements that vt reads", () => {
    const log = readReference("logs/vt/csv.query.log");
    // The column called time holds seconds; vt too must be told so.
    expect(detect(log).roles).toEqual({ sql: "raw_sql", time: "created_at", session: "con_id" });
    const { entries, skipped } = readAll(log, { columns: { duration: "time" }, durationUnit: "s" });
    expect(skipped).toEqual([]);
    // vt writes connection:sql:seconds:epoch
    const asVt = entries.map(
      ({ session, sql, duration, time }) => `${session}:${sql}:${(duration / 1000).toFixed(6)}:${time / 1e6}`,
    );
    expect(asVt).toEqual(readReference("logs/vt/csv.query.parsed.txt").trim().split("\n"));
  });
});

function countReasons(skipped: AllRead["skipped"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of skipped) {
    const reason = text.replace(/^\d+ /, "");
    counts[reason] = (counts[reason] ?? 0) + 1;
  }
  return counts;
}

const dollars = (template: string) => {
  let number = 0;
  return template.replace(/\?|%s|\$\d+/g, () => `$${++number}`);
};

const asText = (value: string | number | null) => (value === null ? null : `${value}`);

/**
 * The transcript as PostgreSQL 15 logs it under the extended protocol with log_min_duration_statement = 0: a parse line
 * when a statement is prepared, then a bind and an execute line for each execution, both with the parameters in DETAIL.
 */
function extendedLog(truth: readonly TranscriptLine[]): string {
  const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines: string[] = [];
  const write = (message: string, parameters: readonly (string | number | null)[] = []) => {
    const values = parameters.map(
      (value, index) => `$${index + 1} = ${value === null ? "NULL" : `'${`${value}`.replaceAll("'", "''")}'`}`,
    );
    const detail = values.length === 0 ? "" : cell(`parameters: ${values.join(", ")}`);
    lines.push(
      `2026-11-20 07:44:09.${`${lines.length % 1000}`.padStart(3, "0")} UTC,"postgres","tpcc",1301,"[local]",6afffa49.515,${lines.length + 1},` +
        `"SELECT",2026-11-20 07:44:09 UTC,3/4,0,LOG,00000,${cell(message)},${detail},,,,,,,,"benchbase","client backend",,1`,
    );
  };
  const prepared = new Map<string, string>();
  for (const { template, params } of truth) {
    const sql = dollars(template);
    let name = prepared.get(sql);
    if (name === undefined) {
      name = `s${prepared.size}`;
      prepared.set(sql, name);
      write(`duration: 0.050 ms  parse ${name}: ${sql}`);
    }
    write(`duration: 0.006 ms  bind ${name}: ${sql}`, params);
    write(`duration: 0.034 ms  execute ${name}: ${sql}`, params);
  }
  for (let transaction = 0; transaction < 400; transaction++) {
    const sql = transaction % 2 === 0 ? "BEGIN" : "COMMIT";
    write(`duration: 0.006 ms  bind <unnamed>: ${sql}`);
    write(`duration: 0.034 ms  execute <unnamed>: ${sql}`);
  }
  return `${lines.join("\n")}\n`;
}
