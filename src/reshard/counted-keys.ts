import { InputError } from "../base/input-error.ts";
import { zeroWords } from "../placement/hashes/words.ts";
import { hashesOfIntegers } from "../placement/place-all.ts";
import { integerHashInto, keyHashInto, textHashInto } from "../placement/key-hash.ts";
import type { ShardMap } from "../placement/shard-map.ts";
import type { ColumnType } from "../sql/schema.ts";
import { compareKeys, type KeyValue, keyTypeOf } from "../workload/key-value.ts";
import { isNullCode, isTextCode } from "../workload/value-code.ts";
import type { ValueCounter } from "../workload/value-counter.ts";
import { type KeyCounts, keyValueOfCode } from "./key-counts.ts";

/** The owner of a key that its target refuses. */
export const refused = 0xffff_ffff;

/**
 * The keys of one table, counted and ready to be placed on many maps: entries 0 to `size` - 1 with two sums each. Hashes
 * are made once; integers and texts never become strings on the way.
 */
export class CountedKeys {
  readonly types: readonly ColumnType[];
  readonly size: number;
  /** Accesses (of a log) or rows (of a file of keys). */
  readonly first: Float64Array;
  /** Inserted rows (of a log) or bytes (of a file of keys). */
  readonly second: Float64Array;
  readonly #codes: Float64Array;
  readonly #counter: ValueCounter;
  #whole: boolean | undefined;
  #order: Uint32Array | undefined;
  /** Generic hashes, two words each, the low one first. */
  #words: Int32Array | undefined;

  private constructor(
    types: readonly ColumnType[],
    counter: ValueCounter,
    codes: Float64Array,
    sums: Pick<CountedKeys, "first" | "second">,
  ) {
    this.types = types;
    this.#counter = counter;
    this.#codes = codes;
    this.first = sums.first;
    this.second = sums.second;
    this.size = sums.first.length;
  }

  static of(counts: KeyCounts): CountedKeys {
    const counter = counts.finished();
    const { records, stride } = counter.records();
    const arity = stride - 2;
    const { size } = counter;
    const codes = new Float64Array(size * arity);
    const sums = { first: new Float64Array(size), second: new Float64Array(size) };
    for (let entry = 0; entry < size; entry++) {
      for (let column = 0; column < arity; column++) codes[entry * arity + column] = records[entry * stride + column]!;
      sums.first[entry] = records[entry * stride + arity]!;
      sums.second[entry] = records[entry * stride + arity + 1]!;
    }
    return new CountedKeys(counts.types, counter, codes, sums);
  }

  /** The same entries seen by some of their columns only: another key of the same rows. */
  seenBy(columns: readonly number[]): CountedKeys {
    const arity = this.types.length;
    if (columns.length === arity && columns.every((column, position) => column === position)) return this;
    const codes = new Float64Array(this.size * columns.length);
    for (let entry = 0; entry < this.size; entry++)
      for (let position = 0; position < columns.length; position++)
        codes[entry * columns.length + position] = this.#codes[entry * arity + columns[position]!]!;
    return new CountedKeys(
      columns.map((column) => this.types[column]!),
      this.#counter,
      codes,
      this,
    );
  }

