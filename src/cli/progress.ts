/**
 * One line on stderr that says how far a long run is, how fast it goes and how long it will still take. Nothing is printed
 * in the first second, nor where stderr is no terminal.
 */
export class Progress {
  readonly #write: ((text: string) => void) | undefined;
  readonly #now: () => number;
  readonly #startedAt: number;
  readonly #totalBytes: number;
  #printedAt = 0;
  #printed = false;

  /** `write` is undefined where there is no terminal; `totalBytes` is NaN where the end is not known (a pipe). */
  constructor(totalBytes: number, now: () => number, write: ((text: string) => void) | undefined) {
    this.#totalBytes = totalBytes;
    this.#now = now;
    this.#write = write;
    this.#startedAt = now();
  }

  update(doneBytes: number): void {
    if (this.#write === undefined) return;
    const now = this.#now();
    if (now - this.#startedAt < 1000 || now - this.#printedAt < 200) return;
    this.#printedAt = now;
    this.#printed = true;
    const seconds = (now - this.#startedAt) / 1000;
    const rate = doneBytes / seconds;
    const known = this.#totalBytes > 0;
    const left = known ? `, ${Math.max(0, Math.ceil((this.#totalBytes - doneBytes) / rate))} s left` : "";
    const share = known
      ? ` of ${megabytes(this.#totalBytes)} (${Math.floor((100 * doneBytes) / this.#totalBytes)} %)`
      : "";
    this.#write(`\r\u001b[Kread ${megabytes(doneBytes)}${share}, ${megabytes(rate)}/s${left}`);
  }

  /** Clears the line, so that what follows starts on a clean one. */
  end(): void {
    if (this.#printed) this.#write?.("\r\u001b[K");
  }
}

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
