import { expect, test } from "vitest";
import { ratioOfBatches, shareOfBatches, shareOfTrials } from "../../src/simulate/interval.ts";

const twenty = (of: (batch: number) => number): number[] => Array.from({ length: 20 }, (_, batch) => of(batch));

test("none seen of a thousand may be as many as four (Wilson, z = 1.96: z^2 / (n + z^2))", () => {
  const { value, low, high } = shareOfBatches(twenty(() => 0), twenty(() => 50));
  expect([value, low]).toEqual([0, 0]);
  expect(high).toBeCloseTo(1.95996 ** 2 / (1000 + 1.95996 ** 2), 6);
});

test("nothing seen begins at nothing, and all seen ends at all, whatever the number of trials", () => {
  for (let trials = 1; trials < 100_000; trials = trials * 3 + 1) {
    expect(shareOfTrials(0, trials).low).toBe(0);
    expect(shareOfTrials(trials, trials).high).toBe(1);
  }
});

test("of many trials a share is as sure as its batches are alike", () => {
  const hits = twenty((batch) => 300 + 20 * (batch % 2 === 0 ? 1 : -1));
  const trials = twenty(() => 1000);
  const plain = ratioOfBatches(hits, trials);
  const share = shareOfBatches(hits, trials);
  expect(share.value).toBe(0.3);
  expect((share.high - share.low) / (plain.high - plain.low)).toBeCloseTo(1, 2);
});
