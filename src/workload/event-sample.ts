import { byName } from "../base/order.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
import { TextPool, type TextPoolState } from "./text-pool.ts";
import { isNullCode, isTextCode, nullCode, textCodeOf } from "./value-code.ts";
import type { Value } from "./value.ts";

/** One access, kept whole. */
export interface SampledEvent {
  /** Microseconds since the epoch, NaN when not logged. */
  readonly timeMicros: number;
  readonly durationMicros: number;
  readonly input: number;
  readonly offset: number;
  /** Values per column; more than one where the access had a list. Undefined: not logged. */
  readonly values: readonly (readonly Value[] | undefined)[];
}

/**
 * A uniform random sample of a shape's accesses: the `limit` of them whose place in the input (input and offset) hashes
 * lowest. Which ones those are follows from the input alone, so merging parts of any cut gives the same sample; while no
 * more than `limit` accesses were seen it holds all of them.
 *
 * Hundreds of thousands of events pass through on their way to a few: they are kept as numbers in two arrays, because as
 * objects they would keep the garbage collector busy for longer than everything else takes.
 */
export class EventSample {
  readonly limit: number;
  /** Accesses seen, sampled or not. */
  seen = 0;
  #size = 0;
  /** Events whose place hashes above this are not wanted any more. */
  threshold = Infinity;
  /** Per event: hash, time, duration, input, offset, and where its codes begin; they end where the next one's begin. */
  #events = new Float64Array(64 * fields);
  /** Per column of an event: the number of its values (NaN: not logged), then their value codes. */
  #codes = new Float64Array(256);
  #codesEnd = 0;
  #texts = new TextPool();

  constructor(limit = 1024) {
    this.limit = limit;
  }

