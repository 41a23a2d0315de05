import { byName } from "../base/order.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
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

/** The values of one column of one event; a single one stands without its array, because there are hundreds of thousands. */
export type EventValues = Value | readonly Value[] | undefined;

/**
 * A uniform random sample of a shape's accesses: the `limit` of them whose place in the input (input and offset) hashes
 * lowest. Which ones those are follows from the input alone, so merging parts of any cut gives the same sample; while no
 * more than `limit` accesses were seen it holds all of them.
 */
export class EventSample {
  readonly limit: number;
  /** Accesses seen, sampled or not. */
  seen = 0;
  #size = 0;
  #threshold = Infinity;
  /** Per event: hash, time, duration, input, offset. */
  #numbers: Float64Array<ArrayBuffer>;
  #values: (readonly EventValues[])[] = [];

  constructor(limit = 2048) {
    this.limit = limit;
    this.#numbers = new Float64Array(64 * fields);
  }

  /** Counts an access and says whether it is wanted in the sample: only then are its values worth decoding. */
  wants(input: number, offset: number): boolean {
    this.seen++;
    return placeHash(input, offset) <= this.#threshold;
  }

  add(timeMicros: number, durationMicros: number, input: number, offset: number, values: readonly EventValues[]): void {
    this.#add(placeHash(input, offset), timeMicros, durationMicros, input, offset, values);
  }

  #add(hash: number, timeMicros: number, durationMicros: number, input: number, offset: number, values: readonly EventValues[]): void {
    const base = this.#size * fields;
    if (base === this.#numbers.length) {
      const larger = new Float64Array(base * 2);
      larger.set(this.#numbers);
      this.#numbers = larger;
    }
    this.#numbers[base] = hash;
    this.#numbers[base + 1] = timeMicros;
    this.#numbers[base + 2] = durationMicros;
    this.#numbers[base + 3] = input;
    this.#numbers[base + 4] = offset;
    this.#values[this.#size++] = values;
    if (this.#size >= this.limit * 2) this.#prune();
  }

  #prune(): void {
    if (this.#size <= this.limit) return;
    const numbers = this.#numbers;
    const hashes = new Float64Array(this.#size);
    for (let event = 0; event < this.#size; event++) hashes[event] = numbers[event * fields]!;
    // One record can reach a shape twice, and two places can share a hash: what stands at the threshold needs an order.
    const order = Array.from(hashes.keys());
    const sorted = hashes.toSorted();
    const last = sorted[this.limit - 1]!;
    const below = order.filter((event) => hashes[event]! < last);
    const at = order.filter((event) => hashes[event] === last).sort((a, b) => this.#byPlace(a, b));
    const kept = [...below, ...at.slice(0, this.limit - below.length)];
    const values = kept.map((event) => this.#values[event]!);
    const keptNumbers = new Float64Array(this.limit * 2 * fields);
    kept.forEach((event, to) => keptNumbers.set(numbers.subarray(event * fields, (event + 1) * fields), to * fields));
    this.#numbers = keptNumbers;
    this.#values = values;
    this.#size = kept.length;
    this.#threshold = last;
  }

  #field(event: number, field: number): number {
    return this.#numbers[event * fields + field]!;
  }

  #byPlace(a: number, b: number): number {
    return this.#field(a, 3) - this.#field(b, 3) || this.#field(a, 4) - this.#field(b, 4) || byName(JSON.stringify(this.#values[a]), JSON.stringify(this.#values[b]));
  }

  merge(other: EventSample): void {
    this.seen += other.seen;
    for (let event = 0; event < other.#size; event++) {
      const hash = other.#field(event, 0);
      if (hash > this.#threshold) continue;
      this.#add(hash, other.#field(event, 1), other.#field(event, 2), other.#field(event, 3), other.#field(event, 4), other.#values[event]!);
    }
  }

  /** The sample in the order of time, then of place; events without a time last. */
  events(): readonly SampledEvent[] {
    this.#prune();
    const order = Array.from({ length: this.#size }, (_, event) => event).sort((a, b) => orderTime(this.#field(a, 1), this.#field(b, 1)) || this.#byPlace(a, b));
    return order.map((event) => ({
      timeMicros: this.#field(event, 1),
      durationMicros: this.#field(event, 2),
      input: this.#field(event, 3),
      offset: this.#field(event, 4),
      values: this.#values[event]!.map((value) => (value === undefined || isList(value) ? value : [value])),
    }));
  }

  /** Nothing was left out: the sample is all there was. */
  get exact(): boolean {
    return this.seen <= this.limit;
  }

  toState(): SampleState {
    this.#prune();
    return { limit: this.limit, seen: this.seen, numbers: this.#numbers.slice(0, this.#size * fields), values: this.#values };
  }

  static fromState(state: SampleState): EventSample {
    const sample = new EventSample(state.limit);
    sample.seen = state.seen;
    const { numbers, values } = state;
    values.forEach((row, event) => {
      const at = event * fields;
      sample.#add(numbers[at]!, numbers[at + 1]!, numbers[at + 2]!, numbers[at + 3]!, numbers[at + 4]!, row);
    });
    return sample;
  }
}

export interface SampleState {
  readonly limit: number;
  readonly seen: number;
  readonly numbers: Float64Array<ArrayBuffer>;
  readonly values: readonly (readonly EventValues[])[];
}

const fields = 5;

const isList = (value: EventValues): value is readonly Value[] => Array.isArray(value);

const placeHash = (input: number, offset: number): number => mix32(mixInteger(offset, 0x51ed270b) ^ Math.imul(input, 0x9e3779b1));

function orderTime(a: number, b: number): number {
  if (Number.isNaN(a)) return Number.isNaN(b) ? 0 : 1;
  return Number.isNaN(b) ? -1 : a - b;
}
