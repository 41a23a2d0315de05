import { assert } from "../base/assert.ts";
import { byName } from "../base/order.ts";
import type { Origin } from "../ingest/entry.ts";
import type { AccessPattern } from "../sql/access.ts";
import type { Template } from "../sql/template.ts";
import { DistinctSketch } from "../stats/distinct-sketch.ts";
import { EventSample, type SampleState } from "./event-sample.ts";
import { LoadWindows, type LoadState } from "./load-windows.ts";
import { sampleError, type SampleGroups } from "./record-filter.ts";
import type { TextPoolState } from "./text-pool.ts";
import { TransactionPart, transactionsOf, type TransactionLimits, type TransactionState } from "./transaction-part.ts";
import { ValueCounter, type CounterState } from "./value-counter.ts";
import type { AccessShape, InputSummary, ShapeUse, SkippedRecords, TemplateUse, Workload } from "./workload.ts";

/** Records shown per reason. */
const firstLimit = 3;

/** The sums of one template while they grow. */
export interface TemplateSums {
  readonly template: Template;
  readonly pattern: AccessPattern;
  readonly shapeNames: readonly string[];
  executions: number;
  timed: number;
  timeMicros: number;
  maxMicros: number;
  rows: number;
  first: Origin;
}

/** The sums of one access shape while they grow. */
export interface ShapeSums {
  readonly shape: AccessShape;
  executions: number;
  timeMicros: number;
  unvalued: number;
  readonly counter: ValueCounter;
  readonly listLengths: Map<number, number>;
  readonly sample: EventSample;
}

/** The workload of a part of the input, as it grows. `mergePart` adds another part; `workloadOf` puts it in order. */
export interface WorkloadPart {
  records: number;
  entries: number;
  executions: number;
  fromMicros: number;
  toMicros: number;
  readonly skipped: Map<string, { count: number; first: Origin[] }>;
  /** Entries that the user did not want, by reason. */
  readonly leftOut: Map<string, number>;
  /** Set when only a share of the log is counted. */
  sample: SampleGroups | undefined;
  readonly sessions: DistinctSketch;
  /** By dialect and text. */
  readonly templates: Map<string, TemplateSums>;
  /** By shape name. */
  readonly shapes: Map<string, ShapeSums>;
  readonly load: LoadWindows;
  readonly transactions: TransactionPart;
}

export function emptyPart(limits?: TransactionLimits): WorkloadPart {
  return {
    records: 0,
    entries: 0,
    executions: 0,
    fromMicros: Infinity,
    toMicros: -Infinity,
    skipped: new Map(),
    leftOut: new Map(),
    sample: undefined,
    sessions: new DistinctSketch(),
    templates: new Map(),
    shapes: new Map(),
    load: new LoadWindows(),
    transactions: new TransactionPart(limits),
  };
}

export const templateKey = (template: Template): string => `${template.dialect}\0${template.text}`;

/** Names a shape so that equal shapes of two parts meet. */
export function shapeName(shape: AccessShape): string {
  const equal = shape.equal.map(({ column, list }) => (list ? `${column} in` : `${column} =`));
  const ranges = shape.ranges.map(({ column, from, to }) => `${column} ${from ? ">" : ""}${to ? "<" : ""}`);
  return `${shape.table} ${shape.use} (${[...equal, ...ranges].join(", ")})`;
}

export const newShapeSums = (shape: AccessShape): ShapeSums => ({
  shape,
  executions: 0,
  timeMicros: 0,
  unvalued: 0,
  counter: new ValueCounter(shape.equal.map(({ column }) => column)),
  listLengths: new Map(),
  sample: new EventSample(),
});

export function skip(part: WorkloadPart, reason: string, origin: Origin): void {
  part.records++;
  let skipped = part.skipped.get(reason);
  if (skipped === undefined) part.skipped.set(reason, (skipped = { count: 0, first: [] }));
  skipped.count++;
  const { first } = skipped;
  if (first.length === firstLimit && byOrigin(first[firstLimit - 1]!, origin) < 0) return;
  first.push(origin);
  first.sort(byOrigin);
  if (first.length > firstLimit) first.pop();
}

/** Counts an entry that the user did not want. */
export function leaveOut(part: WorkloadPart, reason: string, count = 1): void {
  part.records += count;
  part.leftOut.set(reason, (part.leftOut.get(reason) ?? 0) + count);
}

const byOrigin = (a: Origin, b: Origin): number => a.input - b.input || a.offset - b.offset;

/** Adds everything in `other` to `part`. Associative and commutative up to the order that `workloadOf` decides. */
export function mergePart(part: WorkloadPart, other: WorkloadPart): void {
  part.records += other.records;
  part.entries += other.entries;
  part.executions += other.executions;
  part.fromMicros = Math.min(part.fromMicros, other.fromMicros);
  part.toMicros = Math.max(part.toMicros, other.toMicros);
  for (const [reason, { count, first }] of other.skipped) {
    const mine = part.skipped.get(reason) ?? { count: 0, first: [] };
    part.skipped.set(reason, {
      count: mine.count + count,
      first: [...mine.first, ...first].sort(byOrigin).slice(0, firstLimit),
    });
  }
  for (const [reason, count] of other.leftOut) part.leftOut.set(reason, (part.leftOut.get(reason) ?? 0) + count);
  part.sample = mergedSample(part.sample, other.sample);
  part.sessions.merge(other.sessions);
  for (const [key, theirs] of other.templates) {
    const mine = part.templates.get(key);
    if (mine === undefined) {
      part.templates.set(key, theirs);
      continue;
    }
    mine.executions += theirs.executions;
    mine.timed += theirs.timed;
    mine.timeMicros += theirs.timeMicros;
    mine.maxMicros = Math.max(mine.maxMicros, theirs.maxMicros);
    mine.rows += theirs.rows;
    if (byOrigin(theirs.first, mine.first) < 0) mine.first = theirs.first;
  }
  for (const [name, theirs] of other.shapes) {
    const mine = part.shapes.get(name);
    if (mine === undefined) {
      part.shapes.set(name, theirs);
      continue;
    }
    mine.executions += theirs.executions;
    mine.timeMicros += theirs.timeMicros;
    mine.unvalued += theirs.unvalued;
    for (const [length, count] of theirs.listLengths)
      mine.listLengths.set(length, (mine.listLengths.get(length) ?? 0) + count);
    mine.counter.merge(theirs.counter);
    mine.sample.merge(theirs.sample);
  }
  part.load.merge(other.load);
  part.transactions.merge(other.transactions);
}

