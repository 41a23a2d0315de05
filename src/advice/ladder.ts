import { isUnknown, type Known } from "../analyze/known.ts";
import { type OfferedLoad, overallLoad, type WindowLoad, worstWindowLoad } from "../analyze/offered-load.ts";
import type { Workload } from "../workload/workload.ts";
import { defaultLadderOptions, type LadderOptions } from "./ladder-options.ts";

export type RungName = "tune" | "scale-up" | "replicas" | "partition" | "shard";

export interface Rung {
  readonly rung: RungName;
  /** "called-for": the next thing to do. "possible": would help, not needed. "not-enough": the load is beyond it. */
  readonly verdict: "called-for" | "possible" | "not-needed" | "not-enough" | "unknown";
  readonly because: string;
}

export interface Ladder {
  readonly options: LadderOptions;
  readonly overall: Known<OfferedLoad>;
  readonly worstWindow: Known<WindowLoad>;
  readonly verdict: "no-shards" | "shards" | "unknown";
  /**
   * Shards that the worst window needs on servers of `options.cores`, were the load split evenly; 1 when none are
   * needed.
   */
  readonly shardsNeeded: Known<number>;
  readonly rungs: readonly Rung[];
}

/** A server rides out a busy second; a busy minute is felt. Short logs are cut in four. */
const windowSeconds = 60;

/** Which rung of the ladder (tune, scale up, replicas, partition, shard) the offered load calls for. */
export function ladderOf(workload: Workload, given: Partial<LadderOptions> = {}): Ladder {
  const options = { ...defaultLadderOptions, ...given };
  const overall = overallLoad(workload);
  const worstWindow = isUnknown(overall) ? overall : worstWindowLoad(workload, windowSeconds);
  if (isUnknown(overall) || isUnknown(worstWindow)) {
    const unknown = isUnknown(overall) ? overall : (worstWindow as { unknown: string });
    const rungs = (["tune", "scale-up", "replicas", "partition", "shard"] as const).map((rung): Rung => ({
      rung,
      verdict: "unknown",
      because: unknown.unknown,
    }));
    return { options, overall, worstWindow, verdict: "unknown", shardsNeeded: unknown, rungs };
  }
  const { cores, largestCores, targetUtilization } = options;
  const now = cores * targetUtilization;
  const largest = Math.max(cores, largestCores) * targetUtilization;
  const peak = worstWindow;
  const fits = peak.total <= now;
  const fitsLargest = peak.total <= largest;
  const writesFit = peak.writes <= largest;
  const shards = !fits && !fitsLargest && !writesFit;
  const rungs: Rung[] = [
    tuneRung(workload, peak, now),
    {
      rung: "scale-up",
      verdict: fits ? "not-needed" : fitsLargest ? "called-for" : "not-enough",
      because: fits
        ? `${erlangs(peak.total)} in the worst window fit ${number(now)} of ${cores} cores ` +
          `(${percent(targetUtilization)})`
        : `${erlangs(peak.total)} in the worst window are more than ${number(now)} of ${cores} cores; ` +
          `${largestCores} cores would carry ${number(largest)}`,
    },
    {
      rung: "replicas",
      verdict: fits ? "not-needed" : fitsLargest ? "possible" : writesFit ? "called-for" : "not-enough",
      because:
        `in that window reads are ${percent(peak.total === 0 ? 0 : peak.reads / peak.total)} of the load; writes alone ` +
        `are ${erlangs(peak.writes)}, which replicas do not take off the primary`,
    },
    {
      rung: "partition",
      verdict: "unknown",
      because:
        "the log has no table sizes; partitions in one server help with deleting old rows and large indexes, " +
        "not with load",
    },
    {
      rung: "shard",
      verdict: shards ? "called-for" : "not-needed",
      because: shards
        ? `writes of ${erlangs(peak.writes)} are more than the largest server carries (${number(largest)})`
        : fits
          ? "one server carries this load"
          : fitsLargest
            ? `a server of ${largestCores} cores carries this load`
            : "replicas carry the reads, one primary the writes",
    },
  ];
  return {
    options,
    overall,
    worstWindow,
    verdict: shards ? "shards" : "no-shards",
    shardsNeeded: shards ? Math.ceil(peak.total / now) : 1,
    rungs,
  };
}

/** One template that makes up this much of the time is worth a look before anything else is bought. */
const dominatingShare = 0.3;

function tuneRung(workload: Workload, peak: OfferedLoad, now: number): Rung {
  let total = 0;
  let most: Workload["templates"][number] | undefined;
  for (const use of workload.templates) {
    total += use.timeMicros;
    if (most === undefined || use.timeMicros > most.timeMicros) most = use;
  }
  const share = most === undefined || total === 0 ? 0 : most.timeMicros / total;
  const because = `the costliest template takes ${percent(share)} of the time`;
  if (share < dominatingShare)
    return {
      rung: "tune",
      verdict: peak.total <= now ? "not-needed" : "not-enough",
      because: `${because}: no single one stands out`,
    };
  return {
    rung: "tune",
    verdict: peak.total <= now ? "possible" : peak.total * (1 - share) <= now ? "called-for" : "not-enough",
    because,
  };
}

const number = (value: number): string => (value >= 10 ? value.toFixed(0) : value.toPrecision(2));
const erlangs = (value: number): string => `${number(value)} erlangs`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
