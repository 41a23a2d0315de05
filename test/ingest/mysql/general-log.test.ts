import { describe, expect, test } from "vitest";
import { readInRanges } from "../ranges.ts";
import { bytesOf, detect, readAll, readRange } from "../reading.ts";

const banner =
  "mariadbd, Version: 10.11.19-MariaDB. started with:\nTcp port: 0  Unix socket: /tmp/s.sock\nTime\t\t    Id Command\tArgument\n";
const reasons = (skipped: readonly string[]) => skipped.map((text) => text.replace(/^\d+ /, ""));

describe("the general log", () => {
  test("of MySQL from 5.7 on: a time in every record", () => {
    const log =
      `${banner}2024-11-06T09:57:35.907785Z\t   32 Connect\troot@localhost on shop using Socket\n` +
      "2024-11-06T09:57:41.056862Z\t   32 Query\tSELECT 1\n\tFROM t\nWHERE a = 2\n" +
      "2024-11-06T11:57:41.5+02:00\t   33 Execute\tSELECT 3\n";
    expect(detect(log)).toMatchObject({ format: "mysql-general", dialect: "mysql" });
    const { entries, skipped } = readAll(log);
    expect(reasons(skipped)).toEqual([
      "banner of a server that starts",
      "command Connect: no execution of a statement",
    ]);
    expect(entries).toMatchObject([
      {
        sql: "SELECT 1\n\tFROM t\nWHERE a = 2",
        time: Date.UTC(2024, 10, 6, 9, 57, 41, 56) * 1000 + 862,
        session: "32",
        database: "shop",
        user: "root",
      },
      { sql: "SELECT 3", session: "33", database: undefined, time: Date.UTC(2024, 10, 6, 9, 57, 41, 500) * 1000 },
    ]);
  });

  test("of MariaDB and older MySQL: no time where the second is the same", () => {
    const log = "261120  7:44:53\t     9 Query\tSELECT 1\n\t\t     9 Query\tSELECT 2\n               \t    10 Query       SELECT 3\n";
    const time = Date.UTC(2026, 10, 20, 7, 44, 53) * 1000;
    expect(readAll(log).entries.map((entry) => [entry.sql, entry.time, entry.session])).toEqual([
      ["SELECT 1", time, "9"],
      ["SELECT 2", time, "9"],
      ["SELECT 3", time, "10"],
    ]);
  });

  test("an execution counts, its preparation does not", () => {
    const log = "\t\t 9 Prepare\tSELECT ?\n\t\t 9 Execute\tSELECT 1\n\t\t 9 Execute\tSELECT 2\n\t\t 9 Close stmt\t\n\t\t 9 Field List\tt \n";
    const { entries, skipped } = readAll(log);
    expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 2"]);
    expect(reasons(skipped)).toEqual([
      "command Prepare: no execution of a statement",
      "command Close stmt: no execution of a statement",
      "command Field List: no execution of a statement",
    ]);
  });

  test("each connection has its own database: from the connect, Init DB or use, until it quits", () => {
    const log =
      "\t\t 1 Connect\tann@web on a\n\t\t 2 Connect\tbob@web as anonymous on \n\t\t 1 Query\tSELECT 1\n\t\t 2 Init DB\tb\n" +
      "\t\t 2 Query\tSELECT 2\n\t\t 1 Query\tUSE `c`\n\t\t 1 Query\tSELECT 3\n\t\t 2 Quit\t\n\t\t 2 Query\tSELECT 4\n" +
      "\t\t 3 Connect\tAccess denied for user 'nobody'@'localhost' (using password: NO)\n\t\t 3 Query\tSELECT 5\n" +
      `${banner}\t\t 1 Query\tSELECT 6\n`;
    expect(readAll(log).entries.map(({ sql, user, database }) => [sql, user, database])).toEqual([
      ["SELECT 1", "ann", "a"],
      ["SELECT 2", "bob", "b"],
      ["USE `c`", "ann", "c"],
      ["SELECT 3", "ann", "c"],
      ["SELECT 4", undefined, undefined],
      ["SELECT 5", undefined, undefined],
      ["SELECT 6", undefined, undefined],
    ]);
  });

  test("CRLF, a byte-order mark, NUL, a blank line, and a log that begins in a statement", () => {
    const log = "\uFEFF261120  7:44:53\t 9 Query\tSELECT 'a\0b'\n\n\t\t 9 Query\t\n".replaceAll("\n", "\r\n");
    const { entries, skipped } = readAll(log);
    expect(entries).toMatchObject([{ sql: "SELECT 'a\0b'" }]);
    expect(reasons(skipped)).toEqual(["empty statement"]);
    const cut = `FROM t\n${"\t\t 9 Query\tSELECT 1\n".repeat(3)}`;
    expect(readAll(cut)).toMatchObject({ entries: [{}, {}, {}], skipped: ["0 text before the first line of a record"] });
  });

  test("cut at every byte it gives the same", () => {
    const log =
      "261120  7:44:53\t 1 Connect\tann@web on aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\n\t\t 2 Connect\tbob@web on b\n" +
      `${"\t\t 1 Query\tSELECT 1\n\t\t 2 Query\tSELECT\n 2\n".repeat(5)}\t\t 2 Quit\t\n${banner}\t\t 1 Query\tSELECT 4\n`;
    const bytes = bytesOf(log);
    const { entries, skipped } = readRange(bytes, detect(log), 0, Infinity);
    expect(entries.at(4)).toMatchObject({ user: "ann", database: "a".repeat(32) });
    for (let cut = 1; cut < bytes.length; cut++)
      for (const window of [120, 4096])
        expect(readInRanges(bytes, detect(log), [cut], window).all, `cut at ${cut}`).toEqual({ entries, skipped });
  });
});
