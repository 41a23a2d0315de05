import type { Workload } from "../workload/workload.ts";

/** Statements in equal stretches of the log's time, the first beginning where the log does. */
export interface DayTotals {
  /** 1, or 7 where the log is so long that its windows are too wide for days. */
  readonly unitDays: 1 | 7;
  /** Undefined where a unit has no statement at all: the log was not kept then. */
  readonly units: readonly ({ readonly reads: number; readonly writes: number } | undefined)[];
}

const dayMicros = 86_400_000_000;
/** Windows wider than a quarter of a day smear one day into the next. */
const widestWindowDays = 0.25;
/** A log that ends so many days short of a whole day has its days shortened by that much in all. */
const toleranceDays = 1 / 48;

/**
 * Whole days, or weeks, from the beginning of the log on; what is left at its end is not used. They follow no clock, so
 * that no time zone is needed: each holds every hour of the day once.
 */
export function dayTotals({ load, span }: Pick<Workload, "load" | "span">): DayTotals {
  const unitDays = load.widthSeconds * 1e6 > widestWindowDays * dayMicros ? 7 : 1;
  if (span === undefined) return { unitDays, units: [] };
  const lastsUnits = (span.toMicros - span.fromMicros) / dayMicros / unitDays;
  const count = Math.floor(lastsUnits + toleranceDays / unitDays);
  if (count === 0) return { unitDays, units: [] };
  const unitMicros = Math.min(1, lastsUnits / count) * unitDays * dayMicros;
  const sums = Array.from({ length: count }, () => ({ reads: 0, writes: 0 }));
  for (const { fromMicros, reads, writes } of load.windows()) {
    // The first and the last window are cut where the log begins and ends.
    const from = Math.max(fromMicros, span.fromMicros);
    const to = Math.max(from + 1, Math.min(fromMicros + load.widthSeconds * 1e6, span.toMicros));
    for (let at = from; at < to; ) {
      const unit = Math.floor((at - span.fromMicros) / unitMicros);
      const end = Math.min(to, Math.max(at + 1, span.fromMicros + (unit + 1) * unitMicros));
      // The very last moment belongs to the last unit.
      const sum = sums[unit === count && at - span.fromMicros < count * unitMicros + 1 ? count - 1 : unit];
      if (sum !== undefined) {
        sum.reads += (reads * (end - at)) / (to - from);
        sum.writes += (writes * (end - at)) / (to - from);
      }
      at = end;
    }
  }
  return { unitDays, units: sums.map((sum) => (sum.reads + sum.writes > 0 ? sum : undefined)) };
}
