import { bucketCount, bucketOf, LogHistogram } from "../stats/log-histogram.ts";
import type { Scenario } from "./scenario.ts";

/** The measured time is cut into so many batches of equal length, whose spread tells how sure a figure is. */
export const batchCount = 20;
/** The whole time is cut into so many slices for charts. */
export const sliceCount = 60;

/** How an operation went: to one shard, to several as reads, to several as one transaction. */
export const requestClasses = ["single-shard", "scatter-gather", "cross-shard"] as const;

export const refusals = ["queue-full", "no-connection", "unavailable", "timed-out", "crashed"] as const;
export type Refusal = (typeof refusals)[number];

/** Limits above which replica lag is told: an alert, and the call that wakes somebody. */
export const lagLimitsMs = [5_000, 30_000] as const;

/** Times by batch: how many in each bucket, and their sum in whole nanoseconds, so that their order does not matter. */
export class BatchedTimes {
  readonly counts = new Uint32Array(batchCount * bucketCount);
  readonly sums = new Float64Array(batchCount);
  readonly samples = new Float64Array(batchCount);
  max = 0;

  add(time: number, batch: number): void {
    this.counts[batch * bucketCount + bucketOf(time)]! += 1;
    this.sums[batch]! += Math.floor(time * 1e6 + 0.5);
    this.samples[batch]! += 1;
    if (time > this.max) this.max = time;
  }

  merge(other: BatchedTimes): void {
    for (let at = 0; at < this.counts.length; at++) this.counts[at]! += other.counts[at]!;
    for (let at = 0; at < batchCount; at++) {
      this.sums[at]! += other.sums[at]!;
      this.samples[at]! += other.samples[at]!;
    }
    this.max = Math.max(this.max, other.max);
  }

  countOf(batch: number): number {
    return this.samples[batch]!;
  }

  whole(): LogHistogram {
    const counts = new Uint32Array(bucketCount);
    const last = bucketOf(this.max);
    for (let batch = 0; batch < batchCount; batch++) {
      if (this.samples[batch] === 0) continue;
      const from = batch * bucketCount;
      for (let bucket = 0; bucket <= last; bucket++) counts[bucket]! += this.counts[from + bucket]!;
    }
    return new LogHistogram(counts);
  }
}

/** How often something was so, by batch. */
export class BatchedShare {
  readonly hits = new Float64Array(batchCount);
  readonly trials = new Float64Array(batchCount);

  add(hit: boolean, batch: number): void {
    this.trials[batch]! += 1;
    if (hit) this.hits[batch]! += 1;
  }

  merge(other: BatchedShare): void {
    for (let at = 0; at < batchCount; at++) {
      this.hits[at]! += other.hits[at]!;
      this.trials[at]! += other.trials[at]!;
    }
  }
}

/** One failover, or an outage without one. */
export interface FailoverRecord {
  readonly shard: number;
  readonly failedAtMs: number;
  /** The node that was primary. */
  readonly formerPrimary: number;
  detectedAtMs: number;
  electedAtMs: number;
  /** Writes are taken again; NaN when they were not until the end. */
  restoredAtMs: number;
  splitVotes: number;
  /** Writes in the old primary's log that the new one does not have, and how many of these had been acknowledged. */
  lostWrites: number;
  lostAcknowledged: number;
  delayedWrites: number;
  refusedWrites: number;
  /** How long two nodes took writes, and what the old one took in that time. */
  splitBrainMs: number;
  splitBrainWrites: number;
}

export interface MoveRecord {
  readonly startedAtMs: number;
  readonly fromShards: number;
  readonly toShards: number;
  readonly movedKeyShare: number;
  readonly movedBytes: number;
  chunks: number;
  copiedChunks: number;
  copiedAtMs: number;
  doneAtMs: number;
  /** Writes to keys that were moving, repeated at the target. */
  repeatedWrites: number;
  maxLagMs: number;
  pausedWrites: number;
}

/**
 * Everything that one run tells. Counts are over the whole run; times and shares over what arrived after the warm-up.
 * Adding commutes, except for sums per node, which both engines make in the order of the node's queue.
 */
