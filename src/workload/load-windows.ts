/** Executions and busy time in one window of the log's time. */
export interface LoadWindow {
  /** Start of the window, microseconds since the epoch. */
  readonly fromMicros: number;
  readonly reads: number;
  readonly writes: number;
  readonly readMicros: number;
  readonly writeMicros: number;
}

/** Reads, their microseconds, writes, theirs. */
type Cell = Float64Array;

const second = 1_000_000;

/**
 * The load over time, in windows of equal width: the smallest power of two of seconds with which at most `limit` windows
 * have any load. Windows start at multiples of the width since the epoch, so that two parts of one log agree on them.
 */
export class LoadWindows {
  readonly limit: number;
  widthSeconds = 1;
  #cells = new Map<number, Cell>();
  /** The latest cell and the time it covers: logs are mostly in order, so the next entry is in it too. */
  #latest: Cell = new Float64Array(4);
  #latestFrom = Infinity;
  #latestTo = -Infinity;

  constructor(limit = 16_384) {
    this.limit = limit;
  }

  /** Adds one execution at `timeMicros` that took `durationMicros` (0 when not logged). */
  add(timeMicros: number, write: boolean, durationMicros: number): void {
    if (timeMicros < this.#latestFrom || timeMicros >= this.#latestTo) this.#moveTo(timeMicros);
    const cell = this.#latest;
    const field = write ? 2 : 0;
    cell[field]! += 1;
    cell[field + 1]! += durationMicros;
  }

  /** Adds sums of executions (reads, their microseconds, writes, theirs) that all lie in the window around a time. */
  addSums(timeMicros: number, sums: ArrayLike<number>): void {
    if (timeMicros < this.#latestFrom || timeMicros >= this.#latestTo) this.#moveTo(timeMicros);
    for (let field = 0; field < this.#latest.length; field++) this.#latest[field]! += sums[field]!;
  }

  /** Where the window around a time begins and where it ends. */
  boundsOf(timeMicros: number): readonly [from: number, to: number] {
    const width = this.widthSeconds * second;
    const from = Math.floor(timeMicros / width) * width;
    return [from, from + width];
  }

  #moveTo(timeMicros: number): void {
    const window = Math.floor(timeMicros / (this.widthSeconds * second));
    const cell = this.#cellAt(window);
    if (this.#cells.size > this.limit) {
      this.#widen(this.widthSeconds * 2);
      this.#moveTo(timeMicros);
      return;
    }
    this.#latest = cell;
    this.#latestFrom = window * this.widthSeconds * second;
    this.#latestTo = this.#latestFrom + this.widthSeconds * second;
  }

  #cellAt(window: number): Cell {
    let cell = this.#cells.get(window);
    if (cell === undefined) this.#cells.set(window, (cell = new Float64Array(4)));
    return cell;
  }

  #widen(widthSeconds: number): void {
    while (this.widthSeconds < widthSeconds || this.#cells.size > this.limit) {
      const cells = this.#cells;
      this.#cells = new Map();
      this.#latestTo = -Infinity;
      this.widthSeconds *= 2;
      for (const [window, cell] of cells) addTo(this.#cellAt(Math.floor(window / 2)), cell);
    }
  }

  merge(other: LoadWindows): void {
    this.#widen(other.widthSeconds);
    const factor = this.widthSeconds / other.widthSeconds;
    for (const [window, cell] of other.#cells) addTo(this.#cellAt(Math.floor(window / factor)), cell);
    this.#widen(this.widthSeconds);
  }

  /** Windows with any load, in the order of time, so many of them put together to one. */
  windows(together = 1): readonly LoadWindow[] {
    let cells: ReadonlyMap<number, Cell> = this.#cells;
    if (together > 1) {
      const sums = new Map<number, Cell>();
      for (const [window, cell] of cells) {
        const wide = Math.floor(window / together);
        const sum = sums.get(wide) ?? new Float64Array(4);
        sums.set(wide, sum);
        addTo(sum, cell);
      }
      cells = sums;
    }
    return [...cells]
      .sort(([a], [b]) => a - b)
      .map(([window, [reads, readMicros, writes, writeMicros]]) => ({
        fromMicros: window * this.widthSeconds * together * second,
        reads: reads!,
        writes: writes!,
        readMicros: readMicros!,
        writeMicros: writeMicros!,
      }));
  }

  /** How many windows to put together, a power of two, so that at most `most` have any load. */
  togetherFor(most: number): number {
    let windows: ReadonlySet<number> = new Set(this.#cells.keys());
    let together = 1;
    for (; windows.size > most; together *= 2) windows = new Set([...windows].map((window) => Math.floor(window / 2)));
    return together;
  }

  toState(): LoadState {
    return { limit: this.limit, widthSeconds: this.widthSeconds, cells: this.#cells };
  }

  static fromState(state: LoadState): LoadWindows {
    const load = new LoadWindows(state.limit);
    load.widthSeconds = state.widthSeconds;
    load.#cells = state.cells;
    return load;
  }
}

export interface LoadState {
  readonly limit: number;
  readonly widthSeconds: number;
  readonly cells: Map<number, Cell>;
}

function addTo(sum: Cell, cell: Cell): void {
  for (const [field, value] of cell.entries()) sum[field]! += value;
}
