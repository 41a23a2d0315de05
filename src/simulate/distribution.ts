import { power as pow } from "../stats/power.ts";
import { normalTail } from "../stats/normal-tail.ts";

/**
 * How a time is spread: of service, on the network, between arrivals. All times are milliseconds. A value of this type
 * is plain data, so that it can be sent to another thread and printed.
 */
export type Distribution =
  | { readonly kind: "constant"; readonly value: number }
  | { readonly kind: "exponential"; readonly mean: number }
  | { readonly kind: "uniform"; readonly from: number; readonly to: number }
  /** `variation` is the standard deviation over the mean. */
  | { readonly kind: "lognormal"; readonly mean: number; readonly variation: number }
  /** P(X > x) = (minimum / x) ^ shape, cut off at `maximum` where there is one. */
  | { readonly kind: "pareto"; readonly minimum: number; readonly shape: number; readonly maximum?: number }
  /** Observed values, joined by straight lines: ascending, two at least. */
  | { readonly kind: "empirical"; readonly values: readonly number[] }
  /** Weights add up to 1. */
  | { readonly kind: "mixture"; readonly parts: readonly { readonly weight: number; readonly of: Distribution }[] };

export const constant = (value: number): Distribution => ({ kind: "constant", value });

/** E[X^power], which is Infinity where the tail is too heavy to have it. */
export function moment(distribution: Distribution, power: number): number {
  switch (distribution.kind) {
    case "constant":
      return pow(distribution.value, power);
    case "exponential":
      return factorial(power) * pow(distribution.mean, power);
    case "uniform":
      return uniformMoment(distribution.from, distribution.to, power);
    case "lognormal": {
      const { mu, variance } = logOf(distribution);
      return Math.exp(power * mu + (power * power * variance) / 2);
    }
    case "pareto":
      return paretoMoment(distribution, power);
    case "empirical": {
      const { values } = distribution;
      let sum = 0;
      for (let at = 1; at < values.length; at++) sum += uniformMoment(values[at - 1]!, values[at]!, power);
      return sum / (values.length - 1);
    }
    case "mixture":
      return distribution.parts.reduce((sum, { weight, of }) => sum + weight * moment(of, power), 0);
  }
}

export const meanOf = (distribution: Distribution): number => moment(distribution, 1);

/** All times `factor` times as long. */
export function scaled(distribution: Distribution, factor: number): Distribution {
  switch (distribution.kind) {
    case "constant":
      return constant(distribution.value * factor);
    case "exponential":
      return { ...distribution, mean: distribution.mean * factor };
    case "uniform":
      return { ...distribution, from: distribution.from * factor, to: distribution.to * factor };
    case "lognormal":
      return { ...distribution, mean: distribution.mean * factor };
    case "pareto": {
      const { maximum } = distribution;
      const minimum = distribution.minimum * factor;
      return { ...distribution, minimum, ...(maximum !== undefined && { maximum: maximum * factor }) };
    }
    case "empirical":
      return { ...distribution, values: distribution.values.map((value) => value * factor) };
    case "mixture": {
      const parts = distribution.parts.map(({ weight, of }) => ({ weight, of: scaled(of, factor) }));
      return { ...distribution, parts };
    }
  }
}

/** A distribution that is no mixture, and its share of one. */
export type Part = { readonly weight: number; readonly of: Exclude<Distribution, { kind: "mixture" }> };

/** What mixtures of mixtures come to: parts whose weights add up to `weight`. */
export function flatParts(distribution: Distribution, weight: number): readonly Part[] {
  if (distribution.kind !== "mixture") return [{ weight, of: distribution }];
  return distribution.parts.flatMap((part) => flatParts(part.of, weight * part.weight));
}

