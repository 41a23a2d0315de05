import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { copySeconds } from "../../src/reshard/copy-time.ts";

const at = (rate: number, parallel: number) => ({
  rate: { least: rate, most: rate },
  parallel: { least: parallel, most: parallel },
});

describe("How long copies take", () => {
  it("one after the other: all there is, at the rate", () => {
    const transfers = [
      { from: 0, to: 2, amount: 300 },
      { from: 1, to: 3, amount: 100 },
    ];
    expect(copySeconds(transfers, at(10, 1))).toEqual({ least: 40, most: 40 });
    expect(copySeconds(transfers, at(10, 2))).toEqual({ least: 30, most: 30 });
  });
  it("a shard copies one at a time: what all send to one waits for it", () => {
    const transfers = [0, 1, 2].map((from) => ({ from, to: 9, amount: 10 }));
    expect(copySeconds(transfers, at(1, 3))).toEqual({ least: 30, most: 30 });
  });
  it("is a range where rate and copies at once are", () => {
    const transfers = [
      { from: 0, to: 2, amount: 60 },
      { from: 1, to: 3, amount: 60 },
    ];
    const speed = { rate: { least: 2, most: 6 }, parallel: { least: 1, most: 2 } };
    expect(copySeconds(transfers, speed)).toEqual({ least: 10, most: 60 });
  });
  it("no order of copies is quicker than the least, and list scheduling is within all of them in turn", () => {
    const transfer = fc.record({ from: fc.nat(5), to: fc.integer({ min: 6, max: 9 }), amount: fc.integer({ min: 1, max: 100 }) });
    fc.assert(
      fc.property(fc.array(transfer, { minLength: 1, maxLength: 20 }), fc.integer({ min: 1, max: 6 }), (transfers, atOnce) => {
        const { least, most } = copySeconds(transfers, at(1, atOnce));
        const total = transfers.reduce((sum, { amount }) => sum + amount, 0);
        expect(least).toBeLessThanOrEqual(most);
        expect(most).toBeLessThanOrEqual(total);
        expect(least).toBeGreaterThanOrEqual(total / atOnce - 1e-9);
      }),
    );
  });
});
