import fc from "fast-check";
import { expect, test } from "vitest";
import { hoeffdingSampleSize, wilsonUpperBound } from "../../src/stats/sample-bounds.ts";

test("nothing among n draws may still be z squared over n and z squared", () => {
  // 1.959964 squared is 3.841459.
  expect(wilsonUpperBound(0, 300)).toBeCloseTo(3.841459 / 303.841459, 8);
  expect(wilsonUpperBound(5, 5)).toBe(1);
});

test("the bound is a root of Wilson's equation, above what was seen", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1e6 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (draws, part) => {
      const share = Math.floor(draws * part) / draws;
      const most = wilsonUpperBound(share * draws, draws);
      expect(most).toBeGreaterThan(share);
      // (p - seen)^2 = z^2 p (1 - p) / n
      expect((most - share) ** 2).toBeCloseTo((3.8414588 * most * (1 - most)) / draws, 8);
    }),
  );
});

test("half the margin takes four times the draws", () => {
  expect(hoeffdingSampleSize(0.01)).toBe(18_445); // ln(40) / 0.0002 = 18444.4
  expect(hoeffdingSampleSize(0.005)).toBe(73_778);
});
