import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { bytesOf, detect } from "./reading.ts";

function complaint(text: string | Uint8Array, options = {}): string {
  try {
    detect(text, options);
  } catch (error) {
    if (error instanceof InputError) return `${error.message} / ${error.hint}`;
    throw error;
  }
  return "none";
}

describe("what is not read says what it is and what to use instead, in one sentence", () => {
  test.each([
    ["", "the input is empty"],
    [new Uint8Array(1000), "this is a binary file"],
    ["PAR1\x15\x04", "this is Parquet"],
    [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 1, 2]), "compressed with zstd twice"],
    ["BZh91AY&SY", "compressed with bzip2 twice"],
    [Buffer.from("\uFEFFsql\nSELECT 1", "utf16le"), "iconv -f UTF-16"],
    ["2018-09-12 16:09:05.313 3394 LOG C-0x562376c014e0: pgbench/gilles@127.0.0.1:43866 login attempt\n", "PgBouncer"],
    ["2019-07-10T13:35:03.000+0000 I COMMAND  [conn1] command test.a\n", "mongoexport -d DATABASE -c system.profile"],
    ["Thu Oct  9 15:20:19.328 [initandlisten] MongoDB starting\n", "MongoDB text log"],
    ["nothing but\nsome words\n", "the format is not recognised"],
  ])("%j: %s", (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });

  test("a CSV with neither SQL nor keys: its columns and the flags to use", () => {
    expect(complaint("when,who,amount\n2026-11-20,me,5\n")).toBe(
      "test.log: no column of SQL, and none that name an operation and a table / it has columns when, who, amount; name the column of " +
        "statements with --sql-column, or those of an access log with --operation-column and --table-column",
    );
  });

  test("JSON objects without SQL: their fields", () => {
    expect(complaint('{"a":1,"b":{"c":2}}\n')).toContain("they have a, b, b.c; name one with --sql-column");
  });

  test("a log_line_prefix that is not the log's", () => {
    const log = "2026-01-01 00:00:00 UTC|app|LOG:  duration: 1.5 ms  statement: SELECT 1\n";
    expect(() => detect(log, { logLinePrefix: "%m [%p] " })).toThrow(
      /^test\.log: no line of it begins with the log_line_prefix "%m \[%p\] "$/,
    );
    expect(detect(log, { logLinePrefix: "%t|%u|" }).format).toBe("postgres-stderr");
  });

  test("a forced format that does not fit", () => {
    expect(complaint("a,b\n1,2\n", { format: "postgres-csvlog" })).toContain("not a line of PostgreSQL's csvlog");
    expect(complaint("a,b\n1,2\n", { format: "jsonl" })).toContain("not JSON objects");
    expect(complaint("a,b\n1,2\n", { format: "csv" })).toContain("no column of SQL statements");
    expect(complaint("a,b\n1,2\n", { format: "access-log" })).toContain("needs an operation, a table");
  });
});

describe("detection", () => {
  test("says how it reads and why", () => {
    expect(detect("ts,sql\n2026-11-20,SELECT a FROM t\n")).toMatchObject({
      format: "csv",
      dataStart: 7,
      because: 'its records have 2 fields, and column "sql" holds SQL',
    });
  });

  test("leaves the bytes as they are", () => {
    for (const text of ['ts,sql\n2026-11-20,"SELECT ""a"""\n', '{"sql":"SELECT \\"a\\""}\n']) {
      const bytes = Buffer.from(text);
      detect(bytes);
      expect(bytes.toString()).toBe(text);
    }
  });

  test("a first record longer than the head is no hindrance", () => {
    const bytes = bytesOf(`ts,sql\n2026-11-20,"SELECT '${"x".repeat(2_000_000)}'"\n`);
    expect(detect(bytes)).toMatchObject({ format: "csv" });
  });
});