  /** Adds an event; `hash` is its `placeHash`. Its columns follow with `addColumn`, each column's values with `addInteger` and the like. */
  add(timeMicros: number, durationMicros: number, input: number, offset: number, hash = placeHash(input, offset)): void {
    if (this.#size >= this.limit * 2) this.#prune();
    const base = this.#size++ * fields;
    if (base === this.#events.length) this.#events = grown(this.#events, Math.max(64 * fields, base * 2));
    this.#events[base] = hash;
    this.#events[base + 1] = timeMicros;
    this.#events[base + 2] = durationMicros;
    this.#events[base + 3] = input;
    this.#events[base + 4] = offset;
    this.#events[base + 5] = this.#codesEnd;
  }

  /** `count` values follow; NaN says that the log does not have them. */
  addColumn(count: number): void {
    this.#push(count);
  }

  addInteger(value: number): void {
    this.#push(value);
  }

  addNull(): void {
    this.#push(nullCode);
  }

  addText(bytes: Uint8Array, start: number, end: number): void {
    const code = textCodeOf(bytes, start, end);
    this.#texts.add(code, bytes, start, end);
    this.#push(code);
  }

  #push(code: number): void {
    if (this.#codesEnd === this.#codes.length) this.#codes = grown(this.#codes, Math.max(256, this.#codesEnd * 2));
    this.#codes[this.#codesEnd++] = code;
  }

  #codesStartOf(event: number): number {
    return event === this.#size ? this.#codesEnd : this.#events[event * fields + 5]!;
  }

  #prune(): void {
    if (this.#size <= this.limit) return;
    const hashes = new Float64Array(this.#size);
    for (let event = 0; event < this.#size; event++) hashes[event] = this.#events[event * fields]!;
    const last = hashes.toSorted()[this.limit - 1]!;
    // One record can reach a shape twice, and two places can share a hash: what stands at the threshold needs an order.
    const at: number[] = [];
    let below = 0;
    for (let event = 0; event < this.#size; event++) {
      if (hashes[event] === last) at.push(event);
      else if (hashes[event]! < last) below++;
    }
    const kept = new Set(at.sort((a, b) => this.#byPlace(a, b)).slice(0, this.limit - below));
    const pruned = new EventSample(this.limit);
    for (let event = 0; event < this.#size; event++)
      if (hashes[event]! < last || kept.has(event)) pruned.#copyFrom(this, event);
    this.#events = pruned.#events;
    this.#codes = pruned.#codes;
    this.#codesEnd = pruned.#codesEnd;
    this.#texts = pruned.#texts;
    this.#size = pruned.#size;
    this.threshold = last;
  }

  #copyFrom(other: EventSample, event: number): void {
    const base = event * fields;
    const events = other.#events;
    this.add(events[base + 1]!, events[base + 2]!, events[base + 3]!, events[base + 4]!, events[base]!);
    for (let at = other.#codesStartOf(event); at < other.#codesStartOf(event + 1); at++) {
      const code = other.#codes[at]!;
      this.#push(code);
      if (isTextCode(code)) this.#texts.addFrom(other.#texts, code);
    }
  }

  #byPlace(a: number, b: number): number {
    const field = (event: number, index: number): number => this.#events[event * fields + index]!;
    return (
      field(a, 3) - field(b, 3) ||
      field(a, 4) - field(b, 4) ||
      byName(JSON.stringify(this.#valuesOf(a)), JSON.stringify(this.#valuesOf(b)))
    );
  }

  #valuesOf(event: number): (Value[] | undefined)[] {
    const values: (Value[] | undefined)[] = [];
    for (let at = this.#codesStartOf(event); at < this.#codesStartOf(event + 1);) {
      const count = this.#codes[at++]!;
      if (Number.isNaN(count)) {
        values.push(undefined);
        continue;
      }
      const own: Value[] = [];
      for (const end = at + count; at < end; at++) own.push(this.#valueOf(this.#codes[at]!));
      values.push(own);
    }
    return values;
  }

  #valueOf(code: number): Value {
    return isTextCode(code) ? this.#texts.textOf(code) : isNullCode(code) ? null : code;
  }

  merge(other: EventSample): void {
    this.seen += other.seen;
    this.#lowerThreshold(other);
    for (let event = 0; event < other.#size; event++)
      if (other.#events[event * fields]! <= this.threshold) this.#copyFrom(other, event);
  }

  /** To what it will be when the other's events are there: which ones are left out again then need not be copied. */
  #lowerThreshold(other: EventSample): void {
    const size = this.#size + other.#size;
    if (size <= this.limit) return;
    const hashes = new Float64Array(size);
    for (let event = 0; event < this.#size; event++) hashes[event] = this.#events[event * fields]!;
    for (let event = 0; event < other.#size; event++) hashes[this.#size + event] = other.#events[event * fields]!;
    this.threshold = Math.min(this.threshold, hashes.sort()[this.limit - 1]!);
  }

  /**
   * The sample in the order of time, then of place; events without a time last. With `most`, the smaller sample that a
   * smaller limit would have left.
   */
  events(most = Infinity): readonly SampledEvent[] {
    this.#prune();
    const time = (event: number): number => this.#events[event * fields + 1]!;
    const hash = (event: number): number => this.#events[event * fields]!;
    let chosen = Array.from({ length: this.#size }, (_, event) => event);
    if (most < chosen.length) chosen = chosen.sort((a, b) => hash(a) - hash(b) || this.#byPlace(a, b)).slice(0, most);
    const order = chosen.sort((a, b) => orderTime(time(a), time(b)) || this.#byPlace(a, b));
    return order.map((event) => {
      const base = event * fields;
      return {
        timeMicros: this.#events[base + 1]!,
        durationMicros: this.#events[base + 2]!,
        input: this.#events[base + 3]!,
        offset: this.#events[base + 4]!,
        values: this.#valuesOf(event),
      };
    });
  }

  /** Plain data for another thread. The sample is spent: its arrays move. */
  toState(): SampleState {
    this.#prune();
    const { limit, seen } = this;
    return {
      limit,
      seen,
      size: this.#size,
      events: this.#events,
      codes: this.#codes,
      codesEnd: this.#codesEnd,
      texts: this.#texts.toState(),
    };
  }

  static fromState(state: SampleState): EventSample {
    const sample = new EventSample(state.limit);
    sample.seen = state.seen;
    sample.#size = state.size;
    sample.#events = state.events;
    sample.#codes = state.codes;
    sample.#codesEnd = state.codesEnd;
    sample.#texts = TextPool.fromState(state.texts);
    return sample;
  }
}

export interface SampleState {
  readonly limit: number;
  readonly seen: number;
  readonly size: number;
  readonly events: Float64Array<ArrayBuffer>;
  readonly codes: Float64Array<ArrayBuffer>;
  readonly codesEnd: number;
  readonly texts: TextPoolState;
}

const fields = 6;

function grown(array: Float64Array<ArrayBuffer>, length: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(length);
  larger.set(array);
  return larger;
}

/** Of an event's place: its input (32 bits that tell it from others) and its offset there. The lowest are the sample. */
export const placeHash = (place: number, offset: number): number =>
  mix32(mixInteger(offset, 0x51ed270b) ^ Math.imul(place, 0x9e3779b1));

function orderTime(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}
