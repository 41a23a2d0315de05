// How fast are records found and decoded? MB/s of our readers beside a bare search for newlines and papaparse, all over
// the same bytes in one run, because only ratios mean something on a shared machine. Run: node bench/ingest.mjs
// [megabytes] [part of the names to measure]
import Papa from "papaparse";
import { CsvScanner } from "../dist/ingest/csv/scanner.js";
import { detectFormat } from "../dist/ingest/detect.js";
import { RecordFeed } from "../dist/ingest/feed.js";
import { formats } from "../dist/ingest/formats.js";
import { generalRecord, mysqlBanner, proxysqlRecord, scriptRecord, slowRecord, vtgateRecord } from "./mysql-records.mjs";

const statements = [
  (n) => `SELECT id, name, email FROM customer WHERE id = ${n}`,
  (n) => `SELECT * FROM orders WHERE customer_id = ${n} ORDER BY created_at DESC LIMIT 20`,
  (n) =>
    `INSERT INTO order_line (order_id, line, product_id, quantity) VALUES (${n}, 1, ${n % 977}, 2), (${n}, 2, ${n % 101}, 1)`,
  (n) => `UPDATE customer SET last_seen = now() WHERE id = ${n}`,
  (n) =>
    `SELECT "o"."id", "o"."total"\nFROM "orders" AS "o"\nWHERE "o"."customer_id" = ${n} AND "o"."state" IN ('paid', 'sent')`,
  () => "COMMIT",
];

const megabytes = Number(process.argv[2] ?? 64);
const wanted = process.argv[3] ?? "";
const rounds = 7;
const csvHeader = "ts,session,duration_ms,rows,sql\n";
const results = [
  ["Buffer.indexOf, count newlines", csvRecord, countNewlines, csvHeader],
  ["CSV scanner, all fields", csvRecord, scanFields, csvHeader],
  ["CSV query log, entries decoded", csvRecord, readEntries, csvHeader],
  ["PostgreSQL csvlog, entries decoded", csvlogRecord, readEntries],
  ["PostgreSQL jsonlog, entries decoded", jsonlogRecord, readEntries],
  ["PostgreSQL stderr, entries decoded", stderrRecord, readEntries],
  ["PostgreSQL stderr, durations apart", pairedRecord, readEntries],
  ["PostgreSQL syslog, entries decoded", syslogRecord, readEntries],
  ["PostgreSQL Cloud SQL, decoded", cloudSqlRecord, readEntries],
  ["JSONL, entries decoded", jsonRecord, readEntries],
  ["MySQL slow log, entries decoded", slowRecord, readEntries, mysqlBanner],
  ["MySQL general log, entries decoded", generalRecord, readEntries, mysqlBanner],
  ["VTGate log, values put in", vtgateRecord, readEntries],
  ["ProxySQL log, entries decoded", proxysqlRecord, readEntries],
  ["SQL script, entries decoded", scriptRecord, readEntries],
  ["papaparse, arrays of strings", csvRecord, parseWithPapa, csvHeader],
]
  .filter(([name]) => name.startsWith("Buffer") || name.includes(wanted))
  .map(([name, record, run, header = ""]) => {
    const bytes = makeLog(megabytes * 1e6, record, header);
    let best = Infinity;
    let count = 0;
    for (let round = 0; round < (name.startsWith("papa") ? 1 : rounds); round++) {
      const copy = Buffer.from(bytes); // readers resolve quotes in place
      const started = cpuMillis();
      count = run(copy);
      best = Math.min(best, cpuMillis() - started);
    }
    return { name, MBperSecond: bytes.length / 1e3 / best, nsPerRecord: (best * 1e6) / count, count };
  });
for (const { name, MBperSecond, nsPerRecord, count } of results) {
  const ratio = MBperSecond / results[0].MBperSecond;
  console.log(
    `${name.padEnd(36)} ${MBperSecond.toFixed(0).padStart(6)} MB/s  ${ratio.toFixed(2)}  ${nsPerRecord.toFixed(0).padStart(5)} ns  ${count}`,
  );
}

/** Time on the processor, so that neighbours on a shared machine count less than in time on the clock. */
function cpuMillis() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function countNewlines(bytes) {
  let count = 0;
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) count += 1;
  return count;
}

function scanFields(bytes) {
  const scanner = new CsvScanner(44, 10);
  let count = 0;
  scanner.open(bytes, bytes.length, true);
  for (let at = 0; at < bytes.length; at = scanner.next(at)) count += 1;
  return count;
}

