import { bucketCount, countAbove, type LogHistogram, quantileOfBuckets } from "../stats/log-histogram.ts";
import { moment } from "./distribution.ts";
import { type Estimate, exactly, meanOfRuns, ratioOfBatches, shareOfBatches, shareOfTrials, unknownEstimate } from "./interval.ts";
import {
  batchCount,
  type BatchedShare,
  BatchedTimes,
  lagLimitsMs,
  type Recorder,
  type Refusal,
  refusals,
  requestClasses,
  sliceCount,
} from "./recorder.ts";
import type { Scenario } from "./scenario.ts";

export type Unit = "ms" | "share" | "per second" | "count";

/** A figure with its name, as an expectation or a table asks for it. */
export interface Measure extends Estimate {
  readonly name: string;
  readonly unit: Unit;
}

const percentiles = [
  ["p50", 0.5],
  ["p95", 0.95],
  ["p99", 0.99],
  ["p99.9", 0.999],
] as const;

/** All figures of one run, in a fixed order that follows from the scenario alone. */
export function measuresOf(scenario: Scenario, recorder: Recorder): readonly Measure[] {
  // With several runs it is their spread that counts, not that inside each.
  const list = new MeasureList(scenario.runs === 1);
  const heavy = heavyTail(scenario);
  const latencies = (wanted: (operation: number, requestClass: number) => boolean): BatchedTimes | undefined =>
    merged(recorder.latency.filter((_, lane) => wanted(Math.floor(lane / classCount), lane % classCount)));
  const all = latencies(() => true);
  list.times("latency", all, heavy);
  for (const limit of scenario.limitsMs) list.add(`latency.above ${limit}ms`, "share", shareAbove(all, limit));
  requestClasses.forEach((name, at) => {
    if (canBe(scenario, at)) list.times(`latency.${name}`, latencies((_, requestClass) => requestClass === at), heavy);
  });
  scenario.operations.forEach(({ name }, at) => {
    list.times(`latency.${name}`, latencies((operation) => operation === at), heavy);
  });
  list.times("wait", merged(recorder.waits), heavy);
  list.add("wait.none", "share", withoutWait(merged(recorder.waits)));
  scenario.operations.forEach(({ name }, at) => list.times(`wait.${name}`, recorder.waits[at], heavy));
  countMeasures(list, scenario, recorder);
  loadMeasures(list, scenario, recorder);
  if (scenario.cluster.replicas > 0) replicaMeasures(list, scenario, recorder);
  if (scenario.faults.length > 0) failoverMeasures(list, recorder);
  if (scenario.moves.length > 0) moveMeasures(list, recorder);
  return list.measures;
}

/** Figures of several independent runs: the mean of each, with the interval that the runs' spread gives. */
export function measuresOfRuns(runs: readonly (readonly Measure[])[]): readonly Measure[] {
  if (runs.length === 1) return runs[0]!;
  return runs[0]!.map(({ name, unit }, at) => {
    const each = runs.map((measures) => measures[at]!);
    const known = each.filter(({ value }) => !Number.isNaN(value));
    if (known.length === 0) return { name, unit, ...unknownEstimate(each[0]!.note ?? "nothing was measured") };
    const samples = each.reduce((sum, measure) => sum + measure.samples, 0);
    const missing = runs.length - known.length;
    const note = missing > 0 ? `unknown in ${missing} of ${runs.length} runs` : known.find(({ note }) => note !== undefined)?.note;
    return { name, unit, ...meanOfRuns(known.map(({ value }) => value), samples), note };
  });
}

class MeasureList {
  readonly measures: Measure[] = [];
  readonly #intervals: boolean;

  constructor(intervals: boolean) {
    this.#intervals = intervals;
  }

  add(name: string, unit: Unit, estimate: Estimate): void {
    this.measures.push({ name, unit, ...estimate });
  }

