/**
 * When the entries of a log became visible on one replica. Entries are numbered from 1; times never go back. What has
 * been visible for long is forgotten, so that memory follows the replica's lag and not the length of the run.
 */
export class Visibility {
  #times = new Float64Array(64);
  /** The first entry that is kept. */
  #first = 1;
  /** The last entry whose time is known. */
  last = 0;
  lastTime = 0;

  /** The next entry becomes visible at `time`; nobody will ask about times before `now`. */
  add(time: number, now: number): void {
    const entry = ++this.last;
    this.lastTime = time;
    if (entry - this.#first >= this.#times.length) {
      while (this.#first < entry && this.#times[this.#first & (this.#times.length - 1)]! <= now) this.#first++;
      if (entry - this.#first >= this.#times.length) this.#grow();
    }
    this.#times[entry & (this.#times.length - 1)] = time;
  }

  /** Whether an entry was visible at `time`. An entry whose time is not known yet was not. */
  shows(entry: number, time: number): boolean {
    if (entry < this.#first) return true;
    if (entry > this.last) return false;
    return this.#times[entry & (this.#times.length - 1)]! <= time;
  }

  /** The last entry that is visible at `time`. */
  visibleAt(time: number): number {
    let low = this.#first - 1;
    let high = this.last;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#times[middle & (this.#times.length - 1)]! <= time) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** Entries from `last + 1` to `entry` are there at once, such as on a node that was copied anew. */
  skipTo(entry: number, time: number): void {
    this.#first = entry + 1;
    this.last = entry;
    this.lastTime = Math.max(this.lastTime, time);
  }

  /** Forgets the entries after `entry`: they were lost. */
  cutAfter(entry: number): void {
    this.last = Math.min(this.last, entry);
    this.#first = Math.min(this.#first, this.last + 1);
    this.lastTime = this.last < this.#first ? 0 : this.#times[this.last & (this.#times.length - 1)]!;
  }

  #grow(): void {
    const grown = new Float64Array(this.#times.length * 2);
    for (let entry = this.#first; entry < this.last; entry++)
      grown[entry & (grown.length - 1)] = this.#times[entry & (this.#times.length - 1)]!;
    this.#times = grown;
  }
}
