import fc from "fast-check";
import { expect, test } from "vitest";
import { everyShard, PlacedAccesses, unknownShard, type KeyPlace } from "../../src/analyze/placed-accesses.ts";

const place: KeyPlace = { family: 0, positions: [1] };
const compound: KeyPlace = { family: 1, positions: [1, 0] };

/** Two ways to place whole numbers: by 4 and by 7. What is negative is not known; shape 1 is of the same family, shape 2 compound. */
function placed(): { accesses: PlacedAccesses; asked: () => number } {
  let asked = 0;
  const places = [place, place, compound, everyShard];
  const accesses = new PlacedAccesses(places, 2, (shape, codes, start, shards) => {
    asked++;
    const key = (places[shape] as KeyPlace).positions.reduce((sum, position) => sum * 31 + codes[start + position]!, 0);
    if (key < 0) return false;
    shards.set([key % 4, key % 7]);
    return true;
  });
  return { accesses, asked: () => asked };
}

test("a key has the shard of each way, is placed once, and is one key in all shapes of its family", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 1500 }), (keys) => {
      const { accesses, asked } = placed();
      for (const [nth, key] of keys.entries()) {
        const number = accesses.keyOf(nth % 2, place, Float64Array.of(99, 5, key), 1);
        expect([accesses.shardOf(number, 0), accesses.shardOf(number, 1)]).toEqual([key % 4, key % 7]);
      }
      expect(asked()).toBe(new Set(keys).size);
    }),
  );
});

test("compound keys are told apart by the order of their columns", () => {
  const { accesses } = placed();
  const one = accesses.keyOf(2, compound, Float64Array.of(3, 8), 0);
  const other = accesses.keyOf(2, compound, Float64Array.of(8, 3), 0);
  expect(other).not.toBe(one);
  expect(accesses.keyOf(2, compound, Float64Array.of(3, 8), 0)).toBe(one);
  expect(accesses.shardOf(one, 0)).toBe((8 * 31 + 3) % 4);
});

test("what is not known now is asked again, and says so", () => {
  const { accesses, asked } = placed();
  expect(accesses.keyOf(0, place, Float64Array.of(0, -1), 0)).toBe(-1);
  expect(accesses.shardOfAccess(1, Float64Array.of(0, -1), 0, true)).toBe(unknownShard);
  expect(asked()).toBe(2);
  expect(accesses.shardOfAccess(0, Float64Array.of(0, 6), 0, true)).toBe(2);
  expect(accesses.shardOfAccess(0, new Float64Array(0), 0, false)).toBe(unknownShard);
  expect(accesses.shardOfAccess(3, new Float64Array(0), 0, false)).toBe(everyShard);
});
