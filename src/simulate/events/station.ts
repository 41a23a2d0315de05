import type { RandomStream } from "../../stats/random-stream.ts";
import type { Sampler } from "../sampler.ts";
import type { Recorder } from "../recorder.ts";
import type { Happening, Timeline } from "./timeline.ts";

/** Work for a station. */
export interface Job {
  readonly service: number;
  readonly priority: number;
  /** When its service begins, and how long it will take. */
  readonly begin?: (wait: number, service: number) => void;
  readonly end: () => void;
  arrivedAt: number;
  state: "new" | "waiting" | "served" | "gone";
  /** Of one in service: its end, when that will be, and what is left of it while the node stands still. */
  ending: Happening | undefined;
  endsAt: number;
  left: number;
}

export function jobOf(
  service: number,
  priority: number,
  end: () => void,
  begin?: (wait: number, service: number) => void,
): Job {
  return {
    service,
    priority,
    end,
    ...(begin !== undefined && { begin }),
    arrivedAt: 0,
    state: "new",
    ending: undefined,
    endsAt: 0,
    left: 0,
  };
}

/** Where work queues and is served. */
export interface Station {
  /** False when the queue is full. */
  submit(job: Job): boolean;
  cancel(job: Job): void;
  /** Those that wait and are served. */
  readonly load: number;
  readonly waitingCount: number;
  freeze(): void;
  thaw(): void;
  slow(factor: number): void;
  /** All work is lost. */
  clear(): void;
  finish(): void;
}

export interface StationSettings {
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly place: number;
  readonly servers: number;
  readonly queueLimit: number;
}

/** A server that goes away whenever it finds nothing to do. */
export interface IdleStalls {
  readonly lasts: Sampler;
  readonly random: RandomStream;
}

/** Several servers behind one queue: by priority, then in the order of arrival. One in service is not interrupted. */
export class QueueStation implements Station {
  readonly #settings: StationSettings;
  readonly #stalls: IdleStalls | undefined;
  /** By priority, lowest first. */
  readonly #queues: { readonly priority: number; readonly jobs: JobQueue }[] = [];
  readonly #served = new Set<Job>();
  /** Servers that are away. */
  #away = 0;
  #waiting = 0;
  #frozen = 0;
  #factor = 1;

  constructor(settings: StationSettings, stalls?: IdleStalls) {
    this.#settings = settings;
    this.#stalls = stalls;
    if (stalls !== undefined) for (let server = 0; server < settings.servers; server++) this.#leave();
  }

  get load(): number {
    return this.#waiting + this.#served.size;
  }

  get waitingCount(): number {
    return this.#waiting;
  }

  submit(job: Job): boolean {
    job.arrivedAt = this.#settings.timeline.now;
    if (this.#hasFreeServer()) {
      this.#serve(job);
      return true;
    }
    if (this.#waiting >= this.#settings.queueLimit) return false;
    job.state = "waiting";
    this.#waiting += 1;
    this.#queueOf(job.priority).push(job);
    return true;
  }

  cancel(job: Job): void {
    const { state } = job;
    job.state = "gone";
    if (state === "waiting") {
      this.#waiting -= 1;
      this.#account(job, this.#settings.timeline.now, this.#settings.timeline.now);
    }
    if (state !== "served") return;
    this.#settings.timeline.cancel(job.ending);
    this.#served.delete(job);
    this.#serveNext();
  }

  freeze(): void {
    if (this.#frozen++ > 0) return;
    const { timeline } = this.#settings;
    for (const job of this.#served) {
      timeline.cancel(job.ending);
      job.left = job.endsAt - timeline.now;
    }
  }

  thaw(): void {
    if (--this.#frozen > 0) return;
    for (const job of this.#served) this.#endAfter(job, job.left);
    while (this.#waiting > 0 && this.#hasFreeServer()) this.#serveNext();
  }

  slow(factor: number): void {
    this.#factor = factor;
  }

  clear(): void {
    for (const job of this.#served) {
      this.#settings.timeline.cancel(job.ending);
      job.state = "gone";
    }
    this.#served.clear();
    for (const { jobs } of this.#queues) {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        if (job.state !== "waiting") continue;
        job.state = "gone";
        this.#account(job, this.#settings.timeline.now, this.#settings.timeline.now);
      }
    }
    this.#waiting = 0;
  }

  /** Those that still wait at the end have waited too. */
  finish(): void {
    for (const { jobs } of this.#queues)
      jobs.forEach((job) => {
        if (job.state === "waiting") this.#settings.recorder.unserved(this.#settings.place, job.arrivedAt);
      });
  }

  #hasFreeServer(): boolean {
    return this.#frozen === 0 && this.#served.size + this.#away < this.#settings.servers;
  }

  #queueOf(priority: number): JobQueue {
    const found = this.#queues.find((queue) => queue.priority === priority);
    if (found !== undefined) return found.jobs;
    const jobs = new JobQueue();
    this.#queues.push({ priority, jobs });
    this.#queues.sort((a, b) => a.priority - b.priority);
    return jobs;
  }

  #serve(job: Job): void {
    const { timeline } = this.#settings;
    const service = job.service * this.#factor;
    this.#account(job, timeline.now, timeline.now + service);
    job.state = "served";
    this.#served.add(job);
    job.begin?.(timeline.now - job.arrivedAt, service);
    this.#endAfter(job, service);
  }

  #account(job: Job, start: number, end: number): void {
    this.#settings.recorder.service(this.#settings.place, job.arrivedAt, start, end);
  }

  #endAfter(job: Job, service: number): void {
    const { timeline } = this.#settings;
    job.endsAt = timeline.now + service;
    job.ending = timeline.at(job.endsAt, () => {
      this.#served.delete(job);
      job.state = "gone";
      this.#serveNext();
      job.end();
    });
  }

  #serveNext(): void {
    if (!this.#hasFreeServer()) return;
    for (const { jobs } of this.#queues) {
      for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
        if (job.state !== "waiting") continue;
        this.#waiting -= 1;
        this.#serve(job);
        return;
      }
    }
    if (this.#stalls !== undefined) this.#leave();
  }

  #leave(): void {
    const { lasts, random } = this.#stalls!;
    this.#away += 1;
    this.#settings.timeline.after(lasts.draw(random), () => {
      this.#away -= 1;
      this.#serveNext();
    });
  }
}

/** First in, first out, without moving what is behind. */
class JobQueue {
  #jobs: (Job | undefined)[] = [];
  #head = 0;

  push(job: Job): void {
    this.#jobs.push(job);
  }

  shift(): Job | undefined {
    const job = this.#jobs[this.#head];
    if (job === undefined) return undefined;
    this.#jobs[this.#head++] = undefined;
    if (this.#head === this.#jobs.length) {
      this.#jobs.length = 0;
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#jobs.length) {
      this.#jobs = this.#jobs.slice(this.#head);
      this.#head = 0;
    }
    return job;
  }

  forEach(visit: (job: Job) => void): void {
    for (let at = this.#head; at < this.#jobs.length; at++) visit(this.#jobs[at]!);
  }
}
