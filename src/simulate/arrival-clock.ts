import { randomStream, type RandomStream } from "../stats/random-stream.ts";
import type { ArrivalProcess } from "./scenario.ts";
import { BufferedDraws } from "./buffered-draws.ts";

type OpenProcess = Exclude<ArrivalProcess, { process: "closed" }>;

/** When the requests of one open process arrive, one after the other. */
export class ArrivalClock {
  readonly #source: OpenProcess;
  readonly #random: RandomStream;
  /** Exponential, of mean 1. */
  readonly #gaps: BufferedDraws;
  readonly #speed: number;
  /** Rate of the moment, per millisecond. */
  #rate: number;
  #now = 0;
  /** Until when the rate stays as it is. */
  #until = Infinity;
  #phase = 0;
  /** Of evenly spaced arrivals: the share of the next one that has already passed. */
  #progress = 0;
  /** Arrivals are found by the block, as in `BufferedDraws`. */
  readonly #block = new Float64Array(blockLength);
  #at = 0;
  #filled = 0;

  constructor(source: OpenProcess, seed: number, name: string, speed: number) {
    this.#source = source;
    this.#random = randomStream(seed, `${name} thinned`);
    this.#gaps = new BufferedDraws({ kind: "exponential", mean: 1 }, randomStream(seed, name));
    this.#speed = speed;
    this.#rate = 0;
    switch (source.process) {
      case "poisson":
      case "deterministic":
        this.#rate = source.rate * speed;
        break;
      case "bursts":
        this.#rate = source.rate * speed;
        this.#until = source.calmMs * this.#gaps.next();
        break;
      case "diurnal":
        this.#rate = source.rate * speed * (1 + source.amplitude);
        break;
      case "steps":
        this.#rate = source.steps[0]!.rate * speed;
        this.#until = source.steps[0]!.forMs;
        break;
      case "replay":
        break;
    }
  }

  /** The time of the next arrival in milliseconds, Infinity when there is none. */
  next(): number {
    if (this.#at === this.#filled) this.#refill();
    return this.#block[this.#at++]!;
  }

  /** No more than came so far: to look far ahead in a process of hardly any arrivals can take long. */
  #refill(): void {
    this.#filled = Math.min(blockLength, Math.max(1, 2 * this.#filled));
    for (let at = 0; at < this.#filled; at++) this.#block[at] = this.#following();
    this.#at = 0;
  }

  #following(): number {
    switch (this.#source.process) {
      case "poisson":
        return (this.#now += this.#gaps.next() / this.#rate);
      case "deterministic":
        // Counted, not added up: a billion additions drift.
        return ++this.#phase / this.#rate;
      case "bursts":
        return this.#nextWithPhases((phase) => this.#burstPhase(phase));
      case "diurnal":
        return this.#nextOfDay(this.#source.amplitude, this.#source.periodMs);
      case "steps":
        return this.#source.spacing === "poisson"
          ? this.#nextWithPhases((phase) => this.#stepPhase(phase))
          : this.#nextEven();
      case "replay":
        return (this.#source.timesMs[this.#phase++] ?? Infinity) / this.#speed;
    }
  }

  /** Where the rate changes, the time to the next arrival begins anew: an exponential time has no memory. */
  #nextWithPhases(begin: (phase: number) => boolean): number {
    for (;;) {
      const wait = this.#rate > 0 ? this.#gaps.next() / this.#rate : Infinity;
      if (this.#now + wait < this.#until) return (this.#now += wait);
      if (this.#until === Infinity) return Infinity;
      this.#now = this.#until;
      if (!begin(++this.#phase)) return Infinity;
    }
  }

  #burstPhase(phase: number): boolean {
    const source = this.#source as Extract<OpenProcess, { process: "bursts" }>;
    const burst = phase % 2 === 1;
    this.#rate = (burst ? source.burstRate : source.rate) * this.#speed;
    this.#until = this.#now + (burst ? source.burstMs : source.calmMs) * this.#gaps.next();
    return true;
  }

  #stepPhase(phase: number): boolean {
    const { steps } = this.#source as Extract<OpenProcess, { process: "steps" }>;
    const step = steps[phase];
    if (step === undefined) return false;
    this.#rate = step.rate * this.#speed;
    this.#until = this.#now + step.forMs;
    return true;
  }

  #nextEven(): number {
    for (;;) {
      const wait = this.#rate > 0 ? (1 - this.#progress) / this.#rate : Infinity;
      if (this.#now + wait <= this.#until) {
        this.#progress = 0;
        return (this.#now += wait);
      }
      if (this.#until === Infinity) return Infinity;
      this.#progress += (this.#until - this.#now) * this.#rate;
      this.#now = this.#until;
      if (!this.#stepPhase(++this.#phase)) return Infinity;
    }
  }

  /** Thinning: candidates at the rate of noon, of which the others are dropped by chance. */
  #nextOfDay(amplitude: number, periodMs: number): number {
    for (;;) {
      this.#now += this.#gaps.next() / this.#rate;
      const level = 1 + amplitude * Math.sin((2 * Math.PI * this.#now) / periodMs);
      if (this.#random.next() * (1 + amplitude) < level) return this.#now;
    }
  }
}

const blockLength = 64;

/** All open processes of a scenario in one order of time; at the same time, in the order of the operations. */
export class ArrivalOrder {
  readonly #clocks: readonly ArrivalClock[];
  readonly #times: Float64Array;
  /** The process that the last arrival came from. */
  process = 0;

  constructor(processes: readonly OpenProcess[], seed: number, speed: number) {
    this.#clocks = processes.map(
      (source, index) => new ArrivalClock(source, seed, `arrivals ${index}`, speed),
    );
    this.#times = Float64Array.from(this.#clocks, (clock) => clock.next());
  }

  /** The time of the next arrival; Infinity when there is none. */
  next(): number {
    const times = this.#times;
    let first = 0;
    for (let index = 1; index < times.length; index++) if (times[index]! < times[first]!) first = index;
    const time = times.length === 0 ? Infinity : times[first]!;
    if (time === Infinity) return Infinity;
    this.process = first;
    times[first] = this.#clocks[first]!.next();
    return time;
  }
}