  /** Mean, percentiles and maximum. */
  times(name: string, times: BatchedTimes | undefined, heavy: string | undefined): void {
    const whole = times?.whole();
    const counts = Array.from({ length: batchCount }, (_, batch) => times?.countOf(batch) ?? 0);
    const mean = ratioOfBatches(Float64Array.from(times?.sums ?? [], (sum) => sum / 1e6), counts);
    this.add(`${name}.mean`, "ms", times === undefined ? unknownEstimate("nothing was measured") : noted(mean, heavy));
    for (const [label, p] of percentiles)
      this.add(`${name}.${label}`, "ms", noted(quantileOfBatches(times, whole, counts, p, this.#intervals), heavy));
    this.add(`${name}.max`, "ms", times === undefined ? unknownEstimate("nothing was measured") : exactly(times.max, whole!.total));
  }

  share(name: string, share: Pick<BatchedShare, "hits" | "trials">, otherwise: string): void {
    const estimate = shareOfBatches(share.hits, share.trials);
    this.add(name, "share", Number.isNaN(estimate.value) ? unknownEstimate(otherwise) : estimate);
  }

  count(name: string, value: number): void {
    this.add(name, "count", exactly(value, value));
  }
}

const classCount = requestClasses.length;

/** Whether an operation of the scenario can have this class. */
function canBe(scenario: Scenario, requestClass: number): boolean {
  return scenario.operations.some(({ kind, touches, keyCount }) => {
    const several = touches !== "keys" || keyCount.to > 1 || (kind === "read" && scenario.keys.salt !== undefined);
    if (requestClass === 0) return touches === "keys";
    return several && (kind === "read") === (requestClass === 1);
  });
}

function merged(times: readonly (BatchedTimes | undefined)[]): BatchedTimes | undefined {
  const known = times.filter((each) => each !== undefined);
  if (known.length <= 1) return known[0];
  const sum = new BatchedTimes();
  for (const each of known) sum.merge(each);
  return sum;
}

const noted = (estimate: Estimate, note: string | undefined): Estimate =>
  note === undefined ? estimate : { ...estimate, note: estimate.note === undefined ? note : `${estimate.note}; ${note}` };

/** With so few samples beyond a percentile, its value is an accident. */
const fewestBeyond = 10;

function quantileOfBatches(
  times: BatchedTimes | undefined,
  whole: LogHistogram | undefined,
  counts: readonly number[],
  p: number,
  intervals: boolean,
): Estimate {
  if (times === undefined || whole === undefined || whole.total === 0) return unknownEstimate("nothing was measured");
  const samples = whole.total;
  const value = whole.quantile(p);
  const beyond = samples * (1 - p);
  if (beyond < fewestBeyond) {
    const note = `too few samples: ${samples} of them, ${beyond.toFixed(beyond < 1 ? 1 : 0)} beyond it`;
    return { value, low: NaN, high: NaN, samples, note };
  }
  if (!intervals) return { value, low: NaN, high: NaN, samples, note: undefined };
  // A batch that has hardly a sample beyond the percentile says nothing about it: neighbours are put together.
  const joined = joinedBatches(times, counts, (2 * fewestBeyond) / batchCount / (1 - p));
  const values = joined.map((counts) => quantileOfBuckets(counts, 0, p));
  if (values.length < 5) return { value, low: NaN, high: NaN, samples, note: "too few samples for an interval" };
  const estimate = meanOfRuns(values, samples, value);
  // No time is below nothing, however far the batches lie apart.
  return { ...estimate, low: Math.max(0, estimate.low) };
}

/** Groups of 1, 2 or 4 neighbouring batches, so that each has at least `least` samples. */
function joinedBatches(times: BatchedTimes, counts: readonly number[], least: number): readonly Uint32Array[] {
  for (const size of [1, 2, 4]) {
    const sums = Array.from({ length: batchCount / size }, (_, group) =>
      counts.slice(group * size, (group + 1) * size).reduce((sum, count) => sum + count, 0),
    );
    if (sums.some((sum) => sum < least)) continue;
    if (size === 1) return sums.map((_, batch) => times.counts.subarray(batch * bucketCount, (batch + 1) * bucketCount));
    return sums.map((_, group) => {
      const joined = new Uint32Array(bucketCount);
      for (let batch = group * size; batch < (group + 1) * size; batch++)
        for (let bucket = 0; bucket < bucketCount; bucket++) joined[bucket]! += times.counts[batch * bucketCount + bucket]!;
      return joined;
    });
  }
  return [];
}

/** The share that did not wait at all. */
function withoutWait(waits: BatchedTimes | undefined): Estimate {
  const batches = Array.from({ length: batchCount }, (_, batch) => batch);
  return shareOfBatches(
    batches.map((batch) => waits?.counts[batch * bucketCount] ?? 0),
    batches.map((batch) => waits?.countOf(batch) ?? 0),
  );
}

/** The share that took longer than a limit; that lies within a bucket, which is at most 0.8 % wide. */
function shareAbove(times: BatchedTimes | undefined, limitMs: number): Estimate {
  const batches = Array.from({ length: batchCount }, (_, batch) => batch);
  return shareOfBatches(
    batches.map((batch) => (times === undefined ? 0 : countAbove(times.counts, batch * bucketCount, limitMs))),
    batches.map((batch) => times?.countOf(batch) ?? 0),
  );
}

/** Where the fourth moment of a service time is infinite, so is the variance of the mean wait. */
function heavyTail(scenario: Scenario): string | undefined {
  const heavy = scenario.operations.find(({ stages }) => stages.some(({ service }) => moment(service, 4) === Infinity));
  if (heavy === undefined) return undefined;
  return `low confidence: the service time of ${heavy.name} has so heavy a tail that the variance of this figure is infinite`;
}

function countMeasures(list: MeasureList, scenario: Scenario, recorder: Recorder): void {
  const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
  const arrivals = total(recorder.arrivals);
  const served = total(recorder.served);
  const refused = total(recorder.refused);
  list.count("arrivals", arrivals);
  list.count("served", served);
  list.count("refused", refused);
  list.count("inFlight", arrivals - served - refused);
  const reasons = Object.fromEntries(
    refusals.map((reason, at) => [reason, total(recorder.refused.filter((_, lane) => lane % refusals.length === at))]),
  ) as Record<Refusal, number>;
  for (const reason of refusals) list.count(`refused.${reason}`, reasons[reason]);
  list.add("refused.share", "share", arrivals === 0 ? unknownEstimate("nothing arrived") : exactly(refused / arrivals, arrivals));
  requestClasses.forEach((name, at) => {
    if (!canBe(scenario, at)) return;
    const of = merged(recorder.latency.filter((_, lane) => lane % classCount === at))?.whole().total ?? 0;
    const all = merged(recorder.latency)?.whole().total ?? 0;
    list.add(`classShare.${name}`, "share", all === 0 ? unknownEstimate("nothing was served") : exactly(of / all, all));
  });
  scenario.operations.forEach(({ name }, at) => {
    list.count(`served.${name}`, recorder.served[at]!);
    list.count(`arrivals.${name}`, recorder.arrivals[at]!);
  });
  // Slices are of equal length, so that their spread tells how sure the rate is; the warm-up is left out.
  const from = Math.ceil((scenario.warmupMs / scenario.durationMs) * sliceCount);
  const perSecond = Array.from(recorder.sliceServed.slice(from), (count) => (count * sliceCount * 1000) / scenario.durationMs);
  list.add("throughput", "per second", meanOfRuns(perSecond, total(recorder.sliceServed.slice(from))));
  const { counts, shardsTouched, crossShard, conflicts } = recorder;
  const fanOut = shardsTouched.requests === 0 ? NaN : shardsTouched.shards / shardsTouched.requests;
  list.add("fanOut.mean", "count", exactly(fanOut, shardsTouched.requests));
  list.share("crossShard.share", crossShard, "no operation writes several keys");
  if (scenario.cluster.replication.mode === "multi-leader")
    list.share("conflicts.share", conflicts, "no key was written");
  list.count("retries", counts.retries);
  list.count("hedges", counts.hedges);
  list.add("hedges.share", "share", arrivals === 0 ? unknownEstimate("nothing arrived") : exactly(counts.hedges / arrivals, arrivals));
  const looked = counts.cacheHits + counts.cacheMisses;
  if (scenario.clients.cache !== undefined)
    list.add("cache.hitShare", "share", looked === 0 ? unknownEstimate("nothing was read") : exactly(counts.cacheHits / looked, looked));
  list.count("lockWaits", counts.lockWaits);
  list.count("repairs", counts.repairs);
  list.count("hints", counts.hints);
}

function loadMeasures(list: MeasureList, scenario: Scenario, recorder: Recorder): void {
  const from = Math.ceil((scenario.warmupMs / scenario.durationMs) * sliceCount);
  const servers = scenario.cluster.stations.map(({ servers }) => servers);
  const utilisations: number[] = [];
  const queues: number[] = [];
  const inSystem: number[] = [];
  for (let shard = 0; shard < recorder.shards; shard++) {
    servers.forEach((many, station) => {
      const place = recorder.placeOf(shard, 0, station);
      const busy = meanPerMs(recorder, recorder.busy, place, from);
      const waiting = meanPerMs(recorder, recorder.waiting, place, from);
      utilisations.push(many === Infinity ? NaN : busy / many);
      queues.push(waiting);
      inSystem.push(busy + waiting);
    });
  }
  const samples = sliceCount - from;
  const known = utilisations.filter((value) => !Number.isNaN(value));
  const noServers = unknownEstimate("servers without number have no utilisation");
  list.add("utilisation.mean", "share", known.length === 0 ? noServers : exactly(known.reduce((a, b) => a + b, 0) / known.length, samples));
  list.add("utilisation.max", "share", known.length === 0 ? noServers : exactly(Math.max(...known), samples));
  list.add("queue.mean", "count", exactly(queues.reduce((a, b) => a + b, 0) / recorder.shards, samples));
  list.add("inSystem.mean", "count", exactly(inSystem.reduce((a, b) => a + b, 0) / recorder.shards, samples));
}

/** Mean of a series of one station from a slice on, as a number of busy servers or waiting requests. */
export function meanPerMs(recorder: Recorder, series: Float64Array, place: number, from: number): number {
  let sum = 0;
  for (let slice = from; slice < sliceCount; slice++) sum += series[place + slice]!;
  return (sum * sliceCount) / ((sliceCount - from) * recorder.durationMs);
}

function replicaMeasures(list: MeasureList, scenario: Scenario, recorder: Recorder): void {
  const leaderless = scenario.cluster.replication.leaderless !== undefined;
  if (!leaderless) {
    list.times("lag", merged(recorder.lag), undefined);
    lagLimitsMs.forEach((limit, at) => {
      const above = recorder.lagAbove.filter((_, place) => place % lagLimitsMs.length === at).reduce((a, b) => a + b, 0);
      list.add(`lag.above${limit / 1000}s`, "ms", exactly(above, recorder.commits));
    });
  }
  const noReads = "no read of a key could meet a replica";
  list.share("stale.share", recorder.stale, noReads);
  if (!leaderless) list.share("stale.twoBehind", { hits: recorder.twoBehind, trials: recorder.stale.trials }, noReads);
  if (scenario.clients.sessions > 0) {
    if (!leaderless) list.share("ownWriteMissed.share", recorder.ownWriteMissed, "no session read");
    list.share("wentBack.share", recorder.wentBack, "no session read");
  }
  const { primary, replica } = recorder.reads;
  if (!leaderless)
    list.add(
      "reads.primaryShare",
      "share",
      primary + replica === 0 ? unknownEstimate("nothing was read") : exactly(primary / (primary + replica), primary + replica),
    );
}

function failoverMeasures(list: MeasureList, recorder: Recorder): void {
  const { failovers } = recorder;
  const restored = failovers.filter(({ restoredAtMs }) => !Number.isNaN(restoredAtMs));
  const meanOf = (values: readonly number[], otherwise: string): Estimate =>
    values.length === 0 ? unknownEstimate(otherwise) : { ...meanOfRuns(values, values.length), note: undefined };
  const known = (values: readonly number[]): number[] => values.filter((value) => !Number.isNaN(value));
  const noPrimary = "no primary failed";
  list.count("failovers", failovers.length);
  list.add("failover.detection", "ms", meanOf(known(failovers.map((f) => f.detectedAtMs - f.failedAtMs)), noPrimary));
  list.add("failover.election", "ms", meanOf(known(failovers.map((f) => f.electedAtMs - f.detectedAtMs)), noPrimary));
  const open = failovers.length > restored.length ? "not restored before the end" : noPrimary;
  list.add("failover.unavailable", "ms", meanOf(restored.map((f) => f.restoredAtMs - f.failedAtMs), open));
  const sum = (of: (failover: Recorder["failovers"][number]) => number): number =>
    failovers.reduce((total, failover) => total + of(failover), 0);
  list.count("failover.lostWrites", sum((f) => f.lostWrites));
  list.count("failover.lostAcknowledged", sum((f) => f.lostAcknowledged));
  list.count("failover.delayedWrites", sum((f) => f.delayedWrites));
  list.count("failover.refusedWrites", sum((f) => f.refusedWrites));
  list.add("failover.splitBrain", "ms", exactly(sum((f) => f.splitBrainMs), failovers.length));
  list.count("failover.splitBrainWrites", sum((f) => f.splitBrainWrites));
  list.add("failover.splitShare", "share", shareOfTrials(failovers.filter((f) => f.splitVotes > 0).length, failovers.length));
  list.count("failover.splitVotes", sum((f) => f.splitVotes));
}

function moveMeasures(list: MeasureList, recorder: Recorder): void {
  const move = recorder.moves[0];
  const not = "not done before the end";
  const span = (until: number | undefined): Estimate =>
    move === undefined || until === undefined || Number.isNaN(until) ? unknownEstimate(not) : exactly(until - move.startedAtMs, 1);
  list.add("reshard.copy", "ms", span(move?.copiedAtMs));
  list.add("reshard.duration", "ms", span(move?.doneAtMs));
  list.add("reshard.movedShare", "share", exactly(move?.movedKeyShare ?? NaN, 1));
  list.count("reshard.chunks", move?.copiedChunks ?? 0);
  list.count("reshard.repeatedWrites", move?.repeatedWrites ?? 0);
  list.count("reshard.pausedWrites", move?.pausedWrites ?? 0);
  list.add("reshard.maxLag", "ms", exactly(move?.maxLagMs ?? NaN, move?.repeatedWrites ?? 0));
}
