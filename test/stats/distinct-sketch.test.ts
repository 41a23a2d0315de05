import fc from "fast-check";
import { expect, test } from "vitest";
import { DistinctSketch } from "../../src/stats/distinct-sketch.ts";
import { mix32 } from "../../src/stats/mix.ts";

function sketchOf(things: Iterable<number>, limit: number): DistinctSketch {
  const sketch = new DistinctSketch(limit);
  for (const thing of things) sketch.add(mix32(thing), mix32(thing ^ 0x5bd1e995));
  return sketch;
}

test("is exact while it can hold every hash", () => {
  expect(sketchOf([1, 2, 2, 3, 1], 3).estimate()).toEqual({ count: 3, relativeError: 0 });
});

test("beyond that errs by about 1/sqrt(k - 2)", () => {
  const { count, relativeError } = sketchOf(Array.from({ length: 50_000 }, (_, i) => i), 1024).estimate();
  expect(relativeError).toBeCloseTo(1 / Math.sqrt(1022), 10);
  expect(Math.abs(count / 50_000 - 1)).toBeLessThan(4 * relativeError);
});

test("gives the same for any cut", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(500)), fc.nat(100), (things, cut) => {
      const merged = DistinctSketch.fromHashes(sketchOf(things.slice(cut), 16).toHashes(), 16);
      merged.merge(sketchOf(things.slice(0, cut), 16));
      expect(merged.toHashes()).toEqual(sketchOf(things, 16).toHashes());
    }),
  );
});
