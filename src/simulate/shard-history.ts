import type { BatchedTimes, Recorder } from "./recorder.ts";
import { lagLimitsMs, sliceCount } from "./recorder.ts";
import { meanPerMs } from "./measures.ts";
import type { Scenario } from "./scenario.ts";

/** One shard's part of a run. Series have a value for each slice of the run's time. NaN where there is nothing to say. */
export interface ShardHistory {
  readonly shard: number;
  readonly asked: number;
  readonly answered: number;
  readonly refused: number;
  /** Of the primary's busiest station. */
  readonly utilisation: number;
  readonly station: string;
  /** Of the busiest replica, its log included. */
  readonly replicaUtilisation: number;
  readonly queueMean: number;
  /** The operation that takes most of the shard's service time, and its share. */
  readonly busiestOperation: string;
  readonly busiestOperationShare: number;
  readonly lagMsP50: number;
  readonly lagMsP95: number;
  readonly lagMsMax: number;
  /** Milliseconds behind by more than each of the limits, summed over replicas. */
  readonly lagAboveMs: readonly number[];
  readonly utilisationSeries: readonly number[];
  readonly queueSeries: readonly number[];
  readonly lagMsSeries: readonly number[];
}

export function shardHistories(scenario: Scenario, recorder: Recorder): readonly ShardHistory[] {
  return Array.from({ length: recorder.shards }, (_, shard) => shardHistory(scenario, recorder, shard));
}

function shardHistory(scenario: Scenario, recorder: Recorder, shard: number): ShardHistory {
  const { stations, replicas, replication } = scenario.cluster;
  const from = Math.ceil((scenario.warmupMs / scenario.durationMs) * sliceCount);
  const utilisationOf = (node: number, station: number, servers: number): number =>
    meanPerMs(recorder, recorder.busy, recorder.placeOf(shard, node, station), from) / servers;
  const byStation = stations.map(({ servers }, station) => (servers === Infinity ? 0 : utilisationOf(0, station, servers)));
  const busiest = byStation.indexOf(Math.max(...byStation));
  const replicaLoads = Array.from({ length: replicas }, (_, replica) => [
    ...stations.map(({ servers }, station) => (servers === Infinity ? 0 : utilisationOf(replica + 1, station, servers))),
    replication.applyThreads === "shared" ? 0 : utilisationOf(replica + 1, stations.length, replication.applyThreads),
  ]).flat();
  const work = scenario.operations.map((_, at) => recorder.shardWork[shard * recorder.operations + at]!);
  const allWork = work.reduce((sum, each) => sum + each, 0);
  const most = work.indexOf(Math.max(...work));
  const place = recorder.placeOf(shard, 0, busiest);
  const sliceMs = scenario.durationMs / sliceCount;
  const series = (values: Float64Array, at: number, divisor: number): number[] =>
    Array.from(values.subarray(at, at + sliceCount), (value) => value / sliceMs / divisor);
  const lag: BatchedTimes | undefined = recorder.lag[shard];
  const lags = lag?.whole();
  const servers = stations[busiest]!.servers;
  return {
    shard,
    asked: recorder.shardAsked[shard]!,
    answered: recorder.shardAnswered[shard]!,
    refused: recorder.shardRefused[shard]!,
    utilisation: servers === Infinity ? NaN : byStation[busiest]!,
    station: stations[busiest]!.name,
    replicaUtilisation: replicaLoads.length === 0 ? NaN : Math.max(...replicaLoads),
    queueMean: stations.reduce(
      (sum, _, station) => sum + meanPerMs(recorder, recorder.waiting, recorder.placeOf(shard, 0, station), from),
      0,
    ),
    busiestOperation: allWork === 0 ? "" : scenario.operations[most]!.name,
    busiestOperationShare: allWork === 0 ? NaN : work[most]! / allWork,
    lagMsP50: lags?.quantile(0.5) ?? NaN,
    lagMsP95: lags?.quantile(0.95) ?? NaN,
    lagMsMax: Math.max(lag?.max ?? NaN, ...recorder.lagSlices.subarray(shard * sliceCount, (shard + 1) * sliceCount)),
    lagAboveMs: lagLimitsMs.map((_, limit) => {
      let sum = 0;
      for (let node = 0; node < recorder.nodesPerShard; node++)
        sum += recorder.lagAbove[(shard * recorder.nodesPerShard + node) * lagLimitsMs.length + limit]!;
      return sum;
    }),
    utilisationSeries: servers === Infinity ? [] : series(recorder.busy, place, servers),
    queueSeries: series(recorder.waiting, place, 1),
    lagMsSeries: replicas === 0 ? [] : [...recorder.lagSlices.subarray(shard * sliceCount, (shard + 1) * sliceCount)],
  };
}
