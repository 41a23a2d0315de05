import fc from "fast-check";
import { expect, test } from "vitest";
import { offeredFor, responseExceeds, responseMean, responseQuantile, slowestExceeds, waitChance } from "../../src/stats/response-time.ts";

/** Erlang C as it stands in the books: a sum over factorials. */
function erlangCBySum(offered: number, servers: number): number {
  let term = 1;
  let sum = 1;
  for (let at = 1; at < servers; at++) sum += term *= offered / at;
  const last = (term * offered) / servers / (1 - offered / servers);
  return last / (sum + last);
}

/** Waits are nothing, or exponential; then comes the service: their convolution, by Simpson's rule. */
function exceedsByIntegration({ rate, service, servers }: { rate: number; service: number; servers: number }, time: number): number {
  const waits = erlangCBySum(rate * service, servers);
  const slack = servers / service - rate;
  const within = (wait: number): number => slack * Math.exp(-slack * wait) * Math.exp(-(time - wait) / service);
  const steps = 4000;
  let sum = within(0) + within(time);
  for (let at = 1; at < steps; at++) sum += within((at * time) / steps) * (at % 2 === 1 ? 4 : 2);
  const served = (sum * time) / steps / 3;
  return (1 - waits) * Math.exp(-time / service) + waits * (Math.exp(-slack * time) + served);
}

const station = fc
  .record({ servers: fc.integer({ min: 1, max: 60 }), load: fc.double({ min: 0.05, max: 0.95, noNaN: true }), service: fc.double({ min: 0.1, max: 50, noNaN: true }) })
  .map(({ servers, load, service }) => ({ servers, service, rate: (load * servers) / service }));

test("the tail of response times is that of the convolution of wait and service", () => {
  fc.assert(
    fc.property(station, fc.double({ min: 0.1, max: 8, noNaN: true }), (one, times) => {
      const time = times * one.service;
      expect(responseExceeds(one, time)).toBeCloseTo(exceedsByIntegration(one, time), 8);
    }),
  );
});

test("where waits drain as fast as one server serves, the sum is Erlang-2, and nothing cancels near it", () => {
  // Two servers, mu = 1, lambda = 1: d = 2 - 1 = mu. C = 1/3, so P(T > t) = e^-t + t e^-t / 3.
  expect(responseExceeds({ rate: 1, service: 1, servers: 2 }, 3)).toBeCloseTo(Math.exp(-3) * 2, 14);
  for (const apart of [1e-15, 1e-12, 1e-9, 1e-6, -1e-9])
    expect(responseExceeds({ rate: 1 + apart, service: 1, servers: 2 }, 3)).toBeCloseTo(Math.exp(-3) * 2, 5);
});

test("one server: response times are exponential at mu - lambda", () => {
  const one = { rate: 0.8, service: 1, servers: 1 };
  expect(responseQuantile(one, 0.99)).toBeCloseTo(Math.log(100) / 0.2, 9);
  expect(responseMean(one)).toBeCloseTo(5, 12);
});

test("as many as the servers carry wait without end", () => {
  const full = { rate: 4, service: 1, servers: 4 };
  expect(waitChance(full)).toBe(1);
  expect(responseExceeds(full, 1e9)).toBe(1);
  expect(responseQuantile(full, 0.5)).toBe(Infinity);
  expect(responseMean(full)).toBe(Infinity);
  expect(responseExceeds({ ...full, rate: 9 }, 100)).toBe(1);
});

test("a quantile is exceeded by what is left of 1", () => {
  fc.assert(
    fc.property(station, fc.double({ min: 0.01, max: 0.9999, noNaN: true }), (one, p) => {
      expect(responseExceeds(one, responseQuantile(one, p))).toBeCloseTo(1 - p, 9);
    }),
  );
});

test("the slowest of n exponential answers exceeds t as 1 - (1 - e^-t)^n, to the smallest chance", () => {
  expect(slowestExceeds(Math.exp(-2), 50)).toBeCloseTo(1 - (1 - Math.exp(-2)) ** 50, 12);
  // Far out it is n e^-t: a product of numbers next to 1 would have lost it.
  expect(slowestExceeds(Math.exp(-60), 50) / (50 * Math.exp(-60))).toBeCloseTo(1, 9);
  expect(slowestExceeds(1, 3)).toBe(1);
});

test("the load that so many in the system stand for is the one that brings them there", () => {
  fc.assert(
    fc.property(station, ({ rate, service, servers }) => {
      const offered = rate * service;
      const inSystem = rate * responseMean({ rate, service, servers });
      expect(offeredFor(inSystem, servers) / offered).toBeCloseTo(1, 8);
    }),
  );
  // M/M/1: L = a / (1 - a).
  expect(offeredFor(4, 1)).toBeCloseTo(0.8, 9);
  expect(offeredFor(0, 3)).toBe(0);
});
