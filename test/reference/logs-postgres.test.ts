import { readdirSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import type { AllRead, ReadEntry } from "../ingest/reading.ts";
import { detect, readAll } from "../ingest/reading.ts";
import { analyzed } from "./analyzed.ts";
import { describeReference, readReference, referencePath } from "./reference.ts";

const bytesOf = (path: string): Uint8Array => {
  const bytes = readFileSync(referencePath(path));
  return path.endsWith(".gz") ? gunzipSync(bytes) : bytes;
};

const folder = "logs/tpcc-engine-logs";
const isControl = (sql = "") => /^(BEGIN|COMMIT)\b/.test(sql);

interface TranscriptLine {
  readonly sql: string;
  readonly template: string;
  readonly params: readonly (string | number | null)[];
}

const transcript = () =>
  Buffer.from(bytesOf(`${folder}/transcript.jsonl.gz`))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as TranscriptLine);

describeReference("a TPC-C run as PostgreSQL logs it in every format", () => {
  // PROVENANCE.md: every file holds exactly 5,941 client statements, 5,541 and BEGIN and COMMIT of 200 transactions.
  const { csvlog, jsonlog, stderr } = {
    csvlog: `${folder}/pg-simple/postgresql.csv.gz`,
    jsonlog: `${folder}/pg-simple/postgresql.json.gz`,
    stderr: `${folder}/pg-simple/postgresql.stderr.log.gz`,
  };

  test.each([csvlog, jsonlog, stderr])("%s has the statements of the transcript", (path) => {
    const { entries } = readAll(bytesOf(path));
    expect(entries).toHaveLength(5941);
    expect(entries.filter(({ sql }) => !isControl(sql)).map(({ sql }) => sql)).toEqual(transcript().map(({ sql }) => sql));
  });

  test("the three say the same of each statement, but for what the prefix leaves out", () => {
    const told = (path: string) =>
      readAll(bytesOf(path)).entries.map(({ sql, time, duration, database, user, parameters }) => ({
        sql,
        time,
        duration,
        database,
        user,
        parameters,
      }));
    expect(told(jsonlog)).toEqual(told(csvlog));
    expect(told(stderr)).toEqual(told(csvlog));
    const sessions = (path: string) => readAll(bytesOf(path)).entries.map(({ session, transaction }) => ({ session, transaction }));
    expect(sessions(jsonlog)).toEqual(sessions(csvlog));
  });

  describe("also when the same messages come another way", () => {
    /** The messages of the jsonlog: what the server says, whatever carries it. */
    const records = () =>
      Buffer.from(bytesOf(jsonlog))
        .toString()
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as Record<string, string>);
    const prefixed = (prefix: (record: Record<string, string>) => string) =>
      records().map((record) => `${prefix(record)}${record["error_severity"]}:  ${record["message"]!.replaceAll("\n", "\n\t")}`);
    const seconds = ({ timestamp }: Record<string, string>) => timestamp!.replace(/\.\d+/, "");
    const ways: readonly (readonly [string, string, () => string])[] = [
      [
        "Amazon RDS",
        "postgres-stderr",
        () => `${prefixed((r) => `${seconds(r)}:${r["user"] === undefined ? "" : "10.0.0.1(5432)"}:${r["user"] ?? ""}@${r["dbname"] ?? ""}:[${r["pid"]}]:`).join("\n")}\n`,
      ],
      [
        "syslog, RFC 3164",
        "postgres-syslog",
        () =>
          `${prefixed((r) => `user=${r["user"] ?? ""},db=${r["dbname"] ?? ""} `)
            .map((text, n) => `Nov 20 07:44:09 db1 postgres[${records1()[n]}]: [${n + 1}-1] ${text}`)
            .join("\n")}\n`,
      ],
      [
        "Cloud SQL",
        "postgres-cloudsql",
        () =>
          `${prefixed((r) => `${r["timestamp"]} [${r["pid"]}]: [${r["line_num"]}-1] db=${r["dbname"] ?? ""},user=${r["user"] ?? ""} `)
            .map((textPayload) => JSON.stringify({ textPayload, timestamp: "2026-11-20T07:44:09Z" }))
            .join("\n")}\n`,
      ],
      [
        "CloudNativePG",
        "postgres-jsonlog",
        () =>
          `${records()
            .map((r) => JSON.stringify({ level: "info", logger: "postgres", msg: "record", record: { log_time: r["timestamp"], user_name: r["user"], database_name: r["dbname"], process_id: `${r["pid"]}`, session_id: r["session_id"], error_severity: r["error_severity"], message: r["message"] } }))
            .join("\n")}\n`,
      ],
    ];
    const pids = new Map<string, readonly string[]>();
    const records1 = () => {
      let known = pids.get("all");
      if (known === undefined) pids.set("all", (known = records().map((record) => `${record["pid"]}`)));
      return known;
    };

    test.each(ways)("%s", (_, format, write) => {
      const text = write();
      expect(detect(text).format).toBe(format);
      const whole = readAll(bytesOf(csvlog)).entries;
      const entries = readAll(text).entries;
      expect(entries.map(plainly)).toEqual(whole.map(plainly));
    });

    const plainly = ({ sql, duration, database, user }: ReadEntry) => ({ sql, duration, database, user });
  });

  test("the design recommended is the same from each", async () => {
    const designs = await Promise.all([csvlog, jsonlog, stderr].map((path) => analyzed(referencePath(path))));
    // Where in its file a statement stands is the format's own.
    const withoutPlaces = (value: unknown): unknown =>
      JSON.parse(JSON.stringify(value, (name, each: unknown) => (name === "origins" ? undefined : each)));
    const [first, ...others] = designs.map(({ recommendation, read, tables }) => ({
      recommendation: withoutPlaces(recommendation),
      read: { ...read, skipped: [], sessions: 0 },
      tables: withoutPlaces(tables),
    }));
    for (const other of others) expect(other).toEqual(first);
    expect(first!.read.statements).toBe(5941);
  });

  test("without a schema, too, the warehouse's tables stay together, because transactions give them one value, and item is copied", async () => {
    const { designs } = await analyzed(referencePath(csvlog));
    expect(
      Object.fromEntries(
        designs.designs[0]!.tables.map(({ table, kind, shardKey }) => [table, kind === "sharded" ? shardKey.join() : kind]),
      ),
    ).toEqual({
      warehouse: "w_id",
      district: "d_w_id",
      customer: "c_w_id",
      history: "h_w_id",
      new_order: "no_w_id",
      oorder: "o_w_id",
      order_line: "ol_w_id",
      stock: "s_w_id",
      item: "reference",
    });
    expect(designs.designs[0]!.tables.filter(({ colocatedWith }) => colocatedWith !== null)).toHaveLength(7);
  });

  test("pg_stat_statements has the statements of the transcript by calls, and the same pins of columns", async () => {
    const { entries, skipped } = readAll(bytesOf(`${folder}/pg_stat_statements.csv`));
    expect(entries.reduce((sum, { executions }) => sum + executions, 0)).toBe(5941);
    expect(skipped.every((text) => text.endsWith("check of a foreign key by the server"))).toBe(true);
    const counts = new Map<string, number>();
    for (const { template } of transcript()) counts.set(shapeOf(template), (counts.get(shapeOf(template)) ?? 0) + 1);
    const exported = new Map<string, number>();
    for (const { sql, executions } of entries)
      if (!isControl(sql)) exported.set(shapeOf(sql!), (exported.get(shapeOf(sql!)) ?? 0) + executions);
    expect([...exported].sort()).toEqual([...counts].sort());
    const report = await analyzed(referencePath(`${folder}/pg_stat_statements.csv`));
    expect(report.read.statements).toBe(5941);
    expect(report.load.erlangs).toEqual({ unknown: "statistics are sums without times" });
    for (const { candidates } of report.tables)
      for (const { keyCharacteristics } of candidates) expect(keyCharacteristics.mostCommonValues).toHaveProperty("unknown");
  });
});

