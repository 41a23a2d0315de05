import { expect, test } from "vitest";
import { serviceMix, serviceQuantileMs } from "../../src/plan/service-mix.ts";
import { servedShareOf, withoutWaiting } from "../../src/plan/without-waiting.ts";
import { randomStream } from "../../src/stats/random-stream.ts";

/** One server, first come first served, a third of the time busy: half of the statements take 1 ms, half 9 ms. */
function served(): { readonly durations: readonly number[]; readonly perSecond: number } {
  const random = randomStream(7, "queue");
  const perSecond = 66;
  let now = 0;
  let free = 0;
  const durations: number[] = [];
  for (let at = 0; at < 20_000; at++) {
    now += (-Math.log(1 - random.next()) * 1000) / perSecond;
    free = Math.max(now, free) + (random.next() < 0.5 ? 1 : 9);
    durations.push(free - now);
  }
  return { durations, perSecond };
}

test("waiting is taken out of durations: two times are left of the many", () => {
  const { durations, perSecond } = served();
  const logged = serviceMix([{ timesMs: durations, weight: 1 }]);
  const share = servedShareOf(logged, 1, perSecond, 0.9);
  // 5 ms of work in the mean, by hand; by Pollaczek and Khinchine 66 / 2 x 41 / (1 - 0.33) = 2.02 ms of waiting.
  expect(share * logged.meanMs).toBeCloseTo(5, 0);
  expect(logged.meanMs).toBeCloseTo(7, 0);
  const times = withoutWaiting(logged, { servers: 1, offered: 0.33 }, 5);
  expect(serviceQuantileMs(logged, 0.99)).toBeGreaterThan(20);
  expect(serviceQuantileMs(times, 0.9)).toBeLessThan(12);
  expect(serviceQuantileMs(times, 0.4)).toBeLessThan(1.5);
});

test("without load nothing is taken out", () => {
  const mix = serviceMix([{ timesMs: [1, 2, 3], weight: 1 }]);
  expect(withoutWaiting(mix, { servers: 4, offered: 0 }, 2)).toBe(mix);
});
