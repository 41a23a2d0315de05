import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { RecordFeed } from "../../src/ingest/feed.ts";
import { detectFormat } from "../../src/ingest/detect.ts";
import { formats } from "../../src/ingest/formats.ts";
import { newKernelMemory } from "../../src/kernel/kernel.ts";
import { loadGrammar } from "../../src/sql/parse.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import type { Dialect } from "../../src/sql/template.ts";
import { WorkloadBuilder } from "../../src/workload/builder.ts";
import { FastLaneReader } from "../../src/workload/fast-lane-reader.ts";
import { addCounted, countJobs, doCountJobs } from "../../src/workload/kernel-counter.ts";
import { contents } from "./contents.ts";

beforeAll(async () => {
  await loadGrammar("postgres");
  await loadGrammar("mysql");
});

const head =
  "ts,session,transaction_id,duration_ms,rows,sql\n2026-01-01 00:00:00,s0,,0.5,1,SELECT 1 FROM t WHERE id = 1\n";

/** What is read from a log: by the builder alone, or with the lane. */
function readLog(
  text: string,
  dialect: Dialect,
  withLane: boolean,
  pieceBytes: number,
  { startsInside = false, footprintBytes = 96e6 } = {},
): string {
  const bytes = new TextEncoder().encode(text);
  const detection = detectFormat({ bytes: new TextEncoder().encode(head), atEnd: true, name: "log" }, {});
  const reader = formats[detection.format].createReader(detection);
  const memory = newKernelMemory();
  const lane = withLane ? { memory, plain: reader.plain! } : undefined;
  const builder = new WorkloadBuilder({
    input: 1,
    dialect,
    keyColumns: [],
    schema: emptySchema,
    counted: undefined,
    startsInside,
    transactionLimits: { footprintBytes, ids: 100 },
    lane,
  });
  const both = builder.lane === undefined ? reader : new FastLaneReader(builder.lane, reader);
  const feed = new RecordFeed(
    both,
    detection.dataStart,
    (entry) => builder.add(entry),
    (offset, reason) => builder.skip(offset, reason),
    pieceBytes,
  );
  feed.push(bytes.subarray(detection.dataStart));
  feed.end();
  const jobs = countJobs(builder.lane?.drain() ?? []);
  doCountJobs(memory, jobs, new Int32Array(new SharedArrayBuffer(4)));
  const { part } = builder;
  addCounted(part, memory, jobs);
  return contents(part);
}

