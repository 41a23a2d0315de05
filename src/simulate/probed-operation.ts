import { randomStream, type RandomStream } from "../stats/random-stream.ts";
import { BufferedDraws } from "./buffered-draws.ts";
import { meanOf } from "./distribution.ts";
import { Sampler } from "./sampler.ts";
import type { Scenario } from "./scenario.ts";
import { survivalTable } from "./survival.ts";

/** One write and one read after the other, of nodes and legs as a scenario has them. */
export class ProbedOperation {
  /** Until the write was acknowledged, and until the read was answered. */
  committed = 0;
  answered = 0;
  /** Pairs of a region that writes and one that reads; each comes once in so many trials. */
  readonly strata: number;
  /** With R + W > N some node is in both quorums. */
  readonly neverStale: boolean;
  readonly #nodes: number;
  readonly #readQuorum: number;
  readonly #writeQuorum: number;
  readonly #asks: number;
  readonly #random: RandomStream;
  readonly #write: BufferedDraws;
  readonly #ack: BufferedDraws;
  readonly #read: BufferedDraws;
  readonly #response: BufferedDraws;
  /** P(W > x). */
  readonly #later: ReturnType<typeof survivalTable>;
  readonly #ways: readonly (readonly Sampler[])[] | undefined;
  readonly #deck: Uint16Array;
  #dealt = 0;
  /** By node: when its acknowledgement comes, and the write's way to its region. */
  readonly #acked: Float64Array;
  readonly #out: Float64Array;
  /** By answer, the earliest first: when it comes, of which node, and when the read had reached it. */
  readonly #times: Float64Array;
  readonly #nodeOf: Int32Array;
  readonly #reached: Float64Array;
  readonly #scratch: Float64Array;
  /** By answer of the first R: a write that takes longer than this, and the time since the commit, is missed. */
  readonly #missed: Float64Array;

  constructor(scenario: Scenario, seed: number, purpose: string) {
    const { nodes, readQuorum, writeQuorum, readFrom, legs } = scenario.cluster.replication.leaderless!;
    const leg = (name: keyof typeof legs): BufferedDraws => new BufferedDraws(legs[name], randomStream(seed, `${purpose} ${name}`));
    this.#nodes = nodes;
    this.#readQuorum = readQuorum;
    this.#writeQuorum = writeQuorum;
    this.#asks = readFrom === "all" ? nodes : readQuorum;
    this.#random = randomStream(seed, purpose);
    this.#write = leg("write");
    this.#ack = leg("ack");
    this.#read = leg("read");
    this.#response = leg("response");
    this.#later = survivalTable(legs.write);
    this.#ways = regionWays(scenario, nodes);
    const regions = this.#ways?.length ?? 1;
    this.strata = regions * regions;
    this.#deck = Uint16Array.from({ length: this.strata }, (_, card) => card);
    this.#dealt = this.strata;
    this.#acked = new Float64Array(nodes);
    this.#out = new Float64Array(nodes);
    this.#times = new Float64Array(nodes);
    this.#nodeOf = new Int32Array(nodes);
    this.#reached = new Float64Array(nodes);
    this.#scratch = new Float64Array(nodes);
    this.#missed = new Float64Array(readQuorum);
    this.neverStale = readQuorum + writeQuorum > nodes;
  }

  next(): void {
    const stratum = this.strata === 1 ? 0 : this.#deal();
    this.#writeFrom(this.strata === 1 ? undefined : this.#ways![Math.floor(stratum / this.#ways!.length)]);
    this.#readFrom(this.strata === 1 ? undefined : this.#ways![stratum % this.#ways!.length]);
    if (!this.neverStale) this.#judge();
  }

