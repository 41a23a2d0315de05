import { sampleCorrelation } from "simple-statistics";

/**
 * Pearson's product-moment correlation r of two equally long series, -1 to 1; undefined when there are fewer than two
 * points or one of the series never changes, because r then has no value.
 * Source: https://en.wikipedia.org/wiki/Pearson_correlation_coefficient
 *
 * @example
 * pearsonCorrelation([1, 2, 3], [10, 20, 30]); // => 1
 */
export function pearsonCorrelation(xs: readonly number[], ys: readonly number[]): number | undefined {
  if (xs.length < 2 || isConstant(xs) || isConstant(ys)) return undefined;
  return Math.min(1, Math.max(-1, sampleCorrelation(xs as number[], ys as number[])));
}

const isConstant = (values: readonly number[]): boolean => values.every((value) => value === values[0]);
