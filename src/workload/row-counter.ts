import type { LogEntry, Span } from "../ingest/entry.ts";
import { placeHash } from "./event-sample.ts";
import { setBytes, sampleBytes } from "./key-bytes.ts";
import { emptyPart, newShapeSums, shapeName, skip, type ShapeSums, type WorkloadPart } from "./part.ts";

/** A key whose values are counted over all rows. */
interface CountedKey {
  readonly sums: ShapeSums;
  /** Positions of its columns among the row's. */
  readonly positions: readonly number[];
}

/**
 * Counts the rows of a data set: each key's values with the rows and bytes that have them, and a sample of them in the order of
 * the rows. A row stands for an insert that took as many microseconds as it has bytes, so that all that is known of inserts,
 * counters, samples, merging and judging serves rows as well.
 */
export class RowCounter {
  readonly part: WorkloadPart = emptyPart();
  readonly #input: number;
  readonly #keys: readonly CountedKey[];
  readonly #span: Span = { start: -1, end: -1 };

  /** Rows have no lane of their own. */
  readonly lane = undefined;

  /** `columns` are the names behind `entry.keys`; `keys` are lists of them. */
  constructor(input: number, table: string, columns: readonly string[], keys: readonly (readonly string[])[]) {
    this.#input = input;
    const names = columns.map((column) => column.toLowerCase());
    this.#keys = keys.map((key) => {
      const shape = {
        table,
        use: "insert",
        equal: key.map((column) => ({ column, list: false })),
        ranges: [],
      } as const;
      const sums = newShapeSums(shape);
      this.part.shapes.set(shapeName(shape), sums);
      return { sums, positions: key.map((column) => names.indexOf(column)) };
    });
  }

  skip(offset: number, reason: string): void {
    skip(this.part, reason, { input: this.#input, offset });
  }

  add(entry: LogEntry): void {
    const { part } = this;
    const { bytes, keys } = entry;
    const { bounds } = keys;
    const span = this.#span;
    part.records++;
    part.entries++;
    part.executions++;
    let size = 0;
    for (let column = 0; column < keys.count; column++) size += bounds[2 * column + 1]! - bounds[2 * column]!;
    const hash = placeHash(this.#input, entry.offset);
    for (const { sums, positions } of this.#keys) {
      const { counter, sample } = sums;
      sums.executions++;
      sums.timeMicros += size;
      sample.seen++;
      const sampled = hash <= sample.threshold;
      if (sampled) sample.add(NaN, size, this.#input, entry.offset);
      for (let column = 0; column < positions.length; column++) {
        span.start = bounds[2 * positions[column]!]!;
        span.end = bounds[2 * positions[column]! + 1]!;
        if (sampled) sample.addColumn(1);
        if (span.start < 0) {
          counter.setNull(column);
          if (sampled) sample.addNull();
        } else {
          setBytes(counter, column, bytes, span);
          if (sampled) sampleBytes(sample, bytes, span);
        }
      }
      counter.add(1, size);
    }
  }
}
