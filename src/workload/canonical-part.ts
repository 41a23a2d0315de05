import { byName } from "../base/order.ts";
import type { FootprintState } from "./footprint-store.ts";
import { partToState, type PartState, type WorkloadPart } from "./part.ts";
import type { SampleState } from "./event-sample.ts";
import { TransactionPart } from "./transaction-part.ts";
import type { CounterState } from "./value-counter.ts";

const eventFields = 6;

/**
 * A part as plain data in one order, the same for any cut of its inputs: equal parts are equal state. What no other log can add
 * to is counted (see `TransactionPart.settle`). The part is spent.
 */
export function canonicalState(part: WorkloadPart): PartState {
  const templates = [...part.templates].sort(([a], [b]) => byName(a, b));
  const shapes = [...part.shapes].sort(([a], [b]) => byName(a, b));
  const transactions = new TransactionPart();
  for (const [key] of templates) transactions.names.template(key);
  for (const [name, { shape }] of shapes) transactions.names.shape(name, shape.equal.length);
  transactions.merge(part.transactions);
  transactions.settle();
  const state = partToState({ ...part, templates: new Map(templates), shapes: new Map(shapes), transactions });
  return {
    ...state,
    shapes: state.shapes.map(([name, sums, counter, sample]) => [
      name,
      { ...sums, listLengths: sortedMap(sums.listLengths) },
      orderedCounter(counter),
      orderedSample(sample),
    ]),
    skipped: new Map([...state.skipped].sort(([a], [b]) => byName(a, b))),
    leftOut: new Map([...state.leftOut].sort(([a], [b]) => byName(a, b))),
    load: { ...state.load, cells: sortedMap(state.load.cells) },
    transactions: {
      ...state.transactions,
      sums: {
        ...state.transactions.sums,
        statements: sortedMap(state.transactions.sums.statements),
        types: sortedMap(state.transactions.sums.types),
        footprints: orderedFootprints(state.transactions.sums.footprints),
      },
      sessions: state.transactions.sessions.toSorted(([a], [b]) => a - b),
      ids: { ...state.transactions.ids, byId: sortedMap(state.transactions.ids.byId) },
    },
  };
}

const sortedMap = <T>(map: ReadonlyMap<number, T>): Map<number, T> => new Map([...map].sort(([a], [b]) => a - b));

/** Tuples in the order of their codes. */
function orderedCounter(counter: CounterState): CounterState {
  const { size, columns, records } = counter;
  const stride = columns.length + 2;
  const order = Uint32Array.from({ length: size }, (_, entry) => entry * stride).sort((a, b) => {
    let column = 0;
    while (column < columns.length - 1 && records[a + column] === records[b + column]) column++;
    return records[a + column]! - records[b + column]!;
  });
  const ordered = new Float64Array(size * stride);
  order.forEach((from, entry) => {
    for (let field = 0; field < stride; field++) ordered[entry * stride + field] = records[from + field]!;
  });
  return { ...counter, records: ordered };
}

/** Events in the order of their hashes, then of place, then of values. */
function orderedSample(sample: SampleState): SampleState {
  const { size, events, codes, codesEnd } = sample;
  const startOf = (event: number): number => (event === size ? codesEnd : events[event * eventFields + 5]!);
  const byPlace = (a: number, b: number): number => {
    for (const field of [0, 3, 4]) {
      const difference = events[a * eventFields + field]! - events[b * eventFields + field]!;
      if (difference !== 0) return difference;
    }
    const [x, y] = [codes.subarray(startOf(a), startOf(a + 1)), codes.subarray(startOf(b), startOf(b + 1))];
    const at = x.findIndex((code, i) => !Object.is(code, y[i]));
    return at < 0 ? x.length - y.length : Number.isNaN(x[at]!) ? -1 : (x[at]! - y[at]!) || 1;
  };
  const order = Array.from({ length: size }, (_, event) => event).sort(byPlace);
  const ordered = new Float64Array(size * eventFields);
  const orderedCodes = new Float64Array(codesEnd);
  let end = 0;
  order.forEach((event, at) => {
    ordered.set(events.subarray(event * eventFields, event * eventFields + 5), at * eventFields);
    ordered[at * eventFields + 5] = end;
    const own = codes.subarray(startOf(event), startOf(event + 1));
    orderedCodes.set(own, end);
    end += own.length;
  });
  return { ...sample, events: ordered, codes: orderedCodes };
}

/** Footprints by hash, then by contents; skeletons by their first footprint. */
function orderedFootprints(state: FootprintState): FootprintState {
  const { size, hashes, skeletons, skeletonNumbers, ends, bytes } = state;
  const startOf = (record: number): number => (record === 0 ? 0 : ends[record - 1]!);
  const order = Array.from({ length: size }, (_, record) => record).sort(
    (a, b) =>
      hashes[a]! - hashes[b]! ||
      byNumbers(skeletons[skeletonNumbers[a]!]!, skeletons[skeletonNumbers[b]!]!) ||
      byNumbers(bytes.subarray(startOf(a), ends[a]), bytes.subarray(startOf(b), ends[b])),
  );
  const renumber = new Map<number, number>();
  for (const record of order) {
    const skeleton = skeletonNumbers[record]!;
    if (!renumber.has(skeleton)) renumber.set(skeleton, renumber.size);
  }
  const orderedBytes = new Uint8Array(size === 0 ? 0 : ends[size - 1]!);
  const orderedEnds = new Float64Array(size);
  let end = 0;
  order.forEach((record, at) => {
    orderedBytes.set(bytes.subarray(startOf(record), ends[record]), end);
    end += ends[record]! - startOf(record);
    orderedEnds[at] = end;
  });
  return {
    limitBytes: state.limitBytes,
    level: state.level,
    skeletons: [...renumber.keys()].map((skeleton) => skeletons[skeleton]!),
    skeletonHashes: [...renumber.keys()].map((skeleton) => state.skeletonHashes[skeleton]!),
    size,
    hashes: Int32Array.from(order, (record) => hashes[record]!),
    skeletonNumbers: Int32Array.from(order, (record) => renumber.get(skeletonNumbers[record]!)!),
    ends: orderedEnds,
    counts: Float64Array.from(order, (record) => state.counts[record]!),
    micros: Float64Array.from(order, (record) => state.micros[record]!),
    bytes: orderedBytes,
  };
}

function byNumbers(a: ArrayLike<number>, b: ArrayLike<number>): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}
