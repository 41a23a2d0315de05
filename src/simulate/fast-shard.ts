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
  /** By node, when the next entry of the log arrives that is not applied yet; at the primary none does. */
  readonly #nextEntries: Float64Array;
  readonly #durationMs: number;
  /** Writes by commit time, of the same time by arrival: a ring. */
  #commits = new Float64Array(64).fill(Infinity);
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
    const nextEntries = new Float64Array(nodes).fill(Infinity);
    this.#nextEntries = nextEntries;
    const { applyThreads } = cluster.replication;
    this.#replicas = Array.from({ length: cluster.replicas }, (_, replica) => {
      const shared = applyThreads === "shared";
      const free = shared ? this.#free[(replica + 1) * this.#stations]! : new Float64Array(applyThreads);
      const place = recorder.placeOf(shard, replica + 1, shared ? 0 : this.#stations);
      return new FastReplica(recorder, shard, replica + 1, free, place, shared, scenario.durationMs, nextEntries);
    });
  }

  /** Serves its visits of a block, in the order of their arrival. */
  serve(visits: VisitBlock): void {
    const { times, operations, nodes, keys, services, starts, finishes, behind, byShard } = visits;
    const recorder = this.#recorder;
    const versions = this.#versions;
    const replicas = this.#replicas;
    const nextEntries = this.#nextEntries;
    const places = this.#places;
    const stations = this.#stations;
    const stationOf = this.#stationOf;
    const writes = this.#writes;
    const to = visits.from[this.#shard + 1]!;
    for (let index = visits.from[this.#shard]!; index < to; index++) {
      const at = byShard[index]!;
      const time = times[at]!;
      const operation = operations[at]!;
      const node = nodes[at]!;
      if (this.#commits[this.#head & (this.#commits.length - 1)]! <= time) this.#commitUpTo(time);
      if (nextEntries[node]! <= time) replicas[node - 1]!.applyUpTo(time);
      const queue = node * stations + stationOf[operation]!;
      const free = this.#free[queue]!;
      const service = services[at]!;
      let start = time;
      if (free.length > 0) {
        const server = firstFree(free);
        if (free[server]! > time) start = free[server]!;
        free[server] = start + service;
      }
      const finish = start + service;
      starts[at] = start;
      finishes[at] = finish;
      recorder.service(places[queue]!, time, start, finish);
      if (writes[operation] === 1) this.#enqueue(visits, at);
      else if (versions !== undefined && node !== 0 && keys[at]! >= 0) {
        const { visibility } = replicas[node - 1]!;
        // Who sees the last version sees the one before it.
        if (!visibility.shows(versions.lastOf(keys[at]!), start))
          behind[at] = visibility.shows(versions.beforeOf(keys[at]!), start) ? 1 : 2;
      }
    }
  }

  /** Puts a write where its commit belongs: several servers finish out of order, but never by much. */
  #enqueue(visits: VisitBlock, visit: number): void {
    // One place stays free: after the last commit there is always an infinite one.
    if (this.#tail - this.#head === this.#commits.length - 1) this.#grow();
    const mask = this.#commits.length - 1;
    const commits = this.#commits;
    const commit = visits.finishes[visit]!;
    let at = this.#tail++;
    commits[this.#tail & mask] = Infinity;
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
    this.#arrivals[place] = visits.times[visit]!;
    this.#operations[place] = visits.operations[visit]!;
    this.#keys[place] = visits.keys[visit]!;
  }

  #grow(): void {
    const length = this.#commits.length;
    const order = Array.from({ length }, (_, at) => (this.#head + at) & (length - 1));
    const copied = <A extends Float64Array | Int32Array>(from: A, to: A): A => {
      order.forEach((at, index) => (to[index] = from[at]!));
      return to;
    };
    this.#tail -= this.#head;
    this.#commits = copied(this.#commits, new Float64Array(length * 2).fill(Infinity));
    this.#arrivals = copied(this.#arrivals, new Float64Array(length * 2));
    this.#operations = copied(this.#operations, new Int32Array(length * 2));
    this.#keys = copied(this.#keys, new Int32Array(length * 2));
    this.#head = 0;
  }

  /** Nothing that arrives from now on commits before `time`: what commits up to then has its place in the log. */
  #commitUpTo(time: number): void {
    const mask = this.#commits.length - 1;
    while (this.#commits[this.#head & mask]! <= time) {
      const place = this.#head++ & mask;
      this.#commit(place, time);
    }
  }

  #commit(place: number, now: number): void {
    const commit = this.#commits[place]!;
    const operation = this.#operations[place]!;
    const recorder = this.#recorder;
    recorder.commits += 1;
    const entry = ++this.#entries;
    if (this.#versions !== undefined) this.#versions.commit(this.#keys[place]!, entry);
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
    recorder.answered(operation, 0, this.#arrivals[place]!, acknowledged - this.#arrivals[place]!);
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
