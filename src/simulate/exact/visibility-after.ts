import { power } from "../../stats/power.ts";
import { rule } from "../../stats/quadrature.ts";
import { type Distribution, flatParts, survivalOf } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import { waitPercentiles } from "../wait-grid.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { aboveKth, meanOfTail, quantileOfTail, type TailFunction } from "./tail-function.ts";

/**
 * The chance that a read some time after the commit sees the write, where all four legs are exponential or mixtures of
 * such (`StalenessProbe` has the model). A read is stale at t when W[i] > c + t + R[i] for each of its first R answers i,
 * c being the W-th of the N - R acknowledgements of other nodes. Given the time y of the answer after them, these R are
 * independent and alike:
 *
 *   P(stale at t) = E over c and y of (E[P(W > c + t + r) P(S < y - r)] / P(R + S < y))^R
 */
export function visibilityAfter(scenario: Scenario): readonly ExactAnswer[] {
  const { leaderless } = scenario.cluster.replication;
  const { staleness } = scenario;
  if (leaderless === undefined || staleness === undefined || scenario.cluster.regions !== undefined) return [];
  const { nodes, readQuorum, writeQuorum, legs, readFrom } = leaderless;
  const formula = readQuorum + writeQuorum > nodes ? "R + W > N: a node is in both quorums" : "WARS with exponential legs, integrated";
  if (readQuorum + writeQuorum > nodes) return staleness.afterMs.map((after) => ({ measure: `consistent.after ${after}ms`, value: 1, formula }));
  if (readFrom !== "all" || !Object.values(legs).every((leg) => flatParts(leg, 1).every(({ of }) => of.kind === "exponential"))) return [];
  const stale = staleChance(legs, nodes, readQuorum, writeQuorum);
  return [
    ...staleness.afterMs.map((after) => ({ measure: `consistent.after ${after}ms`, value: 1 - stale(after), formula })),
    ...waitPercentiles.map(([label, share]) => ({ measure: `consistent.wait.${label}`, value: whereBelow(stale, 1 - share, meanOfTail(exponentialTail(legs.write))), formula })),
  ];
}

interface Point {
  readonly x: number;
  readonly weight: number;
}

function staleChance(legs: Readonly<Record<"write" | "ack" | "read" | "response", Distribution>>, nodes: number, readQuorum: number, writeQuorum: number): (afterMs: number) => number {
  const acknowledged = sumOfExponentials(legs.write, legs.ack);
  const answered = sumOfExponentials(legs.read, legs.response);
  const others = nodes - readQuorum;
  const kth = (tail: TailFunction, count: number, k: number): TailFunction => ({ ...tail, above: (x) => aboveKth(new Array<number>(count).fill(tail.above(x)), k) });
  const commits = points(kth(acknowledged, others, writeQuorum));
  // Of each time of the answer after the first R: what a read took on its way, given that it was answered before.
  const writes = flatParts(legs.write, 1).map(({ weight, of }) => ({ weight, mean: means(of)[0]! }));
  // An exponential time is longer than the sum of others when it is longer than each: its ways are averaged apart.
  const answers = points(kth(answered, nodes, readQuorum + 1)).map(({ x: y, weight }) => {
    const whole = 1 - answered.above(y);
    const ways = rule([0, y / 4, y / 2, (3 * y) / 4, y]).map(({ x: r, weight: width }) => ({
      r,
      weight: (width * densityOf(legs.read, r) * (1 - survivalOf(legs.response, y - r))) / whole,
    }));
    const longer = writes.map(({ mean }) => ways.reduce((sum, way) => sum + way.weight * Math.exp(-way.r / mean), 0));
    return { weight, longer };
  });
  return (afterMs) =>
    commits.reduce((sum, commit) => {
      const apart = writes.map(({ weight, mean }) => weight * Math.exp(-(commit.x + afterMs) / mean));
      const missed = (longer: readonly number[]): number => power(longer.reduce((total, share, at) => total + share * apart[at]!, 0), readQuorum);
      return sum + commit.weight * answers.reduce((total, { weight, longer }) => total + weight * missed(longer), 0);
    }, 0);
}

/** Times of a tail with their weights, for an average over it. */
function points(tail: TailFunction): readonly Point[] {
  const edges = [0, ...[0.001, 0.02, 0.12, 0.35, 0.65, 0.88, 0.98, 0.999, 0.999999, 1 - 1e-12].map((p) => quantileOfTail(tail, p))];
  // The density, by a difference over a step that leaves half of the digits.
  return rule(edges).map(({ x, weight }) => {
    const step = x * 1e-5;
    return { x, weight: (weight * (tail.above(x - step) - tail.above(x + step))) / (2 * step) };
  });
}

const densityOf = (mixture: Distribution, x: number): number =>
  flatParts(mixture, 1).reduce((sum, { weight, of }) => sum + (of.kind === "exponential" ? (weight / of.mean) * Math.exp(-x / of.mean) : 0), 0);

const exponentialTail = (mixture: Distribution): TailFunction => ({ above: (x) => survivalOf(mixture, x), bends: [0], scale: Math.max(...means(mixture)) });

const means = (mixture: Distribution): readonly number[] => flatParts(mixture, 1).map(({ of }) => (of.kind === "exponential" ? of.mean : 0));

/** P(A + B > x) of two mixtures of exponential times, in closed form. */
function sumOfExponentials(first: Distribution, second: Distribution): TailFunction {
  const pairs = flatParts(first, 1).flatMap((a) => flatParts(second, 1).map((b) => ({ weight: a.weight * b.weight, means: [...means(a.of), ...means(b.of)] as [number, number] })));
  const above = (x: number): number =>
    x <= 0
      ? 1
      : pairs.reduce((sum, { weight, means: [a, b] }) => {
          if (Math.abs(a - b) < 1e-6 * a) return sum + weight * (1 + x / a) * Math.exp(-x / a);
          return sum + (weight * (a * Math.exp(-x / a) - b * Math.exp(-x / b))) / (a - b);
        }, 0);
  return { above, bends: [0], scale: Math.max(...means(first)) + Math.max(...means(second)) };
}

/** The time at which a chance that falls is `bound`. */
function whereBelow(chance: (time: number) => number, bound: number, scale: number): number {
  if (chance(0) <= bound) return 0;
  let high = scale;
  for (let step = 0; step < 1000 && chance(high) > bound; step++) high *= 2;
  let low = 0;
  for (let step = 0; step < 60 && high - low > 1e-9 * high; step++) {
    const middle = (low + high) / 2;
    if (chance(middle) > bound) low = middle;
    else high = middle;
  }
  return high;
}
