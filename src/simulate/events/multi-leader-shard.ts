import type { Fault } from "../scenario.ts";
import { Visit } from "./node.ts";
import type { Node } from "./node.ts";
import type { Part } from "./part.ts";
import type { ShardModel } from "./shard-model.ts";
import type { World } from "./world.ts";

/** A write at one leader, and when the others get it. */
interface RemoteWrite {
  readonly leader: number;
  /** By leader. */
  readonly arrivals: readonly number[];
  conflicting: boolean;
}

/**
 * Several nodes that all take writes and send them to each other. Two writes of a key at different leaders conflict when
 * neither had arrived where the other was made.
 */
export class MultiLeaderShard implements ShardModel {
  readonly nodes: readonly Node[];
  readonly #world: World;
  /** Writes of each key that some leader does not have yet. */
  readonly #underWay = new Map<number, RemoteWrite[]>();

  constructor(world: World, shard: number) {
    this.#world = world;
    this.nodes = world.nodesOf(shard);
  }

  read(part: Part): void {
    const node = this.#homeOf(part);
    if (node === undefined) return part.fail("unavailable");
    this.#visit(node, part, (visit) => {
      visit.leave();
      const { recorder, timeline } = this.#world;
      const batch = recorder.batchOf(part.arrivedAt);
      recorder.reads.primary += 1;
      const missing = this.#missing(node.index, part.key, timeline.now);
      if (batch >= 0 && part.key >= 0) recorder.stale.add(missing.length > 0, batch);
      this.#answer(node, part);
    });
  }

  write(part: Part): void {
    const node = this.#homeOf(part);
    if (node === undefined) return part.fail("unavailable");
    this.#visit(node, part, (visit) => {
      visit.leave();
      this.#commit(node, part);
      this.#answer(node, part);
    });
  }

  #commit(node: Node, part: Part): void {
    const { recorder, timeline, scenario } = this.#world;
    const { now } = timeline;
    recorder.commits += 1;
    const { delay } = scenario.cluster.replication;
    const arrivals = this.nodes.map((other) => {
      if (other === node) return now;
      return now + this.#world.draw(delay, `log ${node.shard}`) + this.#world.wayBetween(node.region, other.region);
    });
    for (const other of this.nodes)
      if (other !== node) recorder.applied(node.shard, other.index, now, arrivals[other.index]!, now);
    const write: RemoteWrite = { leader: node.index, arrivals, conflicting: false };
    const batch = recorder.batchOf(part.arrivedAt);
    for (const other of this.#missing(node.index, part.key, now)) {
      if (!other.conflicting && batch >= 0) recorder.conflicts.hits[batch]! += 1;
      other.conflicting = true;
      if (!write.conflicting && batch >= 0) recorder.conflicts.hits[batch]! += 1;
      write.conflicting = true;
    }
    if (batch >= 0) recorder.conflicts.trials[batch]! += 1;
    const writes = this.#underWay.get(part.key);
    if (writes === undefined) this.#underWay.set(part.key, [write]);
    else writes.push(write);
    timeline.at(Math.max(...arrivals), () => this.#forget(part.key, write));
  }

  #forget(key: number, write: RemoteWrite): void {
    const writes = this.#underWay.get(key)!;
    writes.splice(writes.indexOf(write), 1);
    if (writes.length === 0) this.#underWay.delete(key);
  }

  #missing(leader: number, key: number, now: number): readonly RemoteWrite[] {
    const writes = this.#underWay.get(key) ?? [];
    return writes.filter((write) => write.leader !== leader && write.arrivals[leader]! > now);
  }

  /** The leader of the client's region, or any by chance. */
  #homeOf(part: Part): Node | undefined {
    const live = this.nodes.filter(({ reachable }) => reachable);
    if (this.#world.scenario.cluster.regions !== undefined) {
      return live.find(({ region }) => region === part.region) ?? live[0];
    }
    return live[(this.#world.stream("nodes").nextWord() * 2 ** -32 * live.length) | 0];
  }

  #visit(node: Node, part: Part, done: (visit: Visit) => void): void {
    this.#world.timeline.afterWay(this.#world.clientWay(part.region, node), () => {
      if (part.over) return;
      const visit = new Visit(node, part, { done: () => done(visit), fail: part.fail });
      part.giveUp = () => visit.leave();
      visit.start();
    });
  }

  #answer(node: Node, part: Part): void {
    this.#world.timeline.afterWay(this.#world.clientWay(part.region, node), () => {
      if (!part.over) part.done();
    });
  }

  begin(fault: Fault): void {
    const node = this.nodes[fault.node]!;
    if (fault.kind === "slow") node.slow(fault.factor);
    else if (fault.kind === "pause") node.pause();
    else node.cutOff = true;
  }

  heal(fault: Fault): void {
    const node = this.nodes[fault.node]!;
    if (fault.kind === "slow") node.slow(1);
    else if (fault.kind === "pause") node.resume();
    else node.cutOff = false;
  }

  finish(): void {
    for (const node of this.nodes) node.finish();
  }
}
