import { jumpBucket } from "../placement/hashes/jump.ts";
import { mixInteger } from "../stats/mix.ts";
import type { BufferedChance } from "./buffered-draws.ts";
import { AliasTable } from "./alias-table.ts";
import { popularityOf } from "./popularity.ts";
import type { KeyGroup, KeyPlacement, Keys } from "./scenario.ts";

/**
 * Which keys are asked for and which shard has them. Keys are numbers from 0, the most popular first unless scrambled. A salted key has
 * pieces, each with a number of its own behind all keys.
 */
export class KeySpace {
  readonly count: number;
  /** Keys and the further pieces of the salted ones. */
  readonly size: number;
  readonly #shardOf: Int32Array;
  readonly #popularity: AliasTable | undefined;
  /** Where the load per shard is given: the shard first, then one of its keys. */
  readonly #shares: AliasTable | undefined;
  readonly #shards: number;
  readonly #salted: number;
  readonly #buckets: number;

  /** Where groups of keys are given: the group first, then one of its keys. */
  readonly #groups: AliasTable | undefined;
  readonly #groupFrom: Int32Array;
  readonly #groupKeys: Int32Array;

  /** `after`: as the keys lie once the scenario's move is done. */
  constructor(keys: Keys, shards: number, after = false) {
    const { count, salt, groups } = keys;
    this.count = count;
    this.#shards = shards;
    this.#salted = salt?.hottest ?? 0;
    this.#buckets = salt?.buckets ?? 1;
    this.size = count + this.#salted * (this.#buckets - 1);
    this.#groups = groups === undefined ? undefined : new AliasTable(groups.map(({ share }) => share));
    this.#groupFrom = Int32Array.from(groups ?? [], ((from) => ({ keys: size }) => (from += size) - size)(0));
    this.#groupKeys = Int32Array.from(groups ?? [], ({ keys: size }) => size);
    this.#shardOf = groups !== undefined ? ofGroups(groups, count, after) : keys.shares === undefined ? placed(keys.placement, this.size, count, shards) : dealt(count, shards);
    this.#shares = keys.shares === undefined ? undefined : new AliasTable(keys.shares);
    const popularity = popularityOf(keys);
    this.#popularity = popularity && new AliasTable(popularity);
  }

  draw(chance: BufferedChance): number {
    if (this.#shares !== undefined) return this.#drawOfShard(this.#shares.draw(chance), chance);
    if (this.#groups !== undefined) {
      const group = this.#groups.draw(chance);
      const size = this.#groupKeys[group]!;
      return this.#groupFrom[group]! + (size === 1 ? 0 : Math.floor(chance.next() * size));
    }
    if (this.#popularity !== undefined) return this.#popularity.draw(chance);
    return (chance.next() * this.count) | 0;
  }

  shardOf(key: number): number {
    return this.#shardOf[key]!;
  }

  /** Pieces of a key: 1 unless it is salted. */
  piecesOf(key: number): number {
    return key < this.#salted ? this.#buckets : 1;
  }

  pieceOf(key: number, piece: number): number {
    return piece === 0 ? key : this.count + key * (this.#buckets - 1) + piece - 1;
  }

  #drawOfShard(shard: number, chance: BufferedChance): number {
    const keys = Math.floor((this.count - shard - 1) / this.#shards) + 1;
    return shard + this.#shards * Math.floor(chance.next() * keys);
  }
}

function ofGroups(groups: readonly KeyGroup[], count: number, after: boolean): Int32Array {
  const shards = new Int32Array(count);
  let from = 0;
  for (const { keys, shard, movesTo } of groups) shards.fill(after ? movesTo! : shard, from, (from += keys));
  return shards;
}

const dealt = (count: number, shards: number): Int32Array => Int32Array.from({ length: count }, (_, key) => key % shards);

/** The shard of each key. Salted pieces are placed by their own numbers. */
function placed(placement: KeyPlacement, size: number, count: number, shards: number): Int32Array {
  const place = placements[placement];
  return Int32Array.from({ length: size }, (_, key) => place(key, shards, count));
}

const placements: Readonly<Record<KeyPlacement, (key: number, shards: number, count: number) => number>> = {
  hash: (key, shards) => mixInteger(key, hashSeed) % shards,
  modulo: (key, shards) => key % shards,
  jump: (key, shards) => jumpBucket(mixInteger(key, hashSeed), mixInteger(key, hashSeed + 1), shards),
  range: (key, shards, count) => Math.min(shards - 1, Math.floor((key * shards) / count)),
};

const hashSeed = 0x5eed;
