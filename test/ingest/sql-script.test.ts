import { describe, expect, test } from "vitest";
import { readInRanges } from "./ranges.ts";
import { bytesOf, detect, readAll, readRange } from "./reading.ts";

const sqlOf = (text: string) => readAll(text, { format: "sql-script" }).entries.map(({ sql }) => sql);
const reasonsOf = (text: string) =>
  readAll(text, { format: "sql-script" }).skipped.map((skipped) => skipped.replace(/^\d+ /, ""));

describe("an SQL script", () => {
  test("is known by a statement that ends in a semicolon, and says what it lacks", () => {
    const detection = detect("-- a report, monthly\nSELECT 1, 2;\nSELECT a\n FROM t;\n");
    expect(detection).toMatchObject({ format: "sql-script", dialect: undefined });
    expect(detection.notes.join()).toContain("no times, durations and sessions");
    expect(detect("sql,ts\nSELECT 1;,2026-11-20 07:44:09\n").format).toBe("csv");
  });

  test("is split at semicolons outside strings and comments", () => {
    expect(sqlOf("SELECT 'a;''b'; SELECT \"c;\" /* d; */ FROM t; -- e;\nSELECT 2;;\n\nSELECT 3")).toEqual([
      "SELECT 'a;''b'",
      'SELECT "c;" /* d; */ FROM t',
      "SELECT 2",
      "SELECT 3",
    ]);
  });

  test("of MySQL has backslash escapes, hash comments, conditional comments and delimiters", () => {
    const dump =
      "-- MySQL dump 10.13\n# x;\nUSE `shop`;\n/*!40000 ALTER TABLE `t` DISABLE KEYS */;\n" +
      "INSERT INTO `t` VALUES (1,'it\\'s;'),(2,'b');\nDELIMITER ;;\nCREATE TRIGGER x BEGIN SELECT 1; END;;\nDELIMITER ;\nSELECT 5-- 1;\n;";
    expect(detect(dump).dialect).toBe("mysql");
    expect(sqlOf(dump)).toEqual([
      "USE `shop`",
      "ALTER TABLE `t` DISABLE KEYS",
      "INSERT INTO `t` VALUES (1,'it\\'s;'),(2,'b')",
      "CREATE TRIGGER x BEGIN SELECT 1; END",
      "SELECT 5-- 1;",
    ]);
    expect(readAll(dump).entries[2]!.database).toBe("shop");
    expect(reasonsOf(dump)).toEqual(Array(2).fill("command of the mysql client: DELIMITER"));
  });

  test("of MariaDB hides a command for its client, and has conditional comments of its own", () => {
    const dump =
      "/*M!999999\\- enable the sandbox mode */ \n-- MariaDB dump 10.19\n/*M!100616 SET @x=NOTE_VERBOSITY */;\nUSE `shop`;\n" +
      "SELECT 1 /*M! , ';' */;\n";
    expect(detect(dump)).toMatchObject({ format: "sql-script", dialect: "mysql" });
    expect(sqlOf(dump)).toEqual(["SET @x=NOTE_VERBOSITY", "USE `shop`", "SELECT 1 /*M! , ';' */"]);
  });

  test("says where a comment began that never closes, however the script is cut into pieces", () => {
    const bytes = bytesOf("SELECT 1;\n\n/* a */ /* b;\nSELECT 2;\n");
    const detection = detect("SELECT 1;\n");
    for (const pieceBytes of [1, 7, 10, 11, 12, 1000]) {
      const { entries, skipped } = readRange(bytes, detection, 0, Infinity, pieceBytes);
      expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 2"]);
      expect(skipped).toEqual(["19 unterminated comment"]);
    }
  });

  test("of PostgreSQL has dollar quotes, nested comments, psql commands, and data that is no statement", () => {
    const dump =
      "\\connect shop\nSELECT $f$ a; $$ ' $f$, E'\\';', '\\', $1;\n/* /* ; */ ; */ SELECT a # b, 'x';\n" +
      "COPY public.t (a, b) FROM stdin;\n1\tit's;\n2\t\\N\n\\.\n\nSELECT x::text;\n";
    expect(detect(dump).dialect).toBe("postgres");
    expect(sqlOf(dump)).toEqual([
      "SELECT $f$ a; $$ ' $f$, E'\\';', '\\', $1",
      "SELECT a # b, 'x'",
      "COPY public.t (a, b) FROM stdin",
      "SELECT x::text",
    ]);
    expect(readAll(dump).entries[0]!.database).toBe("shop");
    expect(reasonsOf(dump)).toEqual([
      "command of psql: \\connect",
      ...Array(2).fill("row of COPY data, loaded and not run as a statement"),
    ]);
  });

  test("a string that never closes costs its own statement", () => {
    const script = "SELECT 1;\nSELECT 'oops;\nSELECT 2;\nSELECT 3;\n";
    expect(sqlOf(script)).toEqual(["SELECT 1", "SELECT 2", "SELECT 3"].filter((sql) => sql !== ""));
    expect(reasonsOf(script)).toEqual(["unterminated string or comment"]);
  });

  test("CRLF, a byte-order mark and NUL", () => {
    expect(sqlOf("\uFEFFSELECT 'a\0';\r\nSELECT\r\n2;\r\n")).toEqual(["SELECT 'a\0'", "SELECT\r\n2"]);
  });

  test("cut at every byte it gives the same, inside COPY data and another delimiter too", () => {
    for (const text of [
      "SELECT 1;\nCOPY t FROM stdin;\n1;\nSELECT 7;\nx\n\\.\nSELECT 'a;\nSELECT 8;\n';\nSELECT x::int;\n",
      "SELECT x::int;\nCOPY t /* a;\nSELECT b */ FROM stdin;\n1;\nSELECT 7;\n\\.\nSELECT x::int;\n",
      "USE `a`;\nDELIMITER ;;\nSELECT 1;\nSELECT 2;;\nSELECT 3;\nSELECT 4;;\nDELIMITER ;\nSELECT `5`;\n",
    ]) {
      const bytes = bytesOf(text);
      const { entries, skipped } = readRange(bytes, detect(text), 0, Infinity);
      for (let cut = 1; cut < bytes.length; cut++)
        for (const window of [40, 4096])
          expect(readInRanges(bytes, detect(text), [cut], window).all, `cut at ${cut}`).toEqual({ entries, skipped });
    }
  });
});
