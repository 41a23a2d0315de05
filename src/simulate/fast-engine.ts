import { assert } from "../base/assert.ts";
import { ArrivalOrder } from "./arrival-clock.ts";
import { AliasTable } from "./alias-table.ts";
import { meanOf } from "./distribution.ts";
import { KeySpace } from "./key-space.ts";
import { LogShipping } from "./log-shipping.ts";
import { openProcesses } from "./open-processes.ts";
import { Recorder } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import { requestStreams } from "./request-streams.ts";
import { drawShards } from "./shard-choice.ts";
import { tracksVersions, Versions } from "./versions.ts";
import { Visibility } from "./visibility.ts";

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
  readonly #scenario: Scenario;
  readonly #shards: readonly FastShard[];
  readonly #keys: KeySpace;

  constructor(scenario: Scenario) {
    assert(whyNotFast(scenario) === undefined, "the fast engine is not exact here");
    this.#scenario = scenario;
    this.recorder = new Recorder(scenario);
    this.#keys = new KeySpace(scenario.keys, scenario.cluster.shards);
    const versions = tracksVersions(scenario) ? new Versions(this.#keys.size, (key) => this.#keys.shardOf(key)) : undefined;
    this.#shards = Array.from(
      { length: scenario.cluster.shards },
      (_, shard) => new FastShard(scenario, shard, this.recorder, versions),
    );
  }

  run(): void {
    const { operations, cluster, durationMs, seed, reads } = this.#scenario;
    const processes = openProcesses(this.#scenario);
    const order = new ArrivalOrder(processes.map(({ process }) => process), seed, this.#scenario.speed);
    const streams = requestStreams(this.#scenario);
    const mixes = processes.map(({ operations: ids }) => new AliasTable(ids.map((id) => Math.max(operations[id]!.share, 1e-300))));
    const services = streams.service.map((stages) => stages[0]!);
    const stations = Int32Array.from(operations, ({ stages }) => stages[0]!.station);
    const merges = streams.merge;
    const writes = operations.map(({ kind }) => kind === "write");
    const single = operations.map(({ touches, keyCount }) => touches === "keys" && keyCount.to === 1);
    const ids = processes.map(({ operations }) => operations);
    const recorder = this.recorder;
    const shards = this.#shards;
    const nodeChoices = reads.policy === "primary" ? 1 : reads.policy === "any" ? cluster.replicas + 1 : cluster.replicas;
    const firstNode = reads.policy === "replicas" ? 1 : 0;
    for (let time = order.next(); time < durationMs; time = order.next()) {
      const ofProcess = ids[order.process]!;
      const operation = ofProcess.length === 1 ? ofProcess[0]! : ofProcess[mixes[order.process]!.draw(streams.operations)]!;
      recorder.arrivals[operation]! += 1;
      const service = services[operation]!;
      const station = stations[operation]!;
      if (single[operation]!) {
        const key = this.#keys.draw(streams.keys);
        const shard = shards[this.#keys.shardOf(key)]!;
        recorder.shardsTouched.requests += 1;
        recorder.shardsTouched.shards += 1;
        if (writes[operation]!) {
          shard.write(time, operation, key, station, service.next());
          continue;
        }
        const node = firstNode + (nodeChoices === 1 ? 0 : (streams.nodes.next() * nodeChoices) | 0);
        const finish = shard.read(time, operation, key, node, station, service.next());
        if (finish <= durationMs) recorder.answered(operation, 0, time, finish - time);
        continue;
      }
      const touched = drawShards(operations[operation]!, this.#keys, cluster.shards, streams, undefined);
      recorder.shardsTouched.requests += 1;
      recorder.shardsTouched.shards += touched.length;
      const mergeMs = touched.length === 1 ? 0 : touched.length * merges[operation]!.next();
      let last = time;
      for (const shard of touched) {
        const node = firstNode + (nodeChoices === 1 ? 0 : (streams.nodes.next() * nodeChoices) | 0);
        const finish = shards[shard]!.read(time, operation, -1, node, station, service.next());
        if (finish > last) last = finish;
      }
      last += mergeMs;
      if (last <= durationMs) recorder.answered(operation, touched.length === 1 ? 0 : 1, time, last - time);
    }
    for (const shard of shards) shard.finish(durationMs);
  }
}

/** A primary and its replicas. Node 0 is the primary. */
class FastShard {
  readonly #recorder: Recorder;
  readonly #shard: number;
  readonly #versions: Versions | undefined;
  readonly #shipping: LogShipping;
  readonly #acks: number;
  readonly #sortedAcks: Float64Array;
  /** By node and station, the next-free times of its servers; an empty one has a server for everybody. */
  readonly #free: readonly Float64Array[];
  readonly #places: Int32Array;
  readonly #stations: number;
  readonly #replicas: readonly FastReplica[];
  readonly #durationMs: number;
  /** Writes by commit time, of the same time by arrival: a ring. */
  #commits = new Float64Array(64);
  #arrivals = new Float64Array(64);
  #operations = new Int32Array(64);
  #keys = new Int32Array(64);
  #head = 0;
  #tail = 0;
  #entries = 0;

  constructor(scenario: Scenario, shard: number, recorder: Recorder, versions: Versions | undefined) {
    const { cluster } = scenario;
    this.#recorder = recorder;
    this.#shard = shard;
    this.#versions = versions;
    this.#durationMs = scenario.durationMs;
    this.#shipping = new LogShipping(scenario, shard);
    this.#acks = cluster.replication.acks;
    this.#sortedAcks = new Float64Array(cluster.replicas);
    this.#stations = cluster.stations.length;
    const nodes = cluster.replicas + 1;
    this.#free = Array.from({ length: nodes * this.#stations }, (_, index) => {
      const { servers } = cluster.stations[index % this.#stations]!;
      return new Float64Array(servers === Infinity ? 0 : servers);
    });
    this.#places = Int32Array.from({ length: nodes * this.#stations }, (_, index) =>
      recorder.placeOf(shard, Math.floor(index / this.#stations), index % this.#stations),
    );
    const { applyThreads } = cluster.replication;
    this.#replicas = Array.from({ length: cluster.replicas }, (_, replica) => {
      const shared = applyThreads === "shared";
      const free = shared ? this.#free[(replica + 1) * this.#stations]! : new Float64Array(applyThreads);
      const place = recorder.placeOf(shard, replica + 1, shared ? 0 : this.#stations);
      return new FastReplica(recorder, shard, replica + 1, free, place, shared, scenario.durationMs);
    });
  }

  /** Serves a read on a node and gives the time of its end. `key` is -1 where no key is read. */
  read(time: number, operation: number, key: number, node: number, station: number, service: number): number {
    const recorder = this.#recorder;
    recorder.shardAsked[this.#shard]! += 1;
    let version = 0;
    let before = 0;
    if (this.#versions !== undefined) {
      this.#commitUpTo(time);
      if (key >= 0) {
        version = this.#versions.last[key]!;
        before = this.#versions.before[key]!;
      }
    }
    const replica = node === 0 ? undefined : this.#replicas[node - 1]!;
    if (replica !== undefined) replica.applyUpTo(time);
    const at = node * this.#stations + station;
    const free = this.#free[at]!;
    const server = firstFree(free);
    const start = free.length === 0 || free[server]! < time ? time : free[server]!;
    const finish = start + service;
    if (free.length > 0) free[server] = finish;
    recorder.service(this.#places[at]!, time, start, finish);
    recorder.work(this.#shard, operation, service);
    if (start <= this.#durationMs) {
      const batch = recorder.batchOf(time);
      recorder.waited(operation, batch, start - time);
      if (replica === undefined) recorder.reads.primary += 1;
      else recorder.reads.replica += 1;
      if (batch >= 0 && key >= 0 && this.#versions !== undefined) {
        const stale = replica !== undefined && !replica.visibility.shows(version, start);
        // Who sees the last version sees the one before it.
        recorder.judged(stale, stale && !replica.visibility.shows(before, start), batch);
      }
    }
    if (finish <= this.#durationMs) recorder.shardAnswered[this.#shard]! += 1;
    return finish;
  }

  write(time: number, operation: number, key: number, station: number, service: number): void {
    const recorder = this.#recorder;
    recorder.shardAsked[this.#shard]! += 1;
    this.#commitUpTo(time);
    const free = this.#free[station]!;
    const server = firstFree(free);
    const start = free.length === 0 || free[server]! < time ? time : free[server]!;
    const commit = start + service;
    if (free.length > 0) free[server] = commit;
    recorder.service(this.#places[station]!, time, start, commit);
    recorder.work(this.#shard, operation, service);
    if (start <= this.#durationMs) recorder.waited(operation, recorder.batchOf(time), start - time);
    this.#enqueue(commit, time, operation, key);
  }

  /** Puts a write where its commit belongs: several servers finish out of order, but never by much. */
  #enqueue(commit: number, arrivedAt: number, operation: number, key: number): void {
    if (this.#tail - this.#head === this.#commits.length) this.#grow();
    const mask = this.#commits.length - 1;
    const commits = this.#commits;
    let at = this.#tail++;
    while (at > this.#head && commits[(at - 1) & mask]! > commit) {
      const from = (at - 1) & mask;
      const to = at & mask;
      commits[to] = commits[from]!;
      this.#arrivals[to] = this.#arrivals[from]!;
      this.#operations[to] = this.#operations[from]!;
      this.#keys[to] = this.#keys[from]!;
      at--;
    }
    const place = at & mask;
    commits[place] = commit;
    this.#arrivals[place] = arrivedAt;
    this.#operations[place] = operation;
    this.#keys[place] = key;
  }

  #grow(): void {
    const length = this.#commits.length;
    const order = Array.from({ length }, (_, at) => (this.#head + at) & (length - 1));
    const copied = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      order.forEach((at, index) => (to[index] = from[at]!));
      return to;
    };
    this.#commits = copied(this.#commits, new Float64Array(length * 2));
    this.#arrivals = copied(this.#arrivals, new Float64Array(length * 2));
    this.#operations = copied(this.#operations, new Int32Array(length * 2));
    this.#keys = copied(this.#keys, new Int32Array(length * 2));
    this.#head = 0;
    this.#tail = length;
  }

  /** Nothing that arrives from now on commits before `time`: what commits up to then has its place in the log. */
  #commitUpTo(time: number): void {
    const mask = this.#commits.length - 1;
    while (this.#head < this.#tail && this.#commits[this.#head & mask]! <= time) {
      const place = this.#head++ & mask;
      this.#commit(this.#commits[place]!, this.#arrivals[place]!, this.#operations[place]!, this.#keys[place]!, time);
    }
  }

  #commit(commit: number, arrivedAt: number, operation: number, key: number, now: number): void {
    const recorder = this.#recorder;
    recorder.commits += 1;
    const entry = ++this.#entries;
    if (this.#versions !== undefined) this.#versions.commit(key, entry);
    const replicas = this.#replicas;
    let acknowledged = commit;
    if (replicas.length > 0) {
      const shipping = this.#shipping;
      shipping.draw(commit, operation);
      for (let at = 0; at < replicas.length; at++) {
        const arrived = replicas[at]!.receive(commit, shipping.delays[at]!, shipping.applies[at]!, now);
        this.#sortedAcks[at] = arrived + shipping.answers[at]!;
      }
      if (this.#acks > 0) acknowledged = kthSmallest(this.#sortedAcks, this.#acks);
    }
    if (acknowledged > this.#durationMs) return;
    recorder.shardAnswered[this.#shard]! += 1;
    recorder.answered(operation, 0, arrivedAt, acknowledged - arrivedAt);
  }

  finish(end: number): void {
    this.#commitUpTo(end);
    for (const replica of this.#replicas) replica.finish(end);
  }
}

/** What is on its way to a replica, and when its entries were applied. */
class FastReplica {
  readonly visibility = new Visibility();
  readonly #recorder: Recorder;
  readonly #shard: number;
  readonly #node: number;
  readonly #free: Float64Array;
  readonly #place: number;
  /** Whether entries queue with the replica's reads; otherwise threads of their own apply them. */
  readonly #shared: boolean;
  readonly #durationMs: number;
  #lastArrival = 0;
  /** Entries that wait to be applied in order: a ring, of those that queue with reads. */
  #commits = new Float64Array(64);
  #arrivals = new Float64Array(64);
  #applies = new Float64Array(64);
  #head = 0;
  #tail = 0;
  /** The oldest commit that is not visible at the end, 0 when all are. */
  #unseen = 0;
  #unseenSince = 0;

  constructor(
    recorder: Recorder,
    shard: number,
    node: number,
    free: Float64Array,
    place: number,
    shared: boolean,
    durationMs: number,
  ) {
    this.#recorder = recorder;
    this.#shard = shard;
    this.#node = node;
    this.#free = free;
    this.#place = place;
    this.#shared = shared;
    this.#durationMs = durationMs;
  }

  /** The entry arrives in the order of the log; gives the time. */
  receive(commit: number, delay: number, apply: number, now: number): number {
    const sent = commit + delay;
    const arrival = sent > this.#lastArrival ? sent : this.#lastArrival;
    this.#lastArrival = arrival;
    if (!this.#shared) this.#apply(commit, arrival, apply, now);
    else {
      if (this.#tail - this.#head === this.#commits.length) this.#grow();
      const place = this.#tail++ & (this.#commits.length - 1);
      this.#commits[place] = commit;
      this.#arrivals[place] = arrival;
      this.#applies[place] = apply;
    }
    return arrival;
  }

  /** Applies what arrives up to `time`. */
  applyUpTo(time: number): void {
    const mask = this.#commits.length - 1;
    while (this.#head < this.#tail && this.#arrivals[this.#head & mask]! <= time) {
      const place = this.#head++ & mask;
      this.#apply(this.#commits[place]!, this.#arrivals[place]!, this.#applies[place]!, time);
    }
  }

  #apply(commit: number, arrival: number, apply: number, now: number): void {
    const free = this.#free;
    const server = firstFree(free);
    const start = free.length === 0 || free[server]! < arrival ? arrival : free[server]!;
    const done = start + apply;
    if (free.length > 0) free[server] = done;
    const before = this.visibility.lastTime;
    const visible = done > before ? done : before;
    this.visibility.add(visible, now);
    if (arrival > this.#durationMs) return this.#leave(commit, before);
    this.#recorder.service(this.#place, arrival, start, done);
    if (start > this.#durationMs) return this.#leave(commit, before);
    this.#recorder.applied(this.#shard, this.#node, commit, visible, before);
    if (visible > this.#durationMs) this.#unseen = -1;
  }

  /** The entry is not seen before the end. Of all such entries the oldest says how far behind the replica is. */
  #leave(commit: number, before: number): void {
    if (this.#unseen !== 0) return;
    this.#unseen = commit;
    this.#unseenSince = before;
  }

  finish(end: number): void {
    this.applyUpTo(end);
    if (this.#unseen === 0 && this.#head < this.#tail) {
      this.#leave(this.#commits[this.#head & (this.#commits.length - 1)]!, this.visibility.lastTime);
    }
    if (this.#unseen > 0) this.#recorder.behind(this.#shard, this.#node, this.#unseen, end, this.#unseenSince);
  }

  #grow(): void {
    const length = this.#commits.length;
    const copied = (from: Float64Array): Float64Array<ArrayBuffer> => {
      const to = new Float64Array(length * 2);
      for (let at = 0; at < length; at++) to[at] = from[(this.#head + at) & (length - 1)]!;
      return to;
    };
    this.#commits = copied(this.#commits);
    this.#arrivals = copied(this.#arrivals);
    this.#applies = copied(this.#applies);
    this.#head = 0;
    this.#tail = length;
  }
}

/** The server that is free first. */
function firstFree(free: Float64Array): number {
  let first = 0;
  for (let server = 1; server < free.length; server++) if (free[server]! < free[first]!) first = server;
  return first;
}

/** Sorts `times`, which are few, and gives the k-th smallest. */
function kthSmallest(times: Float64Array, k: number): number {
  for (let at = 1; at < times.length; at++) {
    const time = times[at]!;
    let to = at;
    while (to > 0 && times[to - 1]! > time) {
      times[to] = times[to - 1]!;
      to--;
    }
    times[to] = time;
  }
  return times[k - 1]!;
}