  /** The chance that a read which begins `afterMs` after the commit is stale. */
  staleAfter(afterMs: number): number {
    if (this.neverStale) return 0;
    let chance = this.#later.at(this.#missed[0]! + afterMs);
    for (let at = 1; at < this.#readQuorum; at++) chance *= this.#later.at(this.#missed[at]! + afterMs);
    return chance;
  }

  /** Each pair of regions once, in an order of chance, and again. */
  #deal(): number {
    if (this.#dealt === this.strata) this.#dealt = 0;
    const from = this.#dealt++;
    const pick = from + this.#pick(this.strata - from);
    const card = this.#deck[pick]!;
    this.#deck[pick] = this.#deck[from]!;
    this.#deck[from] = card;
    return card;
  }

  #pick(count: number): number {
    return (this.#random.nextWord() * 2 ** -32 * count) | 0;
  }

  #writeFrom(ways: readonly Sampler[] | undefined): void {
    const nodes = this.#nodes;
    const acked = this.#acked;
    const scratch = this.#scratch;
    for (let node = 0; node < nodes; node++) {
      const out = ways === undefined ? 0 : ways[node]!.draw(this.#random);
      const back = ways === undefined ? 0 : ways[node]!.draw(this.#random);
      this.#out[node] = out;
      const time = this.#write.next() + out + (this.#ack.next() + back);
      acked[node] = time;
      scratch[node] = time;
    }
    this.committed = kthSmallest(scratch, nodes, this.#writeQuorum);
  }

  #readFrom(ways: readonly Sampler[] | undefined): void {
    const nodes = this.#nodes;
    const asks = this.#asks;
    const times = this.#times;
    const first = asks === nodes ? 0 : this.#pick(nodes);
    for (let index = 0; index < asks; index++) {
      const node = first + index < nodes ? first + index : first + index - nodes;
      const out = ways === undefined ? 0 : ways[node]!.draw(this.#random);
      const back = ways === undefined ? 0 : ways[node]!.draw(this.#random);
      const reached = this.#read.next() + out;
      const time = reached + this.#response.next() + back;
      if (this.neverStale) {
        times[index] = time;
        continue;
      }
      // Few nodes: their answers are kept in order as they come. Of one answer only the first counts.
      let at = index;
      if (this.#readQuorum === 1 && index > 0) {
        if (times[0]! <= time) continue;
        at = 0;
      }
      while (at > 0 && times[at - 1]! > time) {
        times[at] = times[at - 1]!;
        this.#nodeOf[at] = this.#nodeOf[at - 1]!;
        this.#reached[at] = this.#reached[at - 1]!;
        at--;
      }
      times[at] = time;
      this.#nodeOf[at] = node;
      this.#reached[at] = reached;
    }
    this.answered = this.neverStale ? kthSmallest(times, asks, this.#readQuorum) : times[this.#readQuorum - 1]!;
  }

  /** What the first R answers would have to miss. */
  #judge(): void {
    const acked = this.#acked;
    const scratch = this.#scratch;
    for (let at = 0; at < this.#readQuorum; at++) acked[this.#nodeOf[at]!] = Infinity;
    let others = 0;
    for (let node = 0; node < this.#nodes; node++) if (acked[node]! !== Infinity) scratch[others++] = acked[node]!;
    const commit = kthSmallest(scratch, others, this.#writeQuorum);
    for (let at = 0; at < this.#readQuorum; at++)
      this.#missed[at] = commit + this.#reached[at]! - this.#out[this.#nodeOf[at]!]!;
  }
}

/** From each region to each node, where there are regions. */
function regionWays(scenario: Scenario, nodes: number): readonly (readonly Sampler[])[] | undefined {
  const { regions } = scenario.cluster;
  if (regions === undefined || regions.between.flat().every((way) => meanOf(way) === 0)) return undefined;
  return regions.between.map((row) => Array.from({ length: nodes }, (_, node) => new Sampler(row[node % row.length]!)));
}

/** The k-th smallest of the first `count`, which may be put in order. */
function kthSmallest(times: Float64Array, count: number, k: number): number {
  if (k === 1 || k === count) {
    let found = times[0]!;
    for (let at = 1; at < count; at++) if (times[at]! < found === (k === 1)) found = times[at]!;
    return found;
  }
  if (count > 32) {
    times.subarray(0, count).sort();
    return times[k - 1]!;
  }
  for (let at = 1; at < count; at++) {
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
