import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDecimal, parseRows } from "../../src/ingest/decimal.ts";
import { durationUnitOf, parseDuration, withoutDurationUnit } from "../../src/ingest/duration.ts";
import { bytesOf } from "./reading.ts";

const parse = (text: string) => parseDecimal(bytesOf(text), 0, text.length);

test("decimal numbers, to the last bit", () => {
  expect(
    ["0", "42", "-1", "+1", "0.1", ".5", "7.", "1.5e3", "0.30000000000000004", "123456789012345678"].map(parse),
  ).toEqual([0, 42, -1, 1, 0.1, 0.5, 7, 1500, 0.30000000000000004, 123456789012345678]);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      expect(parse(`${value}`)).toBe(value + 0); // -0 is written "0"
    }),
  );
});

test.each(["", "-", ".", "1x", "1.2.3", "0x10", "NaN", "Infinity", "1 2"])("%j is no number", (text) =>
  expect(parse(text)).toBeNaN(),
);

test("the name of a duration column states its unit", () => {
  expect(
    ["duration_ms", "elapsed_seconds", "latencyUs", "Time (s)", "query_time", "duration"].map(durationUnitOf),
  ).toEqual(["ms", "s", "us", "s", "s", undefined]);
  expect(["duration_ms", "latencyUs", "duration", "rows"].map(withoutDurationUnit)).toEqual([
    "duration",
    "latency",
    "duration",
    "rows",
  ]);
});

test("a unit behind the number wins over the column's", () => {
  const parseAs = (text: string, millis: number) => parseDuration(bytesOf(text), 0, text.length, millis);
  expect(parseAs("12.5", 1)).toBe(12.5);
  expect(parseAs("1.5", 1000)).toBe(1500);
  expect(parseAs("3s", 1)).toBe(3000);
  expect(parseAs("250 us", 1000)).toBe(0.25);
  expect(parseAs("01:02:03.5", 1)).toBe(3_723_500); // MySQL's slow_log table
  expect(parseAs("3 cows", 1)).toBeNaN();
  expect(parseAs("1:2", 1)).toBeNaN();
  expect(parseAs("-3 ms", 1)).toBeNaN();
});

test("fewer rows than none are not known", () => {
  const parse = (text: string) => parseRows(bytesOf(text), 0, text.length);
  expect([parse("7"), parse("0"), parse("-7"), parse("x")]).toEqual([7, 0, NaN, NaN]);
});
