import { studentQuantile } from "../simulate/interval.ts";
import { leastSquares } from "../stats/least-squares.ts";
import type { Estimate } from "./estimate.ts";

/** What a load test found: so many clients or nodes, so much throughput. */
export interface BenchmarkPoint {
  readonly load: number;
  readonly throughput: number;
}

/** usl: contention and coherency. amdahl: contention alone. linear: neither. */
export type ScalabilityModel = "usl" | "amdahl" | "linear";

/**
 * X(N) = gamma N / (1 + alpha (N - 1) + beta N (N - 1)), the universal scalability law (Neil Gunther, Guerrilla Capacity
 * Planning, 2007). beta = 0 is Amdahl's law, alpha = beta = 0 is linear.
 */
export interface Scalability {
  readonly model: ScalabilityModel;
  /** Why this model. */
  readonly because: string;
  /** Throughput of one. */
  readonly gamma: Estimate;
  /** Contention: the share of work that nothing else can go on beside. */
  readonly alpha: Estimate;
  /** Coherency: what each pair loses to keeping in step. */
  readonly beta: Estimate;
  /** At which load throughput is highest; Infinity where it never falls. */
  readonly peakLoad: number;
  readonly peakThroughput: number;
  /** Where contention alone would halve what one more adds, 1 / alpha. */
  readonly optimalLoad: number;
  /** What throughput tends to were there no coherency, gamma / alpha. */
  readonly amdahlLimit: number;
  readonly points: readonly BenchmarkPoint[];
  /** In the order of the points. */
  readonly fitted: readonly number[];
  /** Share of the variance that is explained. */
  readonly determination: number;
  /** Of gamma, alpha and beta; NaN where there are no more points than coefficients. */
  readonly covariance: readonly (readonly number[])[];
  /** Points less coefficients. */
  readonly degrees: number;
}

/** How many loads that differ a model takes: its coefficients and one more, so that an error can be told. */
const loadsNeeded: Readonly<Record<ScalabilityModel, number>> = { usl: 4, amdahl: 3, linear: 1 };

/**
 * Fits the law to load-test points by least squares (Gauss and Newton, from the law's linear form) with coefficients that
 * are not negative. Without `model` the fullest one that the points can tell. At least one point; loads from 1 on.
 */
export function fitScalability(points: readonly BenchmarkPoint[], model?: ScalabilityModel): Scalability {
  const loads = new Set(points.map(({ load }) => load)).size;
  const told = model ?? (["usl", "amdahl", "linear"] as const).find((name) => loads >= loadsNeeded[name])!;
  const wanted = free[told];
  const best = bestOf(points, wanted);
  const named: ScalabilityModel = best.free.beta ? "usl" : best.free.alpha ? "amdahl" : "linear";
  const because =
    model !== undefined
      ? "as asked for"
      : told !== "usl"
        ? `${loads} ${loads === 1 ? "load" : "different loads"}, the universal scalability law takes ${loadsNeeded.usl}`
        : named === "usl"
          ? `${loads} different loads`
          : `its coefficient of ${named === "amdahl" ? "coherency" : "contention and coherency"} would be below 0`;
  return describe(points, best, wanted, named, because);
}

interface FreeCoefficients {
  readonly alpha: boolean;
  readonly beta: boolean;
}

const free: Readonly<Record<ScalabilityModel, FreeCoefficients>> = {
  usl: { alpha: true, beta: true },
  amdahl: { alpha: true, beta: false },
  linear: { alpha: false, beta: false },
};

type Coefficients = readonly [gamma: number, alpha: number, beta: number];

interface Fit {
  readonly free: FreeCoefficients;
  readonly coefficients: Coefficients;
  readonly squares: number;
}

const throughput = ([gamma, alpha, beta]: Coefficients, load: number): number =>
  (gamma * load) / (1 + alpha * (load - 1) + beta * load * (load - 1));

