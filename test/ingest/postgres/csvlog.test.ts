import { describe, expect, test } from "vitest";
import { detect, readAll } from "../reading.ts";

interface Line {
  message: string;
  detail?: string;
  severity?: string;
  transaction?: string;
  time?: string;
}

/** A line as PostgreSQL writes it; `columns` is 23 up to version 12, 24 in 13, 26 from 14 on. */
function line(
  { message, detail, severity = "LOG", transaction = "3/4", time = "2026-11-20 07:44:09.277 UTC" }: Line,
  columns = 26,
): string {
  const cell = (text = "") => (text === "" ? "" : `"${text.replaceAll('"', '""')}"`);
  const fields = [
    time,
    cell("app"),
    cell("shop"),
    "1301",
    cell("[local]"),
    "6afffa49.515",
    "1",
    cell("SELECT"),
    "2026-11-20 07:44:09 UTC",
    transaction,
    "0",
    severity,
    "00000",
    cell(message),
    cell(detail),
    "",
    "",
    "",
    "",
    "",
    "",
    "",
    cell("psql"),
    cell("client backend"),
    "",
    "42",
  ];
  return `${fields.slice(0, columns).join(",")}\n`;
}

const log = (...lines: Line[]) => lines.map((one) => line(one)).join("");

describe("PostgreSQL csvlog", () => {
  test.each([23, 24, 26])("is known by %i columns, a time and an SQLSTATE", (columns) => {
    const text = line({ message: 'duration: 1.076 ms  statement: SELECT "a"\nFROM t' }, columns);
    expect(detect(text)).toMatchObject({ format: "postgres-csvlog", dialect: "postgres" });
    expect(readAll(text).entries).toMatchObject([
      {
        sql: 'SELECT "a"\nFROM t',
        duration: 1.076,
        time: Date.UTC(2026, 10, 20, 7, 44, 9, 277) * 1000,
        session: "6afffa49.515",
        database: "shop",
        user: "app",
        transaction: "3/4",
        parameters: [],
      },
    ]);
  });

  test("an extended-protocol execution is one execution: its parse and bind lines are not", () => {
    const sql = "SELECT * FROM stock WHERE s_i_id = $1 AND s_w_id = $2 AND s_note = $3 AND s_old = $4";
    const detail = "parameters: $1 = '120', $2 = '6', $3 = 'it''s, $9 = ''x''', $4 = NULL";
    const { entries, skipped } = readAll(
      log(
        { message: `duration: 0.050 ms  parse s1: ${sql}` },
        { message: `duration: 0.006 ms  bind s1: ${sql}`, detail },
        { message: `duration: 0.034 ms  execute s1: ${sql}`, detail },
        { message: `execute s1/c1: ${sql}`, detail: detail.replace("p", "P") }, // "Parameters:" since PostgreSQL 16
        { message: `duration: 0.034 ms  execute fetch from s1/c1: ${sql}`, detail },
      ),
    );
    const parameters = ["120", "6", "it's, $9 = 'x'", null];
    expect(entries).toMatchObject([
      { sql, duration: 0.034, parameters },
      { sql, duration: NaN, parameters },
    ]);
    expect(skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual([
      "parse line of the extended protocol",
      "bind line of the extended protocol",
      "fetch from an open portal",
    ]);
  });

  test("the parameters of one line don't stay for the next", () => {
    const { entries } = readAll(
      log({ message: "execute a: SELECT $1", detail: "parameters: $1 = '1'" }, { message: "statement: SELECT 2" }),
    );
    expect(entries.map((entry) => entry.parameters)).toEqual([["1"], []]);
  });

  test("everything else is skipped with its reason", () => {
    const { entries, skipped } = readAll(
      log(
        { message: "duration: 12.3 ms" },
        { message: "connection authorized: user=app database=shop" },
        { message: "disconnection: session time: 0:00:01" },
        { message: "duration: 1 ms  plan:\nQuery Text: SELECT 1" },
        { message: "checkpoint starting: time" },
        { message: "automatic vacuum of table" },
        { message: 'relation "x" does not exist', severity: "ERROR" },
        { message: "the database system is shutting down", severity: "FATAL" },
        { message: "listening on port 5432" },
        { message: "listo", severity: "REGISTRO" },
        { message: "нет такой таблицы", severity: "ОШИБКА" },
        { message: "?", severity: "DETAIL" },
        { message: "statement: " },
      ),
    );
    expect(entries).toEqual([]);
    expect(skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual([
      "duration on a line of its own",
      "connection line",
      "connection line",
      "plan of a statement (auto_explain)",
      "checkpoint line",
      "autovacuum line",
      "ERROR message of the server",
      "FATAL message of the server",
      "LOG message of the server",
      "LOG message of the server",
      "ERROR message of the server",
      "message of the server",
      "empty statement",
    ]);
  });

  test("a statement outside a transaction has none", () => {
    expect(
      readAll(log({ message: "statement: SELECT 1", transaction: "3/0" })).entries[0]!.transaction,
    ).toBeUndefined();
    expect(readAll(log({ message: "statement: SELECT 1", transaction: "13/10" })).entries[0]!.transaction).toBe(
      "13/10",
    );
  });

  test("a header that an export added is passed over", () => {
    const header = `${Array.from({ length: 26 }, (_, index) => `log_column_${index}`).join(",")}\n`;
    expect(readAll(header + log({ message: "statement: SELECT 1" }))).toMatchObject({
      entries: [{ sql: "SELECT 1" }],
      skipped: [],
    });
  });
});
