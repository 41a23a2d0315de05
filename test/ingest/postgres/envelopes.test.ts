import { describe, expect, test } from "vitest";
import { detect, readAll } from "../reading.ts";

const reasons = (skipped: readonly string[]) => skipped.map((text) => text.replace(/^\d+ /, ""));

describe("PostgreSQL in syslog", () => {
  const line = (pid: number, chunk: string, text: string) => `Nov 20 07:44:09 db1 postgres[${pid}]: [${chunk}] ${text}\n`;

  test("a message is put together from its lines, whatever other sessions say between them", () => {
    const { entries, skipped } = readAll(
      line(1, "7-1", "u=app LOG:  duration: 1 ms  execute s: SELECT a,") +
        line(2, "3-1", "u=bob LOG:  duration: 2 ms  statement: SELECT '#0") +
        "Nov 20 07:44:09 db1 systemd[1]: Started PostgreSQL.\n" +
        line(1, "7-2", "#011 b FROM t") + // a newline in the statement
        line(1, "7-3", " WHERE id = $1") + // the server's limit of 900 bytes
        line(1, "7-4", "u=app DETAIL:  Parameters: $1 = 'x") +
        line(1, "7-5", "#011y'") +
        line(1, "8-1", "u=app LOG:  statement: COMMIT"),
    );
    expect(entries).toMatchObject([
      { sql: "SELECT a,\n b FROM t WHERE id = $1", parameters: ["x\ny"], session: "1", user: "app", duration: 1 },
      { sql: "SELECT '#0", session: "2", duration: 2 },
      { sql: "COMMIT", duration: NaN },
    ]);
    expect(reasons(skipped)).toEqual(["line of another program (syslog)", ...Array(4).fill("continuation line of a message")]);
  });

  test("a statement of which a line is missing is no statement", () => {
    const { entries, skipped } = readAll(
      line(1, "1-1", "u=app LOG:  statement: SELECT 1") + line(1, "7-1", "u=app LOG:  statement: DELETE FROM t") + line(1, "7-3", " WHERE id = 1"),
    );
    expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1"]);
    expect(reasons(skipped)).toContain("statement of which a line is missing");
  });

  test.each([
    ["RFC 5424", (text: string) => `<134>1 2026-11-20T07:44:09.277Z db1 postgres 42 - - [7-1] ${text}\n`],
    ["octet counting", (text: string) => `123 <134>1 2026-11-20T07:44:09.277Z db1 postgres 42 - [a b="]"] [7-1] ${text}\n`],
    ["rsyslog's ISO times", (text: string) => `2026-11-20T07:44:09.277+00:00 db1 postgres[42]: [7-1] ${text}\n`],
    ["Heroku's logplex", (text: string) => `2026-11-20T07:44:09.277+00:00 app[postgres.42]: [DATABASE] [7-1] ${text}\n`],
    ["Heroku's log drain", (text: string) => `<134>1 2026-11-20T07:44:09.277+00:00 host app postgres.42 - [DATABASE] [7-1] ${text}\n`],
  ])("%s", (_, envelope) => {
    const text = ["SELECT 1", "SELECT 2", "SELECT 3"].map((sql) => envelope(`user=app LOG:  statement: ${sql}`)).join("");
    expect(detect(text)).toMatchObject({ format: "postgres-syslog", notes: [] });
    expect(readAll(text).entries).toMatchObject(
      ["SELECT 1", "SELECT 2", "SELECT 3"].map((sql) => ({ sql, session: "42", time: Date.UTC(2026, 10, 20, 7, 44, 9, 277) * 1000 })),
    );
  });

  test("syslog_split_messages = off: newlines come as #012", () => {
    const text = line(1, "7", "u=app LOG:  statement: SELECT 1,#012#0112") + line(1, "8", "u=app LOG:  statement: SELECT 2");
    expect(readAll(text).entries.map(({ sql }) => sql)).toEqual(["SELECT 1,\n2", "SELECT 2"]);
  });

  test("times without a year are said to be so, and December is before January", () => {
    const text = "Dec 31 23:59:59 h postgres[1]: [1-1] LOG:  statement: SELECT 1\nJan  1 00:00:01 h postgres[1]: [2-1] LOG:  statement: SELECT 2\n";
    expect(detect(text).notes).toContain("its times have no year: they are taken as of 2000");
    const [first, second] = readAll(text).entries;
    expect(second!.time - first!.time).toBe(2e6);
  });
});

describe("PostgreSQL in Cloud Logging", () => {
  const entry = (textPayload: string) => `${JSON.stringify({ insertId: "1", textPayload, timestamp: "2026-11-20T07:44:09Z" })}\n`;
  const prefix = (pid: number) => `2026-11-20 07:44:09.277 UTC [${pid}]: [2-1] db=shop,user=app `;

  test("lines without a prefix belong to the entry right before them", () => {
    const text =
      entry(`${prefix(1)}LOG:  duration: 1 ms  execute s: SELECT a`) +
      entry("\t, b FROM t WHERE id = $1") +
      entry(`${prefix(1)}DETAIL:  parameters: $1 = '5'`) +
      entry(`${prefix(2)}LOG:  statement: SELECT 2`) +
      entry(`${prefix(2)}LOG:  duration: 7 ms`);
    expect(detect(text).format).toBe("postgres-cloudsql");
    expect(readAll(text).entries).toMatchObject([
      { sql: "SELECT a\n, b FROM t WHERE id = $1", parameters: ["5"], duration: 1, user: "app", database: "shop", session: "1" },
      { sql: "SELECT 2", duration: 7 },
    ]);
  });

  test("an array, as gcloud writes it", () => {
    const text = `[\n  ${entry(`${prefix(1)}LOG:  statement: SELECT 1`).trim()},\n  ${entry(`${prefix(1)}LOG:  statement: SELECT 2`).trim()}\n]\n`;
    expect(readAll(text).entries.map(({ sql }) => sql)).toEqual(["SELECT 1", "SELECT 2"]);
  });
});
