import { assert } from "../base/assert.ts";
import { ArrivalOrder } from "./arrival-clock.ts";
import { LeaderlessShard } from "./events/leaderless-shard.ts";
import { LoggedShard } from "./events/logged-shard.ts";
import { MultiLeaderShard } from "./events/multi-leader-shard.ts";
import type { Part } from "./events/part.ts";
import { Requests } from "./events/requests.ts";
import { ReshardRun } from "./events/reshard-run.ts";
import type { ShardModel } from "./events/shard-model.ts";
import { Timeline } from "./events/timeline.ts";
import { World } from "./events/world.ts";
import { KeySpace } from "./key-space.ts";
import { openProcesses } from "./open-processes.ts";
import { Recorder } from "./recorder.ts";
import type { Fault, Move, Scenario } from "./scenario.ts";
import { tracksVersions, Versions } from "./versions.ts";

/** Simulates any scenario, event by event. */
export function simulateEvents(scenario: Scenario): Recorder {
  return new EventEngine(scenario).run();
}

class EventEngine {
  readonly #scenario: Scenario;
  readonly #timeline = new Timeline();
  readonly #world: World;
  readonly #shards: readonly ShardModel[];
  readonly #requests: Requests;
  readonly #versions: Versions | undefined;
  #keys: KeySpace;
  #shardCount: number;
  #reshard: ReshardRun | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const recorder = new Recorder(scenario);
    this.#world = new World(scenario, this.#timeline, recorder);
    this.#shardCount = scenario.cluster.shards;
    this.#keys = new KeySpace(scenario.keys, this.#shardCount);
    const sessions = scenario.clients.sessions > 0;
    this.#versions =
      tracksVersions(scenario) || sessions ? new Versions(this.#keys.size, (key) => this.#keys.shardOf(key)) : undefined;
    this.#shards = Array.from({ length: recorder.shards }, (_, shard) => this.#shardOf(shard));
    this.#requests = new Requests(
      this.#world,
      this.#shards,
      () => this.#keys,
      () => this.#shardCount,
      (part, write, pass) => this.#gate(part, write, pass),
    );
  }

  #shardOf(shard: number): ShardModel {
    switch (this.#scenario.cluster.replication.mode) {
      case "leaderless":
        return new LeaderlessShard(this.#world, shard);
      case "multi-leader":
        return new MultiLeaderShard(this.#world, shard);
      default:
        return new LoggedShard(this.#world, shard, this.#versions);
    }
  }

  run(): Recorder {
    const { durationMs, seed, speed } = this.#scenario;
    const processes = openProcesses(this.#scenario).map(({ process }) => process);
    const order = new ArrivalOrder(processes, seed, speed);
    for (const fault of this.#scenario.faults) this.#plan(fault);
    for (const move of this.#scenario.moves) this.#timeline.at(move.atMs, () => this.#begin(move));
    this.#requests.startClosed();
    // What is planned for a moment happens before what arrives in it.
    for (let time = order.next(); time < durationMs; time = order.next()) {
      this.#timeline.runUpTo(time);
      this.#timeline.now = time;
      this.#requests.arrive(order.process);
    }
    this.#timeline.runUpTo(durationMs);
    this.#timeline.now = durationMs;
    for (const shard of this.#shards) shard.finish();
    return this.#world.recorder;
  }

  #plan(fault: Fault): void {
    const shard = this.#shards[fault.shard]!;
    this.#timeline.at(fault.atMs, () => shard.begin(fault));
    if (fault.untilMs !== Infinity) this.#timeline.at(fault.untilMs, () => shard.heal(fault));
  }

  #begin(move: Move): void {
    const to = new KeySpace(this.#scenario.keys, move.toShards, true);
    assert(to.size === this.#keys.size, "a move changes the shards of keys, not the keys");
    this.#reshard = new ReshardRun(this.#world, move, this.#shards, this.#keys, to, (moved) => {
      this.#keys = to;
      this.#shardCount = move.toShards;
      for (const key of moved) this.#versions?.forget(key);
    });
  }

  #gate(part: Part, write: boolean, pass: () => void): void {
    if (this.#reshard === undefined) pass();
    else this.#reshard.pass(part, write, pass);
  }
}
