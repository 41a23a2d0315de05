import fc from "fast-check";
import { expect, test } from "vitest";
import { parseObjective } from "../../src/plan/objective.ts";
import { type ClusterLoad, onOneNode, responseMs, smallestServers, utilisation } from "../../src/plan/sizing.ts";
import { Measured } from "../simulate/measured.ts";
import { randomStream } from "../../src/stats/random-stream.ts";

const servers = (load: ClusterLoad, slo: string | undefined, maxUtilisation = 1): number => {
  const needed = smallestServers(load, { objective: slo === undefined ? undefined : parseObjective(slo), maxUtilisation });
  if ("unreachable" in needed) throw new Error(needed.unreachable);
  return needed.servers;
};

test("6 erlangs at 60 % are 10 servers", () => {
  expect(smallestServers(onOneNode(600, 10), { objective: undefined, maxUtilisation: 0.6 })).toEqual({
    servers: 10,
    decidedBy: "utilisation",
    utilisation: 0.6,
    responseMs: undefined,
  });
});

/** Erlang C by the sum of the books, the tail by Simpson's rule over the wait, and every number of servers in turn. */
function serversBySlowWay(perSecond: number, serviceMs: number, p: number, limitMs: number): number {
  const offered = (perSecond * serviceMs) / 1000;
  for (let count = Math.floor(offered) + 1; ; count++) {
    let term = 1;
    let sum = 1;
    for (let at = 1; at < count; at++) sum += term *= offered / at;
    const last = (term * offered) / count / (1 - offered / count);
    const waits = last / (sum + last);
    const slack = (count - offered) / serviceMs;
    const steps = 2000;
    let area = 0;
    for (let at = 0; at <= steps; at++) {
      const wait = (at * limitMs) / steps;
      const density = slack * Math.exp(-slack * wait) * Math.exp(-(limitMs - wait) / serviceMs);
      area += density * (at === 0 || at === steps ? 1 : at % 2 === 1 ? 4 : 2);
    }
    const tail = (1 - waits) * Math.exp(-limitMs / serviceMs) + waits * (Math.exp(-slack * limitMs) + (area * limitMs) / steps / 3);
    if (tail < 1 - p) return count;
  }
}

test("the least number of servers for 200 random objectives is the one found by integration, one by one", () => {
  const random = randomStream(1, "sizing");
  for (let nth = 0; nth < 200; nth++) {
    const serviceMs = 10 ** (random.next() * 3 - 1);
    const perSecond = ((0.05 + random.next() * 80) * 1000) / serviceMs;
    const p = [0.5, 0.9, 0.95, 0.99, 0.999][nth % 5]!;
    // From hardly above what service alone takes to six times as much.
    const limitMs = -Math.log(1 - p) * serviceMs * (1.001 + random.next() ** 3 * 5);
    const asked = `p${Number((p * 100).toFixed(1))}<${limitMs}ms`;
    expect(servers(onOneNode(perSecond, serviceMs), asked), `${perSecond}/s of ${serviceMs} ms, ${asked}`).toBe(
      serversBySlowWay(perSecond, serviceMs, p, limitMs),
    );
  }
});

test.each([
  // Requests per second, service in ms, objective.
  [500, 4, 0.99, 22],
  [1500, 4, 0.95, 14],
  [120, 50, 0.95, 190],
])("the simulator agrees: %i/s of %i ms meet the quantile %d below %i ms with that many servers, and with one less they do not", (perSecond, serviceMs, p, limitMs) => {
  const measure = `p${Math.round(p * 100)}`;
  const count = servers(onOneNode(perSecond, serviceMs), `${measure}<${limitMs}ms`);
  const simulated = (many: number): number =>
    new Measured(`
seed: 1
duration: ${Math.round(400_000 / perSecond)}s
warmup: 20s
arrivals: ${perSecond}/s
operations: [{ name: get, service: { exponential: ${serviceMs}ms } }]
cluster: { servers: ${many} }
`).value(`latency.${measure}`);
  expect(count).toBeGreaterThan(1);
  expect(simulated(count)).toBeLessThan(limitMs);
  expect(simulated(count - 1)).toBeGreaterThan(limitMs);
  const objective = parseObjective(`${measure}<${limitMs}ms`);
  expect(Math.abs(simulated(count) / responseMs(onOneNode(perSecond, serviceMs), count, objective) - 1)).toBeLessThan(0.03);
});

const amount = (min: number, max: number) => fc.double({ min, max, noNaN: true });
const load = fc.record({ perSecond: amount(1, 5000), serviceMs: amount(0.1, 20), shards: fc.integer({ min: 1, max: 32 }), skew: amount(1, 4), scatterShare: amount(0, 1) });