  keyAt(entry: number): readonly KeyValue[] {
    const arity = this.types.length;
    return this.types.map((type, column) => keyValueOfCode(this.#counter, this.#codes[entry * arity + column]!, type));
  }

  /** The shard of every key, by entry; `refused` for a key that the map can't place, whose reason goes to `onRefused`. */
  shardsOn(map: ShardMap, onRefused: (reason: InputError, entry: number) => void = () => {}): Uint32Array {
    const shards = new Uint32Array(this.size);
    if (map.placeHashes !== undefined) {
      map.placeHashes(this.#hashes(), shards);
      return shards;
    }
    const slowly = (entry: number): number => {
      try {
        return map.shardOf(this.keyAt(entry));
      } catch (error) {
        if (!(error instanceof InputError)) throw error;
        onRefused(error, entry);
        return refused;
      }
    };
    const keyType = this.types.length === 1 ? keyTypeOf[this.types[0]!] : undefined;
    if (keyType === "int" && map.placeIntegers !== undefined && this.#allWhole()) map.placeIntegers(this.#codes, shards);
    else if (keyType === "int" && map.shardOfInteger !== undefined) this.#placeIntegers(map.shardOfInteger, slowly, shards);
    else if (keyType === "text" && map.placeTexts !== undefined) this.#placeManyTexts(map.placeTexts, slowly, shards);
    else if (keyType === "text" && map.shardOfText !== undefined) this.#placeTexts(map.shardOfText, slowly, shards);
    else for (let entry = 0; entry < this.size; entry++) shards[entry] = slowly(entry);
    return shards;
  }

  /** Entries in the order of their keys. */
  inOrder(): Uint32Array {
    return (this.#order ??= this.#sorted());
  }

  #sorted(): Uint32Array {
    const arity = this.types.length;
    const numbers = this.types.every((type) => keyTypeOf[type] === "int") && !this.#codes.some(isTextCode);
    if (numbers && arity === 1) return orderOfNumbers(this.#codes.map((code) => (isNullCode(code) ? -Infinity : code)));
    const keys = Array.from({ length: this.size }, (_, entry) => this.keyAt(entry));
    return Uint32Array.from(keys.keys()).sort((a, b) => compareKeys(keys[a]!, keys[b]!));
  }

  #placeIntegers(
    shardOfInteger: (low: number, high: number) => number,
    slowly: (entry: number) => number,
    shards: Uint32Array,
  ): void {
    const codes = this.#codes;
    for (let entry = 0; entry < shards.length; entry++) {
      const code = codes[entry]!;
      const shard = code % 1 === 0 ? shardOfInteger(code | 0, Math.floor(code / 4_294_967_296) | 0) : -1;
      shards[entry] = shard < 0 ? slowly(entry) : shard;
    }
  }

  #placeTexts(
    shardOfText: (bytes: Uint8Array, start: number, end: number) => number,
    slowly: (entry: number) => number,
    shards: Uint32Array,
  ): void {
    for (let entry = 0; entry < shards.length; entry++) {
      const span = this.#counter.textSpanOfCode(this.#codes[entry]!);
      const shard = span === undefined ? -1 : shardOfText(span.bytes, span.start, span.end);
      shards[entry] = shard < 0 ? slowly(entry) : shard;
    }
  }

  #placeManyTexts(placeTexts: NonNullable<ShardMap["placeTexts"]>, slowly: (entry: number) => number, shards: Uint32Array): void {
    const batch = new TextBatch();
    const place = (): void => {
      placeTexts(batch.bytes, batch.ends.subarray(0, batch.count + 1), batch.owners.subarray(0, batch.count));
      for (let text = 0; text < batch.count; text++) shards[batch.entries[text]!] = batch.owners[text]!;
      batch.count = 0;
    };
    for (let entry = 0; entry < shards.length; entry++) {
      const span = this.#counter.textSpanOfCode(this.#codes[entry]!);
      if (span === undefined) shards[entry] = slowly(entry);
      else if (batch.add(entry, span)) place();
    }
    place();
  }

  #allWhole(): boolean {
    return (this.#whole ??= this.#codes.every((code) => code % 1 === 0));
  }

  #hashes(): Int32Array {
    if (this.#words !== undefined) return this.#words;
    const integers = this.types.length === 1 && keyTypeOf[this.types[0]!] === "int" && this.#allWhole();
    if (integers) return (this.#words = hashesOfIntegers(this.#codes));
    const hashes = (this.#words = new Int32Array(2 * this.size));
    const words = zeroWords();
    const only = this.types.length === 1 ? keyTypeOf[this.types[0]!] : undefined;
    for (let entry = 0; entry < this.size; entry++) {
      const code = this.#codes[entry]!;
      const span = only === "text" ? this.#counter.textSpanOfCode(code) : undefined;
      if (only === "int" && code % 1 === 0) integerHashInto(code | 0, Math.floor(code / 4_294_967_296) | 0, words);
      else if (span !== undefined) textHashInto(span.bytes, span.start, span.end, words);
      else keyHashInto(this.keyAt(entry), words);
      hashes[2 * entry] = words.low;
      hashes[2 * entry + 1] = words.high;
    }
    return hashes;
  }
}

/** Texts of some entries, one after the other. */
class TextBatch {
  bytes = new Uint8Array(1 << 20);
  readonly ends = new Uint32Array(4097);
  readonly entries = new Uint32Array(4096);
  readonly owners = new Uint32Array(4096);
  count = 0;

  /** True when the batch is full. */
  add(entry: number, { bytes, start, end }: { readonly bytes: Uint8Array; readonly start: number; readonly end: number }): boolean {
    const at = this.ends[this.count]!;
    const to = at + end - start;
    if (to > this.bytes.length) {
      const larger = new Uint8Array(2 * to);
      larger.set(this.bytes.subarray(0, at));
      this.bytes = larger;
    }
    // Most texts are short: a loop is quicker than a call that copies.
    for (let from = start, into = at; from < end; from++, into++) this.bytes[into] = bytes[from]!;
    this.entries[this.count++] = entry;
    this.ends[this.count] = to;
    return this.count === this.entries.length;
  }
}

/** Indexes in the order of their numbers; equal numbers in the order of their indexes. Radix sort, 16 bits at a time. */
export function orderOfNumbers(numbers: Float64Array<ArrayBuffer>): Uint32Array {
  const bits = new Uint32Array(numbers.buffer);
  let order = Uint32Array.from(numbers.keys());
  for (let pass = 0; pass < 4; pass++) {
    const digitOf = (index: number): number => {
      const low = bits[2 * index]!;
      const high = bits[2 * index + 1]!;
      // The bits of a double order like its value when negative ones are inverted and the others get the sign bit.
      const negative = high >>> 31 === 1;
      const word = pass < 2 ? (negative ? ~low : low) : negative ? ~high : high ^ 0x8000_0000;
      return (pass % 2 === 0 ? word : word >>> 16) & 0xffff;
    };
    const starts = new Uint32Array(65_537);
    for (let index = 0; index < order.length; index++) starts[digitOf(index) + 1]!++;
    for (let digit = 0; digit < 65_536; digit++) starts[digit + 1]! += starts[digit]!;
    const next = new Uint32Array(order.length);
    for (const index of order) next[starts[digitOf(index)]!++] = index;
    order = next;
  }
  return order;
}
