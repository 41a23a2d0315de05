import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rebalancedSlots } from "../../src/reshard/fewest-moves.ts";

const loadsOf = (owners: Uint32Array, weights: Float64Array, shards: readonly number[]) =>
  shards.map((shard) => weights.reduce((sum, weight, slot) => sum + (owners[slot] === shard ? weight : 0), 0));

describe("Rebalanced slots", () => {
  it("of one weight end within one of each other, and move no more than the surplus", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(5), { minLength: 1, maxLength: 200 }),
        fc.uniqueArray(fc.nat(9), { minLength: 1, maxLength: 8 }),
        (owned, receivers) => {
          const [owners, weights] = [Uint32Array.from(owned), new Float64Array(owned.length).fill(1)];
          const after = rebalancedSlots({ owners, weights }, receivers);
          const loads = loadsOf(after, weights, receivers);
          expect(Math.max(...loads) - Math.min(...loads)).toBeLessThanOrEqual(1);
          expect(loads.reduce((sum, load) => sum + load)).toBe(owned.length);
          const before = loadsOf(owners, weights, receivers);
          const least = before.reduce((sum, load, at) => sum + Math.max(0, loads[at]! - load), 0);
          expect(after.filter((shard, slot) => shard !== owners[slot]).length).toBe(least);
        },
      ),
    );
  });
  it("leave a slot alone that would only take the trouble with it", () => {
    // One slot has nearly everything: it stays, the light ones leave it.
    const owners = Uint32Array.from([0, 0, 0, 0]);
    const after = rebalancedSlots({ owners, weights: Float64Array.from([1000, 10, 10, 10]) }, [0, 1]);
    expect([...after]).toEqual([0, 1, 1, 1]);
  });
  it("never make the fullest shard fuller", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(4), fc.nat(1000)), { minLength: 1, maxLength: 60 }), (slots) => {
        const owners = Uint32Array.from(slots, ([owner]) => owner);
        const weights = Float64Array.from(slots, ([, weight]) => weight);
        const receivers = [0, 1, 2, 3, 4, 5];
        const [before, after] = [owners, rebalancedSlots({ owners, weights }, receivers)].map((each) =>
          Math.max(...loadsOf(each, weights, receivers)),
        );
        expect(after).toBeLessThanOrEqual(before!);
      }),
    );
  });
});
