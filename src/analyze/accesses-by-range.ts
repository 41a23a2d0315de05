import type { KeyRange } from "../placement/shard-map.ts";
import { compareKeys, type KeyValue } from "../workload/key-value.ts";
import type { ColumnValues } from "./column-values.ts";
import { rangesOfEvent } from "./key-events.ts";
import type { KeyTable } from "./key-table.ts";
import type { Known } from "./known.ts";
import { orderedCode, type OrderedKeys } from "./ordered-keys.ts";
import type { HashedKey } from "./placing.ts";
import { routingClassOf } from "./routing-class.ts";
import type { ShapeLoad } from "./table-load.ts";

/** As many ranges as MongoDB's analyzeShardKey cuts a key into (`analyzeShardKeyNumRanges`). */
const rangeCount = 100;
/** Ranges of a key are slow to place: at most so many of a shape's events are. */
const mostIntervals = 256;

/**
 * How many statements touch each of 100 ranges of a key, cut so that each has equally many of the values that the log
 * asks for; of fewer than 100 values each is a range of its own. MongoDB's numReadsByRange and numWritesByRange
 * (https://www.mongodb.com/docs/manual/reference/command/analyzeShardKey/), on the values in the log instead of the
 * stored ones.
 */
export interface AccessesByRange {
  readonly reads: Known<RangeAccesses>;
  /** Inserts are writes. */
  readonly writes: Known<RangeAccesses>;
}

export interface RangeAccesses {
  /** Executions, in the order of the ranges. */
  readonly byRange: readonly number[];
  /** Ranges touched per statement; 1 is ideal. */
  readonly amplification: number;
  /** What the numbers stand for. Left out: statements whose values were not logged, and inserts without the key. */
  readonly executions: number;
  /** Whether some are scaled from a sample of the statements, and the standard errors of that. */
  readonly sampled: boolean;
  /** The largest of any range's number. */
  readonly byRangeError: number;
  readonly amplificationError: number;
}

/** What is known of one key, whatever the strategy. */
export interface KeyInLog {
  readonly key: readonly string[];
  readonly columns: readonly ColumnValues[];
  readonly table: KeyTable;
  readonly ordered: () => OrderedKeys;
  /** Keys of the sampled accesses of each shape that pins the whole key. */
  readonly keyed: ReadonlyMap<ShapeLoad, readonly (readonly HashedKey[] | undefined)[]>;
}

/**
 * An access that pins the key to a value touches one range; to a list, each of its values' ranges; bounds on the
 * leading column, or some leading columns that are pinned, all ranges in between; any other access all ranges.
 * `whenEmpty` is the reason if the log has no values of this key.
 */
export function accessesByRange(
  keyInLog: KeyInLog,
  shapes: readonly ShapeLoad[],
  whenEmpty: string,
): AccessesByRange {
  if (keyInLog.table.size === 0) return { reads: { unknown: whenEmpty }, writes: { unknown: whenEmpty } };
  const ranges = new KeyRanges(keyInLog);
  const touched = (wanted: (shape: ShapeLoad) => boolean, name: string): Known<RangeAccesses> => {
    const some = shapes.filter(wanted);
    if (some.length === 0) return { unknown: `no ${name} in the log` };
    const sum = new Sum(ranges.count);
    for (const shape of some) sum.add(shape.use.executions, intervalsOf(shape, keyInLog, ranges));
    return sum.result() ?? { unknown: `the values of the ${name} are not in the log` };
  };
  return {
    reads: touched(({ use }) => use.shape.use === "read", "reads"),
    writes: touched(({ use }) => use.shape.use !== "read", "writes"),
  };
}

/** First and last of the ranges that an access touches, of each of its values. */
type Intervals = readonly (readonly [number, number])[];

/** Of each sampled access whose values are known; "all" where the shape touches all ranges; undefined: not known. */
function intervalsOf(
  shape: ShapeLoad,
  { key, columns, keyed }: KeyInLog,
  ranges: KeyRanges,
): readonly Intervals[] | "all" | undefined {
  const { class: routed } = routingClassOf(shape.use.shape, key, true);
  const keys = keyed.get(shape);
  if (keys !== undefined) return keys.flatMap((wanted) => (wanted === undefined ? [] : [ranges.ofKeys(wanted)]));
  if (routed === "scatter-gather") return "all";
  if (routed !== "multi-shard") return undefined;
  const stride = Math.ceil(shape.events.length / mostIntervals);
  return shape.events.flatMap((event, nth) => {
    const wanted = nth % stride === 0 ? rangesOfEvent(event, shape, key, columns) : undefined;
    return wanted === undefined ? [] : [wanted.map((range) => ranges.ofRange(range))];
  });
}

/** Ranges of equally many values; each begins at a bound and ends before the next one's. */
class KeyRanges {
  readonly count: number;
  readonly #columns: readonly ColumnValues[];
  readonly #bounds: readonly (readonly KeyValue[])[];
  /** Column by column, bound by bound, if codes have the order of the values. */
  readonly #boundCodes: Float64Array | undefined;
  /** Texts are slow to compare, and sampled statements ask for the same ones again. */
  readonly #known = new Map<number, number>();

