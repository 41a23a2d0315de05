import { expect, test } from "vitest";
import { isUnknown } from "../../src/analyze/known.ts";
import { queueingInLog, type QueueingInLog } from "../../src/plan/queueing-in-log.ts";
import { serviceTimes, type ServiceTime } from "../../src/plan/service-times.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { EventSample } from "../../src/workload/event-sample.ts";
import { LoadWindows } from "../../src/workload/load-windows.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { handMadeWorkload } from "../analyze/hand-made-workload.ts";
import { monday } from "./load-over-time.ts";

const serviceMs = 50;

/** What a server of so many cores logs: arrivals by chance, service times of 50 ms in the mean, durations with the wait in them. */
function logOfServer(cores: number, perSecond: (at: number) => number, hours = 4, seed = 1): { log: Workload; served: number; serviceMs: number } {
  const random = randomStream(seed, "queueing");
  const exponential = (mean: number): number => -Math.log1p(-random.next()) * mean;
  const load = new LoadWindows();
  const free = new Float64Array(cores);
  let served = 0;
  let service = 0;
  let logged = 0;
  for (let at = exponential(1 / perSecond(0)); at < hours * 3600; at += exponential(1 / perSecond(at))) {
    let first = 0;
    for (let core = 1; core < cores; core++) if (free[core]! < free[first]!) first = core;
    const takes = exponential(serviceMs / 1000);
    free[first] = Math.max(at, free[first]!) + takes;
    const durationMicros = Math.round((free[first]! - at) * 1e6);
    load.add((monday + at) * 1e6, false, durationMicros);
    served++;
    service += takes;
    logged += durationMicros;
  }
  const [use] = handMadeWorkload([{ shape: "read t a=", count: 1, ms: 1 }]).templates;
  const log: Workload = {
    ...handMadeWorkload([]),
    templates: [{ ...use!, shapes: [], executions: served, timed: served, timeMicros: logged }],
    executions: served,
    entries: served,
    load,
    span: { fromMicros: monday * 1e6, toMicros: (monday + hours * 3600) * 1e6 },
  };
  return { log, served, serviceMs: (1000 * service) / served };
}

const known = (queueing: ReturnType<typeof queueingInLog>): QueueingInLog => {
  if (isUnknown(queueing)) throw new Error(queueing.unknown);
  return queueing;
};
/** From a quarter busy to nine tenths. */
const wave = (cores: number) => (at: number) => (cores * 1000 * (0.575 - 0.325 * Math.cos((2 * Math.PI * at) / 7200))) / serviceMs;

test.each([1, 2, 4, 16])("what waited for one of %i cores is taken out of the durations", (cores) => {
  const { log, serviceMs: truth } = logOfServer(cores, wave(cores));
  const { reads, queueing } = serviceTimes(log, cores);
  const { loggedMs, meanMs } = reads as ServiceTime;
  // The log itself is off by far, but for many cores.
  if (cores <= 4) expect(loggedMs).toBeGreaterThan(1.3 * truth);
  expect(meanMs.value / truth).toBeGreaterThan(0.95);
  expect(meanMs.value / truth).toBeLessThan(1.05);
  expect(known(queueing)).toMatchObject({ serversFrom: "stated", windows: 48, doubt: undefined });
});

test("servers that are not stated are found by what service times depend least on", () => {
  const { log, serviceMs: truth } = logOfServer(4, wave(4), 8);
  const { meanMs } = serviceTimes(log, undefined).reads as ServiceTime;
  const { servers, serversFrom } = known(queueingInLog(log, undefined));
  expect(serversFrom).toBe("fitted");
  expect(servers).toBeGreaterThanOrEqual(3);
  expect(servers).toBeLessThanOrEqual(5);
  expect(Math.abs(meanMs.value / truth - 1)).toBeLessThan(0.1);
});

test("durations that vary for other reasons than the load are not taken for waiting", () => {
  const random = randomStream(3, "other reasons");
  const log = logOfWindows(Array.from({ length: 48 }, (_, at) => [10 + 20 * (at % 2), 2 + random.next()]));
  expect(known(queueingInLog(log, undefined))).toMatchObject({ servers: Infinity, serviceShare: { value: 1 } });
});

test("a load that hardly varies can't tell waiting from service: then the servers have to be stated", () => {
  const { log, serviceMs: truth } = logOfServer(2, () => 32);
  const { reads, queueing } = serviceTimes(log, undefined);
  expect(queueing).toEqual({ unknown: expect.stringMatching(/^the load hardly varies .* state the servers$/) });
  // Then a duration is taken as it is, which is careful: it is more than the service, and no interval is claimed.
  expect(reads).toMatchObject({ meanMs: { low: NaN, high: NaN } });
  expect((reads as ServiceTime).meanMs.value).toBeGreaterThan(2 * truth);
  expect((serviceTimes(log, 2).reads as ServiceTime).meanMs.value / truth).toBeCloseTo(1, 1);
});

