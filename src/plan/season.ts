import type { Known } from "../analyze/known.ts";
import { meanOfRuns } from "../simulate/interval.ts";
import type { Workload } from "../workload/workload.ts";
import type { DayTotals } from "./day-totals.ts";
import type { Estimate } from "./estimate.ts";

/** How busy an hour of the day (UTC) or a day of the week usually is, in statements per second, over the days of the log. */
export interface SeasonLevel {
  /** 0 to 23; or 0 to 6, of which 0 is Sunday. */
  readonly at: number;
  readonly readsPerSecond: Estimate;
  readonly writesPerSecond: Estimate;
}

const hourMicros = 3_600_000_000;
const dayMicros = 24 * hourMicros;

/** Mean of each hour of the day over the whole days of the log. Unknown with fewer than two, or windows wider than an hour. */
export function hoursOfDay(workload: Workload): Known<readonly SeasonLevel[]> {
  const { load, span, sample } = workload;
  if (span === undefined) return { unknown: "times are not logged" };
  if (load.widthSeconds * 1e6 > hourMicros)
    return { unknown: `the log is so long that it is kept in windows of ${load.widthSeconds} s: none of them is an hour` };
  const first = Math.ceil(span.fromMicros / hourMicros);
  const days = Math.floor((Math.floor((span.toMicros + 1) / hourMicros) - first) / 24);
  if (days < 2) return { unknown: `an hour of the day is told from two whole days; days in the log: ${Math.max(0, days)}` };
  const cells = Array.from({ length: days * 24 }, () => ({ reads: 0, writes: 0 }));
  for (const { fromMicros, reads, writes } of load.windows()) {
    const from = Math.max(fromMicros, span.fromMicros);
    const to = Math.max(from + 1, Math.min(fromMicros + load.widthSeconds * 1e6, span.toMicros));
    for (let at = from; at < to; ) {
      const hour = Math.floor(at / hourMicros);
      const end = Math.min(to, (hour + 1) * hourMicros);
      const cell = cells[hour - first];
      if (cell !== undefined) {
        cell.reads += (reads * (end - at)) / (to - from);
        cell.writes += (writes * (end - at)) / (to - from);
      }
      at = end;
    }
  }
  const perSecond = 3600 * (sample?.rate ?? 1);
  return Array.from({ length: 24 }, (_, at) => {
    const own = cells.filter((_cell, index) => (first + index) % 24 === at);
    return levelOf(at, own, perSecond);
  });
}

/** Mean of each day of the week over the weeks of the log. Unknown with less than two of each. */
export function daysOfWeek({ span, sample }: Workload, { units, unitDays }: DayTotals): Known<readonly SeasonLevel[]> {
  if (span === undefined) return { unknown: "times are not logged" };
  if (unitDays !== 1) return { unknown: "the log is so long that it is kept in windows that are no part of a day" };
  const perSecond = 86_400 * (sample?.rate ?? 1);
  // The middle of a day of the log says which day it is; 1970-01-01 was a Thursday.
  const weekday = (index: number): number => (Math.floor((span.fromMicros + (index + 0.5) * dayMicros) / dayMicros) + 4) % 7;
  const levels = Array.from({ length: 7 }, (_, at) => {
    const own = units.flatMap((unit, index) => (unit !== undefined && weekday(index) === at ? [unit] : []));
    return { own: own.length, level: levelOf(at, own, perSecond) };
  });
  const fewest = Math.min(...levels.map(({ own }) => own));
  if (fewest < 2) return { unknown: `a day of the week is told from two of each; days in the log: ${units.filter((unit) => unit !== undefined).length}` };
  return levels.map(({ level }) => level);
}

function levelOf(at: number, own: readonly { readonly reads: number; readonly writes: number }[], seconds: number): SeasonLevel {
  const mean = (of: "reads" | "writes"): Estimate => {
    const { value, low, high } = meanOfRuns(own.map((unit) => unit[of] / seconds), own.length);
    return { value, low: Math.max(0, low), high };
  };
  return { at, readsPerSecond: mean("reads"), writesPerSecond: mean("writes") };
}
