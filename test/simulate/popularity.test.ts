import { expect, test } from "vitest";
import { popularityOf } from "../../src/simulate/popularity.ts";

/** YCSB's `Math.abs(fnvhash64(val))`, as its Utils.java has it. */
function ycsbHash(rank: bigint): bigint {
  let hash = 0xcbf29ce484222325n;
  for (let byte = 0n; byte < 8n; byte++) hash = BigInt.asUintN(64, (hash ^ ((rank >> (8n * byte)) & 0xffn)) * 1_099_511_628_211n);
  const signed = BigInt.asIntN(64, hash);
  return signed < 0n ? -signed : signed;
}

test("scrambled ranks fall where YCSB's hash puts them", () => {
  for (const count of [7, 1000, 999_983, 10_000_000]) {
    // As steep as this, nothing but the first rank counts, then the second.
    const shares = popularityOf({ count, zipfExponent: 10, scrambledOver: 5 })!;
    const order = Array.from(shares.keys()).filter((key) => shares[key]! > 0).sort((a, b) => shares[b]! - shares[a]!);
    const expected = [...new Set([0n, 1n, 2n, 3n, 4n].map((rank) => Number(ycsbHash(rank) % BigInt(count))))];
    expect(order).toEqual(expected);
  }
});

test("shares add up to 1, however many ranks there are", () => {
  for (const scrambledOver of [10, 1_000_000, 1e10]) {
    const shares = popularityOf({ count: 1000, zipfExponent: 0.99, scrambledOver })!;
    expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  }
});

test("uniform keys have no weights, plain Zipf falls with the key's number", () => {
  expect(popularityOf({ count: 3, zipfExponent: 0, scrambledOver: undefined })).toBeUndefined();
  expect([...popularityOf({ count: 3, zipfExponent: 1, scrambledOver: undefined })!]).toEqual([1, 1 / 2, 1 / 3]);
});
