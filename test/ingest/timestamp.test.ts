import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { timeParser, writingOfTime } from "../../src/ingest/timestamp.ts";
import { bytesOf } from "./reading.ts";

const at = (iso: string) => Date.parse(iso) * 1000;

function parse(text: string): number {
  const bytes = bytesOf(text);
  return timeParser(writingOfTime(bytes, 0, bytes.length) ?? "date")(bytes, 0, bytes.length);
}

describe("times of a log, in microseconds since 1970", () => {
  test.each([
    ["2026-11-20 07:44:09.071 UTC", at("2026-11-20T07:44:09.071Z")], // PostgreSQL's log_line_prefix %m
    ["2026-11-20T07:44:09Z", at("2026-11-20T07:44:09Z")],
    ["2026-11-20T07:44:09.123456789Z", at("2026-11-20T07:44:09.123Z") + 456],
    ["2026-11-20 07:44:09,071", at("2026-11-20T07:44:09.071Z")],
    ["2026-11-20 09:44:09+02", at("2026-11-20T07:44:09Z")],
    ["2026-11-20 09:44:09 +0200", at("2026-11-20T07:44:09Z")],
    ["2026-11-20T02:14:09-05:30", at("2026-11-20T07:44:09Z")],
    ["2026-11-20 08:44:09 CET", at("2026-11-20T07:44:09Z")],
    ["2026-11-20 07:44", at("2026-11-20T07:44:00Z")],
    ["2026/11/20 07:44:09", at("2026-11-20T07:44:09Z")],
    ["2026-11-20", at("2026-11-20T00:00:00Z")],
    ["20/Nov/2026:07:44:09 +0000", at("2026-11-20T07:44:09Z")],
    ["1795160649", at("2026-11-20T07:44:09Z")],
    ["1795160649.123456", at("2026-11-20T07:44:09.123Z") + 456],
    ["1795160649123", at("2026-11-20T07:44:09.123Z")],
    ["1795160649123456", at("2026-11-20T07:44:09.123Z") + 456],
    ["1795160649123456789", at("2026-11-20T07:44:09.123Z") + 456],
  ])("%s", (text, micros) => {
    expect(parse(text)).toBe(micros);
  });

  test("a time without a zone, and one with a zone name that nobody knows, are read as UTC", () => {
    expect(parse("2026-11-20 07:44:09")).toBe(at("2026-11-20T07:44:09Z"));
    expect(parse("2026-11-20 07:44:09 XYZT")).toBe(at("2026-11-20T07:44:09Z"));
  });

  test.each([
    "",
    "9.47378",
    "42",
    "hello",
    "2026-13-01 00:00:00",
    "2026-02-30",
    "2026-11-20 25:00:00",
    "2026-11-20 07:44:09 +2x",
    "20261120",
  ])("%j is no time", (text) => expect(parse(text)).toBeNaN());

  test("one reader follows the days back and forth", () => {
    const parseTime = timeParser("date");
    for (const day of ["2024-02-29", "2026-11-20", "2024-02-29", "2000-01-01", "1999-12-31"]) {
      const bytes = bytesOf(`${day} 12:00:00`);
      expect(parseTime(bytes, 0, bytes.length)).toBe(at(`${day}T12:00:00Z`));
    }
  });

  test("one reader follows any times, near and far", () => {
    const near = fc.tuple(fc.constantFrom(0, 1, 9e3, 61e3, 36e5, 864e5, 31 * 864e5), fc.boolean());
    fc.assert(
      fc.property(fc.array(near), (steps) => {
        const parseTime = timeParser("date");
        let millis = Date.UTC(2026, 10, 20, 7, 44, 9, 71);
        for (const [step, back] of steps) {
          millis += back ? -step : step;
          const bytes = bytesOf(new Date(millis).toISOString());
          expect(parseTime(bytes, 0, bytes.length)).toBe(millis * 1000);
        }
      }),
    );
  });

  test("agrees with the language on any moment", () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date("1000-01-01T00:00:00Z"), max: new Date("9999-12-31T23:59:59Z"), noInvalidDate: true }),
        (date) => {
          expect(parse(date.toISOString())).toBe(date.getTime() * 1000);
        },
      ),
    );
  });
});
