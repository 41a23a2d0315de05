import { expect, test } from "vitest";
import { ladderOf } from "../../src/advice/ladder.ts";
import { handMadeWorkload } from "../analyze/hand-made-workload.ts";

/** A minute of so many statements a second that take so many milliseconds: reads and writes. */
const load = (readsPerSecond: number, writesPerSecond: number, ms: number) =>
  handMadeWorkload(
    [
      { shape: "read t a=", count: readsPerSecond * 60, ms },
      { shape: "update t a=", count: writesPerSecond * 60, ms },
    ].filter(({ count }) => count > 0),
    { seconds: 60 },
  );

const verdicts = (workload: ReturnType<typeof load>, options = {}): Record<string, string> =>
  Object.fromEntries(ladderOf(workload, options).rungs.map(({ rung, verdict }) => [rung, verdict]));

test("erlangs are the time spent in the database per second", () => {
  const { overall, worstWindow } = ladderOf(load(10, 5, 100));
  expect(overall).toMatchObject({
    reads: expect.closeTo(1, 1),
    writes: expect.closeTo(0.5, 1),
    total: expect.closeTo(1.5, 1),
  });
  expect((worstWindow as { total: number }).total).toBeGreaterThanOrEqual(1.5);
});

test("a busy second in a calm minute is no peak", () => {
  const { worstWindow } = ladderOf(
    handMadeWorkload([{ shape: "read t a=", count: 1, ms: 30_000 }], { seconds: 600 }),
  );
  expect(worstWindow).toMatchObject({ total: 0.5, widthSeconds: 60 });
});

test("2 erlangs on 16 cores are no reason to shard", () => {
  const ladder = ladderOf(load(20, 0, 100));
  expect(ladder).toMatchObject({ verdict: "no-shards", shardsNeeded: 1 });
  expect(verdicts(load(20, 0, 100))).toMatchObject({
    "scale-up": "not-needed",
    replicas: "not-needed",
    shard: "not-needed",
  });
});

test("more than this server, less than the largest one: scale up", () => {
  expect(verdicts(load(150, 50, 100))).toMatchObject({
    "scale-up": "called-for",
    replicas: "possible",
    shard: "not-needed",
  });
});

test("reads beyond the largest server: replicas", () => {
  expect(verdicts(load(90, 10, 100), { cores: 4, largestCores: 8 })).toMatchObject({
    "scale-up": "not-enough",
    replicas: "called-for",
    shard: "not-needed",
  });
});

test("writes beyond the largest server: shards, as many as the worst window needs", () => {
  const ladder = ladderOf(load(10, 90, 100), { cores: 4, largestCores: 8, targetUtilization: 0.5 });
  expect(ladder.verdict).toBe("shards");
  // 10 erlangs, in the worst second a little more, over 2 of 4 cores.
  expect(ladder.shardsNeeded).toBeGreaterThanOrEqual(5);
  expect(ladder.shardsNeeded).toBeLessThanOrEqual(6);
});

test("without durations or times nothing is said", () => {
  const untimed = ladderOf(handMadeWorkload([{ shape: "read t a=", count: 10 }], { timed: false }));
  expect(untimed).toMatchObject({
    verdict: "unknown",
    overall: { unknown: "durations are not logged" },
    shardsNeeded: { unknown: "durations are not logged" },
  });
  expect(ladderOf({ ...load(1, 1, 1), span: undefined }).overall).toEqual({ unknown: "times are not logged" });
});
