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
  readonly #ways: number;
  readonly #resolve: ResolveKey;
  readonly #families: (KeyNumbers | undefined)[] = [];
  readonly #one: Int32Array;
  /** Per key and way: its shard. */
  #shards: Int32Array;
  #size = 0;

  constructor(places: readonly (number | KeyPlace)[], ways: number, resolve: ResolveKey) {
    this.places = places;
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
  /** Per slot: the key's codes. */
  #codes: Float64Array;
  /** Per slot: the key's number plus one. */
  #slots = new Int32Array(256);
  #size = 0;
  /** Where the search for a key that is not there ended. */
  #free = 0;

  constructor(arity: number) {
    this.#arity = arity;
    this.#codes = new Float64Array(256 * arity);
  }

  find(codes: Float64Array, start: number, positions: readonly number[]): number {
    const arity = this.#arity;
    const mask = this.#slots.length - 1;
    let hash = 0;
    for (let column = 0; column < arity; column++)
      hash = Math.imul(hash, 0x9e3779b1) ^ hashOfCode(codes[start + positions[column]!]!);
    let slot = hash & mask;
    for (; this.#slots[slot] !== 0; slot = (slot + 1) & mask) {
      let column = 0;
      while (column < arity && this.#codes[slot * arity + column] === codes[start + positions[column]!]) column++;
      if (column === arity) return this.#slots[slot]! - 1;
    }
    this.#free = slot;
    return -1;
  }

  /** Adds a key that was just not found. */
  add(codes: Float64Array, start: number, positions: readonly number[], key: number): void {
    this.#slots[this.#free] = key + 1;
    for (let column = 0; column < this.#arity; column++)
      this.#codes[this.#free * this.#arity + column] = codes[start + positions[column]!]!;
    if (++this.#size * 2 > this.#slots.length) this.#grow();
  }

  #grow(): void {
    const slots = this.#slots;
    const codes = this.#codes;
    const arity = this.#arity;
    const own = Array.from({ length: arity }, (_, column) => column);
    this.#slots = new Int32Array(slots.length * 4);
    this.#codes = new Float64Array(codes.length * 4);
    for (let slot = 0; slot < slots.length; slot++) {
      if (slots[slot] === 0) continue;
      this.find(codes, slot * arity, own);
      this.#slots[this.#free] = slots[slot]!;
      for (let column = 0; column < arity; column++)
        this.#codes[this.#free * arity + column] = codes[slot * arity + column]!;
    }
  }
}

function grownInts(array: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(array.length * 2);
  larger.set(array);
  return larger;
}
