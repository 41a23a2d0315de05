import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { bytesOf, detect, readAll, readRange } from "../reading.ts";

const sqlOf = (text: string | Uint8Array, options = {}) => readAll(text, options).entries.map((entry) => entry.sql);

describe("CSV query log", () => {
  test("columns are found by their names, in any case and order", () => {
    const log =
      "Duration_MS,Session ID,SQL_Text,Rows,Timestamp,txn_id,Database,User,Params\n" +
      `12.5,s1,"SELECT * FROM t WHERE a = $1 AND b = $2",3,2026-11-20 07:44:09,7,shop,app,"[""x"", null]"\n`;
    expect(readAll(log).entries).toEqual([
      {
        offset: 75,
        executions: 1,
        time: Date.UTC(2026, 10, 20, 7, 44, 9) * 1000,
        duration: 12.5,
        rows: 3,
        sql: "SELECT * FROM t WHERE a = $1 AND b = $2",
        session: "s1",
        transaction: "7",
        database: "shop",
        user: "app",
        operation: undefined,
        table: undefined,
        parameters: ["x", null],
        keys: [],
      },
    ]);
  });

  test("columns are named by flags, as names or indexes, also without a header", () => {
    const log = "x1,SELECT 1 FROM t,7.5\nx2,SELECT 2 FROM t,8.5\n";
    const { entries } = readAll(log, { columns: { sql: 1, session: "0", duration: 2 }, durationUnit: "s" });
    expect(entries.map(({ sql, session, duration }) => [sql, session, duration])).toEqual([
      ["SELECT 1 FROM t", "x1", 7500],
      ["SELECT 2 FROM t", "x2", 8500],
    ]);
    const named = readAll("who,what\nme,SELECT 1 FROM t\n", { columns: { sql: "WHAT", session: "who" } });
    expect(named.entries[0]).toMatchObject({ sql: "SELECT 1 FROM t", session: "me" });
    expect(() => readAll(log, { columns: { sql: "nope" } })).toThrow('no column "nope" for --sql-column');
    expect(() => readAll(log, { columns: { sql: 9 } })).toThrow("no column 9 for --sql-column");
  });

  test("without header and names, SQL and time are found by what they look like", () => {
    const { entries } = readAll("7,2026-11-20 07:44:09,UPDATE t SET a = 1\n8,2026-11-20 07:44:10,COMMIT\n");
    expect(entries.map(({ sql, time }) => [sql, time / 1e6])).toEqual([
      ["UPDATE t SET a = 1", 1795160649],
      ["COMMIT", 1795160650],
    ]);
  });

  test("beside SQL, columns called table or command play no role", () => {
    expect(detect("sql,command,table\nSELECT 1 FROM t,x,y\n").roles).toEqual({ sql: "sql" });
  });

  test("a column called time that holds durations is not taken for the time, and that is said", () => {
    const log =
      'time,created_at,raw_sql\n9.47378,2022-09-26 22:19:22,"SELECT 1, 2"\n988.922,2022-09-26 18:16:25,"SELECT 3, 4"\n';
    const detection = detect(log);
    expect(detection.roles).toEqual({ time: "created_at", sql: "raw_sql" });
    expect(detect(log.replace("created_at", "x")).notes).toEqual([
      'column "time" holds no times that can be read; name the right column with --time-column, or use it with --duration-column',
    ]);
  });

  test.each([[","], ["\t"], [";"], ["|"]])("delimiter %j is found", (delimiter) => {
    const log = Papa.unparse(
      [
        ["ts", "sql"],
        ["2026-11-20", "SELECT a, b; c\t| d FROM t"],
        ["2026-11-20", "SELECT 2"],
      ],
      { delimiter },
    );
    expect(detect(log).settings).toMatchObject({ delimiter: delimiter.charCodeAt(0) });
    expect(sqlOf(log)).toEqual(["SELECT a, b; c\t| d FROM t", "SELECT 2"]);
  });

  test("byte-order mark, CRLF, CR, NUL bytes, invalid UTF-8 and no newline at the end", () => {
    expect(sqlOf("\uFEFFsql,ts\r\nSELECT 1,2026-11-20\r\nSELECT 2,2026-11-20")).toEqual(["SELECT 1", "SELECT 2"]);
    expect(sqlOf("sql,ts\rSELECT 1,2026-11-20\rSELECT 2,2026-11-20\r")).toEqual(["SELECT 1", "SELECT 2"]);
    expect(sqlOf("sql,ts\nSELECT '\0',2026-11-20\n")).toEqual(["SELECT '\0'"]);
    const latin1 = Buffer.from("sql,ts\nSELECT 'caf\xe9',2026-11-20\n", "latin1");
    expect(sqlOf(latin1)).toEqual([`bytes ${Buffer.from("SELECT 'caf\xe9'", "latin1").toString("hex")}`]);
  });

  test("statements over several lines, of a megabyte, and with doubled quotes", () => {
    const long = `SELECT '${"x".repeat(1_000_000)}'`;
    const log = `ts,sql\n2026-11-20,"SELECT ""a""\nFROM ""t"""\n2026-11-20,${long}\n2026-11-20,"${long}, 2"\n`;
    expect(sqlOf(log)).toEqual(['SELECT "a"\nFROM "t"', long, `${long}, 2`]);
  });

  test("a bad record is skipped with its offset and reason, and costs nothing else", () => {
    const log =
      "ts,sql,rows\n" +
      "2026-11-20,SELECT 1,1\n" + // 12
      "2026-11-20,SELECT 2\n" + // 34
      "2026-11-20,SELECT 3,1,2\n" + // 54
      "2026-11-20,,1\n" + // 78
      "\n" + // not a record
      '2026-11-20,"SELECT 4"5,1\n' + // 93
      "ts,sql,rows\n" + // 118
      "2026-11-20,SELECT 6,1,\n"; // one empty field too many is a trailing delimiter
    const { entries, skipped } = readAll(log);
    expect(entries.map((entry) => entry.sql)).toEqual(["SELECT 1", "SELECT 6"]);
    expect(skipped).toEqual([
      "34 wrong number of fields",
      "54 wrong number of fields",
      "78 empty statement",
      "93 text after a closing quote",
      "118 repeated header",
    ]);
  });

  test("in a last SQL column, commas need no quotes", () => {
    const log =
      "ts,rows,sql\n2026-11-20,1,SELECT a, b FROM t WHERE c IN (1,2)\r\n2026-11-20,2,SELECT 2\n2026-11-20,3\n";
    const { entries, skipped } = readAll(log);
    expect(entries.map(({ sql, rows }) => [sql, rows])).toEqual([
      ["SELECT a, b FROM t WHERE c IN (1,2)", 1],
      ["SELECT 2", 2],
    ]);
    expect(skipped).toEqual([`${log.length - 13} wrong number of fields`]);
    // Behind a quoted statement there is nothing that could belong to it.
    expect(readAll('ts,rows,sql\n2026-11-20,1,"SELECT 1",x\n2026-11-20,2,SELECT 2\n').skipped).toEqual([
      "12 wrong number of fields",
    ]);
  });

  test("backslash escapes: COPY's tab-separated text, and MySQL's quoted export", () => {
    const copied = "2026-11-20\t\\N\tSELECT a\\n\\tFROM t\\\\u WHERE b = 'x'\n2026-11-20\ts1\tUPDATE t SET a = 1\n";
    expect(readAll(copied).entries.map(({ sql, session }) => [sql, session])).toEqual([
      ["SELECT a\n\tFROM t\\u WHERE b = 'x'", undefined],
      ["UPDATE t SET a = 1", undefined],
    ]);
    const exported =
      'ts,session,sql\n"2026-11-20","s\\"1","SELECT \\"a\\", b"\n"2026-11-20",\\N,"SELECT \\\n2, ""x"""\n';
    expect(readAll(exported).entries.map(({ sql, session }) => [sql, session])).toEqual([
      ['SELECT "a", b', 's"1'],
      ['SELECT \n2, "x"', undefined],
    ]);
  });

  test("MySQL's general_log and slow_log tables, exported", () => {
    const general =
      "event_time,user_host,thread_id,server_id,command_type,argument\n" +
      "2026-11-20 07:44:09.1,app[app] @ web [],8,1,Connect,app@web on shop using Socket\n" +
      '2026-11-20 07:44:09.2,app[app] @ web [],8,1,Query,"SELECT a, b FROM t"\n' +
      "2026-11-20 07:44:09.3,app[app] @ web [],8,1,Prepare,SELECT ? FROM t\n" +
      "2026-11-20 07:44:09.4,app[app] @ web [],8,1,Execute,SELECT 1 FROM t\n" +
      "2026-11-20 07:44:09.5,app[app] @ web [],8,1,Quit,\n";
    const { entries, skipped } = readAll(general);
    expect(entries.map(({ sql, session }) => [sql, session])).toEqual([
      ["SELECT a, b FROM t", "8"],
      ["SELECT 1 FROM t", "8"],
    ]);
    expect(skipped).toHaveLength(3);
    const slow =
      "start_time,user_host,query_time,lock_time,rows_sent,rows_examined,db,sql_text,thread_id\n" +
      "2026-11-20 07:44:09.1,app[app] @ web [],00:00:01.250000,00:00:00.000002,3,300,shop,SELECT 1 FROM t,8\n";
    expect(readAll(slow).entries).toMatchObject([
      { duration: 1250, rows: 3, database: "shop", sql: "SELECT 1 FROM t" },
    ]);
  });

  test("a backslash that is part of the SQL stays", () => {
    const log = `ts,sql\n2026-11-20,"SELECT '%\\""x\\""%', E'\\n'"\n2026-11-20,SELECT '\\n'\n`;
    expect(sqlOf(log)).toEqual([`SELECT '%\\"x\\"%', E'\\n'`, "SELECT '\\n'"]);
    expect(sqlOf("ts\tsql\n2026-11-20\t\"SELECT '\\n'\"\n2026-11-20\tSELECT '\\n'\n")).toEqual([
      "SELECT '\\n'",
      "SELECT '\\n'",
    ]);
  });

  test("a single column of SQL keeps its commas too", () => {
    const log = "sql\nSELECT a, b FROM t\n\nSELECT 2 FROM t\n";
    expect(sqlOf(log)).toEqual(["SELECT a, b FROM t", "SELECT 2 FROM t"]);
    expect(readAll(log).skipped, "a blank line is no record").toEqual([]);
  });

  test("a stray quote costs its own record, whether a quote follows or not", () => {
    const before = 'ts,sql\n2026-11-20,"SELECT 1\n2026-11-20,SELECT 2\n';
    expect(readAll(`${before}2026-11-20,SELECT 3\n`)).toMatchObject({
      entries: [{ sql: "SELECT 2" }, { sql: "SELECT 3" }],
      skipped: ["7 unterminated quoted field"],
    });
    expect(readAll(`${before}2026-11-20,"SELECT 3"\n`)).toMatchObject({
      entries: [{ sql: "SELECT 2" }, { sql: "SELECT 3" }],
      skipped: ["7 text after a closing quote"],
    });
  });

  test("a truncated last record is one skipped record", () => {
    const { entries, skipped } = readAll('ts,sql\n2026-11-20,SELECT 1\n2026-11-20,"SELECT a,\n b,\n c FR');
    expect(entries).toHaveLength(1);
    expect(skipped).toEqual(["27 unterminated quoted field"]);
  });

  test("a record of more than 64 MiB is given up, and reading goes on behind it", () => {
    const giant = new Uint8Array(70 * 1024 * 1024).fill(120);
    for (const [open, close] of [
      ["", ""],
      ['"', '"'],
      ['"', ""],
    ]) {
      const log = Buffer.concat([
        bytesOf(`ts,sql\n2026-11-20,SELECT 1\n2026-11-20,${open}`),
        giant,
        bytesOf(`${close}\n2026-11-20,SELECT 2\n`),
      ]);
      const detection = detect(log.subarray(0, 27));
      // A range that ends inside the record, by a wrong guess, ends behind it all the same.
      expect(readRange(log, detection, detection.dataStart, 30e6, 1 << 20)).toMatchObject({
        entries: [{ sql: "SELECT 1" }],
        skipped: ["27 record longer than 64 MiB"],
        end: log.length - 20,
      });
      for (const piece of [1 << 20, 1 << 27]) {
        const { entries, skipped } = readRange(log, detection, detection.dataStart, Infinity, piece);
        expect(skipped).toEqual(["27 record longer than 64 MiB"]);
        expect(entries.map((entry) => entry.sql)).toEqual(["SELECT 1", "SELECT 2"]);
      }
    }
  });

  test("NULL, \\N and empty fields are absent", () => {
    const { entries } = readAll(
      'ts,sql,session,user,rows\nNULL,SELECT 1,\\N,,x\n2026-11-20,SELECT 2,"NULL",u,2\n2026-11-20,SELECT 3,s,u,3\n',
    );
    expect(entries[0]).toMatchObject({ time: NaN, session: undefined, user: undefined, rows: NaN });
    expect(entries[1]).toMatchObject({ session: "NULL", user: "u", rows: 2 });
  });

  test("however the bytes come in pieces, the entries are those of papaparse", () => {
    const sql = fc.string({ unit: fc.constantFrom("a", '"', ",", "\n", "\r\n", "'", " ", "é", "\0"), maxLength: 60 });
    fc.assert(
      fc.property(
        fc.array(sql, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 90 }),
        fc.boolean(),
        (statements, piece, quotes) => {
          const records = statements.map((text, index) => ["2026-11-20 07:44:09", `s${index}`, `SELECT ${text};`]);
          const log = Papa.unparse([["ts", "session", "sql"], ...records], { newline: "\n", quotes });
          const expected = Papa.parse<string[]>(log, { newline: "\n", delimiter: "," }).data.slice(1);
          const { entries, skipped } = readAll(log, {}, piece);
          expect(skipped).toEqual([]);
          expect(entries.map((entry) => entry.sql)).toEqual(expected.map((record) => record[2]));
        },
      ),
      { numRuns: 500 },
    );
  });
});
