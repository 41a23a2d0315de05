import type { Recorder } from "./recorder.ts";
import { Visibility } from "./visibility.ts";

/** What is on its way to a replica, and when its entries were applied. */
export class FastReplica {
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
  /** Entries that wait to be applied in order: a ring. */
  #commits = new Float64Array(64);
  #arrivals = new Float64Array(64).fill(Infinity);
  #applies = new Float64Array(64);
  #head = 0;
  #tail = 0;
  /** By node, when the next entry arrives that is not applied yet: shared by all nodes of the shard. */
  readonly #next: Float64Array;
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
    next: Float64Array,
  ) {
    this.#recorder = recorder;
    this.#shard = shard;
    this.#node = node;
    this.#free = free;
    this.#place = place;
    this.#shared = shared;
    this.#durationMs = durationMs;
    this.#next = next;
  }

  /** The entry arrives in the order of the log; gives the time. */
  receive(commit: number, delay: number, apply: number, now: number): number {
    const sent = commit + delay;
    const arrival = sent > this.#lastArrival ? sent : this.#lastArrival;
    this.#lastArrival = arrival;
    // One place stays free: after the last arrival there is always an infinite one.
    if (this.#full) {
      // Where nobody reads, nobody else asks for it: memory is to follow what is on its way, not the length of the run.
      this.applyUpTo(now);
      if (this.#full) this.#grow();
    }
    const mask = this.#commits.length - 1;
    const place = this.#tail++ & mask;
    this.#commits[place] = commit;
    this.#arrivals[place] = arrival;
    this.#applies[place] = apply;
    this.#arrivals[this.#tail & mask] = Infinity;
    this.#next[this.#node] = this.#arrivals[this.#head & mask]!;
    if (!this.#shared) this.#applyNext(now);
    return arrival;
  }

  /** Applies what arrives up to `time`. */
  applyUpTo(time: number): void {
    while (this.#next[this.#node]! <= time) this.#applyNext(time);
  }

  get #full(): boolean {
    return this.#tail - this.#head === this.#commits.length - 1;
  }

  #applyNext(now: number): void {
    const place = this.#head++ & (this.#commits.length - 1);
    const commit = this.#commits[place]!;
    const arrival = this.#arrivals[place]!;
    const apply = this.#applies[place]!;
    this.#next[this.#node] = this.#arrivals[this.#head & (this.#arrivals.length - 1)]!;
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
      const to = new Float64Array(length * 2).fill(Infinity);
      for (let at = 0; at < length; at++) to[at] = from[(this.#head + at) & (length - 1)]!;
      return to;
    };
    this.#commits = copied(this.#commits);
    this.#arrivals = copied(this.#arrivals);
    this.#applies = copied(this.#applies);
    this.#tail -= this.#head;
    this.#head = 0;
  }
}

/**
 * The server that is free first. Which one it is nobody can foretell, so that a processor would guess every branch wrong:
 * places are computed from the outcomes of the comparisons instead, for four servers in two rounds.
 */
export function firstFree(free: Float64Array): number {
  if (free.length === 4) {
    const low = +(free[1]! < free[0]!) | 0;
    const high = 2 + (+(free[3]! < free[2]!) | 0);
    return low + Math.imul(+(free[high]! < free[low]!) | 0, high - low);
  }
  let first = 0;
  for (let server = 1; server < free.length; server++)
    first += Math.imul(+(free[server]! < free[first]!) | 0, server - first);
  return first;
}
