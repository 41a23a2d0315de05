import { expect, test } from "vitest";
import { pearsonCorrelation } from "../../src/stats/pearson-correlation.ts";

test("r is 1 on a rising line, -1 on a falling one", () => {
  expect(pearsonCorrelation([1, 2, 3], [10, 20, 30])).toBeCloseTo(1, 12);
  expect(pearsonCorrelation([1, 2, 3], [30, 20, 10])).toBeCloseTo(-1, 12);
});

// Anscombe's first data set: r = 0.81642 (F. J. Anscombe, The American Statistician 27, 1973).
test("Anscombe's quartet", () => {
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  expect(pearsonCorrelation(x, y)).toBeCloseTo(0.81642, 5);
});

test("a series that never changes has no correlation", () => {
  expect(pearsonCorrelation([1, 2, 3], [7, 7, 7])).toBeUndefined();
  expect(pearsonCorrelation([1], [1])).toBeUndefined();
});
