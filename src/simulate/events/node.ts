import type { Recorder, Refusal } from "../recorder.ts";
import type { Part } from "./part.ts";
import { type Job, jobOf, type Station } from "./station.ts";
import type { Timeline } from "./timeline.ts";

export interface NodeParts {
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly shard: number;
  readonly index: number;
  readonly region: number;
  readonly stations: readonly Station[];
  /** Where entries of the log are applied; the first station when they queue with reads. */
  readonly applier: Station;
  readonly connections: Connections;
}

/** A server process: stations behind a pool of connections, and the faults that befall it. */
export class Node {
  readonly timeline: Timeline;
  readonly recorder: Recorder;
  readonly shard: number;
  readonly index: number;
  readonly region: number;
  readonly stations: readonly Station[];
  readonly applier: Station;
  readonly connections: Connections;
  readonly visits = new Set<Visit>();
  up = true;
  paused = false;
  cutOff = false;

  constructor(parts: NodeParts) {
    this.timeline = parts.timeline;
    this.recorder = parts.recorder;
    this.shard = parts.shard;
    this.index = parts.index;
    this.region = parts.region;
    this.stations = parts.stations;
    this.applier = parts.applier;
    this.connections = parts.connections;
  }

  /** Whether messages reach it. */
  get reachable(): boolean {
    return this.up && !this.paused && !this.cutOff;
  }

  get load(): number {
    return this.stations.reduce((sum, station) => sum + station.load, 0);
  }

  crash(): void {
    this.up = false;
    for (const station of this.#allStations()) station.clear();
    this.dropVisits("crashed");
    this.connections.clear();
  }

  dropVisits(reason: Refusal): void {
    for (const visit of [...this.visits]) visit.drop(reason);
  }

  pause(): void {
    this.paused = true;
    for (const station of this.#allStations()) station.freeze();
  }

  resume(): void {
    this.paused = false;
    for (const station of this.#allStations()) station.thaw();
  }

  slow(factor: number): void {
    for (const station of this.#allStations()) station.slow(factor);
  }

  finish(): void {
    for (const station of this.#allStations()) station.finish();
  }

  #allStations(): Iterable<Station> {
    return new Set([...this.stations, this.applier]);
  }
}

/** A pool: so many at a time, so many more that wait. */
export class Connections {
  readonly #limit: number;
  readonly #queueLimit: number;
  #used = 0;
  #waiting: (() => void)[] = [];

  constructor(limit: number, queueLimit: number) {
    this.#limit = limit;
    this.#queueLimit = queueLimit;
  }

  /** Calls `use` as soon as there is a connection; false when there is none and no place to wait. */
  acquire(use: () => void): boolean {
    if (this.#used < this.#limit) {
      this.#used += 1;
      use();
      return true;
    }
    if (this.#waiting.length >= this.#queueLimit) return false;
    this.#waiting.push(use);
    return true;
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#used -= 1;
    else next();
  }

  clear(): void {
    this.#used = 0;
    this.#waiting = [];
  }
}

/** One part at one node: a connection, then station after station. */
export class Visit {
  readonly #node: Node;
  readonly #part: Part;
  readonly #begin: (() => void) | undefined;
  readonly #done: () => void;
  readonly #fail: (reason: Refusal) => void;
  #job: Job | undefined;
  #stage = 0;
  #connected = false;
  #over = false;

  /** `begin` is called when its service begins, `done` when all stations are behind it; the connection is kept. */
  constructor(
    node: Node,
    part: Part,
    handlers: { begin?: () => void; done: () => void; fail: (reason: Refusal) => void },
  ) {
    this.#node = node;
    this.#part = part;
    this.#begin = handlers.begin;
    this.#done = handlers.done;
    this.#fail = handlers.fail;
  }

  start(): void {
    this.#node.visits.add(this);
    const accepted = this.#node.connections.acquire(() => {
      if (this.#over) return this.#node.connections.release();
      this.#connected = true;
      this.#enterStage();
    });
    if (!accepted) this.drop("no-connection");
  }

  /** The node has no more to do with it. */
  leave(): void {
    if (this.#over) return;
    this.#over = true;
    this.#node.visits.delete(this);
    if (this.#job !== undefined) this.#node.stations[this.#stageAt().station]!.cancel(this.#job);
    if (this.#connected) this.#node.connections.release();
  }

  drop(reason: Refusal): void {
    if (this.#over) return;
    this.leave();
    this.#fail(reason);
  }

  #stageAt(): Part["stages"][number] {
    return this.#part.stages[Math.min(this.#stage, this.#part.stages.length - 1)]!;
  }

  #enterStage(): void {
    const { station, service } = this.#stageAt();
    const { recorder } = this.#node;
    const { operation, arrivedAt, priority } = this.#part;
    const job = jobOf(
      service,
      priority,
      () => this.#endStage(),
      (wait) => {
        recorder.waited(operation, recorder.batchOf(arrivedAt), wait);
        if (this.#stage === 0) this.#begin?.();
      },
    );
    this.#job = job;
    const accepted = this.#node.stations[station]!.submit(job);
    if (!accepted) return this.drop("queue-full");
    if (operation >= 0) recorder.work(this.#node.shard, operation, service);
  }

  #endStage(): void {
    this.#job = undefined;
    if (++this.#stage < this.#part.stages.length) this.#enterStage();
    else this.#done();
  }
}
