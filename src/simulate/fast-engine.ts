import { assert } from "../base/assert.ts";
import { meanOf } from "./distribution.ts";
import { FastShard } from "./fast-shard.ts";
import { KeySpace } from "./key-space.ts";
import { Recorder } from "./recorder.ts";
import { RequestSource } from "./request-source.ts";
import type { Scenario } from "./scenario.ts";
import { tracksVersions, Versions } from "./versions.ts";
import { type SpreadRequest, VisitBlock } from "./visit-block.ts";

/**
 * Why the fast engine can't simulate a scenario exactly; undefined when it can.
 *
 * It takes requests in the order of their arrival and keeps, of each server, only when it is next free; of each shard
 * the writes that are not committed yet, and of each replica the log that is on its way. That is exact for queues that
 * serve in the order of arrival: whatever reaches a replica before a read was committed by a request that arrived before
 * that read. It is not where later requests overtake or touch earlier ones.
 */
export function whyNotFast(scenario: Scenario): string | undefined {
  const { cluster, clients, operations, reads, transactions } = scenario;
  const { replication } = cluster;
  const rules: readonly (readonly [boolean, string])[] = [
    [scenario.arrivals?.process === "closed", "closed clients wait for their answers"],
    [operations.some(({ follows }) => follows !== undefined), "operations follow others"],
    [operations.some(({ stages }) => stages.length > 1), "requests visit several stations"],
    [operations.some(({ answers }) => answers !== undefined && answers < 1), "reads end before all shards have answered"],
    [cluster.discipline !== "fifo", "a shared processor serves all at once"],
    [cluster.queue !== Infinity, "queues are bounded"],
    [cluster.connections.limit !== Infinity, "connections are bounded"],
    [cluster.stalls !== undefined, "servers stall"],
    [new Set(operations.map(({ priority }) => priority)).size > 1, "some requests go first"],
    [replication.mode === "leaderless" || replication.mode === "multi-leader", `replication is ${replication.mode}`],
    [replication.delivery !== "log", "writes are delivered out of order"],
    [replication.acknowledge !== "received" && replication.acks > 0, "writes wait until they are applied"],
    [replication.fallbackAfterMs !== Infinity, "acknowledgements are given up"],
    [cluster.regions !== undefined, "clients and nodes are in several regions"],
    [reads.policy !== "primary" && reads.policy !== "any" && reads.policy !== "replicas", `reads are ${reads.policy}`],
    [reads.choices > 1, "reads look for the least busy node"],
    [clients.sessions > 0, "sessions are followed"],
    [meanOf(clients.delay) > 0, "requests overtake each other on the network"],
    [clients.timeoutMs !== Infinity || clients.retries > 0, "clients lose patience"],
    [clients.hedgeAfterMs !== Infinity, "reads are hedged"],
    [clients.cache !== undefined, "there is a cache"],
    [transactions.locks, "keys are locked"],
    [scenario.keys.salt !== undefined, "keys are salted"],
    [operations.some(({ kind, touches, keyCount }) => kind === "write" && (touches !== "keys" || keyCount.to > 1)), "transactions cross shards"],
    [scenario.faults.length > 0, "nodes fail"],
    [scenario.moves.length > 0, "shards are added or removed"],
  ];
  return rules.find(([applies]) => applies)?.[1];
}

/** Simulates without an event queue; `whyNotFast` must have nothing against it. */
export function simulateFast(scenario: Scenario): Recorder {
  const engine = new FastEngine(scenario);
  engine.run();
  return engine.recorder;
}

class FastEngine {
  readonly recorder: Recorder;
  readonly #durationMs: number;
  readonly #visits: VisitBlock;
  /** Whether it is told of reads which versions they see. */
  readonly #judged: boolean;
  /** By operation. */
  readonly #writes: Uint8Array;
  readonly #requests: RequestSource;
  readonly #shards: readonly FastShard[];

