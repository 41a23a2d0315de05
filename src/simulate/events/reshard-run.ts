import { meanOf } from "../distribution.ts";
import type { KeySpace } from "../key-space.ts";
import type { MoveRecord } from "../recorder.ts";
import type { Move } from "../scenario.ts";
import type { LoggedShard } from "./logged-shard.ts";
import type { Part } from "./part.ts";
import type { ShardModel } from "./shard-model.ts";
import { jobOf } from "./station.ts";
import type { World } from "./world.ts";

/**
 * Shards are added or removed while the application works. Each source copies what moves chunk by chunk; writes to
 * moving keys are repeated at their target from the start; when all is copied, writes to moving keys wait until the
 * repeats have caught up and the pause is over, and then the new shards answer.
 */
export class ReshardRun {
  readonly #world: World;
  readonly #move: Move;
  readonly #shards: readonly ShardModel[];
  readonly #from: KeySpace;
  readonly #to: KeySpace;
  readonly #finished: (moved: readonly number[]) => void;
  readonly #moved: readonly number[];
  readonly #record: MoveRecord;
  #sources = 0;
  #repeating = 0;
  #state: "copying" | "pausing" | "done" = "copying";
  #pauseOver = false;
  readonly #paused: (() => void)[] = [];

  constructor(
    world: World,
    move: Move,
    shards: readonly ShardModel[],
    from: KeySpace,
    to: KeySpace,
    finished: (moved: readonly number[]) => void,
  ) {
    this.#world = world;
    this.#move = move;
    this.#shards = shards;
    this.#from = from;
    this.#to = to;
    this.#finished = finished;
    this.#moved = Array.from({ length: from.size }, (_, key) => key).filter((key) => from.shardOf(key) !== to.shardOf(key));
    const movedKeyShare = this.#moved.length / from.size;
    this.#record = {
      startedAtMs: world.timeline.now,
      fromShards: world.scenario.cluster.shards,
      toShards: move.toShards,
      movedKeyShare,
      movedBytes: Math.round(move.bytes * movedKeyShare),
      chunks: 0,
      copiedChunks: 0,
      copiedAtMs: NaN,
      doneAtMs: NaN,
      repeatedWrites: 0,
      maxLagMs: 0,
      pausedWrites: 0,
    };
    world.recorder.moves.push(this.#record);
    this.#start();
  }

  #start(): void {
    const pairs = new Map<number, Map<number, number>>();
    for (const key of this.#moved) {
      const targets = pairs.get(this.#from.shardOf(key)) ?? new Map<number, number>();
      targets.set(this.#to.shardOf(key), (targets.get(this.#to.shardOf(key)) ?? 0) + 1);
      pairs.set(this.#from.shardOf(key), targets);
    }
    for (const [source, targets] of [...pairs].sort(([a], [b]) => a - b)) {
      const chunks = [...targets]
        .sort(([a], [b]) => a - b)
        .map(([target, keys]) => ({
          target,
          left: Math.ceil((this.#move.bytes * keys) / this.#from.size / this.#move.chunkBytes),
        }));
      this.#record.chunks += chunks.reduce((sum, { left }) => sum + left, 0);
      this.#sources += 1;
      this.#copyNext(source, chunks);
    }
    if (this.#sources === 0) this.#endCopy();
  }

  #copyNext(source: number, chunks: { readonly target: number; left: number }[]): void {
    const next = chunks.find(({ left }) => left > 0);
    if (next === undefined) {
      this.#sources -= 1;
      if (this.#sources === 0) this.#endCopy();
      return;
    }
    const { read, write, restMs } = this.#move;
    this.#work(source, this.#world.draw(read, "moves"), () =>
      this.#work(next.target, this.#world.draw(write, "moves"), () => {
        next.left -= 1;
        this.#record.copiedChunks += 1;
        this.#world.timeline.afterWay(restMs, () => this.#copyNext(source, chunks));
      }),
    );
  }

  /** At the primary of a shard; where there is none, or no place in its queue, it is tried again. */
  #work(shard: number, service: number, then: () => void): void {
    const model = this.#shards[shard] as LoggedShard;
    const node = model.nodes[model.primary]!;
    const job = jobOf(service, this.#move.priority, then);
    if (node.reachable && node.stations[0]!.submit(job)) return;
    this.#world.timeline.after(retryMs, () => this.#work(shard, service, then));
  }

  #endCopy(): void {
    const { timeline } = this.#world;
    this.#record.copiedAtMs = timeline.now;
    this.#state = "pausing";
    timeline.after(this.#move.pauseMs, () => {
      this.#pauseOver = true;
      this.#cutOver();
    });
  }

  #cutOver(): void {
    if (this.#state !== "pausing" || !this.#pauseOver || this.#repeating > 0) return;
    this.#state = "done";
    this.#record.doneAtMs = this.#world.timeline.now;
    this.#finished(this.#moved);
    for (const pass of this.#paused.splice(0)) pass();
  }

  #moves(key: number): boolean {
    return key >= 0 && this.#from.shardOf(key) !== this.#to.shardOf(key);
  }

  /** Lets a part pass, at once or when the pause is over. Writes to moving keys are repeated at the target. */
  pass(part: Part, write: boolean, pass: () => void): void {
    if (!write || this.#state === "done" || !this.#moves(part.key)) return pass();
    if (this.#state === "pausing") {
      this.#record.pausedWrites += 1;
      this.#paused.push(() => {
        part.shard = this.#to.shardOf(part.key);
        pass();
      });
      return;
    }
    pass();
    this.#repeat(part);
  }

  /** The target does the write too, as soon as it comes to it. */
  #repeat(part: Part): void {
    const { timeline, scenario } = this.#world;
    const operation = scenario.operations[part.operation]!;
    const began = timeline.now;
    const service = operation.apply === undefined ? meanOf(operation.stages[0]!.service) : this.#world.draw(operation.apply, "moves");
    this.#repeating += 1;
    this.#record.repeatedWrites += 1;
    this.#work(this.#to.shardOf(part.key), service, () => {
      this.#repeating -= 1;
      this.#record.maxLagMs = Math.max(this.#record.maxLagMs, timeline.now - began);
      this.#cutOver();
    });
  }
}

const retryMs = 100;
