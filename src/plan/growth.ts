import { power } from "../stats/power.ts";
import { periodsUntil } from "../stats/periods-until.ts";
import type { Estimate } from "./estimate.ts";

/**
 * How a quantity grows. Compound: by a share of itself each month (0.08 is 8 %). Absolute: by so much each month, in
 * the quantity's own unit. A month is a twelfth of 365.25 days.
 */
export interface Growth {
  readonly kind: "compound" | "absolute";
  readonly perMonth: Estimate;
}

export const daysPerMonth = 365.25 / 12;

/** What `now` is after so many months, never below nothing. The ends of both intervals go together, so it is wide rather than narrow. */
export function grown(now: Estimate, { kind, perMonth }: Growth, months: number): Estimate {
  const after = (from: number, rate: number): number =>
    kind === "compound" ? from * power(1 + rate, months) : Math.max(0, from + rate * months);
  return {
    value: after(now.value, perMonth.value),
    low: after(now.low, perMonth.low),
    high: after(now.high, perMonth.high),
  };
}

/**
 * Months until `now` passes `limit`: 0 where it has, Infinity where it never does. `low` is the earliest date that the
 * intervals allow, `high` the latest.
 */
export function monthsUntil(now: Estimate, growth: Growth, limit: number): Estimate {
  const until = (from: number, rate: number): number => {
    if (growth.kind === "compound") return periodsUntil(from, limit, rate);
    return from > limit ? 0 : rate > 0 ? (limit - from) / rate : Infinity;
  };
  const { perMonth } = growth;
  return {
    value: until(now.value, perMonth.value),
    low: until(now.high, perMonth.high),
    high: until(now.low, perMonth.low),
  };
}
