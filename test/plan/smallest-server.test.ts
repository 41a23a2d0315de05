import fc from "fast-check";
import { expect, test } from "vitest";
import { parseObjective } from "../../src/plan/objective.ts";
import { serviceMix, serviceQuantileMs } from "../../src/plan/service-mix.ts";
import { responseQuantileMs } from "../../src/plan/statement-times.ts";
import { visitsOf } from "../../src/plan/judge-cluster.ts";
import { unsharded } from "../../src/plan/cluster.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { Measured } from "../simulate/measured.ts";
import { demandOfExponential, leastCores, rulesOfExponential } from "./least-cores.ts";
import { server } from "./situation.ts";

test("6 erlangs at 60 % are 10 cores", () => {
  expect(leastCores({ perSecond: 600, serviceMs: 10, maxUtilisation: 0.6 })).toBe(10);
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

test("the smallest server for 200 random objectives is the one found by integration, one by one", () => {
  const random = randomStream(1, "sizing");
  for (let nth = 0; nth < 200; nth++) {
    const serviceMs = 10 ** (random.next() * 3 - 1);
    const perSecond = ((0.05 + random.next() * 80) * 1000) / serviceMs;
    const p = [0.5, 0.9, 0.95, 0.99, 0.999][nth % 5]!;
    // From hardly above what service alone takes to six times as much.
    const limitMs = -Math.log(1 - p) * serviceMs * (1.001 + random.next() ** 3 * 5);
    const slo = `p${Number((p * 100).toFixed(1))}<${limitMs}ms`;
    expect(leastCores({ perSecond, serviceMs, slo }), `${perSecond}/s of ${serviceMs} ms, ${slo}`).toBe(serversBySlowWay(perSecond, serviceMs, p, limitMs));
  }
});

test.each([
  // Requests per second, service in ms, objective.
  [500, 4, 0.99, 22],
  [1500, 4, 0.95, 14],
  [120, 50, 0.95, 190],
])("the simulator agrees: %i/s of %i ms meet the quantile %d below %i ms with that many cores, and with one less they do not", (perSecond, serviceMs, p, limitMs) => {
  const measure = `p${Math.round(p * 100)}`;
  const asked = { perSecond, serviceMs, slo: `${measure}<${limitMs}ms` };
  const cores = leastCores(asked);
  const simulated = (many: number): number =>
    new Measured(`
seed: 1
duration: ${Math.round(400_000 / perSecond)}s
warmup: 20s
arrivals: ${perSecond}/s
operations: [{ name: get, service: { exponential: ${serviceMs}ms } }]
cluster: { servers: ${many} }
`).value(`latency.${measure}`);
  expect(cores).toBeGreaterThan(1);
  expect(simulated(cores)).toBeLessThan(limitMs);
  expect(simulated(cores - 1)).toBeGreaterThan(limitMs);
  const cluster = { server: server(cores), shards: 1, replicas: 0, readsFrom: "primary" } as const;
  const visits = visitsOf(cluster, unsharded, demandOfExponential(asked), rulesOfExponential(asked), 0);
  expect(Math.abs(simulated(cores) / responseQuantileMs(visits, p) - 1)).toBeLessThan(0.03);
});

const amount = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test("more load, slower service, a stricter objective or less of the cores never takes a smaller server", () => {
  fc.assert(
    fc.property(amount(1, 5000), amount(0.1, 10), amount(1, 3), amount(1, 3), amount(0.3, 1), (perSecond, serviceMs, more, stricter, maxUtilisation) => {
      // Above what service alone takes, even where all is made harder.
      const limit = serviceMs * more * stricter * Math.log(100) * 1.05;
      const asked = { perSecond, serviceMs, slo: `p99<${limit}ms`, maxUtilisation };
      const least = leastCores(asked);
      expect(leastCores({ ...asked, perSecond: perSecond * more })).toBeGreaterThanOrEqual(least);
      expect(leastCores({ ...asked, serviceMs: serviceMs * more })).toBeGreaterThanOrEqual(least);
      expect(leastCores({ ...asked, slo: `p99<${limit / stricter}ms` })).toBeGreaterThanOrEqual(least);
      expect(leastCores({ ...asked, maxUtilisation: maxUtilisation / more })).toBeGreaterThanOrEqual(least);
    }),
    { numRuns: 60 },
  );
});

test("a mean can be the objective: the smallest server that keeps it", () => {
  // 8 erlangs of 10 ms: Erlang C of 9 servers is 0.6533, of 10 servers 0.4092: 16.5 and 12.0 ms.
  expect(leastCores({ perSecond: 800, serviceMs: 10, slo: "mean<13ms" })).toBe(10);
  expect(leastCores({ perSecond: 800, serviceMs: 10, slo: "mean<17ms" })).toBe(9);
});

test("no server meets an objective below the service time: of exponential times the p99 is ln 100 of their means", () => {
  const mix = serviceMix([{ timesMs: [15], exponential: Uint8Array.of(1), weight: 1 }]);
  expect(serviceQuantileMs(mix, 0.99)).toBeCloseTo(15 * Math.log(100), 9);
  expect(mix.scv).toBeCloseTo(1, 12);
  expect(leastCores({ perSecond: 10, serviceMs: 15, slo: "p99<69ms" })).toBe(Infinity);
  expect(leastCores({ perSecond: 10, serviceMs: 15, slo: "p99<70ms" })).toBe(serversBySlowWay(10, 15, 0.99, 70));
  expect(parseObjective("p99<69ms").limitMs).toBe(69);
});

test("constant and exponential times stand beside each other in a mix", () => {
  const mix = serviceMix([
    { timesMs: [4, 4], weight: 1 },
    { timesMs: [4], exponential: Uint8Array.of(1), weight: 3 },
  ]);
  expect([...mix.exponential]).toEqual([0, 1]);
  expect(mix.meanMs).toBe(4);
  // Of a quarter no variance, of three quarters that of an exponential time.
  expect(mix.scv).toBeCloseTo(0.75, 12);
  // P(S > t) = 3/4 e^(-t/4) from 4 ms on.
  expect(serviceQuantileMs(mix, 0.9)).toBeCloseTo(-4 * Math.log(0.1 / 0.75), 9);
});
