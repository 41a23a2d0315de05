import { describe, expect, test } from "vitest";
import { readInRanges } from "../ranges.ts";
import { bytesOf, detect, readAll, readRange } from "../reading.ts";

const user = (id: number) => `# User@Host: app[app] @ web1 [10.0.0.7]  Id: ${id}\n`;
const times = "# Query_time: 0.150623  Lock_time: 0.002000 Rows_sent: 5  Rows_examined: 2000\n";
const banner =
  "/usr/sbin/mysqld, Version: 8.0.36 (Ubuntu). started with:\nTcp port: 3306  Unix socket: /tmp/s.sock\n" +
  "Time                 Id Command    Argument\n";
const reasons = (skipped: readonly string[]) => skipped.map((text) => text.replace(/^\d+ /, ""));

describe("the slow log", () => {
  test("of MySQL 8: a precise time, the connection behind the host, use and SET timestamp before the statement", () => {
    const log = `${banner}# Time: 2023-08-01T12:00:01.000123Z\n${user(8)}${times}use testdb;\nSET timestamp=1690891201;\nSELECT 1\n FROM t;\n`;
    expect(detect(log)).toMatchObject({ format: "mysql-slow", dialect: "mysql" });
    const { entries, skipped } = readAll(log);
    expect(reasons(skipped)).toEqual(["banner of a server that starts"]);
    expect(entries).toMatchObject([
      {
        sql: "SELECT 1\n FROM t",
        time: Date.UTC(2023, 7, 1, 12, 0, 1) * 1000 + 123,
        duration: 150.623,
        rows: 5,
        session: "8",
        database: "testdb",
        user: "app",
      },
    ]);
  });

  test("of Percona Server, with its further lines", () => {
    const log =
      "# Time: 131128  1:05:31\n" +
      user(69194) +
      "# Schema: maindb  Last_errno: 0  Killed: 0\n" +
      "# Query_time: 0.000228  Lock_time: 0.000114  Rows_sent: 1  Rows_examined: 1  Rows_affected: 2\n" +
      "# Bytes_sent: 545  Tmp_tables: 0  Tmp_disk_tables: 0  Tmp_table_sizes: 0\n# InnoDB_trx_id: 1A88583F\n" +
      "# QC_Hit: No  Full_scan: No  Full_join: No  Tmp_table: No  Tmp_table_on_disk: No\n" +
      "#   InnoDB_IO_r_ops: 0  InnoDB_IO_r_bytes: 0  InnoDB_IO_r_wait: 0.000000\n" +
      "# Log_slow_rate_type: query  Log_slow_rate_limit: 2\nSET insert_id=7,timestamp=1385600731;\nUPDATE t SET a = 1;\n";
    expect(readAll(log).entries).toMatchObject([
      { session: "69194", database: "maindb", transaction: "1A88583F", rows: 3, time: 1385600731e6, duration: 0.228 },
    ]);
  });

  test("of MariaDB: the thread in a line of its own, an empty schema is no database", () => {
    const record = (schema: string) =>
      `# User@Host: root[root] @ localhost []\n# Thread_id: 9  Schema: ${schema}  QC_hit: No\n${times}# Rows_affected: 0  Bytes_sent: 11\n` +
      "SET timestamp=1795160693.25;\nSELECT 1;\n";
    const { entries } = readAll(`# Time: 261120  7:44:53\n${record("tpcc")}use other;\n${record("")}`.replace("use other;\n", ""));
    expect(entries.map(({ session, database }) => [session, database])).toEqual([["9", "tpcc"], ["9", undefined]]);
    expect(entries[0]!.time).toBe(1795160693.25e6);
  });

  test("the database of a `use` and the local time hold for the records behind it, until the server starts anew", () => {
    const log = `# Time: 071015 21:43:52\n${user(1)}${times}use test;\nSELECT 1;\n${user(2)}${times}SELECT 2;\n${banner}${user(3)}${times}SELECT 3;\n`;
    expect(readAll(log).entries.map(({ database, time }) => [database, time])).toEqual([
      ["test", Date.UTC(2007, 9, 15, 21, 43, 52) * 1000],
      ["test", Date.UTC(2007, 9, 15, 21, 43, 52) * 1000],
      [undefined, NaN],
    ]);
  });

  test("local times are told by the server's zone where SET timestamp says it", () => {
    // 11:48:27 local is 16:48:27 UTC: the second record has no time of its own but the local one.
    const log = `# Time: 071218 11:48:27\n${user(1)}# Query_time: 0  Lock_time: 0\nSET timestamp=1197996507;\nSELECT 1;\n# Time: 071218 11:48:30\n${user(1)}${times}SELECT 2;\n`;
    expect(readAll(log).entries.map(({ time }) => time / 1e6)).toEqual([1197996507, 1197996510]);
  });

  test("Percona's microslow patch: user behind the time, or no user at all", () => {
    const log = `# Time: 090504  9:07:24 # User@Host: dbuser[dbuser] @ x03 [1.2.3.87]\n# Thread_id: 1695747  Schema: pro\n${times}SELECT 1;\n${times}SELECT 2;\n`;
    expect(readAll(log).entries).toMatchObject([
      { sql: "SELECT 1", user: "dbuser", session: "1695747", database: "pro" },
      { sql: "SELECT 2", user: undefined, session: undefined, database: undefined },
    ]);
  });

  test.each([
    ["hashes and semicolons", "SELECT '# no; header', ';\n' FROM t # comment; it's\n WHERE a = 1"],
    ["a header inside a string", `INSERT INTO notes VALUES ('kept:\nSELECT 1;\n# Time: 2023-08-01T12:00:01Z\n${user(1)}${times}SELECT 2;\n')`],
    ["a header inside a comment", `SELECT 1 /* \n${user(1)}${times}SELECT 2;\n */ FROM t`],
  ])("a statement may hold %s", (_, sql) => {
    const log = `${user(1)}${times}${sql};\n${user(2)}${times}SELECT 9;\n`;
    expect(readAll(log).entries.map((entry) => entry.sql)).toEqual([sql, "SELECT 9"]);
  });

  test("a quote that never closes costs its own statement only", () => {
    const log = `${user(1)}${times}SELECT 'it's';\n${`${user(2)}${times}SELECT 'x';\n`.repeat(3)}`;
    expect(readAll(log).entries.map(({ sql }) => sql)).toEqual(["SELECT 'it's'", "SELECT 'x'", "SELECT 'x'", "SELECT 'x'"]);
  });

  test("commands that run no statement, and headers without one, are skipped with a reason", () => {
    const log = `${user(1)}${times}use db;\n# administrator command: Quit;\n${user(1)}${times}# administrator command: Init DB;\n${user(1)}${times}${user(1)}${times}use shop;\nSET timestamp=1;\nuse shop;\n`;
    const { entries, skipped } = readAll(log);
    expect(reasons(skipped)).toEqual([
      "administrator command: Quit",
      "administrator command: Init DB",
      "header without a statement",
    ]);
    expect(entries.map(({ sql, database }) => [sql, database])).toEqual([["use shop", "shop"]]);
  });

  test("rows are unknown where only none sent is logged: a write sends none", () => {
    expect(readAll(`${user(1)}${times.replace("sent: 5", "sent: 0")}DELETE FROM t;\n`).entries[0]!.rows).toBeNaN();
  });

  test("CRLF, a byte-order mark, NUL, a log that begins in a record, and one that ends in one", () => {
    const crlf = `\uFEFF${user(1)}${times}SET timestamp=5;\nSELECT 'a\0b';\n`.replaceAll("\n", "\r\n");
    expect(readAll(crlf).entries).toMatchObject([{ sql: "SELECT 'a\0b'", time: 5e6, session: "1" }]);
    const { entries, skipped } = readAll(`FROM t;\n${user(1)}${times}SELECT 1;\n${user(2)}${times}SELECT 2 FRO`);
    expect(reasons(skipped)).toEqual(["text without the header of a slow log"]);
    expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 2 FRO"]);
  });

  test("a database longer than the bytes before the record does not overwrite it", () => {
    const name = "d".repeat(500);
    const log = `${user(1)}${times}use ${name};\nSELECT 1;\n${`${user(2)}${times}SELECT 2;\n`.repeat(3)}`;
    const bytes = bytesOf(log);
    const { entries } = readRange(bytes, detect(log), 0, Infinity, 40);
    expect(entries.map(({ sql, database, session, user: who }) => [sql, database, session, who])).toEqual([
      ["SELECT 1", name, "1", "app"],
      ...Array.from({ length: 3 }, () => ["SELECT 2", name, "2", "app"]),
    ]);
  });

  test("cut at every byte it gives the same, and a cut behind the `use` guesses the database right", () => {
    const log = `# Time: 071015 21:43:52\n${user(1)}${times}use test;\nSELECT 1;\n${`${user(2)}${times}SELECT 2;\n`.repeat(4)}${banner}${user(3)}${times}use b;\nSELECT 'a;\n${user(4)}';\n${user(5)}${times}SELECT 5;\n`;
    const bytes = bytesOf(log);
    const { entries, skipped } = readRange(bytes, detect(log), 0, Infinity);
    for (let cut = 1; cut < bytes.length; cut++)
      expect(readInRanges(bytes, detect(log), [cut], 4096).all, `cut at ${cut}`).toEqual({ entries, skipped });
    expect(readInRanges(bytes, detect(log), [400], 4096).rereads).toBe(0);
    // With a window of 150 bytes the `use` is out of sight: the wrong guess is found out.
    const two = `${user(1)}${times}use a;\nSELECT 1;\n${user(1)}${times}use b;\nSELECT 1;\n`.replace("use b", "use b");
    const long = bytesOf(two + `${user(2)}${times}SELECT 2;\n`.repeat(8));
    const detection = { ...detect(long), facts: new Map([["database", "a"]]) };
    const { all, rereads } = readInRanges(long, detection, [700], 300);
    expect(rereads).toBe(1);
    expect(all.entries.at(-1)!.database).toBe("b");
  });
});
