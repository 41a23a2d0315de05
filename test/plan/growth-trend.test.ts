import { expect, test } from "vitest";
import { isUnknown } from "../../src/analyze/known.ts";
import { dayTotals } from "../../src/plan/day-totals.ts";
import { growthTrend, type GrowthTrend } from "../../src/plan/growth-trend.ts";
import { day, loadOverTime } from "./load-over-time.ts";

const month = (365.25 / 12) * day;
const trendOf = (log: Parameters<typeof loadOverTime>[0], of: "reads" | "writes" = "reads") => growthTrend(dayTotals(loadOverTime(log)), of);
const known = (trend: ReturnType<typeof growthTrend>): GrowthTrend => {
  if (isUnknown(trend)) throw new Error(trend.unknown);
  return trend;
};

test("8 % a month under hours and weekdays that go up and down are 8 % a month", () => {
  const reads = (at: number) => 100 * 1.08 ** (at / month) * (1 + 0.9 * Math.sin((2 * Math.PI * at) / day)) * [1, 1, 1, 1.2, 1, 0.4, 0.3][Math.floor(at / day) % 7]!;
  const { growth, units, unitDays, missing } = known(trendOf({ days: 28, reads }));
  expect(growth).toEqual({ kind: "compound", perMonth: { value: expect.closeTo(0.08, 4), low: expect.closeTo(0.08, 4), high: expect.closeTo(0.08, 4) } });
  expect({ units, unitDays, missing }).toEqual({ units: 28, unitDays: 1, missing: 0 });
});

test("reads and writes have trends of their own", () => {
  const log = { days: 21, reads: () => 100, writes: (at: number) => 10 * 0.9 ** (at / month) };
  expect(known(trendOf(log, "reads")).growth.perMonth.value).toBeCloseTo(0, 9);
  expect(known(trendOf(log, "writes")).growth.perMonth.value).toBeCloseTo(-0.1, 4);
});

test("half a day is not mistaken for growth: less than two weeks have no trend, and how much more it takes is said", () => {
  const rising = (at: number) => 10 + at / 3600;
  expect(trendOf({ days: 0.5, reads: rising })).toEqual({ unknown: "the log has 0 whole days, a trend needs 14: 14 more days" });
  expect(trendOf({ days: 13.5, reads: rising })).toEqual({ unknown: "the log has 13 whole days, a trend needs 14: 1 more day" });
});

test("a last day that lacks a few minutes is a day", () => {
  expect(known(trendOf({ days: 13.99, reads: () => 5 })).units).toBe(14);
  expect(known(trendOf({ days: 13.99, reads: () => 5 })).growth.perMonth.value).toBeCloseTo(0, 3);
});

test("days that the log lacks are left out and counted, not taken for days without load", () => {
  const reads = (at: number) => (Math.floor(at / day) === 9 ? undefined : 50 * 1.05 ** (at / month));
  const { growth, units, missing } = known(trendOf({ days: 28, reads }));
  expect(growth.perMonth.value).toBeCloseTo(0.05, 4);
  expect({ units, missing }).toEqual({ units: 27, missing: 1 });
});

test("a log whose windows are too wide for days is told by weeks", () => {
  const reads = (at: number) => 20 * 1.03 ** (at / month) * (1 + 0.5 * Math.sin((2 * Math.PI * at) / day)) * (Math.floor(at / day) % 7 > 4 ? 0.5 : 1);
  const log = { days: 70, reads, stepSeconds: 1800 };
  const { unitDays, units, growth } = known(trendOf({ ...log, limit: 256 }));
  // 70 days in at most 256 windows: 32,768 s each, where 16,384 s would still do for days.
  expect({ unitDays, units }).toEqual({ unitDays: 7, units: 10 });
  expect(growth.perMonth.low).toBeLessThan(0.03);
  expect(growth.perMonth.high).toBeGreaterThan(0.03);
  expect(trendOf({ ...log, days: 49, limit: 128 })).toEqual({ unknown: "the log has 7 whole weeks, a trend needs 8: 1 more week" });
});

test("what is nearly nothing has no trend", () => {
  expect(trendOf({ days: 28, reads: () => 1 / 20_000, stepSeconds: day })).toEqual({
    unknown: "too few reads to tell a trend: on one day there are 4, it takes 10",
  });
  expect(trendOf({ days: 28, reads: () => 1 }, "writes")).toEqual({ unknown: "the log has no writes to grow" });
});

/** So many thousandths up or down, the same numbers each time. */
const wobble = [3, -7, 5, 9, -4, -8, 2, 6, -9, 1, 7, -3, -5, 8, -2, 4, -6, 0, 9, -1, 5, -7, 3, -9, 6, 2, -4, 8].map((one) => one / 30);

test("where chance covers the trend none is told, and about how much more log it takes", () => {
  const reads = (at: number) => 100 * Math.exp(4 * wobble[Math.floor(at / day)]!);
  const trend = trendOf({ days: 14, reads });
  expect(trend).toEqual({ unknown: expect.stringMatching(/^chance covers the trend of reads \(-\d+ % to \d+ % a month\): about \d+ more days of log$/) });
  const fewer = trendOf({ days: 28, reads: (at) => 100 * Math.exp(wobble[Math.floor(at / day)]! / 3) });
  const { growth, spread, daysForOnePoint } = known(fewer);
  expect(growth.perMonth.low).toBeLessThan(0);
  expect(growth.perMonth.high).toBeGreaterThan(0);
  expect(spread).toBeGreaterThan(0.05);
  // A half-width of 1 point takes (half-width / 0.01)^(2/3) times as many days, less those that there are.
  const half = Math.log1p(growth.perMonth.high) - Math.log1p(growth.perMonth.value);
  expect(daysForOnePoint).toBe(Math.ceil(28 * ((half / Math.log(1.01)) ** (2 / 3) - 1)));
});

test("days that resemble the day before say less, so that the interval is wider", () => {
  const apart = (shuffled: readonly number[]) => known(trendOf({ days: 28, reads: (at) => 100 * Math.exp(shuffled[Math.floor(at / day)]!) }));
  // A slow wave through four weeks and the same days in an order without one.
  const wave = Array.from({ length: 28 }, (_, at) => 0.02 * Math.sin((2 * Math.PI * at) / 14));
  const mixed = wave.map((_, at) => wave[(at * 11) % 28]!);
  expect(apart(wave).autocorrelation).toBeGreaterThan(0.5);
  expect(apart(mixed).autocorrelation).toBe(0);
  const width = ({ growth }: GrowthTrend): number => growth.perMonth.high - growth.perMonth.low;
  expect(width(apart(wave))).toBeGreaterThan(1.5 * width(apart(mixed)));
});
