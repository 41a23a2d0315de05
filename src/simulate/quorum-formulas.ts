import { power } from "../stats/power.ts";

/** The chance that a read of R of N nodes misses all of the last k writes to W nodes each, drawn anew each time (PBS). */
export function staleWithin(nodes: number, read: number, written: number, versions: number): number {
  return power(choose(nodes - written, read) / choose(nodes, read), versions);
}

/** At least `least` of `many` independent nodes are up. */
export function binomialAtLeast(many: number, least: number, up: number): number {
  let sum = 0;
  for (let count = least; count <= many; count++) sum += choose(many, count) * power(up, count) * power(1 - up, many - count);
  return sum;
}

/**
 * The chance that some copyset is lost whole when so many nodes are lost at once (Asaf Cidon et al., Copysets: Reducing
 * the Frequency of Data Loss in Cloud Storage, USENIX ATC 2013).
 */
export function copysetLoss(nodes: number, copies: number, lost: number, copysets: number): number {
  return -Math.expm1(copysets * Math.log1p(-choose(lost, copies) / choose(nodes, copies)));
}

/** Binomial coefficient, as a number. */
function choose(n: number, k: number): number {
  if (k < 0 || k > n) return 0;
  let product = 1;
  for (let at = 1; at <= Math.min(k, n - k); at++) product = (product * (n - at + 1)) / at;
  return product;
}
