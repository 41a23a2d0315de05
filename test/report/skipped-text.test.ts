import { expect, test } from "vitest";
import { renderTerminal } from "../../src/report/render-terminal.ts";
import { skippedText } from "../../src/report/skipped-text.ts";
import { readAll } from "../ingest/reading.ts";
import { reportOf, shop } from "./sample-report.ts";

const at = (line: number | null, input = "a.csv") => ({ input, line, offset: 1000 });

test("lines that are about no execution are no losses: one line, the most frequent first", () => {
  expect(
    skippedText([
      { reason: "ERROR message of the server", count: 1, first: [at(3)] },
      { reason: "bind line of the extended protocol", count: 2022, first: [at(9), at(12)] },
      { reason: "message of the server", count: 3, first: [at(4)] },
      { reason: "parse line of the extended protocol", count: 371, first: [at(8)] },
    ]),
  ).toEqual({
    notExecutions:
      "not executions: 2,022 bind lines, 371 parse lines, 3 messages of the server, 1 ERROR message of the server",
    losses: [],
  });
});

test("losses are named with their places, each file once", () => {
  expect(
    skippedText([
      { reason: "wrong number of fields", count: 5, first: [at(9), at(12), at(2, "b.csv")] },
      { reason: "unterminated string", count: 1, first: [at(null)] },
    ]),
  ).toEqual({
    notExecutions: undefined,
    losses: [
      "5 records skipped: wrong number of fields (a.csv lines 9, 12, b.csv line 2, ...)",
      "1 record skipped: unterminated string (a.csv byte 1,000)",
    ],
  });
});

test("a reason that nobody thought of is a loss, and only losses have the warning sign", () => {
  const report = reportOf(shop, (workload) => ({
    ...workload,
    skipped: [
      { reason: "checkpoint line", count: 2, first: [{ input: 0, offset: 0 }] },
      { reason: "something new", count: 1, first: [{ input: 0, offset: 1 }] },
    ],
  }));
  const text = renderTerminal(report, { width: 80, color: false, all: false, unicode: true });
  expect(text).toContain("\n  not executions: 2 checkpoint lines\n");
  expect(text).toContain("\n  ! 1 record skipped: something new (hand-made.csv line 3)\n");
});

test("the reasons are those that the reader of PostgreSQL's log gives", () => {
  const line = (message: string, severity = "LOG"): string =>
    '2026-11-20 07:44:09.277 UTC,"app","shop","1301","[local]",6afffa49.515,1,"SELECT",2026-11-20 07:44:09 UTC,3/4,0,' +
    `${severity},00000,"${message}",,,,,,,,,"psql","client backend",,42\n`;
  const reasonsOf = (...lines: string[]): { reason: string; count: number; first: [] }[] =>
    readAll(lines.join("")).skipped.map((text) => ({ reason: text.replace(/^\d+ /, ""), count: 1, first: [] }));
  const others = reasonsOf(
    line("duration: 0.05 ms  parse s1: SELECT 1"),
    line("duration: 0.05 ms  bind s1: SELECT 1"),
    line("duration: 0.05 ms  execute fetch from s1: SELECT 1"),
    line("duration: 0.05 ms  plan:"),
    line("connection authorized: user=app"),
    line("checkpoint starting: time"),
    line("automatic vacuum of table"),
    line("temporary file: path x"),
    line("process 7 acquired ShareLock"),
    line("relation x does not exist", "ERROR"),
    line("listo", "REGISTRO"),
  );
  others.push(...reasonsOf(line("duration: 12 ms"), line("AUDIT: SESSION,1,1,READ,SELECT,,,SELECT 1,<none>")));
  expect(others).toHaveLength(13);
  expect(skippedText(others).losses).toEqual([]);
  // An execution of a function, and a statement without its text: those are lost.
  const lost = reasonsOf(line("fastpath function call: lowrite"), line("statement: "));
  expect(skippedText(lost).losses).toHaveLength(2);
});
