import { assert } from "../base/assert.ts";

/**
 * Skew factor of H-Store's design tool, 0 (even) to 1 (everything on one partition). With P partitions, best = 1/P and
 * r_i the share of partition i; a share below best is folded upward to best + (1 - r_i/best)(1 - best), so that idle
 * partitions count like overfull ones; skew = Σ ln(r_i / best) / (P ln P).
 * Source: Pavlo, Curino, Zdonik: Skew-Aware Automatic Database Partitioning, SIGMOD 2012; `SkewFactorUtil.java`.
 *
 * @example
 * skewFactor([100, 0, 0, 0]); // => 1
 */
export function skewFactor(loads: ArrayLike<number>): number {
  const partitions = loads.length;
  const best = 1 / partitions;
  let total = 0;
  for (let index = 0; index < partitions; index++) total += loads[index]!;
  assert(total > 0, "the balance of no load is undefined");
  if (partitions === 1) return 0;
  let sum = 0;
  for (let index = 0; index < partitions; index++) {
    const share = loads[index]! / total;
    sum += Math.log((share < best ? best + (1 - share / best) * (1 - best) : share) / best);
  }
  return sum / (partitions * Math.log(partitions));
}
