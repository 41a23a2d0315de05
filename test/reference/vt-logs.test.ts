import { expect, test } from "vitest";
import { detect, readAll } from "../ingest/reading.ts";
import { describeReference, readReference } from "./reference.ts";

/** vt writes `connection:statement`, with newlines inside a statement as they are. */
const vtLines = (path: string): string[] =>
  readReference(path)
    .trim()
    .split(/\n(?=\d+:)/)
    .map((line) => line.replace(/^\d+:/, ""));
const oneSpaced = (sql: string) => sql.replaceAll(/\s+/g, " ").trim();

describeReference("vt's logs", () => {
  const log = (): string => readReference("logs/vt/query-logs/vtgate.query.log");

  test("VTGate's query log: the statements as vt reads them, placeholders left in", () => {
    expect(detect(log())).toMatchObject({ format: "vtgate", notes: [] });
    // Without its variables a line keeps its placeholders.
    const bare = log().replaceAll(/\t\{"[^\t]*\}\t/g, "\t{}\t");
    const { entries, skipped } = readAll(bare);
    expect(skipped).toEqual([]);
    // vt drops newlines where we keep them.
    const joined = (sql: string) => sql.replaceAll("\n", "");
    expect(entries.map(({ sql }) => joined(sql!))).toEqual(vtLines("logs/vt/golden-tests/vtgate.query.log.parsed.txt"));
  });

  test("VTGate's query log: the values of bind variables in their places", () => {
    const { entries } = readAll(log());
    // vt prints a statement anew from its tree: without the comments that name types, and DDL in its own layout.
    const ours = entries.map(({ sql }) => oneSpaced(sql!.replaceAll(/ \/\* [A-Z0-9_]+ \*\//g, "")));
    const golden = vtLines("logs/vt/golden-tests/vtgate.query.log.parsed.bv.txt").map(oneSpaced);
    const isDdl = (sql: string) => sql.startsWith("create table");
    expect(ours.filter((sql) => !isDdl(sql))).toEqual(golden.filter((sql) => !isDdl(sql)));
    expect(ours.filter(isDdl)).toHaveLength(golden.filter(isDdl).length);
    const sessions = new Set(entries.map(({ session }) => session));
    expect([...sessions]).toEqual(["2642245a-97c2-11ef-b9e9-321ca607f906", "2642245b-97c2-11ef-b9e9-321ca607f906"]);
  });

  test.each([
    ["query-logs/bigger_slow_query_log.log", "mysql-slow"],
    ["query-logs/mysql.small-query.log", "mysql-general"],
    ["query-logs/sakila-schema.sql", "sql-script"],
    ["query-logs/sakila-schema-ddls.sql", "sql-script"],
    ["t/tpch_failing_queries.test", "sql-script"],
    ["t/tpcc.test", "sql-script"],
    ["csv.query.log", "csv"],
  ])("%s is known as %s", (path, format) => {
    expect(detect(readReference(`logs/vt/${path}`)).format).toBe(format);
  });

  test("the slow log: a statement behind every header, in the one database that is named once", () => {
    const { entries, skipped } = readAll(readReference("logs/vt/query-logs/bigger_slow_query_log.log"));
    expect(skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual(["banner of a server that starts"]);
    const count = readReference("logs/vt/query-logs/bigger_slow_query_log.log").match(/^# Query_time/gm)!.length;
    expect(entries).toHaveLength(count);
    expect(entries.every(({ time, duration, user }) => time > 0 && duration > 0 && user !== undefined)).toBe(true);
    expect(entries.every(({ database }) => database === "testdb")).toBe(true);
  });

  test("the general log: a statement over many lines, and no statement in a connect", () => {
    const { entries } = readAll(readReference("logs/vt/query-logs/mysql.small-query.log"));
    expect(entries.map(({ sql }) => oneSpaced(sql!).slice(0, 32))).toEqual([
      "SET GLOBAL log_output = 'FILE'",
      "show databases",
      "UPDATE _vt.schema_migrations SET",
    ]);
    expect(oneSpaced(entries[2]!.sql!)).toMatch(/retries=0 \) LIMIT 1$/);
  });

  test("a script of TPC-H: every statement, split where its semicolons are", () => {
    const text = readReference("logs/vt/t/tpch_failing_queries.test");
    const { entries, skipped } = readAll(text);
    expect(skipped).toEqual([]);
    // 25 structures of queries and one that vt fails on, behind 8 tables.
    expect(entries.filter(({ sql }) => /^create table/i.test(sql!))).toHaveLength(8);
    expect(entries.filter(({ sql }) => !/^create table/i.test(sql!)).length).toBeGreaterThanOrEqual(26);
  });
});
