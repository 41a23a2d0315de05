import FlatQueue from "flatqueue";

/** Something that happens at a time unless it is cancelled. */
export interface Happening {
  readonly sequence: number;
  run: (() => void) | undefined;
}

/** What will happen, in the order of time; at the same time, in the order in which it was planned. */
export class Timeline {
  now = 0;
  readonly #queue = new FlatQueue<Happening>();
  /** A heap shuffles ties: those of one time are taken out together and sorted. */
  #ties: Happening[] = [];
  #sequence = 0;

  at(time: number, run: () => void): Happening {
    const happening = { sequence: this.#sequence++, run };
    this.#queue.push(happening, time > this.now ? time : this.now);
    return happening;
  }

  after(delay: number, run: () => void): Happening {
    return this.at(this.now + delay, run);
  }

  /** At once when the delay is nothing, so that what has no way to go keeps its place in the order. */
  afterWay(delay: number, run: () => void): void {
    if (delay === 0) run();
    else this.at(this.now + delay, run);
  }

  cancel(happening: Happening | undefined): void {
    if (happening !== undefined) happening.run = undefined;
  }

  /** The time of what comes next; Infinity when nothing does. */
  get nextTime(): number {
    return this.#ties.length > 0 ? this.now : (this.#queue.peekValue() ?? Infinity);
  }

  /** Lets everything happen that is planned up to `time`, that time included. */
  runUpTo(time: number): void {
    while (this.nextTime <= time) this.#runNext();
  }

  #runNext(): void {
    if (this.#ties.length === 0) {
      this.now = this.#queue.peekValue()!;
      while (this.#queue.peekValue() === this.now) this.#ties.push(this.#queue.pop()!);
      if (this.#ties.length > 1) this.#ties.sort((a, b) => b.sequence - a.sequence);
    }
    this.#ties.pop()!.run?.();
  }
}
