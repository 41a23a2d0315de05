import { expect, test } from "vitest";
import type { Known } from "../../src/analyze/known.ts";
import { demandOf } from "../../src/plan/demand.ts";
import { loadProfile, type LoadProfile } from "../../src/plan/load-profile.ts";
import type { SeasonLevel } from "../../src/plan/season.ts";
import type { StoredRows, StoredTable } from "../../src/workload/stored-rows.ts";
import { handMadeWorkload } from "../analyze/hand-made-workload.ts";
import { day, hour, loadOverTime, monday } from "./load-over-time.ts";

const nothingStored: StoredRows = new Map();
const storedTable = (table: string, rows: number | undefined, bytes: number | undefined): readonly [string, StoredTable] => [
  table,
  { table, rows, bytes, from: "counted", source: "rows", columns: [] },
];

test("the load: overall, typical and in the worst five minutes, reads and writes", () => {
  // 20 reads and 5 writes a second of 10 ms each are 0.2 and 0.05 erlangs; for five minutes of the fourth hour ten times as many.
  const busy = (at: number) => at >= 3.5 * hour && at < 3.5 * hour + 300;
  const log = loadOverTime({ days: 0.25, reads: (at) => (busy(at) ? 200 : 20), writes: () => 5, ms: 10 });
  const { overall, typical, peak, timedShare } = loadProfile(log) as LoadProfile;
  expect(typical).toMatchObject({ readsPerSecond: 20, writesPerSecond: 5, erlangs: { reads: 0.2, writes: 0.05, total: 0.25 } });
  expect(peak).toMatchObject({ readsPerSecond: 200, erlangs: { reads: 2 }, widthSeconds: 300, fromMicros: (monday + 3.5 * hour) * 1e6, statements: 205 * 300 });
  // 71 windows of 20 and one of 200.
  expect(overall.readsPerSecond).toBeCloseTo((71 * 20 + 200) / 72, 9);
  expect(timedShare).toBe(1);
});

test("writes have a worst window of their own: a primary can't hand them to replicas", () => {
  const log = loadOverTime({ days: 0.25, reads: (at) => (at === 0 ? 900 : 10), writes: (at) => (at === 6000 ? 50 : 1) });
  const { peak, writePeak } = loadProfile(log) as LoadProfile;
  expect(peak.fromMicros).toBe(monday * 1e6);
  expect(writePeak).toMatchObject({ fromMicros: (monday + 6000) * 1e6, writesPerSecond: 50 });
  // Of equals the earliest.
  expect(loadProfile(loadOverTime({ days: 0.25, reads: () => 7 }))).toMatchObject({ peak: { fromMicros: monday * 1e6 } });
});

test("where most of the time nothing happens, that is typical", () => {
  const log = loadOverTime({ days: 1, reads: (at) => (at < 6 * hour || at > 23 * hour ? 10 : undefined) });
  expect(loadProfile(log)).toMatchObject({ typical: { readsPerSecond: 0 }, peak: { readsPerSecond: 10 } });
});

test("a month of log still has its worst five minutes", () => {
  const log = loadOverTime({ days: 30, reads: (at) => (at === 20 * day ? 500 : 10) });
  const { peak } = loadProfile(log) as LoadProfile;
  expect(peak.widthSeconds).toBeLessThanOrEqual(300);
  expect(peak.readsPerSecond).toBeGreaterThan(500 * 0.8);
});

test("statements without a duration are taken to be like those with one, from half of them on", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 6000, ms: 10 }], { seconds: 60 });
  const partly = (timed: number) => ({ ...log, templates: log.templates.map((use) => ({ ...use, timed })) });
  expect(loadProfile(partly(4000))).toMatchObject({ timedShare: expect.closeTo(2 / 3, 9), overall: { erlangs: { reads: expect.closeTo(1.5, 9) } } });
  expect(loadProfile(partly(2900))).toMatchObject({ overall: { readsPerSecond: 100, erlangs: { unknown: "durations are not logged" } } });
});

test("of a sample the load is that of the whole", () => {
  const log = { ...handMadeWorkload([{ shape: "read t a=", count: 6000, ms: 10 }], { seconds: 60 }), sample: { rate: 0.25, seed: 1, relativeError: 0 } };
  expect(loadProfile(log)).toMatchObject({ overall: { readsPerSecond: 400, erlangs: { total: 4 } } });
});

const levels = (season: Known<readonly SeasonLevel[]>): readonly number[] => (season as readonly SeasonLevel[]).map(({ readsPerSecond }) => readsPerSecond.value);

