import fc from "fast-check";
import Papa from "papaparse";
import { describe, expect, test } from "vitest";
import { evenCuts, rangesOf } from "../../src/ingest/cut.ts";
import { readInRanges as readRanges } from "./ranges.ts";
import type { AllRead } from "./reading.ts";
import { bytesOf, detect, readRange } from "./reading.ts";

const readInRanges = (text: string, cuts: readonly number[], windowBytes: number) =>
  readRanges(bytesOf(text), detect(text), cuts, windowBytes);

function readAtOnce(text: string): Omit<AllRead, "end"> {
  const bytes = bytesOf(text);
  const detection = detect(bytes);
  const { entries, skipped } = readRange(bytes, detection, detection.dataStart, Infinity);
  return { entries, skipped };
}

const time = "2026-11-20 07:44:09";

describe("a file read in ranges gives what one pass gives", () => {
  test("with newlines, quotes and whole records inside quoted fields, and with damaged records", () => {
    const record = `\n${time},s1,SELECT 'not a record',1\n`;
    const piece = fc.constantFrom(
      "SELECT 1",
      "a",
      '"',
      ",",
      "\n",
      "\r\n",
      record,
      record.repeat(20),
      `",${time},x,y\n`,
    );
    const sql = fc.array(piece, { maxLength: 6 }).map((pieces) => `SELECT ${pieces.join(" ")}`);
    const damaged = fc.constantFrom("broken\n", `${time},"x\n`, `${time},s,"a"b,1\n`, "\n", `${time},s,\n`);
    const csvRecord = fc.oneof(
      {
        weight: 9,
        arbitrary: fc
          .tuple(sql, fc.boolean())
          .map(([text, quotes]) => `${Papa.unparse([[time, "s", text, "1"]], { quotes })}\n`),
      },
      { weight: 1, arbitrary: damaged },
    );
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(csvRecord, { minLength: 1, maxLength: 30 }),
        fc.array(share, { maxLength: 6 }),
        fc.integer({ min: 20, max: 2000 }),
        fc.constantFrom("", '"'),
        fc.boolean(),
        (records, shares, windowBytes, stray, sqlLast) => {
          const text = `ts,session,${sqlLast ? "x,sql" : "sql,rows"}\n${time},s,SELECT 0 FROM t,1\n${time},s,SELECT 00 FROM t,1\n${records.join("")}${time},s,${stray}SELECT 9,9\n`;
          const cuts = shares.map((one) => Math.floor(one * text.length)).sort((left, right) => left - right);
          expect(readInRanges(text, cuts, windowBytes).all).toEqual(readAtOnce(text));
        },
      ),
      { numRuns: 1000 },
    );
  });

  test("JSONL and csvlog too, at every single byte", () => {
    const jsonl = '{"sql":"SELECT \\n1"}\n\n{"sql":"SELECT 2 \\"x\\""}\r\nbad\n{"sql":"SELECT 3 FROM t"}';
    const csvlog = ["SELECT 1\nFROM t", 'SELECT "a"', "SELECT 3"]
      .map(
        (sql) =>
          `${time} UTC,"u","d",1,"h",s.1,1,"x",${time} UTC,3/4,0,LOG,00000,"statement: ${sql.replaceAll('"', '""')}",,,,,,,,,"psql"\n`,
      )
      .join("");
    for (const text of [jsonl, csvlog]) {
      for (let cut = 1; cut < text.length; cut++)
        expect(readInRanges(text, [cut], 4096).all, `cut at ${cut}`).toEqual(readAtOnce(text));
    }
  });

  test("the guess is right in a plain log, so nothing is read twice", () => {
    const records = Array.from(
      { length: 500 },
      (_, index) => `${time},s${index},"SELECT a,\n b FROM t\n WHERE id = ${index}",1\n`,
    );
    const text = `ts,session,sql,rows\n${records.join("")}`;
    for (let cut = 21; cut < text.length - 2000; cut += 37)
      expect(readInRanges(text, [cut], 4096).rereads, `cut at ${cut}`).toBe(0);
  });

  test("a guess deceived by records inside a quoted field is found out", () => {
    const lure = `\n${time},s1,SELECT 'not a record',1`.repeat(100);
    const text = `ts,session,sql,rows\n${time},s,SELECT 1,1\n${time},s,"SELECT '${lure}'",1\n${time},s,SELECT 2,1\n`;
    const { all, rereads } = readInRanges(text, [text.length >> 1], 1024);
    expect(rereads).toBe(1);
    expect(all.entries.map((entry) => entry.sql?.length)).toEqual([8, lure.length + 9, 8]);
  });
});

test("cuts are even, and ranges are not smaller than asked", () => {
  expect(evenCuts(10, 110, 4, 1)).toEqual([35, 60, 85]);
  expect(evenCuts(10, 110, 4, 50)).toEqual([60]);
  expect(evenCuts(10, 110, 4, 500)).toEqual([]);
});

test("a guess that is missing or not behind the one before makes no range", () => {
  expect(rangesOf(5, [-1, 40, 40, 30, 90])).toEqual([
    { start: 5, until: 40 },
    { start: 40, until: 90 },
    { start: 90, until: Infinity },
  ]);
});
