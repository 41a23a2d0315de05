import { isUnknown, type Known } from "../analyze/known.ts";
import type { StoredRows } from "../workload/stored-rows.ts";
import type { Workload } from "../workload/workload.ts";
import { dayTotals } from "./day-totals.ts";
import type { Growth } from "./growth.ts";
import type { GivenGrowth } from "./growth-option.ts";
import { growthTrend, type GrowthTrend } from "./growth-trend.ts";
import { loadProfile, type LoadProfile } from "./load-profile.ts";
import { daysOfWeek, hoursOfDay, type SeasonLevel } from "./season.ts";
import { type Storage, storageOf, storedGrowth, type StoredGrowth } from "./stored-demand.ts";

/** What the application asks for: now, over the day and the week, and how it grows. */
export interface Demand {
  readonly load: Known<LoadProfile>;
  readonly hours: Known<readonly SeasonLevel[]>;
  readonly weekdays: Known<readonly SeasonLevel[]>;
  readonly storage: Known<Storage>;
  readonly connections: ConnectionDemand;
  readonly growth: {
    readonly reads: QuantityGrowth<GrowthTrend>;
    readonly writes: QuantityGrowth<GrowthTrend>;
    readonly data: QuantityGrowth<StoredGrowth>;
    readonly connections: QuantityGrowth<never>;
  };
}

/** What the user gave wins; what the log shows stands beside it. */
export interface QuantityGrowth<Measured> {
  readonly used: Known<Growth>;
  readonly from: "given" | "measured" | "unknown";
  readonly measured: Known<Measured>;
}

/** A log names sessions but does not say how long they stay open. */
export interface ConnectionDemand {
  /** Statements that run at once in the worst window, each on a connection of its own. */
  readonly atLeast: Known<number>;
  /** Distinct sessions over the whole log, with their relative error; not all of them need be open at once. */
  readonly sessions: Known<{ readonly count: number; readonly relativeError: number }>;
}

/** The demand that a log shows; `stored` is what databases or data sets say of the rows. */
export function demandOf(workload: Workload, stored: StoredRows, given: GivenGrowth = {}): Demand {
  const load = loadProfile(workload);
  const days = dayTotals(workload);
  const trend = (of: "reads" | "writes"): Known<GrowthTrend> =>
    isUnknown(load) ? load : growthTrend(days, of);
  return {
    load,
    hours: hoursOfDay(workload),
    weekdays: daysOfWeek(workload, days),
    storage: storageOf(workload, stored),
    connections: connectionsOf(workload, load),
    growth: {
      reads: growthOf(given.reads, trend("reads")),
      writes: growthOf(given.writes, trend("writes")),
      data: growthOf(given.data, storedGrowth(workload, stored)),
      connections: growthOf<never>(given.connections, { unknown: "a log does not say how many connections are open" }),
    },
  };
}

function growthOf<Measured extends { readonly growth: Growth }>(
  given: Growth | undefined,
  measured: Known<Measured>,
): QuantityGrowth<Measured> {
  if (given !== undefined) return { used: given, from: "given", measured };
  if (isUnknown(measured)) return { used: measured, from: "unknown", measured };
  return { used: measured.growth, from: "measured", measured };
}

function connectionsOf({ sessions }: Workload, load: Known<LoadProfile>): ConnectionDemand {
  const erlangs = isUnknown(load) ? load : load.peak.erlangs;
  const seen = sessions.estimate();
  return {
    atLeast: isUnknown(erlangs) ? erlangs : Math.ceil(erlangs.total),
    sessions: seen.count === 0 ? { unknown: "the log names no sessions" } : seen,
  };
}
