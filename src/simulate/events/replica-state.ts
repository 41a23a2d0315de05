import { Visibility } from "../visibility.ts";
import type { Node } from "./node.ts";
import { jobOf } from "./station.ts";

/** An entry of a shard's log. Numbers count from 1. */
export interface Entry {
  readonly number: number;
  readonly commit: number;
  readonly key: number;
  readonly operation: number;
  acknowledged: boolean;
  /** Acknowledgements that are still to come, and what they lead to. */
  missing: number;
  acknowledge: (() => void) | undefined;
}

/** One node's copy of the log: what it received, what it shows. */
export class ReplicaState {
  readonly node: Node;
  readonly visibility = new Visibility();
  /** When the last entry arrived or will arrive: the log keeps its order on the way. */
  lastArrival = 0;
  /** The last entry that it has. */
  received = 0;
  /** Entries that wait while the node can't be reached. */
  readonly held: { readonly entry: Entry; readonly apply: number; readonly answer: number }[] = [];
  /** Received and not yet begun to be applied. */
  readonly unapplied: { readonly entry: Entry; readonly apply: number; readonly applied: () => void }[] = [];
  /** Who waits for an entry to be visible. */
  readonly #waiting: { readonly entry: number; readonly resume: () => void }[] = [];
  /** Of writes delivered out of order: how many of each key are on their way. */
  readonly pending = new Map<number, number>();

  constructor(node: Node) {
    this.node = node;
  }

  /** Applies an entry in its turn; `applied` is called when it is visible. */
  apply(entry: Entry, apply: number, applied: () => void): void {
    this.unapplied.push({ entry, apply, applied });
    this.#submit(this.unapplied.at(-1)!);
  }

  #submit(item: ReplicaState["unapplied"][number]): void {
    const { entry, applied } = item;
    const { timeline, recorder, shard, index } = this.node;
    const job = jobOf(
      item.apply,
      0,
      () => {},
      (_, service) => {
        this.unapplied.splice(this.unapplied.indexOf(item), 1);
        const before = this.visibility.lastTime;
        const visible = Math.max(timeline.now + service, before);
        this.visibility.add(visible, timeline.now);
        recorder.applied(shard, index, entry.commit, visible, before);
        timeline.at(visible, applied);
        this.#wake(visible);
      },
    );
    this.node.applier.submit(job);
  }

  /** After a crash what was received is on disk and applied again. */
  restart(): void {
    for (const item of [...this.unapplied]) this.#submit(item);
  }

  /** Calls `resume` as soon as the entry is visible. */
  whenVisible(entry: number, resume: () => void): void {
    const { timeline } = this.node;
    if (this.visibility.shows(entry, timeline.now)) return resume();
    this.#waiting.push({ entry, resume });
    this.#wake(this.visibility.lastTime);
  }

  #wake(visible: number): void {
    for (let at = this.#waiting.length - 1; at >= 0; at--) {
      const { entry, resume } = this.#waiting[at]!;
      if (entry > this.visibility.last) continue;
      this.#waiting.splice(at, 1);
      this.node.timeline.at(visible, resume);
    }
  }

  /** Takes over a whole copy of the log. */
  copyUpTo(entry: number): void {
    this.held.length = 0;
    this.unapplied.length = 0;
    this.received = entry;
    this.visibility.skipTo(entry, this.node.timeline.now);
    this.lastArrival = Math.max(this.lastArrival, this.node.timeline.now);
  }

  /** Entries after `entry` are lost. */
  cutAfter(entry: number): void {
    keepOnly(this.held, (item) => item.entry.number <= entry);
    keepOnly(this.unapplied, (item) => item.entry.number <= entry);
    this.received = Math.min(this.received, entry);
    this.visibility.cutAfter(entry);
  }
}

function keepOnly<T>(items: T[], wanted: (item: T) => boolean): void {
  const kept = items.filter(wanted);
  items.length = 0;
  items.push(...kept);
}
