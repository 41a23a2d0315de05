import { assert } from "../base/assert.ts";

/**
 * The q-quantile, 0 <= q <= 1, of values in any order, by linear interpolation between the two closest ranks: method
 * 7 of Hyndman and Fan ("Sample Quantiles in Statistical Packages", 1996), the default of R, NumPy and spreadsheets.
 *
 * @example
 * quantile([1, 2, 3, 4], 0.5); // => 2.5
 */
export function quantile(values: ArrayLike<number>, q: number): number {
  assert(values.length > 0 && q >= 0 && q <= 1, "a quantile needs values and 0 <= q <= 1");
  const ascending = Float64Array.from(values).sort();
  const rank = q * (ascending.length - 1);
  const below = ascending[Math.floor(rank)]!;
  const above = ascending[Math.ceil(rank)]!;
  return below + (above - below) * (rank - Math.floor(rank));
}
