import { describe, expect, test } from "vitest";
import { detect, readAll } from "../reading.ts";

const reasons = (skipped: readonly string[]) => skipped.map((text) => text.replace(/^\d+ /, ""));

describe("exports of pg_stat_statements", () => {
  test("a row of the CSV stands for its calls, with their whole time and rows", () => {
    const text =
      'userid,dbid,toplevel,queryid,query,calls,total_exec_time,mean_exec_time,rows,shared_blks_hit\n' +
      '10,5,t,-587,"SELECT ""a"" FROM t WHERE id = $1",1005,2.448,0.0024,1004,4020\n';
    expect(detect(text)).toMatchObject({ format: "pg-stat-statements", dialect: "postgres" });
    expect(detect(text).notes[0]).toContain("skew, hot keys and the load over time are not");
    expect(readAll(text)).toMatchObject({
      entries: [
        { sql: 'SELECT "a" FROM t WHERE id = $1', executions: 1005, duration: 2.448, rows: 1004, time: NaN, user: "10", database: "5" },
      ],
      skipped: [],
    });
  });

  test("version 12 and older call the time total_time; a mean alone is multiplied", () => {
    const old = "query,calls,total_time,mean_time\nSELECT a FROM t,4,10,2.5\n";
    expect(readAll(old).entries).toMatchObject([{ executions: 4, duration: 10 }]);
    expect(readAll("query,calls,mean_exec_time\nSELECT a FROM t,4,2.5\n").entries).toMatchObject([{ duration: 10 }]);
  });

  test.each([
    ["an array, as json_agg writes it", (rows: string[]) => `[${rows.join(", \n ")}]`],
    ["lines, as row_to_json writes them", (rows: string[]) => rows.map((row) => `${row}\n`).join("")],
  ])("JSON: %s", (_, written) => {
    const row = { query: "SELECT a\nFROM t WHERE id = $1", calls: 7, total_exec_time: 3.5, rows: 6, datname: "shop" };
    const text = written([JSON.stringify(row), JSON.stringify({ ...row, calls: 8, query: "SELECT 2 FROM t" })]);
    expect(readAll(text).entries).toMatchObject([
      { sql: row.query, executions: 7, duration: 3.5, rows: 6, database: "shop" },
      { executions: 8 },
    ]);
  });

  test("what is no execution of the application is skipped with its reason", () => {
    const { entries, skipped } = readAll(
      "query,calls,total_exec_time\n" +
        "<insufficient privilege>,3,1\n" +
        "SELECT a FROM t,0,0\n" +
        "SELECT a FROM t,many,0\n" +
        ",5,0\n" +
        '"SELECT $2 FROM ONLY ""public"".""t"" x WHERE ""id"" OPERATOR(pg_catalog.=) $1 FOR KEY SHARE OF x",9,1\n',
    );
    expect(entries).toEqual([]);
    expect(reasons(skipped)).toEqual([
      "statement of another user, whose text is not shown",
      "statement that was planned and never executed",
      "no number of calls",
      "empty statement",
      "check of a foreign key by the server",
    ]);
  });
});