/** Throughput at some load with its 95 % interval, by the first derivatives of the law (delta method). */
export function throughputAt({ gamma, alpha, beta, covariance, degrees }: Scalability, load: number): Estimate {
  const coefficients: Coefficients = [gamma.value, alpha.value, beta.value];
  const slopes = slopesAt(coefficients, load);
  const variance = slopes.reduce((sum, a, i) => sum + slopes.reduce((inner, b, j) => inner + a * b * covariance[i]![j]!, 0), 0);
  const error = degrees < 1 ? NaN : Math.sqrt(Math.max(0, variance)) * studentQuantile(degrees);
  const value = throughput(coefficients, load);
  return { value, low: Math.max(0, value - error), high: value + error };
}

function slopesAt([gamma, alpha, beta]: Coefficients, load: number): readonly number[] {
  const divisor = 1 + alpha * (load - 1) + beta * load * (load - 1);
  return [load / divisor, (-gamma * load * (load - 1)) / divisor ** 2, (-gamma * load * load * (load - 1)) / divisor ** 2];
}

/** With a coefficient below 0 the least squares lie on an edge: each edge is tried. */
function bestOf(points: readonly BenchmarkPoint[], wanted: FreeCoefficients): Fit {
  const tries = [wanted, free.amdahl, { alpha: false, beta: true }, free.linear].filter(
    ({ alpha, beta }) => (wanted.alpha || !alpha) && (wanted.beta || !beta),
  );
  let best: Fit | undefined;
  for (const one of tries) {
    const fit = fitFree(points, one);
    const [, alpha, beta] = fit.coefficients;
    const possible = alpha >= 0 && beta >= 0;
    if (possible && (best === undefined || fit.squares < best.squares * (1 - 1e-9))) best = fit;
  }
  return best!;
}

/** Gauss's and Newton's method with halved steps, from the coefficients that fit N / X, which is linear in them. */
function fitFree(points: readonly BenchmarkPoint[], one: FreeCoefficients): Fit {
  let coefficients = linearForm(points, one);
  let squares = squaresOf(points, coefficients);
  for (let round = 0; round < 200; round++) {
    const step = leastSquares(
      points.map(({ load }) => chosen(slopesAt(coefficients, load), one)),
      points.map(({ load, throughput: found }) => found - throughput(coefficients, load)),
    );
    if (step === undefined) break;
    const [gamma, ...rest] = step.coefficients;
    const alpha = one.alpha ? rest.shift()! : 0;
    const beta = one.beta ? rest.shift()! : 0;
    let length = 1;
    let next = coefficients;
    let nextSquares = squares;
    for (; length > 1e-9; length /= 2) {
      next = [coefficients[0] + length * gamma!, coefficients[1] + length * alpha, coefficients[2] + length * beta];
      nextSquares = isLaw(points, next) ? squaresOf(points, next) : Infinity;
      if (nextSquares <= squares) break;
    }
    if (nextSquares > squares) break;
    const still = next.every((value, at) => Math.abs(value - coefficients[at]!) <= 1e-13 * Math.abs(value));
    coefficients = next;
    squares = nextSquares;
    if (still) break;
  }
  return { free: one, coefficients, squares };
}

/** Throughput has to stay positive at every load that was tested. */
const isLaw = (points: readonly BenchmarkPoint[], coefficients: Coefficients): boolean =>
  points.every(({ load }) => throughput(coefficients, load) > 0);

/** N / X = (1 + alpha (N - 1) + beta N (N - 1)) / gamma, weighted so that the errors are those of X. */
function linearForm(points: readonly BenchmarkPoint[], one: FreeCoefficients): Coefficients {
  const fit = leastSquares(
    points.map(({ load, throughput: found }) => chosen([1, load - 1, load * (load - 1)].map((value) => (value * found * found) / load), one)),
    points.map(({ throughput: found }) => found),
  );
  const [first, ...rest] = fit?.coefficients ?? [];
  if (first !== undefined && first > 0) {
    const given: Coefficients = [1 / first, one.alpha ? rest.shift()! / first : 0, one.beta ? rest.shift()! / first : 0];
    if (isLaw(points, given)) return given;
  }
  return [Math.max(...points.map(({ load, throughput: found }) => found / load)), 0, 0];
}

