import fc from "fast-check";
import { expect, test } from "vitest";
import { exact } from "../../src/plan/estimate.ts";
import { grown, type Growth, monthsUntil } from "../../src/plan/growth.ts";

const compound = (value: number, low = value, high = value): Growth => ({ kind: "compound", perMonth: { value, low, high } });
const absolute = (value: number, low = value, high = value): Growth => ({ kind: "absolute", perMonth: { value, low, high } });

test("8 % a month are 2.518 times as much in a year, 40 GB a month 480 GB", () => {
  // 1.08^12 = 2.51817.
  expect(grown(exact(1), compound(0.08), 12).value).toBeCloseTo(2.51817, 5);
  expect(grown(exact(100e9), absolute(40e9), 12).value).toBe(580e9);
});

test("a date has an interval: the fast growth gives the early end", () => {
  // ln 2 / ln 1.08 = 9.006; at 6 % 11.896, at 10 % 7.273.
  const date = monthsUntil(exact(1), compound(0.08, 0.06, 0.1), 2);
  expect(date).toEqual({ value: expect.closeTo(9.006, 3), low: expect.closeTo(7.273, 3), high: expect.closeTo(11.896, 3) });
});

test("what is past it is due now; what does not grow, never", () => {
  expect(monthsUntil(exact(3), compound(0.08), 2)).toEqual(exact(0));
  expect(monthsUntil(exact(1), compound(0.02, -0.01, 0.05), 2)).toMatchObject({ high: Infinity });
  expect(monthsUntil(exact(0), compound(0.5), 2)).toEqual(exact(Infinity));
  expect(monthsUntil(exact(1), absolute(0), 2)).toEqual(exact(Infinity));
});

test("at the date that it says, the limit is reached, and nothing falls below nothing", () => {
  fc.assert(
    fc.property(fc.boolean(), fc.double({ min: 0.01, max: 0.5, noNaN: true }), fc.double({ min: 1.1, max: 100, noNaN: true }), (isCompound, rate, limit) => {
      const growth = isCompound ? compound(rate) : absolute(rate);
      expect(grown(exact(1), growth, monthsUntil(exact(1), growth, limit).value).value).toBeCloseTo(limit, 6);
    }),
  );
  expect(grown(exact(10), absolute(-4), 5).value).toBe(0);
});