function readEntries(bytes) {
  const detection = detectFormat({ bytes: bytes.subarray(0, 1 << 20), atEnd: false, name: "bench" });
  const reader = formats[detection.format].createReader(detection);
  let count = 0;
  let skippedCount = 0;
  const feed = new RecordFeed(
    reader,
    0,
    (entry) => (count += entry.sql.end > entry.sql.start ? 1 : 0),
    () => (skippedCount += 1),
  );
  feed.push(bytes);
  feed.end();
  // Lines of a message and durations apart are records of their own.
  if (skippedCount > count) throw new Error(`${skippedCount} records skipped`);
  return count;
}

function parseWithPapa(bytes) {
  let count = 0;
  Papa.parse(bytes.toString("latin1"), { fastMode: false, step: () => (count += 1) });
  return count;
}

/** 73 % of the statements are quoted, some with doubled quotes or newlines, as in a log of a real application. */
function makeLog(length, record, header) {
  const pieces = [header];
  let made = header.length;
  let state = 1;
  for (let number = 0; made < length; number++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const text = record(number, state, statements[(state >>> 16) % statements.length](state >>> 8));
    pieces.push(text);
    made += text.length;
  }
  return Buffer.from(pieces.join(""));
}

function csvRecord(number, state, sql) {
  const cell = /[",\n]/.test(sql) ? `"${sql.replaceAll('"', '""')}"` : sql;
  return `${timeOf(number)},s${state % 977},${(state % 9000) / 1000},${state % 50},${cell}\n`;
}

function jsonRecord(number, state, sql) {
  return `${JSON.stringify({ ts: timeOf(number), session: `s${state % 977}`, duration_ms: (state % 9000) / 1000, rows: state % 50, sql })}\n`;
}

function csvlogRecord(number, state, sql) {
  const message = `duration: ${(state % 9000) / 1000} ms  statement: ${sql}`.replaceAll('"', '""');
  return (
    `${timeOf(number).replace("T", " ").replace("Z", " UTC")},"app","shop",1301,"[local]",6afffa49.${state % 977},${number},"SELECT",` +
    `2026-11-20 07:44:09 UTC,3/4,0,LOG,00000,"${message}",,,,,,,,,"app","client backend",,0\n`
  );
}

function jsonlogRecord(number, state, sql) {
  const message = `duration: ${(state % 9000) / 1000} ms  statement: ${sql}`;
  return `${JSON.stringify({ timestamp: serverTime(number), user: "app", dbname: "shop", pid: 1301, remote_host: "[local]", session_id: `6afffa49.${state % 977}`, line_num: number, ps: "SELECT", session_start: "2026-11-20 07:44:09 UTC", vxid: "3/4", txid: 0, error_severity: "LOG", message, application_name: "app", backend_type: "client backend", query_id: 0 })}\n`;
}

function stderrRecord(number, state, sql) {
  return `${serverTime(number)} [${1300 + (state % 97)}] app@shop/api LOG:  duration: ${(state % 9000) / 1000} ms  statement: ${sql.replaceAll("\n", "\n\t")}\n`;
}

/** log_statement = all with log_duration = on: the duration is a message of its own. */
function pairedRecord(number, state, sql) {
  const prefix = `${serverTime(number)} [${1300 + (state % 97)}] app@shop/api LOG:  `;
  return `${prefix}statement: ${sql.replaceAll("\n", "\n\t")}\n${prefix}duration: ${(state % 9000) / 1000} ms\n`;
}

function syslogRecord(number, state, sql) {
  const envelope = `Nov 20 07:44:09 db1 postgres[${1300 + (state % 97)}]: [${number}-`;
  const lines = `user=app,db=shop LOG:  duration: ${(state % 9000) / 1000} ms  statement: ${sql}`.split("\n");
  return lines.map((line, chunk) => `${envelope}${chunk + 1}] ${chunk > 0 ? "#011" : ""}${line}\n`).join("");
}

function cloudSqlRecord(number, state, sql) {
  const lines = `${serverTime(number)} [${1300 + (state % 97)}]: [${number}-1] db=shop,user=app LOG:  duration: ${(state % 9000) / 1000} ms  statement: ${sql}`.split("\n");
  return lines
    .map((line, chunk) => `${JSON.stringify({ insertId: `s=${number}`, logName: "projects/p/logs/postgres.log", resource: { type: "cloudsql_database" }, textPayload: `${chunk > 0 ? "\t" : ""}${line}`, timestamp: timeOf(number) })}\n`)
    .join("");
}

function serverTime(number) {
  return timeOf(number).replace("T", " ").replace("Z", " UTC");
}

function timeOf(number) {
  return new Date(1.79e12 + number).toISOString();
}
