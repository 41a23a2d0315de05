import { power } from "../stats/power.ts";
import { normalQuantile } from "./distribution.ts";

/** A figure and how sure it is: the 95 % interval, and how many samples stand behind it. */
export interface Estimate {
  /** NaN when there is nothing to estimate from. */
  readonly value: number;
  /** NaN when there are too few samples to say. */
  readonly low: number;
  readonly high: number;
  readonly samples: number;
  /** Why it is unknown or less sure than it looks. */
  readonly note: string | undefined;
}

export const unknownEstimate = (note: string): Estimate => ({ value: NaN, low: NaN, high: NaN, samples: 0, note });

/** Known without error, such as a count. */
export const exactly = (value: number, samples: number): Estimate => ({
  value,
  low: value,
  high: value,
  samples,
  note: undefined,
});

/**
 * The ratio of two sums over batches, such as time over requests, with the interval that the spread of the batches gives
 * (William G. Cochran, Sampling Techniques, 1977, section 6.3). Batches of one run follow each other and are long enough
 * to be nearly independent; where neighbours still resemble each other, the interval is widened by their correlation.
 */
export function ratioOfBatches(sums: ArrayLike<number>, counts: ArrayLike<number>): Estimate {
  const batches = sums.length;
  let sum = 0;
  let count = 0;
  for (let at = 0; at < batches; at++) {
    sum += sums[at]!;
    count += counts[at]!;
  }
  if (count === 0) return unknownEstimate("nothing was measured");
  const value = sum / count;
  const residuals = Array.from({ length: batches }, (_, at) => sums[at]! - value * counts[at]!);
  const squares = residuals.reduce((total, residual) => total + residual * residual, 0);
  const neighbours = residuals.reduce((total, residual, at) => total + residual * (residuals[at + 1] ?? 0), 0);
  const resemblance = squares === 0 ? 0 : neighbours / squares;
  // Independent batches reach this by chance once in thirty times.
  const correlation = resemblance > 1.8 / Math.sqrt(batches) ? resemblance : 0;
  const widened = (1 + correlation) / (1 - Math.min(0.8, correlation));
  const error = (Math.sqrt(((squares * batches) / (batches - 1)) * widened) / count) * studentQuantile(batches - 1);
  return { value, low: value - error, high: value + error, samples: count, note: undefined };
}

/**
 * A share of what happened in batches, such as stale reads of all: Wilson's interval for so many independent trials as
 * spread like these batches do. It does not shrink to nothing where nothing, or everything, was hit.
 */
export function shareOfBatches(hits: ArrayLike<number>, trials: ArrayLike<number>): Estimate {
  const spread = ratioOfBatches(hits, trials);
  const { value, samples } = spread;
  if (samples === 0) return spread;
  const quantile = studentQuantile(hits.length - 1);
  const variance = ((spread.high - spread.low) / 2 / quantile) ** 2;
  // By chance the batches of independent trials spread a little less than they should, never by much more.
  const independent = variance > 0 ? Math.min(samples, (value * (1 - value)) / variance) : samples;
  const { low, high } = wilson(value, independent, variance > 0 ? quantile : normalQuantile(0.975));
  return { ...spread, low, high };
}

/** A figure from its values in independent batches or runs, around `value` (by default their mean). */
export function meanOfRuns(values: readonly number[], samples: number, value = meanOfValues(values)): Estimate {
  if (values.length === 0) return unknownEstimate("nothing was measured");
  if (values.length === 1) return { value, low: NaN, high: NaN, samples, note: "one run has no spread" };
  const mean = meanOfValues(values);
  const variance = values.reduce((sum, each) => sum + (each - mean) ** 2, 0) / (values.length - 1);
  const error = Math.sqrt(variance / values.length) * studentQuantile(values.length - 1);
  return { value, low: value - error, high: value + error, samples, note: undefined };
}

/** A share of independent trials: Wilson's interval (Edwin B. Wilson, Probable Inference, 1927). */
export function shareOfTrials(hits: number, trials: number): Estimate {
  if (trials === 0) return unknownEstimate("nothing was measured");
  const share = hits / trials;
  return { value: share, ...wilson(share, trials, normalQuantile(0.975)), samples: trials, note: undefined };
}

function wilson(share: number, trials: number, z: number): { readonly low: number; readonly high: number } {
  const middle = (share + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const error = (z / (1 + (z * z) / trials)) * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  // At the ends the formula gives exactly 0 and 1, but for what rounding leaves of a difference of equal terms.
  return { low: share === 0 ? 0 : Math.max(0, middle - error), high: share === 1 ? 1 : Math.min(1, middle + error) };
}

const meanOfValues = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/**
 * The 97.5 % quantile of Student's t distribution: exact for 1 and 2 degrees of freedom, from 3 on the expansion of
 * Cornish and Fisher (Abramowitz and Stegun 26.7.5), right to a percent at 3 and to 1e-4 at 10.
 */
export function studentQuantile(degrees: number): number {
  if (degrees === 1) return 12.7062;
  if (degrees === 2) return 4.30265;
  const z = normalQuantile(0.975);
  const z2 = z * z;
  const terms = [
    (z2 + 1) / 4,
    (5 * z2 * z2 + 16 * z2 + 3) / 96,
    (3 * z2 * z2 * z2 + 19 * z2 * z2 + 17 * z2 - 15) / 384,
    (79 * power(z2, 4) + 776 * power(z2, 3) + 1482 * z2 * z2 - 1920 * z2 - 945) / 92_160,
  ];
  return z * (1 + terms.reduce((sum, term, at) => sum + term / power(degrees, at + 1), 0));
}
