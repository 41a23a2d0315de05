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

/**
 * A uniform random sample of a shape's accesses: the `limit` of them whose place in the input (input and offset) hashes
 * lowest. Which ones those are follows from the input alone, so merging parts of any cut gives the same sample; while no
 * more than `limit` accesses were seen it holds all of them.
 */
export class EventSample {
  readonly limit: number;
  /** Accesses seen, sampled or not. */
  seen = 0;
  #events: { readonly hash: number; readonly event: SampledEvent }[] = [];
  #threshold = Infinity;

  constructor(limit = 2048) {
    this.limit = limit;
  }

  /** Counts an access and says whether it is wanted in the sample: only then is its event worth building. */
  wants(input: number, offset: number): boolean {
    this.seen++;
    return placeHash(input, offset) <= this.#threshold;
  }

  add(event: SampledEvent): void {
    this.#addHashed({ hash: placeHash(event.input, event.offset), event });
  }

  #addHashed(entry: { hash: number; event: SampledEvent }): void {
    this.#events.push(entry);
    if (this.#events.length >= this.limit * 2) this.#prune();
  }

  #prune(): void {
    if (this.#events.length <= this.limit) return;
    // Most of the work is done by numbers alone: only what stands at the threshold needs the full order.
    const hashes = Float64Array.from(this.#events, ({ hash }) => hash).sort();
    const last = hashes[this.limit - 1]!;
    this.#events = this.#events.filter(({ hash }) => hash <= last);
    this.#events.sort((a, b) => a.hash - b.hash || a.event.input - b.event.input || a.event.offset - b.event.offset || byName(valuesText(a.event), valuesText(b.event)));
    this.#events.length = this.limit;
    this.#threshold = this.#events.at(-1)!.hash;
  }

  merge(other: EventSample): void {
    this.seen += other.seen;
    for (const entry of other.#events) if (entry.hash <= this.#threshold) this.#addHashed(entry);
  }

  /** The sample in the order of time, then of place. */
  events(): readonly SampledEvent[] {
    this.#prune();
    return this.#events
      .map(({ event }) => event)
      .sort((a, b) => orderTime(a, b) || a.input - b.input || a.offset - b.offset || byName(valuesText(a), valuesText(b)));
  }

  get exact(): boolean {
    return this.seen <= this.limit;
  }

  toState(): SampleState {
    this.#prune();
    return { limit: this.limit, seen: this.seen, events: this.#events.map(({ event }) => event) };
  }

  static fromState(state: SampleState): EventSample {
    const sample = new EventSample(state.limit);
    sample.seen = state.seen;
    for (const event of state.events) sample.add(event);
    return sample;
  }
}

export interface SampleState {
  readonly limit: number;
  readonly seen: number;
  readonly events: readonly SampledEvent[];
}

/** A statement's record may reach a shape twice: the values decide between the two. */
const valuesText = (event: SampledEvent): string => JSON.stringify(event.values);

const placeHash = (input: number, offset: number): number => mix32(mixInteger(offset, 0x51ed270b) ^ Math.imul(input, 0x9e3779b1));

const orderTime = (a: SampledEvent, b: SampledEvent): number => {
  if (Number.isNaN(a.timeMicros)) return Number.isNaN(b.timeMicros) ? 0 : 1;
  return Number.isNaN(b.timeMicros) ? -1 : a.timeMicros - b.timeMicros;
};
