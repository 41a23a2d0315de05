import { isUnknown, type Known } from "../analyze/known.ts";
import type { Workload } from "../workload/workload.ts";
import { defaultLadderOptions, type LadderOptions } from "./ladder-options.ts";

/**
 * Offered load in erlangs: time spent in the database per second of the log, which is the mean number of statements
 * that run at once (A. K. Erlang; Little's law). A statement that waits for a lock or a disk counts like one that
 * computes, so as a number of busy cores it is an upper bound.
 */
export interface OfferedLoad {
  readonly reads: number;
  readonly writes: number;
  readonly total: number;
}

export interface WindowLoad extends OfferedLoad {
  readonly fromMicros: number;
  readonly widthSeconds: number;
}

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

const second = 1_000_000;

/** Which rung of the ladder (tune, scale up, replicas, partition, shard) the offered load calls for. */
export function ladderOf(workload: Workload, given: Partial<LadderOptions> = {}): Ladder {
  const options = { ...defaultLadderOptions, ...given };
  const overall = overallLoad(workload);
  const worstWindow = isUnknown(overall) ? overall : worstWindowLoad(workload);
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

function overallLoad(workload: Workload): Known<OfferedLoad> {
  const { span } = workload;
  let executions = 0;
  let timed = 0;
  for (const use of workload.templates) {
    executions += use.executions;
    timed += use.timed;
  }
  if (timed < executions * 0.5 || timed === 0) return { unknown: "durations are not logged" };
  if (span === undefined)
    return { unknown: workload.executions > workload.entries ? "statistics are sums without times" : "times are not logged" };
  const seconds = (span.toMicros - span.fromMicros) / second;
  if (seconds < 1) return { unknown: "the log spans less than a second" };
  let readMicros = 0;
  let writeMicros = 0;
  for (const window of workload.load.windows()) {
    readMicros += window.readMicros;
    writeMicros += window.writeMicros;
  }
  return loadOver(readMicros, writeMicros, seconds * (workload.sample?.rate ?? 1));
}

/** A server rides out a busy second; a busy minute is felt. Short logs are cut in four. */
const windowSeconds = 60;

function worstWindowLoad({ load, span, sample }: Workload): Known<WindowLoad> {
  const spanSeconds = span === undefined ? 0 : (span.toMicros - span.fromMicros) / second;
  const factor = Math.max(1, Math.round(Math.min(windowSeconds, spanSeconds / 4) / load.widthSeconds));
  const widthSeconds = factor * load.widthSeconds;
  const sums = new Map<number, { readMicros: number; writeMicros: number }>();
  for (const { fromMicros, readMicros, writeMicros } of load.windows()) {
    const from = Math.floor(fromMicros / second / widthSeconds) * widthSeconds * second;
    const sum = sums.get(from) ?? { readMicros: 0, writeMicros: 0 };
    sums.set(from, { readMicros: sum.readMicros + readMicros, writeMicros: sum.writeMicros + writeMicros });
  }
  let worst: { fromMicros: number; readMicros: number; writeMicros: number } | undefined;
  for (const [fromMicros, sum] of sums) {
    if (worst === undefined || sum.readMicros + sum.writeMicros > worst.readMicros + worst.writeMicros)
      worst = { fromMicros, ...sum };
  }
  if (worst === undefined) return { unknown: "times are not logged" };
  return {
    ...loadOver(worst.readMicros, worst.writeMicros, widthSeconds * (sample?.rate ?? 1)),
    fromMicros: worst.fromMicros,
    widthSeconds,
  };
}

/** Of a sample of the log the seconds are less by its rate, so that the load is that of the whole. */
function loadOver(readMicros: number, writeMicros: number, seconds: number): OfferedLoad {
  return {
    reads: readMicros / second / seconds,
    writes: writeMicros / second / seconds,
    total: (readMicros + writeMicros) / second / seconds,
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