/** A statement without its literals and placeholders, which the view numbers anew. */
const shapeOf = (sql: string): string =>
  sql
    .replace(/'[^']*'|\$\d+|\?|\b\d+\b/g, "?")
    .replace(/([\s(,=])-\?/g, "$1?")
    .replace(/\s+/g, " ")
    .toLowerCase();

interface PeerRun {
  readonly queries_number: number;
  readonly query_total_with_duration: number;
  readonly first_query_ts: string;
  readonly last_query_ts: string;
  readonly per_database: Readonly<Record<string, { readonly count: number; readonly duration?: number }>>;
  readonly normalized: Readonly<Record<string, { readonly count: number; readonly duration_ms: number | null }>>;
}

/** Where pgBadger's run says something else, and who is right. The test fails when a line is not needed, too. */
const inZone = "the time is logged in CET or MSK; pgBadger keeps the clock's figures, we give UTC";
const disagreements: Readonly<Record<string, Readonly<Record<string, { peer: unknown; ours: unknown; right: "ours" | "either"; because: string }>>>> = {
  "postgresql_param_range.log": {
    "first_query_ts": { peer: "2023-03-07 09:05:37", ours: "2023-03-07 08:05:37", right: "ours", because: inZone },
    "last_query_ts": { peer: "2023-03-07 09:07:12", ours: "2023-03-07 08:07:12", right: "ours", because: inZone },
  },
  "stmt_type.log": {
    "first_query_ts": { peer: "2019-10-21 12:03:31", ours: "2019-10-21 09:03:31", right: "ours", because: inZone },
    "last_query_ts": { peer: "2019-10-21 12:03:51", ours: "2019-10-21 09:03:51", right: "ours", because: inZone },
  },
  "pg-syslog.2.gz": {
    "first_query_ts": { peer: "2026-02-10 23:15:40", ours: "2000-02-10 23:15:40", right: "either", because: "RFC 3164 has no year: pgBadger takes the running one, we take 2000 and say so" },
    "last_query_ts": { peer: "2026-02-10 23:16:26", ours: "2000-02-10 23:16:26", right: "either", because: "the same" },
  },
};

describeReference("pgBadger's fixtures", () => {
  const peers = JSON.parse(readReference("logs/pgbadger/expected_peer_run.json")) as Record<string, PeerRun>;

  test("every file is either compared or named here", () => {
    expect(readdirSync(referencePath("logs/pgbadger/fixtures")).sort()).toEqual(
      [...Object.keys(peers), "pg_vacuums.json.gz", "pgbouncer.log.gz"].sort(),
    );
  });

  test.each(Object.keys(peers))("%s: queries, durations, databases and times as pgBadger counts them", (name) => {
    const peer = factsOfPeer(peers[name]!);
    const ours = factsOf(readAll(bytesOf(`logs/pgbadger/fixtures/${name}`)));
    const different = Object.fromEntries(
      Object.keys({ ...peer, ...ours })
        .filter((fact) => JSON.stringify(peer[fact]) !== JSON.stringify(ours[fact]))
        .map((fact) => [fact, { peer: peer[fact], ours: ours[fact] }]),
    );
    const known = Object.entries(disagreements[name] ?? {}).map(([fact, one]) => [fact, { peer: one.peer, ours: one.ours }]);
    expect(different).toEqual(Object.fromEntries(known));
  });

  test("the numbers of pgBadger's own tests", () => {
    const golden = JSON.parse(readReference("logs/pgbadger/expected_golden.json")) as { cases: { fixture: string; fact: string; value: unknown }[] };
    const entriesOf = (name: string) => readAll(bytesOf(`logs/pgbadger/fixtures/${name}`)).entries;
    const reasonsOf = (name: string) =>
      readAll(bytesOf(`logs/pgbadger/fixtures/${name}`)).skipped.map((text) => text.replace(/^\d+ /, ""));
    for (const { fixture, fact, value } of golden.cases) {
      if (fixture === "pgbouncer.log.gz") {
        // A log of connections through a pooler, without statements.
        expect(() => detect(bytesOf(`logs/pgbadger/fixtures/${fixture}`))).toThrow(InputError);
      } else if (fact.startsWith("connections")) {
        // pgBadger counts those of one user to one database: connections are skipped here, and counted with others.
        expect(reasonsOf(fixture).filter((reason) => reason === "connection line").length).toBeGreaterThan(Number(value));
      } else if (fact.startsWith("autoanalyze")) {
        const [analyzes, vacuums] = value as [number, number];
        expect(reasonsOf(fixture).filter((reason) => reason === "autovacuum line")).toHaveLength(analyzes + vacuums);
      } else if (fact.startsWith("12 statements")) {
        expect(entriesOf(fixture)).toHaveLength(Number(value));
      } else if (fact.startsWith("slow_table")) {
        expect(entriesOf(fixture).find(({ sql }) => sql!.includes("slow_table"))!.duration).toBe(value);
      } else {
        expect(fact).toContain("health_check");
        expect(entriesOf(fixture).find(({ sql }) => sql!.includes("health_check"))!.duration).toBeNaN();
      }
    }
  });
});

function factsOfPeer(peer: PeerRun): Record<string, unknown> {
  const { queries_number, query_total_with_duration, first_query_ts, last_query_ts, per_database, normalized } = peer;
  return { queries_number, query_total_with_duration, first_query_ts, last_query_ts, normalized: alike(Object.values(normalized).map(({ count, duration_ms }) => [count, duration_ms ?? 0])), ...databases(per_database) };
}

const databases = (sums: Readonly<Record<string, { count: number; duration?: number }>>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(sums)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, { count, duration }]) => [name, `${count} in ${(duration ?? 0).toFixed(3)} ms`]),
  );

