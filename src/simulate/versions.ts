import type { Scenario } from "./scenario.ts";

/** Whether reads can meet a replica, so that it matters which entry of the log wrote a key last. */
export function tracksVersions(scenario: Scenario): boolean {
  return scenario.cluster.replicas > 0 && (scenario.reads.policy !== "primary" || scenario.clients.hedgeAfterMs !== Infinity);
}

/** Of each key, the numbers in its shard's log of the last two committed writes; 0 when there is none. */
export class Versions {
  readonly last: Float64Array;
  readonly before: Float64Array;
  readonly #shardOf: (key: number) => number;

  constructor(keys: number, shardOf: (key: number) => number) {
    this.last = new Float64Array(keys);
    this.before = new Float64Array(keys);
    this.#shardOf = shardOf;
  }

  commit(key: number, entry: number): void {
    this.before[key] = this.last[key]!;
    this.last[key] = entry;
  }

  /** The entries of a shard after `entry` were lost. */
  cutAfter(shard: number, entry: number): void {
    for (let key = 0; key < this.last.length; key++) {
      if (this.last[key]! <= entry || this.#shardOf(key) !== shard) continue;
      this.before[key] = Math.min(this.before[key]!, entry);
      this.last[key] = this.before[key]!;
    }
  }

  /** The key has moved to another shard, whose log does not know it yet. */
  forget(key: number): void {
    this.last[key] = 0;
    this.before[key] = 0;
  }
}
