import { describe, expect, test } from "vitest";
import { findPrefix, prefixTitle } from "../../../src/ingest/postgres/find-prefix.ts";
import { LinePrefixMatcher } from "../../../src/ingest/postgres/line-prefix.ts";
import { bytesOf, detect, readAll } from "../reading.ts";

const reasons = (skipped: readonly string[]) => skipped.map((text) => text.replace(/^\d+ /, ""));
const at = "2026-11-20 07:44:09.277 UTC";

describe("PostgreSQL's plain log", () => {
  test("lines that begin with a tab go on with a statement, and DETAIL has the parameters", () => {
    const { entries, skipped } = readAll(
      `${at} [7] app@shop LOG:  duration: 1.5 ms  execute s1: SELECT a\n\t\t, b\n\tFROM t WHERE id = $1\n` +
        `${at} [7] app@shop DETAIL:  Parameters: $1 = 'x\n\ty'\n` +
        `${at} [7] app@shop LOG:  disconnection: session time: 0:00:00\n`,
    );
    expect(entries).toMatchObject([
      { sql: "SELECT a\n\t, b\nFROM t WHERE id = $1", parameters: ["x\ny"], duration: 1.5, session: "7", user: "app", database: "shop" },
    ]);
    expect(reasons(skipped)).toEqual(["connection line"]);
  });

  test("a failed statement is part of its ERROR, and is not executed", () => {
    const { entries, skipped } = readAll(
      `${at} [7] ERROR:  relation "x" does not exist at character 15\n${at} [7] STATEMENT:  SELECT * FROM x\n\tWHERE id = 1\n` +
        `${at} [7] LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,public.t,SELECT 1,<none>\n` +
        `${at} [7] LOG:  duration: 3 ms  plan:\n\tQuery Text: SELECT 1\n${at} [8] FEHLER:  Syntaxfehler\n${at} [7] LOG:  statement: SELECT 1\n`,
    );
    expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1"]);
    expect(reasons(skipped)).toEqual([
      "ERROR message of the server",
      "audit line (pgaudit)",
      "plan of a statement (auto_explain)",
      "ERROR message of the server",
    ]);
  });

  test("a part of another process is no part of the record before it", () => {
    const { entries, skipped } = readAll(
      `${at} [7] LOG:  execute a: SELECT $1\n${at} [8] DETAIL:  parameters: $1 = '8'\n${at} [7] LOG:  statement: SELECT 1\n`,
    );
    expect(entries.map(({ parameters }) => parameters)).toEqual([[], []]);
    expect(reasons(skipped)).toEqual(["DETAIL line without its message"]);
  });

  test("CRLF, a byte-order mark, a truncated end, a NUL and text before the first message", () => {
    const { entries, skipped } = readAll(
      `\uFEFFpg_ctl: starting\r\n${at} [7] LOG:  statement: SELECT 1,\r\n\t2\r\n${at} [7] LOG:  statement: SELECT '\0'`,
    );
    expect(entries.map(({ sql }) => sql)).toEqual(["SELECT 1,\n2", "SELECT '\0'"]);
    expect(reasons(skipped)).toEqual(["text without the log's prefix"]);
  });
});

describe("log_line_prefix", () => {
  const line = (prefix: string, text: string) => {
    const matcher = new LinePrefixMatcher(prefix);
    const bytes = bytesOf(text);
    if (!matcher.match(bytes, 0, bytes.length)) return undefined;
    const told = ({ start, end }: { start: number; end: number }) => (start < 0 ? undefined : text.slice(start, end));
    const { user, database, time, epoch, process: pid, session, transaction } = matcher;
    return Object.fromEntries(
      Object.entries({ u: told(user), d: told(database), t: told(time), n: told(epoch), p: told(pid), c: told(session), v: told(transaction), text: text.slice(matcher.textStart) }).filter(([, value]) => value !== undefined),
    );
  };

  // https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX
  test.each([
    ["%m [%p] %q%u@%d/%a ", `${at} [7] app@shop/DBeaver 23 - Main LOG:  x`, { t: at, p: "7", u: "app", d: "shop", text: "x" }],
    ["%m [%p] %q%u@%d/%a ", `${at} [7] LOG:  x`, { t: at, p: "7", text: "x" }],
    ["%t:%r:%u@%d:[%p]:", "2026-11-20 07:44:09 UTC:::1(5432):app@shop:[7]:LOG:  x", { t: "2026-11-20 07:44:09 UTC", u: "app", d: "shop", p: "7", text: "x" }],
    ["%n %c %v %x %Q %e %l-1 %% ", "1795160649.277 6afffa49.515 3/45 0 -77 00000 12-1 % LOG:  x", { n: "1795160649.277", c: "6afffa49.515", v: "3/45", text: "x" }],
    ["%-10u|%5p|", "app       |    7|LOG:  x", { u: "app", p: "7", text: "x" }],
    ["%h %L %b %i %s %P ", `10.0.0.1 10.0.0.2 client backend idle in transaction ${at}  ERROR:  42P01: x`, { text: "x" }],
    ["", "LOG:  x", { text: "x" }],
    ["u=%u ", "u=[unknown] LOG:  x", { text: "x" }],
  ])("%j", (prefix, text, expected) => expect(line(prefix, text)).toEqual(expected));

  test("a line that does not begin with it is none", () => expect(line("%m [%p] ", "LOG:  x")).toBeUndefined());

  test("an escape that PostgreSQL does not have is refused", () =>
    expect(() => detect(`${at} [7] LOG:  statement: SELECT 1\n`, { logLinePrefix: "%m %y " })).toThrow("%y is no escape"));

  test.each([
    ["%m [%p] %q%u@%d ", (n: number) => (n % 5 === 0 ? `${at} [${n}] ` : `${at} [${n}] user${n}@shop `)],
    ["%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", (n: number) => `2026-11-20 07:44:09 CET [${n}]: [${n}-1] user=u${n},db=shop,app=psql,client=10.0.0.${n} `],
    ["%t:%r:%u@%d:[%p]:", (n: number) => `2026-11-20 07:44:09 UTC:10.0.0.${n}(54${n}):app@shop:[${n}]:`],
    ['pid="%p" user="%u" database="%d" ', (n: number) => `pid="${n}" user="u${n}" database="shop" `],
    ["<%m %c %v> ", (n: number) => `<${at} 6afffa49.${n.toString(16)} 3/${n}> `],
    ["", () => ""],
  ])("%j is found in lines", (prefix, before) => {
    const lines = Array.from({ length: 40 }, (_, n) => `${before(n + 1)}LOG:  statement: SELECT ${n}`);
    expect(prefixTitle(findPrefix(lines)!.prefix)).toBe(prefix);
  });
});