export class Recorder {
  readonly durationMs: number;
  readonly nodesPerShard: number;
  readonly shards: number;
  readonly stations: number;
  readonly operations: number;
  readonly #warmupMs: number;
  readonly #batchesPerMs: number;
  readonly #slicesPerMs: number;
  /** By operation x class; made when first needed. */
  readonly latency: (BatchedTimes | undefined)[];
  /** Time in queues, by operation. */
  readonly waits: (BatchedTimes | undefined)[];
  readonly arrivals: Float64Array;
  readonly served: Float64Array;
  /** By operation x refusal. */
  readonly refused: Float64Array;
  readonly sliceServed: Float64Array;
  /** Per station of each node: milliseconds of service, and of waiting, in each slice. */
  readonly busy: Float64Array;
  readonly waiting: Float64Array;
  /** Requests per shard, whose sum is kept on each. */
  readonly shardAsked: Float64Array;
  readonly shardAnswered: Float64Array;
  readonly shardRefused: Float64Array;
  /** Milliseconds of service at primaries and replicas by shard x operation. */
  readonly shardWork: Float64Array;
  readonly lag: (BatchedTimes | undefined)[];
  /** Milliseconds behind by more than each of the limits, by shard x replica x limit. */
  readonly lagAbove: Float64Array;
  readonly lagSlices: Float64Array;
  readonly reads = { primary: 0, replica: 0 };
  readonly stale = new BatchedShare();
  /** Of the reads that `stale` counts. */
  readonly twoBehind = new Float64Array(batchCount);
  readonly ownWriteMissed = new BatchedShare();
  readonly wentBack = new BatchedShare();
  readonly conflicts = new BatchedShare();
  readonly crossShard = new BatchedShare();
  readonly shardsTouched = { requests: 0, shards: 0 };
  readonly failovers: FailoverRecord[] = [];
  readonly moves: MoveRecord[] = [];
  readonly counts = { retries: 0, hedges: 0, cacheHits: 0, cacheMisses: 0, repairs: 0, hints: 0, lockWaits: 0 };
  commits = 0;

  constructor(scenario: Scenario) {
    const { durationMs, warmupMs, cluster, operations } = scenario;
    this.durationMs = durationMs;
    this.nodesPerShard = cluster.replicas + 1;
    this.shards = Math.max(cluster.shards, ...scenario.moves.map(({ toShards }) => toShards));
    // Behind the stations of a node stands the one where a replica applies the log.
    this.stations = cluster.stations.length + 1;
    this.operations = operations.length;
    this.#warmupMs = warmupMs;
    this.#batchesPerMs = batchCount / (durationMs - warmupMs);
    this.#slicesPerMs = sliceCount / durationMs;
    const lanes = operations.length * requestClasses.length;
    this.latency = new Array<BatchedTimes | undefined>(lanes).fill(undefined);
    this.waits = new Array<BatchedTimes | undefined>(operations.length).fill(undefined);
    this.arrivals = new Float64Array(operations.length);
    this.served = new Float64Array(operations.length);
    this.refused = new Float64Array(operations.length * refusals.length);
    this.sliceServed = new Float64Array(sliceCount);
    const places = this.shards * this.nodesPerShard * this.stations * sliceCount;
    this.busy = new Float64Array(places);
    this.waiting = new Float64Array(places);
    this.shardAsked = new Float64Array(this.shards);
    this.shardAnswered = new Float64Array(this.shards);
    this.shardRefused = new Float64Array(this.shards);
    this.shardWork = new Float64Array(this.shards * operations.length);
    this.lag = new Array<BatchedTimes | undefined>(this.shards).fill(undefined);
    this.lagAbove = new Float64Array(this.shards * this.nodesPerShard * lagLimitsMs.length);
    this.lagSlices = new Float64Array(this.shards * sliceCount);
  }