const literal = fc.oneof(
  fc.integer({ min: -20, max: 20 }).map(String),
  fc.constantFrom(
    ..."0 007 1.5 -0.25 .5 1e3 9007199254740993 123456789012345678 1_000 0x1F $1 $2 ? :name NULL null true +4 -0".split(" "),
    ..."'' 'x' '42' '007' '-7' 'it''s' 'ü' E'a\\n' 'a,b' '\"q\"' x'1f' B'01' \"u\" '2026-01-01' 'a\nb'".split(" "),
    "'1'::int",
    "/* c */ 3",
    "-- c\n3",
    "12345678",
  ),
);
const list = fc.array(literal, { minLength: 1, maxLength: 5 }).map((values) => values.join(", "));
const statement = fc.oneof(
  fc.tuple(literal, literal).map(([a, b]) => `SELECT * FROM t WHERE id = ${a} AND name = ${b}`),
  fc.tuple(literal, literal).map(([a, b]) => `SELECT * FROM t WHERE ts >= ${a} AND ts < ${b} /* trace=${a} */`),
  fc.tuple(list, list).map(([a, b]) => `SELECT * FROM t WHERE id IN (${a}) AND kind IN (${b})`),
  fc
    .array(fc.tuple(literal, literal), { minLength: 1, maxLength: 4 })
    .map((rows) => `INSERT INTO u (id, name) VALUES ${rows.map(([a, b]) => `(${a}, ${b})`).join(", ")}`),
  fc.tuple(literal, literal).map(([a, b]) => `UPDATE "u" SET name = ${a} WHERE id = ${b}; `),
  fc.tuple(literal, list).map(([a, b]) => `DELETE FROM u WHERE id = ${a} AND (k, l) IN ((${a}, ${a}), (${b}))`),
  fc
    .constantFrom("{1,2}", "{}", '{a,"b c",NULL}', "{{1}}", "x")
    .map((array) => `SELECT * FROM t WHERE id = ANY('${array}')`),
  fc.constantFrom("", "x", "NULL", "sql", "SELECT 'open", "SELECT a FROM t JOIN u ON t.id = u.id"),
  fc.constantFrom("BEGIN", "COMMIT", "ROLLBACK", "ROLLBACK TO SAVEPOINT s", "COMMIT AND CHAIN", "SET autocommit = 0", "CREATE TABLE x (id int)"),
);
const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const record = fc
  .tuple(
    fc.oneof(
      fc.nat(100_000).map((ms) => new Date(1.77e12 + ms).toISOString().replace("T", " ").replace("Z", "")),
      fc.constantFrom("2026-01-01T00:00:07Z", "2026-01-01 00:00:08.5+02:00", "2026-01-01", "x", "", "2026-01-01 00:00:60"),
    ),
    fc.constantFrom("s1", "s2", "", "NULL", "\\N", '"s3"', '"s""4"', "null", "a longer session name"),
    fc.constantFrom("", "", "", "0", "-", "7", "8", '"9"'),
    fc.constantFrom("0.5", "1.25", "", "12 ms", "-1", "x", "3", "1e2", "00:00:01.5", "0.0005", "123456789.123456789"),
    fc.constantFrom("1", "", "-1", "2.5", "x", "1e1"),
    fc.oneof({ weight: 9, arbitrary: statement.map(quoted) }, { weight: 1, arbitrary: statement }),
    fc.constantFrom("\n", "\n", "\n", "\n", "\r\n", "\n\n", ",\n", "x\n", ',"\n'),
  )
  .map(([time, session, id, ms, rows, sql, end]) => `${time},${session},${id},${ms},${rows},${sql}${end}`);
const log = fc.array(record, { maxLength: 60 }).map((records) => {
  // Said again, everything is known and goes through the lane.
  const text = records.join("");
  return head + text + text;
});

test.each(["postgres", "mysql"] as const)("the lane reads what the builder reads, in %s", (dialect) => {
  fc.assert(
    fc.property(log, fc.constantFrom(64, 1000, 1 << 20), fc.boolean(), (text, pieceBytes, startsInside) => {
      const read = (withLane: boolean): string => readLog(text, dialect, withLane, pieceBytes, { startsInside });
      expect(read(true)).toBe(read(false));
    }),
    { numRuns: 300 },
  );
});

test("lists of any length and many distinct texts go either way", () => {
  const ids = (count: number): string => Array.from({ length: count }, (_, i) => i * 3).join(", ");
  const rows = [1, 2, 255, 256, 257, 1023, 1024, 5000, 20_000].flatMap((count) => [
    `SELECT * FROM t WHERE id IN (${ids(count)})`,
    `SELECT * FROM t WHERE id IN (${ids(count)}) AND kind IN (1, 2, 3)`,
  ]);
  // More of each table than a sample keeps.
  const texts = Array.from({ length: 9000 }, (_, i) => `SELECT * FROM ${"uvw"[i % 3]} WHERE name = 'name-${i % 2000}'`);
  const lines = [...rows, ...rows, ...texts].map((sql, i) => `2026-01-01 00:00:00.${i},s${i % 7},,0.777,1,${quoted(sql)}\n`);
  const text = head + lines.join("");
  expect(readLog(text, "postgres", true, 1 << 16)).toBe(readLog(text, "postgres", false, 1 << 16));
});

