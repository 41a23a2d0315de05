import { power } from "../stats/power.ts";
import type { Demand } from "./cluster.ts";
import type { Estimate } from "./estimate.ts";
import type { GivenGrowth, Quantity } from "./growth-option.ts";
import type { Growth } from "./growth.ts";

/** What is asked for today, in the worst window, with intervals. */
export interface DemandNow {
  readonly reads: Estimate;
  readonly writes: Estimate;
  readonly readsPerSecond: Estimate;
  readonly writesPerSecond: Estimate;
  readonly bytes: Estimate | undefined;
  readonly connections: Estimate | undefined;
}

/** Which end of the intervals: the load as it is likely, or the least or most of it that they allow. */
export type Outlook = "likely" | "least" | "most";

/**
 * How the load changes: by months where growth is known, else by factors that everything grows by alike. Demand never falls
 * along the way, so that what holds at a place held at all before.
 */
export interface LoadPath {
  readonly scale: "months" | "factor";
  /** Where it begins: month 0, or once the load. */
  readonly from: number;
  /** The user's horizon in months; in factors there is none. */
  readonly horizon: number;
  /** Nothing is searched beyond it. */
  readonly to: number;
  readonly at: (place: number, outlook: Outlook) => Demand;
}

/** A hundred years. */
const furthestMonth = 1200;
const furthestFactor = 1e6;

const pick = ({ value, low, high }: Estimate, outlook: Outlook): number =>
  outlook === "likely" ? value : outlook === "least" ? low : high;

/** Everything grows alike, by a factor. */
export function factorPath(now: DemandNow): LoadPath {
  return {
    scale: "factor",
    from: 1,
    horizon: Infinity,
    to: furthestFactor,
    at: (factor, outlook) => demandOf(now, outlook, () => factor),
  };
}

/** Each quantity grows by itself; of what nothing is said nothing grows, but connections, which come with the statements. */
export function monthPath(now: DemandNow, growth: GivenGrowth, horizon: number): LoadPath {
  const timesOf = (quantity: Quantity, months: number, outlook: Outlook): number => {
    if (quantity === "connections" && growth.connections === undefined)
      return Math.max(timesOf("reads", months, outlook), timesOf("writes", months, outlook));
    return timesAfter(nowOf(now, quantity), growth[quantity], months, outlook);
  };
  return {
    scale: "months",
    from: 0,
    horizon,
    to: furthestMonth,
    at: (months, outlook) => demandOf(now, outlook, (quantity) => timesOf(quantity, months, outlook)),
  };
}

function nowOf(now: DemandNow, quantity: Quantity): Estimate | undefined {
  if (quantity === "reads") return now.readsPerSecond;
  if (quantity === "writes") return now.writesPerSecond;
  return quantity === "data" ? now.bytes : now.connections;
}

/** Beyond it numbers are no loads any more. */
const most = 1e12;

/** Of a growth that is given as a point: nobody knows it that well. */
export const givenGrowthError = 0.25;

function withRange(perMonth: Estimate): Estimate {
  const { value, low, high } = perMonth;
  return low === high ? { value, low: value * (1 - givenGrowthError), high: value * (1 + givenGrowthError) } : perMonth;
}

/** How many times as much after so many months. What shrinks is taken to stay: nobody plans on it. */
function timesAfter(now: Estimate | undefined, growth: Growth | undefined, months: number, outlook: Outlook): number {
  if (growth === undefined) return 1;
  const { kind, perMonth } = growth;
  const rate = Math.max(0, pick(withRange(perMonth), outlook));
  if (kind === "compound") return Math.min(most, power(1 + rate, months));
  const from = now === undefined ? 0 : pick(now, outlook);
  return from === 0 ? 1 : Math.min(most, 1 + (rate * months) / from);
}

function demandOf(now: DemandNow, outlook: Outlook, times: (quantity: Quantity) => number): Demand {
  const reads = times("reads");
  const writes = times("writes");
  return {
    reads: pick(now.reads, outlook) * reads,
    writes: pick(now.writes, outlook) * writes,
    readsPerSecond: pick(now.readsPerSecond, outlook) * reads,
    writesPerSecond: pick(now.writesPerSecond, outlook) * writes,
    bytes: now.bytes === undefined ? undefined : pick(now.bytes, outlook) * times("data"),
    connections: now.connections === undefined ? undefined : pick(now.connections, outlook) * times("connections"),
  };
}

/** The last place on a path at which something holds: its start where it does not even hold there, Infinity where it never ends. */
export function lastPlace(path: LoadPath, holdsAt: (place: number) => boolean): number {
  if (!holdsAt(path.from)) return path.from;
  if (holdsAt(path.to)) return Infinity;
  let low = path.from;
  let high = path.from === 0 ? 1 : 2 * path.from;
  while (high < path.to && holdsAt(high)) {
    low = high;
    high *= 2;
  }
  while (high - low > 1e-4 * high) {
    const middle = (low + high) / 2;
    if (holdsAt(middle)) low = middle;
    else high = middle;
  }
  return low;
}

/** The same with its interval: the most load gives the earliest end. */
export function endOf(path: LoadPath, holds: (demand: Demand, outlook: Outlook) => boolean): Estimate {
  const until = (outlook: Outlook): number => lastPlace(path, (place) => holds(path.at(place, outlook), outlook));
  return { value: until("likely"), low: until("most"), high: until("least") };
}
