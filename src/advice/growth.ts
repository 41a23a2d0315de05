import { isUnknown, type Known } from "../analyze/known.ts";
import { periodsUntil } from "../stats/periods-until.ts";
import type { Ladder } from "./ladder.ts";

/** When the rungs of the ladder come due, in years from the log; 0 where one is due already. */
export interface Growth {
  /** Added to the load in a year: 0.4 is 40 %. */
  readonly sharePerYear: number;
  /** The worst window no longer fits the server as it is. */
  readonly scaleUpYears: Known<number>;
  /** ... nor the largest server. */
  readonly replicasYears: Known<number>;
  /** Its writes alone don't fit the largest server, so that only shards are left. */
  readonly shardYears: Known<number>;
}

/**
 * The same share is added every year, reads and writes alike: a load P passes a capacity C after ln(C/P) / ln(1+share)
 * years. What decides is the ladder's own worst window, against the same cores.
 */
export function growthOf({ worstWindow, options }: Ladder, sharePerYear: number): Growth {
  if (isUnknown(worstWindow))
    return { sharePerYear, scaleUpYears: worstWindow, replicasYears: worstWindow, shardYears: worstWindow };
  const { cores, largestCores, targetUtilization } = options;
  const largest = Math.max(cores, largestCores) * targetUtilization;
  const years = (load: number, capacity: number, what: string): Known<number> =>
    load === 0 ? { unknown: `the log has no ${what} to grow` } : periodsUntil(load, capacity, sharePerYear);
  return {
    sharePerYear,
    scaleUpYears: years(worstWindow.total, cores * targetUtilization, "load"),
    replicasYears: years(worstWindow.total, largest, "load"),
    shardYears: years(worstWindow.writes, largest, "writes"),
  };
}