  /** The batch of what arrived at `time`, -1 in the warm-up. */
  batchOf(time: number): number {
    if (time < this.#warmupMs) return -1;
    const batch = ((time - this.#warmupMs) * this.#batchesPerMs) | 0;
    return batch < batchCount ? batch : batchCount - 1;
  }

  sliceOf(time: number): number {
    const slice = (time * this.#slicesPerMs) | 0;
    return slice < sliceCount ? slice : sliceCount - 1;
  }

  /** The first of the rising `times` from `from` to before `to` that is in another batch or slice than that at `from`. */
  endOfMoment(times: Float64Array, from: number, to: number): number {
    const batch = this.batchOf(times[from]!);
    const slice = this.sliceOf(times[from]!);
    const same = (at: number): boolean => this.batchOf(times[at]!) === batch && this.sliceOf(times[at]!) === slice;
    if (same(to - 1)) return to;
    let at = from + 1;
    while (same(at)) at++;
    return at;
  }

  answered(operation: number, requestClass: number, arrivedAt: number, latency: number): void {
    this.served[operation]! += 1;
    this.sliceServed[this.sliceOf(arrivedAt)]! += 1;
    const batch = this.batchOf(arrivedAt);
    if (batch >= 0) this.took(operation, requestClass, batch, latency);
  }

  /** How long an answer took, of a request that arrived in `batch`, which is not the warm-up. */
  took(operation: number, requestClass: number, batch: number, latency: number): void {
    const lane = operation * requestClasses.length + requestClass;
    (this.latency[lane] ??= new BatchedTimes()).add(latency, batch);
  }

  refuse(operation: number, reason: Refusal): void {
    this.refused[operation * refusals.length + refusals.indexOf(reason)]! += 1;
  }

  /** `batch` is that of the request's arrival. */
  waited(operation: number, batch: number, wait: number): void {
    if (batch >= 0) (this.waits[operation] ??= new BatchedTimes()).add(wait, batch);
  }

  /** What a read of a key saw: whether a newer version had been committed, and whether two had. */
  judged(stale: boolean, twoBehind: boolean, batch: number): void {
    this.stale.trials[batch]! += 1;
    if (stale) this.stale.hits[batch]! += 1;
    if (twoBehind) this.twoBehind[batch]! += 1;
  }

  /** As `judged`, of so many reads. */
  judgedTogether(reads: number, stale: number, twoBehind: number, batch: number): void {
    this.stale.trials[batch]! += reads;
    this.stale.hits[batch]! += stale;
    this.twoBehind[batch]! += twoBehind;
  }

  /** Where `busy` and `waiting` of a station begin. */
  placeOf(shard: number, node: number, station: number): number {
    return ((shard * this.nodesPerShard + node) * this.stations + station) * sliceCount;
  }

  /** A queue had one more from `from` to `to`, and a server was busy from `to` to `until`. */
  service(place: number, from: number, to: number, until: number): void {
    if (to > from) this.#spread(this.waiting, place, from, to);
    this.#spread(this.busy, place, to, until);
  }

  /** So many servers were busy from `from` to `to`. */
  workedTogether(place: number, from: number, to: number, servers: number): void {
    this.#spread(this.busy, place, from, to, servers);
  }

  /** So many waited, or had less than a server of their own, from `from` to `to`. */
  waitedTogether(place: number, from: number, to: number, many: number): void {
    if (many > 0) this.#spread(this.waiting, place, from, to, many);
  }

  /** As `service`, where somebody still waits at the end. */
  unserved(place: number, from: number): void {
    this.#spread(this.waiting, place, from, this.durationMs);
  }

  work(shard: number, operation: number, service: number): void {
    this.shardWork[shard * this.operations + operation]! += service;
  }

  #spread(into: Float64Array, place: number, from: number, until: number, many = 1): void {
    const to = until < this.durationMs ? until : this.durationMs;
    if (!(to > from)) return;
    const first = this.sliceOf(from);
    const last = this.sliceOf(to);
    if (first === last) {
      into[place + first]! += (to - from) * many;
      return;
    }
    const length = 1 / this.#slicesPerMs;
    into[place + first]! += ((first + 1) * length - from) * many;
    for (let slice = first + 1; slice < last; slice++) into[place + slice]! += length * many;
    into[place + last]! += (to - last * length) * many;
  }

  /**
   * An entry of a shard's log, committed at `commit`, became visible on a replica at `visible`, the one before it at
   * `before`.
   */
  applied(shard: number, replica: number, commit: number, visible: number, before: number): void {
    const seen = visible < this.durationMs ? visible : this.durationMs;
    this.behind(shard, replica, commit, seen, before);
    if (visible > this.durationMs) return;
    const batch = this.batchOf(commit);
    if (batch < 0) return;
    (this.lag[shard] ??= new BatchedTimes()).add(visible - commit, batch);
  }

  /** Until `seen` the oldest entry that a replica did not show was of `commit`, since `before`. */
  behind(shard: number, replica: number, commit: number, seen: number, before: number): void {
    const lag = seen - commit;
    const at = shard * sliceCount + this.sliceOf(seen);
    if (lag > this.lagSlices[at]!) this.lagSlices[at] = lag;
    if (lag <= lagLimitsMs[0]) return;
    for (let limit = 0; limit < lagLimitsMs.length; limit++) {
      const above = seen - Math.max(before, commit + lagLimitsMs[limit]!);
      const place = (shard * this.nodesPerShard + replica) * lagLimitsMs.length + limit;
      if (above > 0) this.lagAbove[place]! += above;
    }
  }
}
