/** Executions and busy time in one window of the log's time. */
export interface LoadWindow {
  /** Start of the window, microseconds since the epoch. */
  readonly fromMicros: number;
  readonly reads: number;
  readonly writes: number;
  readonly readMicros: number;
  readonly writeMicros: number;
}

interface Cell {
  reads: number;
  writes: number;
  readMicros: number;
  writeMicros: number;
}

const second = 1_000_000;

/**
 * The load over time, in windows of equal width: the smallest power of two of seconds with which at most `limit` windows
 * have any load. Windows start at multiples of the width since the epoch, so that two parts of one log agree on them.
 */
export class LoadWindows {
  readonly limit: number;
  widthSeconds = 1;
  #cells = new Map<number, Cell>();
  /** The latest cell: logs are mostly in order, so the next entry is in it too. */
  #latest: Cell | undefined;
  #latestWindow = NaN;

  constructor(limit = 1024) {
    this.limit = limit;
  }

  /** Adds one execution at `timeMicros` that took `durationMicros` (0 when not logged). */
  add(timeMicros: number, write: boolean, durationMicros: number): void {
    const cell = this.#cellAt(Math.floor(timeMicros / (this.widthSeconds * second)));
    if (write) {
      cell.writes++;
      cell.writeMicros += durationMicros;
    } else {
      cell.reads++;
      cell.readMicros += durationMicros;
    }
    if (this.#cells.size > this.limit) this.#widen(this.widthSeconds * 2);
  }

  #cellAt(window: number): Cell {
    if (window === this.#latestWindow) return this.#latest!;
    let cell = this.#cells.get(window);
    if (cell === undefined) this.#cells.set(window, (cell = { reads: 0, writes: 0, readMicros: 0, writeMicros: 0 }));
    this.#latest = cell;
    this.#latestWindow = window;
    return cell;
  }

  #widen(widthSeconds: number): void {
    while (this.widthSeconds < widthSeconds || this.#cells.size > this.limit) {
      const cells = this.#cells;
      this.#cells = new Map();
      this.#latestWindow = NaN;
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

  /** Windows with any load, in the order of time. */
  windows(): readonly LoadWindow[] {
    return [...this.#cells]
      .sort(([a], [b]) => a - b)
      .map(([window, cell]) => ({ fromMicros: window * this.widthSeconds * second, ...cell }));
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
  sum.reads += cell.reads;
  sum.writes += cell.writes;
  sum.readMicros += cell.readMicros;
  sum.writeMicros += cell.writeMicros;
}