const chosen = ([gamma, alpha, beta]: readonly number[], one: FreeCoefficients): readonly number[] => [
  gamma!,
  ...(one.alpha ? [alpha!] : []),
  ...(one.beta ? [beta!] : []),
];

const squaresOf = (points: readonly BenchmarkPoint[], coefficients: Coefficients): number =>
  points.reduce((sum, { load, throughput: found }) => sum + (found - throughput(coefficients, load)) ** 2, 0);

function describe(points: readonly BenchmarkPoint[], best: Fit, wanted: FreeCoefficients, model: ScalabilityModel, because: string): Scalability {
  const { coefficients } = best;
  const [gamma, alpha, beta] = coefficients;
  const errors = errorsOf(points, best);
  // A coefficient that was held at 0 may be as high as the fit that left it free would allow.
  const unbound = best.free.alpha === wanted.alpha && best.free.beta === wanted.beta ? undefined : fitFree(points, wanted);
  const unboundErrors = unbound === undefined ? undefined : errorsOf(points, unbound);
  const interval = (at: 0 | 1 | 2, isFree: boolean, isWanted: boolean): Estimate => {
    const value = coefficients[at];
    if (!isWanted) return { value, low: value, high: value };
    const error = isFree ? errors.halves[at]! : NaN;
    const high = isFree ? value + error : Math.max(0, unbound!.coefficients[at] + unboundErrors!.halves[at]!);
    return { value, low: isFree ? Math.max(0, value - error) : 0, high };
  };
  const peakLoad = beta === 0 ? (alpha === 0 || alpha < 1 ? Infinity : 1) : Math.sqrt(Math.max(0, 1 - alpha) / beta);
  const mean = points.reduce((sum, point) => sum + point.throughput, 0) / points.length;
  const total = points.reduce((sum, point) => sum + (point.throughput - mean) ** 2, 0);
  return {
    model,
    because,
    gamma: interval(0, true, true),
    alpha: interval(1, best.free.alpha, wanted.alpha),
    beta: interval(2, best.free.beta, wanted.beta),
    peakLoad: Math.max(1, peakLoad),
    peakThroughput: peakLoad === Infinity ? (alpha === 0 ? Infinity : gamma / alpha) : throughput(coefficients, Math.max(1, peakLoad)),
    optimalLoad: alpha === 0 ? Infinity : 1 / alpha,
    amdahlLimit: alpha === 0 ? Infinity : gamma / alpha,
    points,
    fitted: points.map(({ load }) => throughput(coefficients, load)),
    determination: total === 0 ? 1 : 1 - best.squares / total,
    covariance: errors.covariance,
    degrees: errors.degrees,
  };
}

/** Half-widths of the 95 % intervals by the slopes of the law at the solution; NaN where nothing is left over to tell them from. */
function errorsOf(points: readonly BenchmarkPoint[], { coefficients, free: one, squares }: Fit): {
  readonly halves: readonly number[];
  readonly covariance: readonly (readonly number[])[];
  readonly degrees: number;
} {
  const at = [0, ...(one.alpha ? [1] : []), ...(one.beta ? [2] : [])];
  const fit = leastSquares(points.map(({ load }) => chosen(slopesAt(coefficients, load), one)), points.map(() => 0));
  const degrees = points.length - at.length;
  const known = fit !== undefined && degrees > 0;
  const covariance = [0, 1, 2].map((i) =>
    [0, 1, 2].map((j) => {
      if (!at.includes(i) || !at.includes(j)) return 0;
      return known ? (fit.inverse[at.indexOf(i)]![at.indexOf(j)]! * squares) / degrees : NaN;
    }),
  );
  const quantile = known ? studentQuantile(degrees) : NaN;
  return { halves: [0, 1, 2].map((i) => Math.sqrt(covariance[i]![i]!) * quantile), covariance, degrees };
}
