import fc from "fast-check";
import { expect, test } from "vitest";
import { scaleOutOf } from "../../src/analyze/scale-out.ts";

const perfect = {
  shardCount: 8,
  work: 1000,
  maxOverMean: 1,
  maxOverMeanWithWindows: 1,
  scatterOverhead: 0,
  separationOverhead: 0,
  keyUpdateOverhead: 0,
  unparsedOverhead: 0,
};

test("nothing lost: 8 shards carry 8 times", () => {
  expect(scaleOutOf(perfect).factor).toBe(8);
});

test("all on one shard: 8 shards carry what one does", () => {
  expect(scaleOutOf({ ...perfect, maxOverMean: 8, maxOverMeanWithWindows: 8 })).toMatchObject({
    factor: 1,
    losses: [{ cause: "imbalance", shards: 7 }, {}, {}, {}, {}, {}],
  });
});

test("every statement done in full by every shard: nothing is gained", () => {
  expect(scaleOutOf({ ...perfect, scatterOverhead: 7 * 1000 }).factor).toBe(1);
});

test("losses add up to what is missing, and none is negative", () => {
  const overhead = fc.double({ min: 0, max: 1e6, noNaN: true });
  const input = fc.record({
    shardCount: fc.integer({ min: 1, max: 64 }),
    work: fc.double({ min: 1, max: 1e12, noNaN: true }),
    maxOverMean: fc.double({ min: 1, max: 4, noNaN: true }),
    more: fc.double({ min: 0, max: 4, noNaN: true }),
    scatterOverhead: overhead,
    separationOverhead: overhead,
    keyUpdateOverhead: overhead,
    unparsedOverhead: overhead,
  });
  fc.assert(
    fc.property(input, ({ more, ...rest }) => {
      const { factor, losses } = scaleOutOf({ ...rest, maxOverMeanWithWindows: rest.maxOverMean + more });
      expect(losses.reduce((sum, { shards }) => sum + shards, factor)).toBeCloseTo(rest.shardCount, 6);
      for (const { shards } of losses) expect(shards).toBeGreaterThanOrEqual(-1e-9);
    }),
  );
});
