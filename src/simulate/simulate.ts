import { assert } from "../base/assert.ts";
import { bucketCount, quantileOfBuckets } from "../stats/log-histogram.ts";
import { mix32 } from "../stats/mix.ts";
import { simulateEvents } from "./event-engine.ts";
import { simulateFast, whyNotFast } from "./fast-engine.ts";
import { type Measure, measuresOf } from "./measures.ts";
import { batchCount, type FailoverRecord, type MoveRecord, type Recorder, sliceCount } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import { type ShardHistory, shardHistories } from "./shard-history.ts";

/** What one run came to, as plain data. */
export interface RunOutcome {
  readonly seed: number;
  readonly engine: "fast" | "events";
  /** Why it was not the fast one. */
  readonly because: string | undefined;
  readonly measures: readonly Measure[];
  readonly shards: readonly ShardHistory[];
  /** 99th percentile, by batch of the measured time in which requests arrived. */
  readonly latencyP99: readonly number[];
  /** By slice of the whole run in which requests arrived. */
  readonly servedPerSecond: readonly number[];
  readonly failovers: readonly FailoverRecord[];
  readonly moves: readonly MoveRecord[];
}

/** One run of a scenario, by the fast engine where that is exact. The same scenario and seed give the same outcome. */
export function runScenario(scenario: Scenario): RunOutcome {
  const because = whyNotFast(scenario);
  const recorder = because === undefined ? simulateFast(scenario) : simulateEvents(scenario);
  assertConserved(recorder);
  return {
    seed: scenario.seed,
    engine: because === undefined ? "fast" : "events",
    because,
    measures: measuresOf(scenario, recorder),
    shards: shardHistories(scenario, recorder),
    latencyP99: latencySeries(recorder),
    servedPerSecond: Array.from(recorder.sliceServed, (count) => (count * sliceCount * 1000) / scenario.durationMs),
    failovers: recorder.failovers,
    moves: recorder.moves,
  };
}

function latencySeries(recorder: Recorder): readonly number[] {
  return Array.from({ length: batchCount }, (_, batch) => {
    const counts = new Uint32Array(bucketCount);
    for (const lane of recorder.latency)
      lane?.counts.subarray(batch * bucketCount, (batch + 1) * bucketCount).forEach((count, at) => (counts[at]! += count));
    return quantileOfBuckets(counts, 0, 0.99);
  });
}

/** The seed of a run: of the first the scenario's own, so that a single run can be repeated by itself. */
export function seedOfRun(seed: number, run: number): number {
  return run === 0 ? seed : mix32(mix32(seed) ^ Math.imul(run, 0x9e3779b1)) * 2 ** 20 + run;
}

/** Whatever arrived was served, refused, or is under way, on the whole and on each shard. */
export function assertConserved(recorder: Recorder): void {
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const open = total(recorder.arrivals) - total(recorder.served) - total(recorder.refused);
  assertSum(open, "arrivals = served + refused + in flight");
  recorder.shardAsked.forEach((asked, shard) => {
    const left = asked - recorder.shardAnswered[shard]! - recorder.shardRefused[shard]!;
    assertSum(left, `shard ${shard}: asked = answered + refused + in flight`);
  });
}

function assertSum(left: number, promise: string): void {
  assert(Number.isInteger(left) && left >= 0, `${promise}, but ${left} are left`);
}
