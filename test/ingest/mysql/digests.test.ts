import { describe, expect, test } from "vitest";
import { statementOfDigest } from "../../../src/ingest/mysql/digest-text.ts";
import { detect, readAll } from "../reading.ts";

// One row as MySQL 8 has it: 50,000 executions, 12.5 s together.
const expected = {
  sql: "SELECT `a` FROM `t` WHERE `id` IN (?, ?)",
  executions: 50_000,
  duration: 12_500,
  rows: 60_003,
  database: "shop",
};
const row = ["shop", "ab12", "SELECT `a` FROM `t` WHERE `id` IN (...)", "50000", "12500000000000", "60000", "3"];
const names = ["SCHEMA_NAME", "DIGEST", "DIGEST_TEXT", "COUNT_STAR", "SUM_TIMER_WAIT", "SUM_ROWS_SENT", "SUM_ROWS_AFFECTED"];
const objects = [Object.fromEntries(names.map((name, index) => [name, index > 2 ? Number(row[index]) : row[index]]))];

describe("MySQL's statement digests", () => {
  test.each([
    ["TSV, as mysql --batch writes it", `${names.join("\t")}\n${row.join("\t")}\n`],
    ["CSV", `${names.join(",")}\n${row.map((cell) => `"${cell}"`).join(",")}\n`],
    ["CSV with names in lower case", `${names.join(",").toLowerCase()}\n${row.map((cell) => `"${cell}"`).join(",")}\n`],
    ["JSON lines", `${JSON.stringify(objects[0])}\n`],
    ["a JSON array", JSON.stringify(objects, undefined, 2)],
  ])("as %s: each row counts for all its executions, and has no values", (_, text) => {
    expect(detect(text)).toMatchObject({ format: "mysql-digests", dialect: "mysql" });
    expect(detect(text).notes.join()).toContain("skew is unknown");
    expect(readAll(text)).toMatchObject({ skipped: [], entries: [expected] });
  });

  test("rows without a text or an execution are skipped", () => {
    const text = `${names.join("\t")}\nNULL\tNULL\tNULL\t7\t1\t1\t1\nshop\tcd\tSELECT ?\t0\t0\t0\t0\n${row.join("\t")}\n`;
    const { entries, skipped } = readAll(text);
    expect(entries).toHaveLength(1);
    expect(skipped.map((reason) => reason.replace(/^\d+ /, ""))).toEqual(["digest without a text", "never executed"]);
  });

  test.each([
    ["INSERT INTO `t` ( `a` , `b` ) VALUES (...) /* , ... */", "INSERT INTO `t` ( `a` , `b` ) VALUES (?, ?)"],
    ["INSERT INTO `t` VALUES (...)", "INSERT INTO `t` VALUES (?, ?)"],
    ["INSERT INTO `t` ( `a` , `b` , `c` ) VALUES (...)", "INSERT INTO `t` ( `a` , `b` , `c` ) VALUES (?, ?, ?)"],
    ["SELECT * FROM `t` WHERE `a` IN (...) LIMIT ?, ...", "SELECT * FROM `t` WHERE `a` IN (?, ?) LIMIT ?, ?"],
    ["SELECT `a` FROM `t` WHERE `id` = ?", "SELECT `a` FROM `t` WHERE `id` = ?"],
  ])("%s is %s", (digest, statement) => expect(statementOfDigest(digest)).toBe(statement));
});
