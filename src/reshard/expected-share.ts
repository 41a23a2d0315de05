import type { StrategyName } from "../placement/design.ts";

/** A share that theory expects, and the formula it comes from. */
export interface ExpectedShare {
  readonly share: number;
  readonly formula: string;
}

/**
 * The share of many evenly hashed keys that a strategy moves from `from` to `to` shards of its own.
 * - hash modulo keeps the keys whose remainders agree: min(N, M) / lcm(N, M), by the Chinese remainder theorem;
 * - everything else moves what the shards that come take over, or those that go had: |M - N| / max(N, M). A ring, a
 *   bounded ring, probes and Maglev vary around it, because their shards' shares do or entries change hands besides.
 */
export function expectedShare(strategy: StrategyName, from: number, to: number): ExpectedShare {
  if (strategy !== "hash") return { share: leastShare(from, to), formula: "|M-N| / max(N,M)" };
  const lcm = (from * to) / greatestCommonDivisor(from, to);
  return { share: 1 - Math.min(from, to) / lcm, formula: "1 - min(N,M) / lcm(N,M)" };
}

/** The share that has to move between even loads: what new shards get, or removed ones had. */
export const leastShare = (from: number, to: number): number => Math.abs(to - from) / Math.max(from, to);

/** The share that moves between two placements that know nothing of each other: a key stays with a chance of 1/max(N, M). */
export function unrelatedShare(from: number, to: number): ExpectedShare {
  return { share: 1 - 1 / Math.max(from, to), formula: "1 - 1 / max(N,M)" };
}

const greatestCommonDivisor = (a: number, b: number): number => (b === 0 ? a : greatestCommonDivisor(b, a % b));
