import { assert } from "../base/assert.ts";
import { writtenPages } from "./written-pages.ts";

/** The texts behind text codes: UTF-8 one after the other, found by code. */
export class TextPool {
  #size = 0;
  #codes: Float64Array = new Float64Array(16);
  #ends: Float64Array = new Float64Array(16);
  #bytes: Uint8Array = new Uint8Array(256);
  /** Code -> number of the text plus one. */
  #index = new Int32Array(32);

  /** Keeps the text in `bytes[start, end)` under its code; does nothing when it is there. */
  add(code: number, bytes: Uint8Array, start: number, end: number): void {
    const slot = this.#slotOf(code);
    if (this.#index[slot] !== 0) return;
    const id = this.#size++;
    const from = id === 0 ? 0 : this.#ends[id - 1]!;
    const to = from + end - start;
    if (to > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(to, this.#bytes.length * 2));
      larger.set(this.#bytes.subarray(0, from));
      this.#bytes = larger;
    }
    this.#bytes.set(bytes.subarray(start, end), from);
    if (id >= this.#codes.length) {
      this.#codes = grown(this.#codes);
      this.#ends = grown(this.#ends);
    }
    this.#codes[id] = code;
    this.#ends[id] = to;
    this.#index[slot] = id + 1;
    if (this.#size * 2 > this.#index.length) this.#rebuildIndex();
  }

  /** Takes over another pool's text; does nothing for codes of integers and NULL. */
  addFrom(other: TextPool, code: number): void {
    if (other.#index[other.#slotOf(code)] === 0) return;
    const { bytes, start, end } = other.spanOf(code);
    this.add(code, bytes, start, end);
  }

  has(code: number): boolean {
    return this.#index[this.#slotOf(code)] !== 0;
  }

  /** Undefined when it is not there. */
  find(code: number): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } | undefined {
    const id = this.#index[this.#slotOf(code)]! - 1;
    if (id < 0) return undefined;
    return { bytes: this.#bytes, start: id === 0 ? 0 : this.#ends[id - 1]!, end: this.#ends[id]! };
  }

  spanOf(code: number): { readonly bytes: Uint8Array; readonly start: number; readonly end: number } {
    const span = this.find(code);
    assert(span !== undefined, "every text code in a record has its text in the pool");
    return span;
  }

  textOf(code: number): string {
    const { bytes, start, end } = this.spanOf(code);
    return decoder.decode(bytes.subarray(start, end));
  }

  #slotOf(code: number): number {
    const mask = this.#index.length - 1;
    double[0] = code;
    for (let slot = words[0]! & mask; ; slot = (slot + 1) & mask) {
      const id = this.#index[slot]! - 1;
      if (id < 0 || this.#codes[id] === code) return slot;
    }
  }

  #rebuildIndex(): void {
    let length = 32;
    while (length < this.#size * 4) length *= 2;
    this.#index = writtenPages(new Int32Array(length));
    for (let id = 0; id < this.#size; id++) this.#index[this.#slotOf(this.#codes[id]!)] = id + 1;
  }

  toState(): TextPoolState {
    return {
      codes: this.#codes.slice(0, this.#size),
      ends: this.#ends.slice(0, this.#size),
      bytes: this.#bytes.slice(0, this.#size === 0 ? 0 : this.#ends[this.#size - 1]!),
    };
  }

  static fromState({ codes, ends, bytes }: TextPoolState): TextPool {
    const pool = new TextPool();
    pool.#size = codes.length;
    pool.#codes = codes;
    pool.#ends = ends;
    pool.#bytes = bytes;
    pool.#rebuildIndex();
    return pool;
  }
}

export interface TextPoolState {
  readonly codes: Float64Array;
  readonly ends: Float64Array;
  readonly bytes: Uint8Array;
}

const words = new Int32Array(2);
const double = new Float64Array(words.buffer);
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

function grown(array: Float64Array): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(16, array.length * 2));
  larger.set(array);
  return larger;
}