test("more servers stated than there were leave durations that still rise with the load, and that is said", () => {
  const { log } = logOfServer(2, wave(2));
  expect(known(queueingInLog(log, 16)).doubt).toMatch(/^after what 16 servers explain, statements still take \d+ % longer at the busiest/);
});

/** Windows of five minutes with so many statements a second, so many milliseconds each. */
function logOfWindows(windows: readonly (readonly [perSecond: number, ms: number])[], restSeconds = 0): Workload {
  const load = new LoadWindows();
  windows.forEach(([perSecond, ms], at) => load.addSums((monday + at * 300) * 1e6, [perSecond * 300, perSecond * 300 * ms * 1000, 0, 0]));
  const toMicros = (monday + windows.length * 300 + restSeconds) * 1e6;
  return { ...handMadeWorkload([{ shape: "read t a=", count: 1 }]), load, span: { fromMicros: monday * 1e6, toMicros } };
}

test("a few percent more at the busiest time are no doubt, a fifth is", () => {
  const rising = (share: number) => logOfWindows(Array.from({ length: 24 }, (_, at) => [10 + at, 2 * (1 + (share * at) / 23)]));
  expect(known(queueingInLog(rising(0.05), 64)).doubt).toBeUndefined();
  expect(known(queueingInLog(rising(0.2), 64)).doubt).toContain("20 % longer");
});

test("the seconds at the edge of a log are no window", () => {
  const steady = Array.from({ length: 9 }, () => [10, 2] as const);
  const log = logOfWindows(steady, 2);
  log.load.add((monday + 2701) * 1e6, false, 60e6);
  expect(known(queueingInLog(log, 4))).toMatchObject({ windows: 9 });
});

test("without load there is nothing to take out", () => {
  const { log } = logOfServer(4, () => 1);
  expect(known(queueingInLog(log, 4)).serviceShare.value).toBeCloseTo(1, 3);
});

test("sums without times can't be corrected, and say why", () => {
  const sums = { ...handMadeWorkload([{ shape: "read t a=", count: 100, ms: 4 }]), span: undefined, entries: 1 };
  const { all, queueing, variation } = serviceTimes(sums, 4);
  expect(queueing).toEqual({ unknown: "statistics are sums without times: at which load a duration was measured is not known" });
  expect(all).toMatchObject({ loggedMs: 4, meanMs: { value: 4, low: NaN, high: NaN } });
  expect(variation).toBe(0);
});

test("reads and writes have their own service times, and templates stand by their time", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 900, ms: 2 }, { shape: "update t a=", count: 100, ms: 30 }], { seconds: 600 });
  const { reads, writes, all, templates } = serviceTimes(log, 8);
  expect(reads).toMatchObject({ loggedMs: 2, timed: 900 });
  expect(writes).toMatchObject({ loggedMs: 30, timed: 100 });
  expect(all).toMatchObject({ loggedMs: 4.8 });
  expect(templates.map(({ write, loggedMs }) => [write, loggedMs])).toEqual([[true, 30], [false, 2]]);
  const none = serviceTimes(handMadeWorkload([{ shape: "read t a=", count: 10 }], { timed: false }), 8);
  expect(none).toMatchObject({ all: { unknown: "durations are not logged" }, templates: [], queueing: { unknown: "times or durations are not logged" } });
});

test("how durations vary is told from the sampled ones: two values in equal parts", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 500, ms: 1 }, { shape: "read u a=", count: 500, ms: 9 }], { seconds: 600 });
  // Mean 5, standard deviation 4.
  expect(serviceTimes(log, 8).variation).toBeCloseTo(0.8, 6);
  // Without a sample the two means are all there is, and say nothing of how durations vary.
  const unsampled = { ...log, shapes: log.shapes.map((shape) => ({ ...shape, sample: new EventSample() })) };
  expect(serviceTimes(unsampled, 8).variation).toEqual({ unknown: "single durations are not logged, so how they vary is not known" });
});

test("durations that are anything up to 10 ms alike vary by 1 / sqrt 3 of their mean", () => {
  const log = handMadeWorkload([{ shape: "read t a=", count: 1000, ms: 5 }], { seconds: 600 });
  const sample = new EventSample();
  // Two of them are known, and between them everything is alike.
  for (const micros of [1, 10_000]) sample.add(monday * 1e6, micros, 0, micros);
  expect(serviceTimes({ ...log, shapes: [{ ...log.shapes[0]!, sample }] }, 8).variation).toBeCloseTo(1 / Math.sqrt(3), 3);
});
