import { randomStream, type RandomStream } from "../stats/random-stream.ts";
import { meanOf } from "./distribution.ts";
import { BufferedDraws } from "./buffered-draws.ts";
import type { Scenario } from "./scenario.ts";

/**
 * Chance on the way of one shard's log: drawn entry by entry in the order of the log, replica by replica, from streams
 * of the shard's own. So it does not matter when the engine gets to it.
 */
export class LogShipping {
  readonly delays: Float64Array;
  readonly answers: Float64Array;
  readonly applies: Float64Array;
  readonly #replicas: number;
  readonly #delay: BufferedDraws;
  readonly #answer: BufferedDraws;
  readonly #applyOf: readonly BufferedDraws[];
  /** Between the primary's region and the replica's. */
  readonly #out: readonly (BufferedDraws | undefined)[];
  readonly #back: readonly (BufferedDraws | undefined)[];
  readonly #redrawEveryMs: number;
  readonly #redrawn: Float64Array;
  readonly #held: Float64Array;
  readonly #shipEveryMs: number;
  readonly #shipPhaseMs: number;

  constructor(scenario: Scenario, shard: number, replicas = scenario.cluster.replicas) {
    const { replication, regions } = scenario.cluster;
    this.#replicas = replicas;
    this.delays = new Float64Array(replicas);
    this.answers = new Float64Array(replicas);
    this.applies = new Float64Array(replicas);
    const stream = (name: string): RandomStream => randomStream(scenario.seed, `log ${shard} ${name}`);
    this.#delay = new BufferedDraws(replication.delay, stream("delay"));
    this.#answer = new BufferedDraws(replication.answer, stream("answer"));
    this.#applyOf = scenario.operations.map(({ apply }, at) => new BufferedDraws(apply ?? replication.apply, stream(`apply ${at}`)));
    const link = (from: number, to: number): BufferedDraws | undefined => {
      const between = regions?.between[from % regions.names.length]![to % regions.names.length];
      return between === undefined || meanOf(between) === 0 ? undefined : new BufferedDraws(between, stream(`region ${from} ${to}`));
    };
    this.#out = Array.from({ length: replicas }, (_, replica) => link(0, replica + 1));
    this.#back = Array.from({ length: replicas }, (_, replica) => link(replica + 1, 0));
    this.#redrawEveryMs = replication.redrawEveryMs;
    this.#redrawn = new Float64Array(replicas).fill(-1);
    this.#held = new Float64Array(replicas);
    this.#shipEveryMs = replication.shipEveryMs;
    this.#shipPhaseMs = randomStream(scenario.seed, `log ${shard} phase`).next() * replication.shipEveryMs;
  }

  /** Draws for the entry that is committed at `commit` by `operation`. */
  draw(commit: number, operation: number): void {
    const ship = this.#shipEveryMs === 0 ? 0 : this.#waitToShip(commit);
    const apply = this.#applyOf[operation]!;
    for (let replica = 0; replica < this.#replicas; replica++) {
      const delay = this.#redrawEveryMs === 0 ? this.#delay.next() : this.#heldDelay(replica, commit);
      const out = this.#out[replica];
      const back = this.#back[replica];
      this.delays[replica] = ship + delay + (out === undefined ? 0 : out.next());
      this.answers[replica] = this.#answer.next() + (back === undefined ? 0 : back.next());
      this.applies[replica] = apply.next();
    }
  }

  #waitToShip(commit: number): number {
    const since = commit - this.#shipPhaseMs;
    return Math.ceil(since / this.#shipEveryMs) * this.#shipEveryMs - since;
  }

  #heldDelay(replica: number, commit: number): number {
    const epoch = Math.floor(commit / this.#redrawEveryMs);
    if (epoch !== this.#redrawn[replica]) {
      this.#redrawn[replica] = epoch;
      this.#held[replica] = this.#delay.next();
    }
    return this.#held[replica]!;
  }
}