test("more load, slower service, a stricter objective or less of it allowed never gives fewer servers", () => {
  const clusterOf = ({ perSecond, serviceMs, shards, skew, scatterShare }: Parameters<Parameters<typeof load.map>[0]>[0]): ClusterLoad => ({
    shards: [{ visitsPerSecond: perSecond * skew, count: 1 }, ...(shards > 1 ? [{ visitsPerSecond: perSecond, count: shards - 1 }] : [])],
    serviceMs,
    scatterShare,
  });
  fc.assert(
    fc.property(load, amount(1, 3), amount(1, 3), amount(1, 3), amount(0.3, 1), (given, more, slower, stricter, share) => {
      // Above what the slowest of all shards takes without load, even where all is made harder.
      const limit = given.serviceMs * slower * stricter * -Math.log1p(-(0.99 ** (1 / given.shards))) * 1.05;
      const least = servers(clusterOf(given), `p99<${limit}ms`, share);
      expect(servers(clusterOf({ ...given, perSecond: given.perSecond * more }), `p99<${limit}ms`, share)).toBeGreaterThanOrEqual(least);
      expect(servers(clusterOf({ ...given, serviceMs: given.serviceMs * slower }), `p99<${limit}ms`, share)).toBeGreaterThanOrEqual(least);
      expect(servers(clusterOf(given), `p99<${limit / stricter}ms`, share)).toBeGreaterThanOrEqual(least);
      expect(servers(clusterOf(given), `p99<${limit}ms`, share / more)).toBeGreaterThanOrEqual(least);
      expect(servers(clusterOf({ ...given, scatterShare: Math.min(1, given.scatterShare * more) }), `p99<${limit}ms`, share)).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 200 },
  );
});

test("of unequal shards the busiest decides", () => {
  const even: ClusterLoad = { shards: [{ visitsPerSecond: 100, count: 8 }], serviceMs: 10, scatterShare: 0 };
  const hot: ClusterLoad = { ...even, shards: [{ visitsPerSecond: 400, count: 1 }, { visitsPerSecond: 100, count: 7 }] };
  expect(servers(even, "p99<60ms", 0.6)).toBe(servers(onOneNode(100, 10), "p99<60ms", 0.6));
  expect(servers(hot, "p99<60ms", 0.6)).toBe(servers(onOneNode(400, 10), "p99<60ms", 0.6));
  expect(utilisation(hot, 8)).toBe(0.5);
});

test("a request that waits for the last of many shards needs more servers than one that asks one", () => {
  const single: ClusterLoad = { shards: [{ visitsPerSecond: 500, count: 16 }], serviceMs: 10, scatterShare: 0 };
  const limit = "p99<80ms";
  expect(servers({ ...single, scatterShare: 1 }, limit)).toBeGreaterThan(servers(single, limit));
  // Without load: the p99 of the slowest of 16 is -ln(1 - 0.99^(1/16)) service times.
  const idle = { ...single, shards: [{ visitsPerSecond: 0, count: 16 }], scatterShare: 1 };
  expect(responseMs(idle, 1, parseObjective(limit))).toBeCloseTo(-10 * Math.log(1 - 0.99 ** (1 / 16)), 6);
});

test("a mean is integrated: of the slowest of n idle servers it is the harmonic number of service times", () => {
  const idle: ClusterLoad = { shards: [{ visitsPerSecond: 0, count: 4 }], serviceMs: 12, scatterShare: 1 };
  expect(responseMs(idle, 1, parseObjective("mean < 50ms"))).toBeCloseTo(12 * (1 + 1 / 2 + 1 / 3 + 1 / 4), 5);
  // M/M/1 at 80 %: five service times.
  expect(responseMs(onOneNode(800, 1), 1, parseObjective("mean<9ms"))).toBeCloseTo(5, 9);
});

test("a mean can be the objective: the least number of servers that keeps it", () => {
  // 8 erlangs of 10 ms: Erlang C of 9 servers is 0.6533, of 10 servers 0.4092; W = C S / (c - a) + S.
  const mean = (count: number) => responseMs(onOneNode(800, 10), count, parseObjective("mean<1s"));
  expect(mean(9)).toBeCloseTo(10 + (0.6533 * 10) / 1, 1);
  expect(mean(10)).toBeCloseTo(10 + (0.4092 * 10) / 2, 1);
  expect(servers(onOneNode(800, 10), "mean<13ms")).toBe(10);
});

test("an objective below the service time is out of reach of any number of servers, and says why", () => {
  const needed = smallestServers(onOneNode(10, 15), { objective: parseObjective("p99<50ms"), maxUtilisation: 0.6 });
  // 15 ms x ln 100 = 69.1 ms.
  expect(needed).toEqual({
    unreachable: '"p99<50ms" is below the service time itself: where nobody waits, the p99 is 69.1 ms already (mean service 15 ms, exponential)',
  });
});

test.each([
  ["p99<50ms", { quantile: 0.99, limitMs: 50, strict: true }],
  ["latency.p99.9 <= 0.2s", { quantile: 0.9990000000000001, limitMs: 200, strict: false }],
  ["mean < 5ms", { quantile: "mean", limitMs: 5, strict: true }],
])("reads %s", (text, objective) => {
  expect(parseObjective(text)).toMatchObject(objective);
});

test.each([
  ["p99", '--slo: "p99" is no objective'],
  ["p99<50", '--slo: the limit of "p99<50" is no time'],
  ["p99<50%", '--slo: the limit of "p99<50%" is no time'],
  ["p99<50/s", '--slo: the limit of "p99<50/s" is no time'],
  ["p99<0ms", '--slo: the limit of "p99<0ms" is no time'],
  ["p99<-5ms", '--slo: "p99<-5ms" is no objective'],
  ["p99>50ms", '--slo: ">" bounds response times from the wrong side'],
  ["p100<50ms", "--slo: p100 is no quantile that a queue has"],
  ["throughput<50ms", '--slo: "throughput" is no measure of an objective'],
])("refuses %s in one sentence", (text, message) => {
  expect(() => parseObjective(text)).toThrow(expect.objectContaining({ message, exitCode: 2 }));
});
