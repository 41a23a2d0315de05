/** Remembers the keys that were used last, each for a while. */
export class KeyCache {
  readonly #entries: number;
  readonly #forMs: number;
  /** A map keeps its order: the one used longest ago stands first. */
  readonly #until = new Map<number, number>();

  constructor(entries: number, forMs: number) {
    this.#entries = entries;
    this.#forMs = forMs;
  }

  has(key: number, now: number): boolean {
    const until = this.#until.get(key);
    if (until === undefined) return false;
    this.#until.delete(key);
    if (until < now) return false;
    this.#until.set(key, until);
    return true;
  }

  add(key: number, now: number): void {
    this.#until.delete(key);
    this.#until.set(key, now + this.#forMs);
    if (this.#until.size > this.#entries) this.#until.delete(this.#until.keys().next().value!);
  }

  forget(key: number): void {
    this.#until.delete(key);
  }
}