test("hours of the day have a mean over the days and an interval, from two whole days on", () => {
  // The rate is the hour of the day; on the second day one more.
  const reads = (at: number) => Math.floor(at / hour) % 24 + Math.floor(at / day);
  const { hours } = demandOf(loadOverTime({ days: 2, reads }), nothingStored);
  expect(levels(hours)).toEqual(Array.from({ length: 24 }, (_, at) => expect.closeTo(at + 0.5, 9)));
  // Of two values a and a + 1: t = 12.706 with one degree of freedom, times 0.7071 / sqrt 2.
  expect((hours as readonly SeasonLevel[])[9]!.readsPerSecond).toEqual({ value: expect.closeTo(9.5, 9), low: expect.closeTo(9.5 - 6.353, 3), high: expect.closeTo(9.5 + 6.353, 3) });
  // The clock's hour counts, whenever the log begins.
  const later = demandOf(loadOverTime({ days: 3, reads: (at) => Math.floor((at + 7.5 * hour) / hour) % 24, from: monday + 7.5 * hour }), nothingStored);
  expect(levels(later.hours)).toEqual(Array.from({ length: 24 }, (_, at) => expect.closeTo(at, 9)));
  expect(demandOf(loadOverTime({ days: 1.9, reads }), nothingStored).hours).toEqual({ unknown: "an hour of the day is told from two whole days; days in the log: 1" });
});

test("days of the week are told from two of each", () => {
  // From a Monday on: 1 to 7.
  const reads = (at: number) => (Math.floor(at / day) % 7) + 1;
  const { weekdays } = demandOf(loadOverTime({ days: 14, reads }), nothingStored);
  // Sunday, the last day, comes first.
  expect(levels(weekdays).map((level) => Math.round(level))).toEqual([7, 1, 2, 3, 4, 5, 6]);
  expect(demandOf(loadOverTime({ days: 13, reads }), nothingStored).weekdays).toEqual({ unknown: "a day of the week is told from two of each; days in the log: 13" });
});

test("growth that is given wins, and the measured one stands beside it", () => {
  const log = loadOverTime({ days: 14, reads: () => 10, writes: () => 3 });
  const given = { kind: "compound", perMonth: { value: 0.08, low: 0.08, high: 0.08 } } as const;
  const { growth } = demandOf(log, nothingStored, { writes: given });
  expect(growth.writes).toMatchObject({ used: given, from: "given", measured: { growth: { perMonth: { value: expect.closeTo(0, 9) } } } });
  expect(growth.reads).toMatchObject({ from: "measured", used: { kind: "compound" } });
  expect(growth.data).toEqual({ from: "unknown", used: growth.data.measured, measured: { unknown: "the log does not say how large rows are: name a live database or data sets" } });
});

test("what is stored is summed up, and tables whose size is not known are named", () => {
  const log = handMadeWorkload([{ shape: "read orders id=", count: 1 }, { shape: "read events id=", count: 1 }]);
  const stored = new Map([storedTable("orders", 1000, 5e9), storedTable("country", 200, 1e6), storedTable("audit", 10, undefined)]);
  expect(demandOf(log, stored).storage).toEqual({ bytes: 5.001e9, tables: ["orders", "country"], unknownTables: ["events"] });
  expect(demandOf(log, nothingStored).storage).toMatchObject({ unknown: expect.any(String) });
});

test("what is stored grows by the rows that are inserted, at what a row takes", () => {
  const log = handMadeWorkload(
    [
      { shape: "insert orders id=", count: 2000 },
      // Lists of three rows, of which the log has the values.
      { shape: "insert items id=*", count: 100, values: (nth) => [[nth, nth + 1, nth + 2]] },
      { shape: "insert audit id=", count: 10 },
      { shape: "delete items id=", count: 5 },
    ],
    { seconds: 2 * day },
  );
  const stored = new Map([storedTable("orders", 1000, 400_000), storedTable("items", 1000, 100_000)]);
  const { measured } = demandOf(log, stored).growth.data;
  // In two days 2,000 rows of 400 bytes and 300 of 100; a month has 365.25 / 12 days.
  const perMonth = (bytes: number) => expect.closeTo((bytes / 2) * (365.25 / 12), 3);
  expect(measured).toEqual({
    growth: { kind: "absolute", perMonth: { value: perMonth(830_000), low: perMonth(800_000), high: perMonth(830_000) } },
    unknownTables: ["audit"],
    deletedFrom: ["items"],
  });
});

test("an hour of inserts does not say what a month brings", () => {
  const log = handMadeWorkload([{ shape: "insert orders id=", count: 10 }], { seconds: hour });
  expect(demandOf(log, new Map([storedTable("orders", 10, 1000)])).growth.data.measured).toEqual({
    unknown: "rows a month are told from a day of log at least: it lacks 23 h",
  });
});

test("at least the statements that run at once need a connection each", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 6000, ms: 25 }], { seconds: 60 });
  expect(demandOf(log, nothingStored).connections).toEqual({ atLeast: 3, sessions: { unknown: "the log names no sessions" } });
});

test("without times nothing is said", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 10 }]);
  const { load, growth } = demandOf({ ...log, span: undefined }, nothingStored);
  expect(load).toEqual({ unknown: "times are not logged" });
  expect(growth.reads).toMatchObject({ from: "unknown", measured: { unknown: "times are not logged" } });
});
