import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readInRanges } from "../ranges.ts";
import { bytesOf, detect, readAll } from "../reading.ts";

/** A csvlog: `session message`, a line each. */
const csvlog = (...lines: readonly string[]) =>
  lines
    .map((line) => {
      const [, session, severity, message, detail] = /^(\S+) (?:(ERROR|NOTICE) )?(.*?)(?: \| (.*))?$/s.exec(line)!;
      const cell = (text = "") => `"${text.replaceAll('"', '""')}"`;
      return (
        `2026-11-20 07:44:09.277 UTC,"app","shop",1301,"[local]",${session},1,"SELECT",2026-11-20 07:44:09 UTC,3/4,0,` +
        `${severity ?? "LOG"},00000,${cell(message)},${detail === undefined ? "" : cell(detail)},,,,,,,,"psql","client backend",,0\n`
      );
    })
    .join("");

const durations = (...lines: readonly string[]) =>
  readAll(csvlog(...lines)).entries.map(({ sql, duration }) => `${sql} ${duration}`);

describe("a duration on a line of its own", () => {
  test("is that of the statement before it in the same session", () => {
    const lines = ["a.1 statement: A", "b.2 statement: B", "b.2 duration: 2 ms", "a.1 duration: 1.5 ms"];
    expect(durations(...lines)).toEqual(["A 1.5", "B 2"]);
    expect(readAll(csvlog(...lines)).skipped.map((text) => text.replace(/^\d+ /, ""))).toEqual([
      "duration on a line of its own",
      "duration on a line of its own",
    ]);
  });

  test("a notice between them does not part them", () => {
    expect(durations("a.1 statement: A", "a.1 NOTICE hello", "a.1 duration: 1 ms")).toEqual(["A 1"]);
  });

  test("the next message that is about a statement does, and so does an error", () => {
    expect(durations("a.1 statement: A", "a.1 statement: B", "a.1 duration: 1 ms")).toEqual(["A NaN", "B 1"]);
    expect(durations("a.1 statement: A", "a.1 ERROR relation x does not exist", "a.1 duration: 1 ms")).toEqual(["A NaN"]);
    expect(durations("a.1 statement: A", "a.1 duration: 1 ms  parse s: B", "a.1 duration: 7 ms")).toEqual(["A NaN"]);
  });

  test("is not given to a statement behind it, nor to one that has its own", () => {
    expect(durations("a.1 duration: 9 ms", "a.1 statement: A")).toEqual(["A NaN"]);
    expect(durations("a.1 duration: 3 ms  statement: A", "a.1 duration: 9 ms")).toEqual(["A 3"]);
  });

  // https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-DURATION: parse, bind and execute have
  // a duration each.
  test("under the extended protocol the one behind the execution counts, and parameters stay with their statement", () => {
    const { entries } = readAll(
      csvlog(
        "a.1 duration: 0.1 ms",
        "a.1 duration: 0.2 ms",
        "a.1 execute s: A $1 | Parameters: $1 = 'it''s'",
        "b.2 execute s: B $1 | Parameters: $1 = 'other'",
        "a.1 duration: 0.3 ms",
        "b.2 duration: 0.4 ms",
      ),
    );
    expect(entries).toMatchObject([
      { sql: "A $1", duration: 0.3, parameters: ["it's"], database: "shop", user: "app", transaction: "3/4", session: "a.1" },
      { sql: "B $1", duration: 0.4, parameters: ["other"] },
    ]);
  });

  test("the same whatever the cuts, however the sessions interleave", () => {
    const line = fc
      .tuple(fc.constantFrom("a.1", "b.2", "c.3"), fc.constantFrom("statement: S", "duration: 1 ms", "duration: 2 ms", "NOTICE n", "ERROR e", "duration: 3 ms  bind s: B", "execute s: E $1 | parameters: $1 = 'x'"))
      .map(([session, message]) => `${session} ${message}`);
    fc.assert(
      fc.property(
        fc.array(line, { minLength: 1, maxLength: 25 }),
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (lines, shares) => {
          const text = csvlog(...lines);
          const cuts = shares.map((share) => Math.floor(share * text.length)).sort((a, b) => a - b);
          const { entries, skipped } = readAll(text);
          expect(readInRanges(bytesOf(text), detect(text), cuts, 1000).all).toEqual({ entries, skipped });
          expect(entries.length + skipped.length).toBe(lines.length);
        },
      ),
      { numRuns: 500 },
    );
  });
});
