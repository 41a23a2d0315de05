import { hashOfCode } from "../workload/open-transaction.ts";

/** Where an access goes, besides the number of a shard. */
export const everyShard = -1;
/** To whichever shard the transaction is on: a read of a copied table. */
export const anyShard = -2;
/** Its values are not logged, or do not decide. */
export const unknownShard = -3;
/** The one server of the tables that are not sharded: it takes part like a shard. */
export const unshardedServer = -4;

/** A shape whose values decide: the key's columns stand at these positions. Equal values of one family are one key. */
export interface KeyPlace {
  readonly family: number;
  readonly positions: readonly number[];
}

/**
 * Writes the shard of the key of an access whose value codes begin at `codes[start]` into `shards`, one for each of the
 * ways to place keys; false when what it takes to know it is not in the log.
 */
export type ResolveKey = (shape: number, codes: Float64Array, start: number, shards: Int32Array) => boolean;

/**
 * Where the accesses of transactions go under one or several ways to place the same keys, such as several numbers of
 * shards. Each key is placed once, however often it is asked for: transactions are many, and keys come again.
 */
export class PlacedAccesses {
  /** By the shape's index: one of the above, or by its values. */
  readonly places: readonly (number | KeyPlace)[];
  /** Every key that is logged has a shard: then one key alone is on one shard, whichever that is. */
  readonly areAllKnown: boolean;
  readonly #ways: number;
  readonly #resolve: ResolveKey;
  readonly #families: (KeyNumbers | undefined)[] = [];
  readonly #one: Int32Array;
  /** Per key and way: its shard. */
  #shards: Int32Array;
  #size = 0;

  constructor(places: readonly (number | KeyPlace)[], ways: number, resolve: ResolveKey, areAllKnown = false) {
    this.places = places;
    this.areAllKnown = areAllKnown;
    this.#ways = ways;
    this.#resolve = resolve;
    this.#one = new Int32Array(ways);
    this.#shards = new Int32Array(1024 * ways);
  }

  /** A number for the key of an access of a shape that has a `KeyPlace`; -1 when its shard is not known. */
  keyOf(shape: number, { family, positions }: KeyPlace, codes: Float64Array, start: number): number {
    const numbers = (this.#families[family] ??= new KeyNumbers(positions.length));
    const known = numbers.find(codes, start, positions);
    if (known >= 0) return known;
    // Another shape may know a text that this one does not: what is not known now is asked again.
    if (!this.#resolve(shape, codes, start, this.#one)) return -1;
    const key = this.#size++;
    if (this.#size * this.#ways > this.#shards.length) this.#shards = grownInts(this.#shards);
    this.#shards.set(this.#one, key * this.#ways);
    numbers.add(codes, start, positions, key);
    return key;
  }

  /** The shard of a key under the nth way; `unknownShard` for one that belongs on none. */
  shardOf(key: number, nth: number): number {
    return this.#shards[key * this.#ways + nth]!;
  }

  /** The shard of one access under the first way, or one of the above. `valued`: whether the log has its values. */
  shardOfAccess(shape: number, codes: Float64Array, start: number, valued: boolean): number {
    const place = this.places[shape]!;
    if (typeof place === "number") return place;
    const key = valued ? this.keyOf(shape, place, codes, start) : -1;
    return key < 0 ? unknownShard : this.shardOf(key, 0);
  }
}

/** Numbers of the keys of one family: open addressing over their value codes. */
class KeyNumbers {
  readonly #arity: number;
  /** Per slot: the key's codes, and its number plus one; side by side, so that a look is one cache miss. */
  #slots: Float64Array;
  #mask = 255;
  #size = 0;
  /** Where the search for a key that is not there ended. */
  #free = 0;
  /** Statements of one transaction mostly ask for the same key again. */
  #lastCode = NaN;
  #lastKey = -1;

  constructor(arity: number) {
    this.#arity = arity;
    this.#slots = new Float64Array(256 * (arity + 1));
  }

  find(codes: Float64Array, start: number, positions: readonly number[]): number {
    if (this.#arity > 1) return this.#search(codes, start, positions);
    const code = codes[start + positions[0]!]!;
    if (code === this.#lastCode) return this.#lastKey;
    const key = this.#searchOne(code);
    if (key < 0) return key;
    this.#lastCode = code;
    this.#lastKey = key;
    return key;
  }

  #searchOne(code: number): number {
    const slots = this.#slots;
    const mask = this.#mask;
    let slot = hashOfCode(code) & mask;
    for (; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask)
      if (slots[2 * slot] === code) return slots[2 * slot + 1]! - 1;
    this.#free = slot;
    return -1;
  }

  #search(codes: Float64Array, start: number, positions: readonly number[]): number {
    const arity = this.#arity;
    const slots = this.#slots;
    const mask = this.#mask;
    let hash = 0;
    for (let column = 0; column < arity; column++)
      hash = Math.imul(hash, 0x9e3779b1) ^ hashOfCode(codes[start + positions[column]!]!);
    let slot = hash & mask;
    for (; slots[slot * (arity + 1) + arity] !== 0; slot = (slot + 1) & mask) {
      const base = slot * (arity + 1);
      let column = 0;
      while (column < arity && slots[base + column] === codes[start + positions[column]!]) column++;
      if (column === arity) return slots[base + arity]! - 1;
    }
    this.#free = slot;
    return -1;
  }

  /** Adds a key that was just not found. */
  add(codes: Float64Array, start: number, positions: readonly number[], key: number): void {
    const base = this.#free * (this.#arity + 1);
    for (let column = 0; column < this.#arity; column++) this.#slots[base + column] = codes[start + positions[column]!]!;
    this.#slots[base + this.#arity] = key + 1;
    if (++this.#size * 2 > this.#mask) this.#grow();
  }

  #grow(): void {
    const old = this.#slots;
    const arity = this.#arity;
    const own = Array.from({ length: arity }, (_, column) => column);
    this.#slots = new Float64Array(old.length * 4);
    this.#mask = (this.#mask + 1) * 4 - 1;
    for (let base = 0; base < old.length; base += arity + 1) {
      if (old[base + arity] === 0) continue;
      if (arity === 1) this.#searchOne(old[base]!);
      else this.#search(old, base, own);
      const to = this.#free * (arity + 1);
      for (let field = 0; field <= arity; field++) this.#slots[to + field] = old[base + field]!;
    }
  }
}

function grownInts(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
