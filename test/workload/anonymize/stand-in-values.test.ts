import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { KeyedChance } from "../../../src/stats/keyed-chance.ts";
import { StandInValues } from "../../../src/workload/anonymize/stand-in-values.ts";
import { compareKeyValues, keyValueOf } from "../../../src/workload/key-value.ts";
import type { ColumnType } from "../../../src/sql/schema.ts";

const values = new StandInValues(new KeyedChance(new TextEncoder().encode("sixteen bytes ok")));
const standIn = (text: string): string => values.text(new TextEncoder().encode(text));
const keyOf = (text: string, type: ColumnType) => keyValueOf({ kind: "string", text }, type);

const digits = (most: number) => fc.stringMatching(new RegExp(`^(0|[1-9][0-9]{0,${most - 1}})$`));
const time = fc.date({ min: new Date("1900-01-02T00:00:00Z"), max: new Date("2100-12-30T00:00:00Z"), noInvalidDate: true });

/** What each type is written as, by databases. */
const written: Record<string, { readonly type: ColumnType; readonly text: fc.Arbitrary<string> }> = {
  integers: { type: "int64", text: fc.oneof(fc.maxSafeInteger().map(String), fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n).map(String), fc.integer({ min: -50, max: 50 }).map(String)) },
  "integers with zeros before them": { type: "int64", text: fc.integer({ min: 0, max: 500 }).map((value) => `00${value}`) },
  "numbers of any length": { type: "decimal", text: digits(40) },
  decimals: { type: "decimal", text: fc.tuple(fc.constantFrom("", "-"), digits(6), fc.stringMatching(/^[0-9]{0,4}$/)).map(([sign, whole, part]) => (part === "" ? `${sign}${whole}` : `${sign}${whole}.${part}`)) },
  "numbers with an exponent": { type: "decimal", text: fc.tuple(fc.integer({ min: -999, max: 999 }), fc.integer({ min: -9, max: 9 })).map(([value, power]) => `${value / 100}e${power}`) },
  dates: { type: "date", text: time.map((date) => date.toISOString().slice(0, 10)) },
  timestamps: { type: "timestamp", text: fc.oneof(time.map((date) => date.toISOString().slice(0, 19).replace("T", " ")), time.map((date) => date.toISOString().slice(0, 10)), time.map((date) => date.toISOString().replace("Z", "+02"))) },
  uuids: { type: "uuid", text: fc.uuid({ version: 4 }) },
  "ObjectIds": { type: "text", text: fc.stringMatching(/^[0-6][0-9a-e]{22}[a-f]$/) },
  bytes: { type: "bytes", text: fc.stringMatching(/^\\x([0-9a-f]{2}){1,6}$/) },
  text: { type: "text", text: fc.string({ maxLength: 12, unit: "grapheme" }).map((text) => `ü${text}`) },
};

describe.each(Object.entries(written))("stand-ins of %s", (_, { type, text }) => {
  test("keep type, equality and order", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [one, other] = [keyOf(a, type)!, keyOf(b, type)!];
        const [standInOne, standInOther] = [keyOf(standIn(a), type), keyOf(standIn(b), type)];
        expect(standInOne).toBeDefined();
        expect(Math.sign(compareKeyValues(standInOne!, standInOther!))).toBe(Math.sign(compareKeyValues(one, other)));
      }),
      { numRuns: 500 },
    );
  });
});

test("whole numbers below 2^51 stay what counters hold as numbers, and nothing stays in its place", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 2 ** 51 - 1 }), (value) => {
      const made = values.integer(value);
      expect(typeof made).toBe("number");
      expect(values.integer(-value)).toBe(-Number(made));
      expect(`${made}`).toBe(standIn(`${value}`));
    }),
  );
  const moved = Array.from({ length: 1000 }, (_, value) => values.integer(value)).filter((made, value) => made !== value);
  expect(moved.length).toBe(1000);
});

test("a date is the midnight that it was, and 1.50 the number 1.5", () => {
  expect(standIn("2026-11-20 00:00:00")).toBe(`${standIn("2026-11-20")} 00:00:00`);
  expect(keyOf(standIn("2026-11-20T02:30:00+02:30"), "timestamp")).toBe(keyOf(standIn("2026-11-20 00:00:00"), "timestamp"));
  expect(keyOf(standIn("1.50"), "decimal")).toBe(keyOf(standIn("1.5"), "decimal"));
  expect(keyOf(standIn("7.00"), "decimal")).toBe(keyOf(standIn("7"), "decimal"));
  expect(keyOf(standIn("15e-1"), "decimal")).toBe(keyOf(standIn("1.5"), "decimal"));
});

test("words of types stay", () => {
  for (const word of ["", "t", "FALSE", "NaN", "-infinity", "9999-12-31", "0001-01-01 00:00:00"]) expect(standIn(word)).toBe(word);
});

test("another key gives other stand-ins", () => {
  const others = new StandInValues(new KeyedChance(new TextEncoder().encode("another 16 bytes")));
  for (const text of ["alice@example.org", "4711", "2026-11-20", "b0b1c2d3-0000-4000-8000-000000000001", "12.5"])
    expect(others.text(new TextEncoder().encode(text))).not.toBe(standIn(text));
});
