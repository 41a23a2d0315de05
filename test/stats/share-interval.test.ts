import { expect, test } from "vitest";
import { shareInterval } from "../../src/stats/share-interval.ts";

// Brown, Cai, DasGupta, "Interval Estimation for a Binomial Proportion" (2001): Wilson's interval for 15 of 50.
test("15 of 50", () => {
  const { low, high } = shareInterval(15, 50);
  expect(low).toBeCloseTo(0.191, 3);
  expect(high).toBeCloseTo(0.4375, 3);
});

test("none and all stay within 0 and 1, and leave room for doubt", () => {
  expect(shareInterval(0, 100)).toMatchObject({ low: 0 });
  expect(shareInterval(0, 100).high).toBeCloseTo(0.037, 3);
  expect(shareInterval(100, 100)).toMatchObject({ high: 1 });
  expect(shareInterval(100, 100).low).toBeCloseTo(0.963, 3);
});

test("without a sample nothing is known", () => {
  expect(shareInterval(0, 0)).toEqual({ low: 0, high: 1 });
});
