import { LoggedShard } from "./logged-shard.ts";
import type { Part } from "./part.ts";
import type { ShardModel } from "./shard-model.ts";
import type { World } from "./world.ts";

/**
 * Writes: of one shard as they are, of several as one transaction with two-phase commit. All participants do their work
 * and prepare; when the last one has, all commit. Locks are taken key by key in ascending order, so that no two wait for
 * each other, and held to the end.
 */
export class Transactions {
  readonly #world: World;
  readonly #shards: readonly ShardModel[];
  readonly #locks = new Map<number, (() => void)[]>();

  constructor(world: World, shards: readonly ShardModel[]) {
    this.#world = world;
    this.#shards = shards;
  }

  /** `parts` are to be written; all that is sent on their behalf is added to `sent`, so that it can be called off. */
  run(parts: readonly Part[], sent: Part[]): void {
    if (!this.#world.scenario.transactions.locks) return this.#execute(parts, sent, () => {});
    const keys = [...new Set(parts.flatMap(({ key }) => (key < 0 ? [] : [key])))].sort((a, b) => a - b);
    let held = 0;
    let released = false;
    const release = (): void => {
      if (released) return;
      released = true;
      for (const key of keys.slice(0, held)) this.#unlock(key);
    };
    const takeNext = (): void => {
      if (released) return;
      const key = keys[held];
      if (key === undefined) return this.#execute(parts, sent, release);
      this.#lock(key, () => {
        held += 1;
        // Called off while it waited: what it just got goes on to the next.
        if (released) this.#unlock(key);
        else takeNext();
      });
    };
    // However it ends, the locks are given back: a part that is given up says so.
    for (const part of parts) part.giveUp = release;
    takeNext();
  }

  #execute(parts: readonly Part[], sent: Part[], release: () => void): void {
    if (parts.length === 1) {
      const part = parts[0]!;
      const single: Part = {
        ...part,
        giveUp: undefined,
        done: () => {
          release();
          part.done();
        },
        fail: (reason) => {
          release();
          part.fail(reason);
        },
      };
      sent.push(single);
      return this.#shards[part.shard]!.write(single);
    }
    this.#prepare(parts, sent, release);
  }

  #prepare(parts: readonly Part[], sent: Part[], release: () => void): void {
    const { prepare } = this.#world.scenario.transactions;
    let unprepared = parts.length;
    for (const part of parts) {
      const [first, ...rest] = part.stages;
      const work = first!.service + this.#world.draw(prepare, "transactions");
      const stages = [{ station: first!.station, service: work }, ...rest];
      this.#step(part, stages, sent, -1, release, () => {
        if (--unprepared === 0) this.#commit(parts, sent, release);
      });
    }
  }

  #commit(parts: readonly Part[], sent: Part[], release: () => void): void {
    const { commit } = this.#world.scenario.transactions;
    let uncommitted = parts.length;
    for (const part of parts) {
      const stages = [{ station: part.stages[0]!.station, service: this.#world.draw(commit, "transactions") }];
      this.#step(part, stages, sent, part.key, release, () => {
        if (--uncommitted > 0) return;
        release();
        for (const each of parts) each.done();
      });
    }
  }

  /** One step of one participant: work, and an entry of the log. */
  #step(
    part: Part,
    stages: Part["stages"],
    sent: Part[],
    key: number,
    release: () => void,
    done: () => void,
  ): void {
    if (part.over) return;
    const step: Part = {
      ...part,
      stages,
      giveUp: undefined,
      done,
      fail: (reason) => {
        release();
        part.fail(reason);
      },
    };
    sent.push(step);
    const shard = this.#shards[part.shard]!;
    if (shard instanceof LoggedShard) shard.work(step, key, () => {});
    else shard.write(step);
  }

  #lock(key: number, then: () => void): void {
    const waiting = this.#locks.get(key);
    if (waiting === undefined) {
      this.#locks.set(key, []);
      return then();
    }
    this.#world.recorder.counts.lockWaits += 1;
    waiting.push(then);
  }

  #unlock(key: number): void {
    const waiting = this.#locks.get(key)!;
    const next = waiting.shift();
    if (next === undefined) this.#locks.delete(key);
    else next();
  }
}
