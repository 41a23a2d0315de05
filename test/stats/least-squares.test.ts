import { linearRegression } from "simple-statistics";
import fc from "fast-check";
import { expect, test } from "vitest";
import { leastSquares } from "../../src/stats/least-squares.ts";

test("fits a known line and its errors", () => {
  // Worked example of NIST, Norris-like: y = 1 + 2x with residuals 1, -1, -1, 1: slope 2, s^2 = 4 / 2.
  const fit = leastSquares([[1, 0], [1, 1], [1, 2], [1, 3]], [2, 2, 4, 8])!;
  expect(fit.coefficients[0]).toBeCloseTo(1, 12);
  expect(fit.coefficients[1]).toBeCloseTo(2, 12);
  expect(fit.sumOfSquares).toBeCloseTo(4, 12);
  expect(fit.degrees).toBe(2);
  // 1 / sum (x - mean)^2 = 1 / 5.
  expect(fit.inverse[1]![1]).toBeCloseTo(0.2, 12);
});

test("a line is the one of simple-statistics, whatever the units", () => {
  const point = fc.tuple(fc.double({ min: -100, max: 100, noNaN: true }), fc.double({ min: -100, max: 100, noNaN: true }));
  fc.assert(
    fc.property(fc.array(point, { minLength: 3, maxLength: 30 }), fc.constantFrom(1e-6, 1, 1e9), (points, unit) => {
      const xs = points.map(([x]) => x);
      fc.pre(Math.max(...xs) - Math.min(...xs) > 1);
      const { m, b } = linearRegression(points.map(([x, y]) => [x, y]));
      const fit = leastSquares(points.map(([x]) => [1, x * unit]), points.map(([, y]) => y))!;
      expect(fit.coefficients[1]! * unit).toBeCloseTo(m, 5);
      expect(fit.coefficients[0]).toBeCloseTo(b, 5);
    }),
  );
});

test("regressors that hardly differ cost few digits", () => {
  const xs = Array.from({ length: 20 }, (_, at) => 1e4 + at);
  const { coefficients } = leastSquares(xs.map((x) => [1, x]), xs.map((x) => 1 + 2 * x))!;
  expect(coefficients[1]).toBeCloseTo(2, 11);
  expect(coefficients[0]).toBeCloseTo(1, 7);
});

test("columns that depend on each other have no answer", () => {
  expect(leastSquares([[1, 2], [2, 4], [3, 6]], [1, 2, 3])).toBeUndefined();
  expect(leastSquares([[1, 0], [1, 0]], [1, 2])).toBeUndefined();
  expect(leastSquares([[1, 2]], [1])).toBeUndefined();
});