  constructor({ columns, table, ordered }: KeyInLog) {
    const entries = ordered().rangeStarts(rangeCount);
    const arity = columns.length;
    this.#columns = columns;
    this.#bounds = entries.map((entry) => table.keyAt(entry));
    this.count = entries.length + 1;
    if (columns.every((column) => column.ordersByCode)) {
      this.#boundCodes = Float64Array.from({ length: entries.length * arity }, (_, index) =>
        orderedCode(table.codes[entries[Math.floor(index / arity)]! * arity + (index % arity)]!),
      );
    }
  }

  ofKeys(keys: readonly HashedKey[]): Intervals {
    return keys.map(({ codes }) => {
      const range = this.#rangeOf(codes);
      return [range, range] as const;
    });
  }

  ofRange({ prefix, from, to }: KeyRange): readonly [number, number] {
    const low = from === undefined ? prefix : [...prefix, from.value];
    const high = to === undefined ? prefix : [...prefix, to.value];
    const first = countWhile(this.#bounds.length, (bound) => compareKeys(this.#bounds[bound]!, low) <= 0);
    const last = countWhile(
      this.#bounds.length,
      (bound) => compareKeys(this.#bounds[bound]!.slice(0, high.length), high) <= 0,
    );
    // Bounds the wrong way round find no row, but some range must be asked.
    return [first, Math.max(first, last)];
  }

  #rangeOf(codes: readonly number[]): number {
    const bounds = this.#boundCodes;
    const arity = this.#columns.length;
    if (bounds !== undefined) {
      return countWhile(this.#bounds.length, (bound) => {
        for (let column = 0; column < arity; column++) {
          const code = orderedCode(codes[column]!);
          const other = bounds[bound * arity + column]!;
          if (code !== other) return other < code;
        }
        return true;
      });
    }
    const known = arity === 1 ? this.#known.get(codes[0]!) : undefined;
    if (known !== undefined) return known;
    const key = this.#columns.map((column, index) => column.keyOf(codes[index]!));
    const range = countWhile(this.#bounds.length, (bound) => compareKeys(this.#bounds[bound]!, key) <= 0);
    if (arity === 1) this.#known.set(codes[0]!, range);
    return range;
  }
}

/** How many of the first of `count` items hold, all that hold being before all that do not. */
function countWhile(count: number, holds: (index: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Adds up shapes, each scaled from its sample to its executions. */
class Sum {
  readonly #byRange: Float64Array;
  readonly #variances: Float64Array;
  /** Of the sum over all ranges. */
  #variance = 0;
  #executions = 0;
  #sampled = false;

  constructor(ranges: number) {
    this.#byRange = new Float64Array(ranges);
    this.#variances = new Float64Array(ranges);
  }

  add(executions: number, sample: readonly Intervals[] | "all" | undefined): void {
    if (sample === "all") {
      this.#executions += executions;
      for (let range = 0; range < this.#byRange.length; range++) this.#byRange[range]! += executions;
      return;
    }
    const size = sample?.length ?? 0;
    if (sample === undefined || size === 0) return;
    const counts = new Float64Array(this.#byRange.length);
    let sum = 0;
    let squares = 0;
    for (const intervals of sample) {
      const touched = countTouched(intervals, counts);
      sum += touched;
      squares += touched * touched;
    }
    this.#executions += executions;
    // The variance of a mean over a sample without replacement, so that a sample of everything has none.
    const unseen = executions > size ? (executions - size) / (executions - 1) : 0;
    if (unseen > 0) this.#sampled = true;
    const scale = executions ** 2 * (unseen / size);
    for (let range = 0; range < counts.length; range++) {
      const share = counts[range]! / size;
      this.#byRange[range]! += (counts[range]! * executions) / size;
      this.#variances[range]! += scale * share * (1 - share);
    }
    this.#variance += scale * Math.max(0, squares / size - (sum / size) ** 2);
  }

  /** Undefined when nothing was known. */
  result(): RangeAccesses | undefined {
    if (this.#executions === 0) return undefined;
    return {
      byRange: [...this.#byRange],
      amplification: this.#byRange.reduce((sum, touches) => sum + touches, 0) / this.#executions,
      executions: this.#executions,
      sampled: this.#sampled,
      byRangeError: Math.sqrt(Math.max(...this.#variances)),
      amplificationError: Math.sqrt(this.#variance) / this.#executions,
    };
  }
}

/** Counts each range once that any of the intervals has; returns how many those are. */
function countTouched(intervals: Intervals, counts: Float64Array): number {
  let touched = 0;
  let next = 0;
  const ascending = intervals.length === 1 ? intervals : intervals.toSorted(([a], [b]) => a - b);
  for (const [first, last] of ascending) {
    for (let range = Math.max(first, next); range <= last; range++) {
      counts[range]!++;
      touched++;
    }
    next = Math.max(next, last + 1);
  }
  return touched;
}