test("what the server runs in a comment is content to both", () => {
  const marks = ["/*", "/*!", "/*M!", "/*M!100500", "/*M!999999", "/*M!9999990", "/*M!99999", "/*m!"];
  const sql = ["*", ...marks.map((mark) => `${mark} DISTINCT */ a`)].map((columns) => `SELECT ${columns} FROM t WHERE id = 3`);
  const lines = sql.map((each, i) => `2026-01-01 00:00:00.${i},s1,,0.5,1,${quoted(each)}\n`).join("");
  const text = head + lines.repeat(4);
  for (const dialect of ["postgres", "mysql"] as const)
    expect(readLog(text, dialect, true, 1 << 16)).toBe(readLog(text, dialect, false, 1 << 16));
});

/** A flow of a session: its statements stand apart, with others' in between. */
const value = fc.oneof(
  fc.integer({ min: 0, max: 6 }).map(String),
  fc.constantFrom("0", "-3", "NULL", "'x'", "'7'", "4294967296", "-9007199254740991", "300", "1.5"),
);
const inTransaction = fc.oneof(
  value.map((a) => `SELECT * FROM t WHERE id = ${a}`),
  value.map((a) => `UPDATE u SET name = 'n' WHERE id = ${a}`),
  fc.tuple(value, value).map(([a, b]) => `SELECT * FROM u WHERE id = ${a} AND name = ${b}`),
  fc.array(value, { minLength: 1, maxLength: 3 }).map((ids) => `SELECT * FROM t WHERE id IN (${ids.join(", ")})`),
  fc.constantFrom("SELECT count(*) FROM t", "SELECT 1", "FROBNICATE t", "BEGIN", "ROLLBACK TO SAVEPOINT s", "COMMIT AND CHAIN", "SET autocommit = 1"),
);
const flow = fc
  .tuple(fc.array(inTransaction, { maxLength: 6 }), fc.constantFrom("COMMIT", "COMMIT", "COMMIT", "ROLLBACK", "SELECT 1"))
  .map(([statements, end]) => ["BEGIN", ...statements, end]);
const flowsOf = fc.array(fc.tuple(fc.constantFrom("s1", "s2", "65e1d2f0.1a2b"), flow), { minLength: 1, maxLength: 25 });

test.each(["postgres", "mysql"] as const)("transactions that begin and end in the lane are those of the builder, in %s", (dialect) => {
  fc.assert(
    fc.property(flowsOf, fc.constantFrom(96e6, 400), fc.boolean(), (flows, footprintBytes, startsInside) => {
      const lines = flows.flatMap(([session, statements], at) =>
        statements.flatMap((sql) => [
          `2026-01-01 00:00:0${at % 10},${session},,0.5,1,${quoted(sql)}\n`,
          "2026-01-01 00:00:00,other,,0.25,1,SELECT 1 FROM t WHERE id = 1\n",
        ]),
      );
      const text = head + lines.join("").repeat(3);
      const read = (withLane: boolean): string => readLog(text, dialect, withLane, 1 << 20, { startsInside, footprintBytes });
      expect(read(true)).toBe(read(false));
    }),
    { numRuns: 200 },
  );
});

test("a transaction of more statements, accesses or bytes than the lane keeps goes the other way", () => {
  const rows = (count: number): string => Array.from({ length: count }, (_, i) => `(${i}, 'name ${i}')`).join(", ");
  const flows = [95, 96, 97, 200].flatMap((count) => [
    ["BEGIN", ...Array.from({ length: count }, (_, i) => `SELECT * FROM t WHERE id = ${i % 3}`), "COMMIT"],
    ["BEGIN", `INSERT INTO u (id, name) VALUES ${rows(count)}`, "COMMIT"],
    ["BEGIN", `INSERT INTO u (id, name) VALUES ${rows(count * 20)}`, `INSERT INTO u (id, name) VALUES ${rows(9)}`, "COMMIT"],
  ]);
  const text = head + flows.flat().map((sql) => `2026-01-01 00:00:00,s,,0.777,1,${quoted(sql)}\n`).join("").repeat(3);
  expect(readLog(text, "postgres", true, 1 << 20)).toBe(readLog(text, "postgres", false, 1 << 20));
});
