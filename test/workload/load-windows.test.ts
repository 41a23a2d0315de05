import fc from "fast-check";
import { expect, test } from "vitest";
import { LoadWindows } from "../../src/workload/load-windows.ts";

const second = 1_000_000;

test("adds up executions and busy time per window", () => {
  const load = new LoadWindows();
  load.add(10.2 * second, false, 300);
  load.add(10.9 * second, true, 500);
  load.add(12 * second, false, 100);
  expect(load.windows()).toEqual([
    { fromMicros: 10 * second, reads: 1, writes: 1, readMicros: 300, writeMicros: 500 },
    { fromMicros: 12 * second, reads: 1, writes: 0, readMicros: 100, writeMicros: 0 },
  ]);
});

test("doubles the width until the windows fit, and gives the same for any cut", () => {
  const event = fc.tuple(fc.nat(100_000), fc.boolean(), fc.nat(1000));
  fc.assert(
    fc.property(fc.array(event, { maxLength: 200 }), fc.nat(200), fc.constantFrom(2, 8, 64), (events, cut, limit) => {
      const [whole, left, right] = [new LoadWindows(limit), new LoadWindows(limit), new LoadWindows(limit)];
      events.forEach(([seconds, write, micros], i) => {
        whole.add(seconds * second, write, micros);
        (i < cut ? left : right).add(seconds * second, write, micros);
      });
      const merged = LoadWindows.fromState(structuredClone(left.toState()));
      merged.merge(right);
      expect(merged.windows()).toEqual(whole.windows());
      expect(merged.widthSeconds).toBe(whole.widthSeconds);
      expect(merged.windows().length).toBeLessThanOrEqual(limit);
    }),
  );
});

test("windows can be put together: the sums stay, and there are as few as wanted", () => {
  const load = new LoadWindows();
  for (let second = 0; second < 100; second++) load.add(second * 1e6, second % 2 === 0, 1000);
  expect(load.togetherFor(100)).toBe(1);
  expect(load.togetherFor(10)).toBe(16);
  expect(load.windows(32)).toEqual([
    { fromMicros: 0, reads: 16, writes: 16, readMicros: 16_000, writeMicros: 16_000 },
    { fromMicros: 32e6, reads: 16, writes: 16, readMicros: 16_000, writeMicros: 16_000 },
    { fromMicros: 64e6, reads: 16, writes: 16, readMicros: 16_000, writeMicros: 16_000 },
    { fromMicros: 96e6, reads: 2, writes: 2, readMicros: 2000, writeMicros: 2000 },
  ]);
});
