import { expect, test } from "vitest";
import { serviceMix, serviceQuantileMs } from "../../src/plan/service-mix.ts";
import { responseMeanMs, responseQuantileMs, type Visits } from "../../src/plan/statement-times.ts";
import { responseExceeds, responseMean, responseQuantile, slowestExceeds, timeExceededBy } from "../../src/stats/response-time.ts";
import { exponentialTimes } from "./situation.ts";

const mix = serviceMix([{ timesMs: exponentialTimes(10), weight: 1 }]);
const visits = (servers: number, perSecond: number, shards = 1): readonly Visits[] => [
  { perSecond, service: mix, shards, station: { servers, offered: (perSecond * mix.meanMs) / 1000, meanMs: mix.meanMs, scv: 1 } },
];

test.each([
  [1, 50],
  [4, 300],
  [16, 1200],
  [16, 1550],
])("of exponential times the response is that of M/M/%i at %i/s", (servers, perSecond) => {
  const station = { rate: perSecond / 1000, service: 10, servers };
  // Points stand for the distribution: 2,000 of them know its 99th percentile to a percent.
  expect(responseQuantileMs(visits(servers, perSecond), 0.99) / responseQuantile(station, 0.99)).toBeCloseTo(1, 1);
  expect(responseMeanMs(visits(servers, perSecond)) / responseMean(station)).toBeCloseTo(1, 2);
});

test("whoever asks several shards waits for the last", () => {
  const three = visits(4, 300, 3);
  const station = { rate: 0.3, service: 10, servers: 4 };
  // Each shard has a third of the work of the statement, and the wait of a whole one; below that of three whole ones.
  expect(responseQuantileMs(three, 0.99)).toBeLessThan(timeExceededBy((ms) => slowestExceeds(responseExceeds(station, ms), 3), 0.01, 10));
  expect(responseQuantileMs(three, 0.99)).toBeGreaterThan(0);
});

test("a station that can't keep up has no response time", () => {
  expect(responseQuantileMs(visits(4, 400), 0.99)).toBe(Infinity);
  expect(responseMeanMs(visits(4, 400))).toBe(Infinity);
});

test("parts of a mix keep their mean, and its quantiles are times of it", () => {
  const both = serviceMix([
    { timesMs: [1, 1, 1], weight: 9 },
    { timesMs: [100], weight: 1 },
  ]);
  expect(both.meanMs).toBeCloseTo(10.9, 9);
  expect(serviceQuantileMs(both, 0.9)).toBe(1);
  expect(serviceQuantileMs(both, 0.91)).toBe(100);
});
