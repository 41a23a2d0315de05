import fc from "fast-check";
import { expect, test } from "vitest";
import { LogHistogram } from "../../src/stats/log-histogram.ts";

test("a quantile is at most a bucket away from the sorted values", () => {
  const numbers = fc.array(fc.double({ min: 1e-5, max: 1e7, noNaN: true }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(numbers, fc.double({ min: 0.01, max: 1, noNaN: true }), (values, p) => {
      const histogram = new LogHistogram();
      for (const value of values) histogram.add(value);
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.ceil(p * values.length) - 1]!;
      expect(Math.abs(histogram.quantile(p) - exact) / exact).toBeLessThan(1 / 128);
    }),
  );
});

test("zero stays zero, and nothing counted is unknown", () => {
  const histogram = new LogHistogram();
  expect(histogram.quantile(0.5)).toBeNaN();
  histogram.add(0);
  expect(histogram.quantile(0.99)).toBe(0);
});