function mergedSample(mine: SampleGroups | undefined, theirs: SampleGroups | undefined): SampleGroups | undefined {
  if (mine === undefined || theirs === undefined) return mine ?? theirs;
  assert(mine.rate === theirs.rate && mine.seed === theirs.seed, "only samples of one rate and seed merge");
  return { ...mine, executions: mine.executions.map((count, group) => count + theirs.executions[group]!) };
}

/** The finished summary, every list in its stated order. */
export function workloadOf(part: WorkloadPart, inputs: readonly InputSummary[]): Workload {
  const shapeNames = [...part.shapes.keys()].sort(byName);
  const templates = [...part.templates].sort(([a], [b]) => byName(a, b));
  const shapeIndex = new Map(shapeNames.map((name, index) => [name, index]));
  const skipped: SkippedRecords[] = [...part.skipped]
    .sort(([a], [b]) => byName(a, b))
    .map(([reason, { count, first }]) => ({ reason, count, first: first.toSorted(byOrigin) }));
  const skippedCount = skipped.reduce((sum, { count }) => sum + count, 0);
  const leftOut = [...part.leftOut].sort(([a], [b]) => byName(a, b)).map(([reason, count]) => ({ reason, count }));
  const leftOutCount = leftOut.reduce((sum, { count }) => sum + count, 0);
  assert(part.entries + skippedCount + leftOutCount === part.records, "every record is either used or explained");
  return {
    inputs,
    records: part.records,
    entries: part.entries,
    executions: part.executions,
    skipped,
    leftOut,
    sample:
      part.sample === undefined
        ? undefined
        : { rate: part.sample.rate, seed: part.sample.seed, relativeError: sampleError(part.sample) },
    span: part.fromMicros <= part.toMicros ? { fromMicros: part.fromMicros, toMicros: part.toMicros } : undefined,
    sessions: part.sessions,
    templates: templates.map(([, { shapeNames: names, ...sums }]): TemplateUse => ({
        ...sums,
        shapes: names.map((name) => shapeIndex.get(name)!),
      })),
    shapes: shapeNames.map((name): ShapeUse => {
      const sums = part.shapes.get(name)!;
      return { name, ...sums, listLengths: new Map([...sums.listLengths].sort(([a], [b]) => a - b)) };
    }),
    load: part.load,
    transactions: transactionsOf(
      part.transactions,
      templates.map(([key, { executions, pattern }]) => ({ key, executions, pattern })),
      shapeNames,
    ),
  };
}

/** A part as plain data, for another thread. */
export interface PartState {
  readonly records: number;
  readonly entries: number;
  readonly executions: number;
  readonly fromMicros: number;
  readonly toMicros: number;
  readonly skipped: WorkloadPart["skipped"];
  readonly leftOut: WorkloadPart["leftOut"];
  readonly sample: SampleGroups | undefined;
  readonly sessions: Float64Array;
  readonly templates: WorkloadPart["templates"];
  readonly shapes: readonly [string, Omit<ShapeSums, "counter" | "sample">, CounterState, SampleState][];
  readonly load: LoadState;
  readonly transactions: TransactionState;
}

export function partToState(part: WorkloadPart): PartState {
  const { sessions, shapes, load, transactions, ...rest } = part;
  return {
    ...rest,
    sessions: sessions.toHashes(),
    shapes: [...shapes].map(([name, { counter, sample, ...sums }]) => [
      name,
      sums,
      counter.toState(),
      sample.toState(),
    ]),
    load: load.toState(),
    transactions: transactions.toState(),
  };
}

export function partFromState(state: PartState): WorkloadPart {
  return {
    ...state,
    sessions: DistinctSketch.fromHashes(state.sessions),
    shapes: new Map(
      state.shapes.map(([name, sums, counter, sample]) => [
        name,
        { ...sums, counter: ValueCounter.fromState(counter), sample: EventSample.fromState(sample) },
      ]),
    ),
    load: LoadWindows.fromState(state.load),
    transactions: TransactionPart.fromState(state.transactions),
  };
}

/** The buffers of a state, which may move to the other thread instead of being copied. */
export function buffersOf(state: PartState): ArrayBuffer[] {
  const textBuffers = ({ codes, ends, bytes }: TextPoolState): ArrayBufferLike[] => [
    codes.buffer,
    ends.buffer,
    bytes.buffer,
  ];
  const buffers = state.shapes.flatMap(([, , counter, sample]) => [
    counter.records.buffer,
    ...textBuffers(counter.texts),
    sample.events.buffer,
    sample.codes.buffer,
    ...textBuffers(sample.texts),
  ]);
  return buffers.filter((buffer) => buffer instanceof ArrayBuffer);
}
