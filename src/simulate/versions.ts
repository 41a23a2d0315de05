import type { Scenario } from "./scenario.ts";

/** Whether reads can meet a replica, so that it matters which entry of the log wrote a key last. */
export function tracksVersions(scenario: Scenario): boolean {
  return scenario.cluster.replicas > 0 && (scenario.reads.policy !== "primary" || scenario.clients.hedgeAfterMs !== Infinity);
}

/** Of each key, the numbers in its shard's log of the last two committed writes; 0 when there is none. */
export class Versions {
  /** By key, the last and the one before it: side by side, since who asks for one asks for the other. */
  readonly #entries: Uint32Array;
  readonly #shardOf: (key: number) => number;

  constructor(keys: number, shardOf: (key: number) => number) {
    this.#entries = new Uint32Array(2 * keys);
    this.#shardOf = shardOf;
  }

  lastOf(key: number): number {
    return this.#entries[2 * key]!;
  }

  beforeOf(key: number): number {
    return this.#entries[2 * key + 1]!;
  }

  commit(key: number, entry: number): void {
    this.#entries[2 * key + 1] = this.#entries[2 * key]!;
    this.#entries[2 * key] = entry;
  }

  /** The entries of a shard after `entry` were lost. */
  cutAfter(shard: number, entry: number): void {
    for (let at = 0; at < this.#entries.length; at += 2) {
      if (this.#entries[at]! <= entry || this.#shardOf(at / 2) !== shard) continue;
      this.#entries[at + 1] = Math.min(this.#entries[at + 1]!, entry);
      this.#entries[at] = this.#entries[at + 1]!;
    }
  }

  /** The key has moved to another shard, whose log does not know it yet. */
  forget(key: number): void {
    this.#entries[2 * key] = 0;
    this.#entries[2 * key + 1] = 0;
  }
}