/** The value that the share `p` lies below, of a distribution that is no mixture. */
export function quantileOf(distribution: Part["of"], p: number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value;
    case "exponential":
      return -distribution.mean * Math.log1p(-p);
    case "uniform":
      return distribution.from + p * (distribution.to - distribution.from);
    case "lognormal": {
      const { mu, variance } = logOf(distribution);
      return p <= 0 ? 0 : Math.exp(mu + Math.sqrt(variance) * normalQuantile(p));
    }
    case "pareto": {
      const { minimum, shape, maximum } = distribution;
      const kept = maximum === undefined ? 1 : 1 - pow(minimum / maximum, shape);
      return minimum * pow(1 - p * kept, -1 / shape);
    }
    case "empirical": {
      const { values } = distribution;
      const place = p * (values.length - 1);
      const at = Math.min(values.length - 2, Math.floor(place));
      return values[at]! + (place - at) * (values[at + 1]! - values[at]!);
    }
  }
}

/** P(X > x): the share that is longer than `x`. */
export function survivalOf(distribution: Distribution, x: number): number {
  switch (distribution.kind) {
    case "constant":
      return distribution.value > x ? 1 : 0;
    case "exponential":
      return x <= 0 ? 1 : Math.exp(-x / distribution.mean);
    case "uniform":
      if (x < distribution.from) return 1;
      return x >= distribution.to ? 0 : (distribution.to - x) / (distribution.to - distribution.from);
    case "lognormal": {
      const { mu, variance } = logOf(distribution);
      return x <= 0 ? 1 : normalTail((Math.log(x) - mu) / Math.sqrt(variance));
    }
    case "pareto": {
      const { minimum, shape, maximum } = distribution;
      if (x < minimum) return 1;
      if (maximum === undefined) return pow(minimum / x, shape);
      if (x >= maximum) return 0;
      const cut = pow(minimum / maximum, shape);
      return (pow(minimum / x, shape) - cut) / (1 - cut);
    }
    case "empirical":
      return empiricalSurvival(distribution.values, x);
    case "mixture":
      return distribution.parts.reduce((sum, { weight, of }) => sum + weight * survivalOf(of, x), 0);
  }
}

/** Of values that are joined by straight lines; several that are alike are a step. */
function empiricalSurvival(values: readonly number[], x: number): number {
  if (x < values[0]!) return 1;
  let low = 0;
  let high = values.length;
  // The first value above x.
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (values[middle]! <= x) low = middle + 1;
    else high = middle;
  }
  if (low === values.length) return 0;
  const from = values[low - 1]!;
  const place = low - 1 + (x - from) / (values[low]! - from);
  return 1 - place / (values.length - 1);
}

const factorial = (n: number): number => (n <= 1 ? 1 : n * factorial(n - 1));

function uniformMoment(from: number, to: number, power: number): number {
  if (from === to) return pow(from, power);
  return (pow(to, power + 1) - pow(from, power + 1)) / ((power + 1) * (to - from));
}

function paretoMoment(distribution: Extract<Distribution, { kind: "pareto" }>, power: number): number {
  const { minimum, shape, maximum } = distribution;
  if (maximum === undefined) return shape > power ? (shape * pow(minimum, power)) / (shape - power) : Infinity;
  const kept = 1 - pow(minimum / maximum, shape);
  if (shape === power) return (shape * pow(minimum, power) * Math.log(maximum / minimum)) / kept;
  const cut = pow(minimum / maximum, shape - power);
  return (shape * pow(minimum, power) * (1 - cut)) / ((shape - power) * kept);
}

function logOf({ mean, variation }: { mean: number; variation: number }): { mu: number; variance: number } {
  const variance = Math.log1p(variation * variation);
  return { mu: Math.log(mean) - variance / 2, variance };
}

/**
 * Inverse of the standard normal distribution: Peter Acklam's rational approximation (relative error 1.15e-9),
 * https://web.archive.org/web/20151030215612/http://home.online.no/~pjacklam/notes/invnorm/
 */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  const rational = (x: number, over: readonly number[], under: readonly number[]): number =>
    over.reduce((sum, c) => sum * x + c, 0) / under.reduce((sum, c) => sum * x + c, 0);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return rational(
      q,
      [-7.784894002430293e-3, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783],
      [7.784695709041462e-3, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
    );
  }
  const q = p - 0.5;
  const over = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const under = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  return q * rational(q * q, over, under);
}
