import { AliasTable } from "./alias-table.ts";
import { ArrivalOrder } from "./arrival-clock.ts";
import type { KeySpace } from "./key-space.ts";
import { openProcesses } from "./open-processes.ts";
import type { Recorder } from "./recorder.ts";
import { type RequestStreams, requestStreams } from "./request-streams.ts";
import type { Scenario } from "./scenario.ts";
import { drawShards } from "./shard-choice.ts";
import type { VisitBlock } from "./visit-block.ts";

/** Requests of open processes in the order of their arrival, with everything that chance decides about them. */
export class RequestSource {
  readonly #scenario: Scenario;
  readonly #keys: KeySpace;
  readonly #recorder: Recorder;
  readonly #order: ArrivalOrder;
  readonly #streams: RequestStreams;
  /** By process, its operations, and the choice among them. */
  readonly #operationsOf: readonly (readonly number[])[];
  readonly #mixes: readonly AliasTable[];
  /** By operation: whether it is a write, and whether it touches one key. */
  readonly #writes: readonly boolean[];
  readonly #single: readonly boolean[];
  /** Reads go to one of so many nodes from the first one on. */
  readonly #firstNode: number;
  readonly #nodeChoices: number;

  constructor(scenario: Scenario, keys: KeySpace, recorder: Recorder) {
    const { operations, cluster, reads, seed, speed } = scenario;
    const processes = openProcesses(scenario);
    this.#scenario = scenario;
    this.#keys = keys;
    this.#recorder = recorder;
    this.#order = new ArrivalOrder(processes.map(({ process }) => process), seed, speed);
    this.#streams = requestStreams(scenario);
    this.#operationsOf = processes.map(({ operations }) => operations);
    this.#mixes = processes.map(({ operations: ids }) => new AliasTable(ids.map((id) => Math.max(operations[id]!.share, 1e-300))));
    this.#writes = operations.map(({ kind }) => kind === "write");
    this.#single = operations.map(({ touches, keyCount }) => touches === "keys" && keyCount.to === 1);
    this.#firstNode = reads.policy === "replicas" ? 1 : 0;
    this.#nodeChoices = reads.policy === "primary" ? 1 : reads.policy === "any" ? cluster.replicas + 1 : cluster.replicas;
  }

  /** Draws the next block; false when the last request has come. */
  fill(visits: VisitBlock): boolean {
    const { durationMs } = this.#scenario;
    const order = this.#order;
    const keys = this.#keys;
    const streams = this.#streams;
    const { arrivals, shardsTouched } = this.#recorder;
    visits.clear();
    while (!visits.full) {
      const time = order.next();
      if (!(time < durationMs)) return false;
      const ofProcess = this.#operationsOf[order.process]!;
      const operation = ofProcess.length === 1 ? ofProcess[0]! : ofProcess[this.#mixes[order.process]!.draw(streams.operations)]!;
      arrivals[operation]! += 1;
      shardsTouched.requests += 1;
      if (!this.#single[operation]!) {
        shardsTouched.shards += this.#spread(visits, time, operation);
        continue;
      }
      shardsTouched.shards += 1;
      const key = keys.draw(streams.keys);
      const node = this.#writes[operation]! ? 0 : this.#drawNode();
      visits.add(time, operation, keys.shardOf(key), node, key, streams.service[operation]![0]!.next());
    }
    return true;
  }

  /** A request that may go to several shards; gives to how many. */
  #spread(visits: VisitBlock, time: number, operation: number): number {
    const streams = this.#streams;
    const { operations, cluster } = this.#scenario;
    const touched = drawShards(operations[operation]!, this.#keys, cluster.shards, streams, undefined);
    const mergeMs = touched.length === 1 ? 0 : touched.length * streams.merge[operation]!.next();
    const from = visits.count;
    for (const shard of touched)
      visits.add(time, operation, shard, this.#drawNode(), -1, streams.service[operation]![0]!.next());
    visits.spread.push({ time, operation, from, to: visits.count, mergeMs });
    return touched.length;
  }

  #drawNode(): number {
    if (this.#nodeChoices === 1) return this.#firstNode;
    return this.#firstNode + ((this.#streams.nodes.next() * this.#nodeChoices) | 0);
  }
}
