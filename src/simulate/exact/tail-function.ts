import { integral } from "../../stats/quadrature.ts";
import { type Distribution, flatParts, type Part, quantileOf, survivalOf } from "../distribution.ts";

/** How likely a time is longer than `x`: falls from 1 to 0. */
export interface TailFunction {
  above(x: number): number;
  /** Where it has a step or a bend, in ascending order. */
  readonly bends: readonly number[];
  /** A time of its order. */
  readonly scale: number;
}

/** Of one distribution. */
export function tailOf(distribution: Distribution): TailFunction {
  const bends = bendsOf(distribution);
  const scale = Math.max(...flatParts(distribution, 1).map(({ of }) => quantileOf(of, 0.5)));
  return { above: (x) => survivalOf(distribution, x), bends, scale: scale > 0 ? scale : 1 };
}

/** Of the sum of two independent times. */
export function tailOfSum(first: Distribution, second: Distribution): TailFunction {
  const [a, b] = [tailOf(first), tailOf(second)];
  const parts = flatParts(first, 1);
  const above = (x: number): number => parts.reduce((sum, { weight, of }) => sum + weight * aboveWith(of, second, b.bends, x), 0);
  const bends = a.bends.flatMap((one) => b.bends.map((other) => one + other));
  return { above, bends: ascending(bends), scale: a.scale + b.scale };
}

/** P(A + B > x), where A is no mixture: over the shares p of A, P(B > x - A(p)). */
function aboveWith(a: Part["of"], b: Distribution, bendsOfB: readonly number[], x: number): number {
  if (a.kind === "constant") return survivalOf(b, x - a.value);
  if (b.kind === "constant") return survivalOf(a, x - b.value);
  const bends = bendsOfB.map((bend) => 1 - survivalOf(a, x - bend));
  return integral((p) => survivalOf(b, x - quantileOf(a, p)), ascending([...shareEdges, ...bends]));
}

/** Edges of shares of a distribution: the closer together, the longer the tail is there. */
const shareEdges: readonly number[] = [0, 2 ** -12, 2 ** -6, 0.25, 0.5, 0.75, ...Array.from({ length: 13 }, (_, at) => 1 - 2 ** -(3 * at + 4))];

/** The k-th shortest of independent times is above x when fewer than k of them are below. */
export function aboveKth(tails: readonly number[], k: number): number {
  // By how many are below, k standing for k or more.
  const below = new Float64Array(k + 1);
  below[0] = 1;
  for (const tail of tails) {
    below[k]! += below[k - 1]! * (1 - tail);
    for (let count = k - 1; count >= 1; count--) below[count] = below[count]! * tail + below[count - 1]! * (1 - tail);
    below[0]! *= tail;
  }
  return below.subarray(0, k).reduce((sum, chance) => sum + chance, 0);
}

/** E[T], the integral of its tail; Infinity when it is too heavy. */
export function meanOfTail({ above, bends, scale }: TailFunction): number {
  const steps = Array.from({ length: 52 }, (_, at) => scale * 2 ** (at - 12));
  const edges = ascending([0, ...bends, ...steps]);
  const end = edges.findIndex((x) => x >= (bends.at(-1) ?? 0) && above(x) * Math.max(x, scale) < 1e-12 * scale);
  return integral(above, end < 0 ? edges : edges.slice(0, end + 1));
}

/** The time that the share `p` stays below. */
export function quantileOfTail({ above, scale }: TailFunction, p: number): number {
  let high = scale;
  while (above(high) > 1 - p && high < 1e300) high *= 2;
  let low = 0;
  for (let step = 0; step < 200 && high - low > 1e-11 * high; step++) {
    const middle = (low + high) / 2;
    if (above(middle) > 1 - p) low = middle;
    else high = middle;
  }
  return high;
}

function bendsOf(distribution: Distribution): readonly number[] {
  return ascending(
    flatParts(distribution, 1).flatMap(({ of }) => {
      switch (of.kind) {
        case "constant":
          return [of.value];
        case "uniform":
          return [of.from, of.to];
        case "pareto":
          return [of.minimum, ...(of.maximum === undefined ? [] : [of.maximum])];
        case "empirical":
          return of.values;
        default:
          return [0];
      }
    }),
  );
}

export function ascending(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