function factsOf({ entries }: AllRead): Record<string, unknown> {
  const sums: Record<string, { count: number; duration: number }> = {};
  const shapes = new Map<string, [number, number]>();
  for (const { database = "unknown", duration, sql } of entries) {
    const sum = (sums[database] ??= { count: 0, duration: 0 });
    sum.count += 1;
    if (duration >= 0) sum.duration += duration;
    const shape = shapeOf(sql!).replace(/ in \([?, ]*\)/g, " in (?)").replace(/;$/, "");
    // pgBadger counts empty statements, and lists them nowhere.
    if (shape === "") continue;
    const one = shapes.get(shape) ?? [0, 0];
    shapes.set(shape, [one[0] + 1, one[1] + (duration >= 0 ? duration : 0)]);
  }
  const times = entries.map(({ time }) => time).sort((a, b) => a - b);
  const text = (micros: number) => new Date(micros / 1000).toISOString().slice(0, 19).replace("T", " ");
  return {
    queries_number: entries.length,
    query_total_with_duration: entries.filter(({ duration }) => duration >= 0).length,
    first_query_ts: text(times[0]!),
    last_query_ts: text(times.at(-1)!),
    normalized: alike([...shapes.values()]),
    ...databases(sums),
  };
}

/** How often each statement ran but for its values, and for how long: the texts are written differently. */
const alike = (sums: readonly (readonly [number, number])[]): readonly string[] =>
  sums.map(([count, durationMs]) => `${count} in ${durationMs.toFixed(2)} ms`).sort();
