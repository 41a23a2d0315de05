/**
 * Periods until what grows by a share of itself in each of them passes a limit: ln(limit / now) / ln(1 + share). 0 where it
 * has, Infinity where it never does.
 */
export function periodsUntil(now: number, limit: number, sharePerPeriod: number): number {
  if (now > limit) return 0;
  return now > 0 && sharePerPeriod > 0 ? Math.log(limit / now) / Math.log1p(sharePerPeriod) : Infinity;
}
