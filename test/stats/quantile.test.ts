import { expect, test } from "vitest";
import { quantile } from "../../src/stats/quantile.ts";

// R: quantile(c(15, 20, 35, 40, 50), c(0.05, 0.3, 0.4, 0.5, 1), type = 7)
test("R's default method", () => {
  const values = [50, 15, 40, 20, 35];
  expect([0.05, 0.3, 0.4, 0.5, 1].map((q) => quantile(values, q))).toEqual([16, 23, 29, 35, 50]);
});