  constructor(scenario: Scenario) {
    assert(whyNotFast(scenario) === undefined, "the fast engine is not exact here");
    const { shards } = scenario.cluster;
    this.recorder = new Recorder(scenario);
    this.#durationMs = scenario.durationMs;
    this.#judged = tracksVersions(scenario);
    this.#writes = Uint8Array.from(scenario.operations, ({ kind }) => (kind === "write" ? 1 : 0));
    this.#visits = new VisitBlock(shards);
    const keys = new KeySpace(scenario.keys, shards);
    this.#requests = new RequestSource(scenario, keys, this.recorder);
    const versions = this.#judged ? new Versions(keys.size, (key) => keys.shardOf(key)) : undefined;
    this.#shards = Array.from({ length: shards }, (_, shard) => new FastShard(scenario, shard, this.recorder, versions));
  }

  run(): void {
    const visits = this.#visits;
    let more = true;
    while (more) {
      more = this.#requests.fill(visits);
      visits.sortByShard();
      for (const shard of this.#shards) shard.serve(visits);
      this.#record();
      for (const request of visits.spread) this.#gather(request);
    }
    for (const shard of this.#shards) shard.finish(this.#durationMs);
  }

  /** Writes down what became of the visits; the shards do it of service, commits and replicas. */
  #record(): void {
    const { count, times } = this.#visits;
    for (let from = 0; from < count; ) {
      const to = this.recorder.endOfMoment(times, from, count);
      this.#recordMoment(from, to);
      from = to;
    }
  }

  /** The visits from `from` to before `to` arrived in one batch and in one slice: both are looked up once for all. */
  #recordMoment(from: number, to: number): void {
    const { times, operations, shards, nodes, keys, services, starts, finishes, behind } = this.#visits;
    const { recorder } = this;
    const { shardAsked, shardAnswered, shardWork, served } = recorder;
    const writes = this.#writes;
    const durationMs = this.#durationMs;
    const batch = recorder.batchOf(times[from]!);
    let reads = 0;
    let replicaReads = 0;
    let answered = 0;
    let judged = 0;
    let stale = 0;
    let twoBehind = 0;
    for (let at = from; at < to; at++) {
      const time = times[at]!;
      const operation = operations[at]!;
      const shard = shards[at]!;
      const read = 1 - writes[operation]!;
      shardAsked[shard]! += 1;
      shardWork[shard * writes.length + operation]! += services[at]!;
      if (starts[at]! <= durationMs) {
        recorder.waited(operation, batch, starts[at]! - time);
        // Sums of zeros and ones, as nobody can foretell where a read goes; a write goes to node 0.
        const keyed = (keys[at]! >>> 31) ^ 1;
        reads += read;
        replicaReads += -nodes[at]! >>> 31;
        judged += read & keyed;
        stale += -behind[at]! >>> 31;
        twoBehind += behind[at]! >>> 1;
      }
      if (read === 0 || finishes[at]! > durationMs) continue;
      shardAnswered[shard]! += 1;
      if (keys[at]! < 0) continue;
      served[operation]! += 1;
      answered += 1;
      if (batch >= 0) recorder.took(operation, 0, batch, finishes[at]! - time);
    }
    recorder.sliceServed[recorder.sliceOf(times[from]!)]! += answered;
    recorder.reads.primary += reads - replicaReads;
    recorder.reads.replica += replicaReads;
    if (this.#judged && batch >= 0) recorder.judgedTogether(judged, stale, twoBehind, batch);
  }

  /** A request of several visits is answered after the last one of them, and the merge. */
  #gather({ time, operation, from, to, mergeMs }: SpreadRequest): void {
    const { finishes } = this.#visits;
    let last = time;
    for (let at = from; at < to; at++) if (finishes[at]! > last) last = finishes[at]!;
    last += mergeMs;
    if (last <= this.#durationMs) this.recorder.answered(operation, to - from === 1 ? 0 : 1, time, last - time);
  }
}
