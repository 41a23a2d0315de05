import { FastReplica, firstFree } from "./fast-replica.ts";
import { LogShipping } from "./log-shipping.ts";
import type { Recorder } from "./recorder.ts";
import type { Scenario } from "./scenario.ts";
import type { Versions } from "./versions.ts";
import type { VisitBlock } from "./visit-block.ts";

/** A primary and its replicas. Node 0 is the primary. */
export class FastShard {
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
  /** By operation. */
  readonly #stationOf: Int32Array;
  readonly #writes: Uint8Array;
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
    this.#stationOf = Int32Array.from(scenario.operations, ({ stages }) => stages[0]!.station);
    this.#writes = Uint8Array.from(scenario.operations, ({ kind }) => (kind === "write" ? 1 : 0));
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

  /** Serves its visits of a block, in the order of their arrival. */
  serve(visits: VisitBlock): void {
    const { times, operations, nodes, keys, services, finishes, byShard } = visits;
    const to = visits.from[this.#shard + 1]!;
    for (let index = visits.from[this.#shard]!; index < to; index++) {
      const at = byShard[index]!;
      const operation = operations[at]!;
      const time = times[at]!;
      if (this.#writes[operation]! === 1) this.#write(time, operation, keys[at]!, services[at]!);
      else finishes[at] = this.#read(time, operation, keys[at]!, nodes[at]!, services[at]!);
    }
    this.#recorder.shardAsked[this.#shard]! += to - visits.from[this.#shard]!;
  }

  /** Serves a read on a node and gives the time of its end. `key` is -1 where it is a part of a request. */
  #read(time: number, operation: number, key: number, node: number, service: number): number {
    const recorder = this.#recorder;
    const versions = this.#versions;
    let version = 0;
    let before = 0;
    if (versions !== undefined) {
      this.#commitUpTo(time);
      if (key >= 0) {
        version = versions.lastOf(key);
        before = versions.beforeOf(key);
      }
    }
    const replica = node === 0 ? undefined : this.#replicas[node - 1]!;
    if (replica !== undefined) replica.applyUpTo(time);
    const at = node * this.#stations + this.#stationOf[operation]!;
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
      if (batch >= 0 && key >= 0 && versions !== undefined) {
        const stale = replica !== undefined && !replica.visibility.shows(version, start);
        // Who sees the last version sees the one before it.
        recorder.judged(stale, stale && !replica.visibility.shows(before, start), batch);
      }
    }
    if (finish <= this.#durationMs) {
      recorder.shardAnswered[this.#shard]! += 1;
      if (key >= 0) recorder.answered(operation, 0, time, finish - time);
    }
    return finish;
  }

  #write(time: number, operation: number, key: number, service: number): void {
    const recorder = this.#recorder;
    this.#commitUpTo(time);
    const station = this.#stationOf[operation]!;
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
