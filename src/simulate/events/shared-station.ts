import FlatQueue from "flatqueue";
import type { Job, Station, StationSettings } from "./station.ts";
import type { Happening } from "./timeline.ts";

/**
 * Servers that work on all jobs at once, in equal parts, but on no job with more than one server (egalitarian processor
 * sharing). Work is measured on a clock that runs as fast as each job is served: a job ends when that clock has advanced
 * by its service.
 */
export class SharedStation implements Station {
  readonly #settings: StationSettings;
  readonly #byEnd = new FlatQueue<Job>();
  readonly #served = new Set<Job>();
  #work = 0;
  #measuredAt = 0;
  #ending: Happening | undefined;
  #frozen = 0;
  #factor = 1;

  constructor(settings: StationSettings) {
    this.#settings = settings;
  }

  get load(): number {
    return this.#served.size;
  }

  get waitingCount(): number {
    return Math.max(0, this.#served.size - this.#settings.servers);
  }

  submit(job: Job): boolean {
    const { servers, queueLimit, timeline } = this.#settings;
    if (this.#served.size >= servers + queueLimit) return false;
    this.#measure();
    const service = job.service * this.#factor;
    job.arrivedAt = timeline.now;
    job.state = "served";
    job.left = service;
    job.endsAt = this.#work + service;
    this.#served.add(job);
    this.#byEnd.push(job, job.endsAt);
    job.begin?.(0, service);
    this.#plan();
    return true;
  }

  cancel(job: Job): void {
    if (job.state !== "served") return;
    this.#measure();
    job.state = "gone";
    this.#served.delete(job);
    this.#plan();
  }

  freeze(): void {
    this.#measure();
    this.#frozen += 1;
    this.#plan();
  }

  thaw(): void {
    this.#measure();
    this.#frozen -= 1;
    this.#plan();
  }

  slow(factor: number): void {
    this.#factor = factor;
  }

  clear(): void {
    this.#measure();
    for (const job of this.#served) job.state = "gone";
    this.#served.clear();
    this.#byEnd.clear();
    this.#plan();
  }

  finish(): void {
    this.#measure();
  }

  /** How much of a server each job has. */
  #rate(): number {
    if (this.#frozen > 0 || this.#served.size === 0) return 0;
    return Math.min(1, this.#settings.servers / this.#served.size);
  }

  /** Brings the clock of work up to now, and notes what was done and who had to share. */
  #measure(): void {
    const { timeline, recorder, place, servers } = this.#settings;
    const from = this.#measuredAt;
    const { now } = timeline;
    this.#measuredAt = now;
    if (now <= from || this.#served.size === 0) return;
    this.#work += (now - from) * this.#rate();
    if (this.#frozen === 0) recorder.workedTogether(place, from, now, Math.min(servers, this.#served.size));
    recorder.waitedTogether(place, from, now, this.waitingCount);
  }

  #plan(): void {
    const { timeline } = this.#settings;
    timeline.cancel(this.#ending);
    this.#ending = undefined;
    while (this.#byEnd.length > 0 && this.#byEnd.peek()!.state !== "served") this.#byEnd.pop();
    const rate = this.#rate();
    if (rate === 0 || this.#byEnd.length === 0) return;
    const left = Math.max(0, this.#byEnd.peekValue()! - this.#work);
    this.#ending = timeline.after(left / rate, () => this.#endFirst());
  }

  #endFirst(): void {
    this.#measure();
    const job = this.#byEnd.pop()!;
    // What the clock of work has lost in rounding is given back, or the next to end would wait for it.
    this.#work = Math.max(this.#work, job.endsAt);
    this.#served.delete(job);
    job.state = "gone";
    this.#plan();
    job.end();
  }
}
