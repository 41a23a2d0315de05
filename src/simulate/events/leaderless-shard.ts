import type { Leaderless, Fault } from "../scenario.ts";
import { Visit } from "./node.ts";
import type { Node } from "./node.ts";
import type { Part } from "./part.ts";
import type { ShardModel } from "./shard-model.ts";
import type { World } from "./world.ts";

/**
 * N equal nodes: a write goes to all and is done when W have it, a read is done when R have answered and gives the
 * newest of their versions. Versions are numbered as writes begin; the last one wins.
 */
export class LeaderlessShard implements ShardModel {
  readonly nodes: readonly Node[];
  readonly #world: World;
  readonly #settings: Leaderless;
  /** By node: the version of each key. */
  readonly #versions: readonly Map<number, number>[];
  /** By node: what it missed while it could not be reached. */
  readonly #hints: readonly Map<number, number>[];
  /** The newest version of each key that W nodes have. */
  readonly #committed = new Map<number, number>();
  #written = 0;

  constructor(world: World, shard: number) {
    this.#world = world;
    this.#settings = world.scenario.cluster.replication.leaderless!;
    this.nodes = world.nodesOf(shard);
    this.#versions = this.nodes.map(() => new Map<number, number>());
    this.#hints = this.nodes.map(() => new Map<number, number>());
  }

  write(part: Part): void {
    const { writeQuorum, legs, hintedHandoff } = this.#settings;
    if (this.nodes.filter(({ reachable }) => reachable).length < writeQuorum) return part.fail("unavailable");
    const version = ++this.#written;
    const { recorder } = this.#world;
    recorder.commits += 1;
    let acks = 0;
    for (const node of this.nodes) {
      const store = (then: () => void): void => {
        if (node.reachable) return then();
        if (!hintedHandoff) return;
        recorder.counts.hints += 1;
        raise(this.#hints[node.index]!, part.key, version);
      };
      this.#send(part.region, node, legs.write, () =>
        store(() =>
          this.#visit(node, part, () => {
            raise(this.#versions[node.index]!, part.key, version);
            this.#send(part.region, node, legs.ack, () => {
              if (++acks !== writeQuorum) return;
              raise(this.#committed, part.key, version);
              if (!part.over) part.done();
            });
          }),
        ),
      );
    }
  }

  read(part: Part): void {
    const { readQuorum, readFrom } = this.#settings;
    const { recorder } = this.#world;
    const live = this.nodes.filter(({ reachable }) => reachable);
    if (live.length < readQuorum) return part.fail("unavailable");
    const asked = readFrom === "all" ? live : this.#some(live, readQuorum);
    const committed = this.#committed.get(part.key) ?? 0;
    const answers: { readonly node: Node; readonly version: number }[] = [];
    for (const node of asked) {
      this.#send(part.region, node, this.#settings.legs.read, () => {
        // What the node has when its service begins: what it can answer.
        let version = 0;
        this.#visit(
          node,
          part,
          () =>
            this.#send(part.region, node, this.#settings.legs.response, () => {
              answers.push({ node, version });
              if (answers.length === readQuorum) this.#answer(part, committed, answers);
              if (answers.length === asked.length) this.#repair(part, answers);
            }),
          () => {
            version = this.#versions[node.index]!.get(part.key) ?? 0;
            recorder.reads.replica += 1;
          },
        );
      });
    }
  }

  #answer(part: Part, committed: number, answers: readonly { readonly version: number }[]): void {
    const { recorder } = this.#world;
    const newest = Math.max(...answers.map(({ version }) => version));
    const batch = recorder.batchOf(part.arrivedAt);
    if (batch >= 0 && part.key >= 0) recorder.stale.add(newest < committed, batch);
    const { session } = part;
    if (session !== undefined && part.key >= 0) {
      const seen = session.saw.get(part.key)?.entry ?? 0;
      if (batch >= 0) recorder.wentBack.add(newest < seen, batch);
      if (newest > seen) session.saw.set(part.key, { shard: part.shard, entry: newest, at: 0 });
    }
    if (!part.over) part.done();
  }

  /** Nodes that answered with an old version get the newest one. */
  #repair(part: Part, answers: readonly { readonly node: Node; readonly version: number }[]): void {
    if (!this.#settings.readRepair) return;
    const newest = Math.max(...answers.map(({ version }) => version));
    for (const { node, version } of answers) {
      if (version === newest) continue;
      this.#world.recorder.counts.repairs += 1;
      this.#send(part.region, node, this.#settings.legs.write, () => {
        if (node.reachable) raise(this.#versions[node.index]!, part.key, newest);
      });
    }
  }

  #visit(node: Node, part: Part, done: () => void, begin?: () => void): void {
    const visit = new Visit(node, part, {
      ...(begin !== undefined && { begin }),
      done: () => {
        visit.leave();
        done();
      },
      // One node less: the others may do.
      fail: () => {},
    });
    visit.start();
  }

  #send(region: number, node: Node, leg: Leaderless["legs"]["write"], then: () => void): void {
    const way = this.#world.draw(leg, "network") + this.#world.wayBetween(region, node.region);
    this.#world.timeline.afterWay(way, then);
  }

  #some(nodes: readonly Node[], count: number): Node[] {
    const random = this.#world.stream("nodes");
    const left = [...nodes];
    return Array.from({ length: count }, () => left.splice((random.nextWord() * 2 ** -32 * left.length) | 0, 1)[0]!);
  }

  begin(fault: Fault): void {
    const node = this.nodes[fault.node]!;
    if (fault.kind === "slow") node.slow(fault.factor);
    else if (fault.kind === "crash") node.crash();
    else if (fault.kind === "pause") node.pause();
    else node.cutOff = true;
  }

  heal(fault: Fault): void {
    const node = this.nodes[fault.node]!;
    if (fault.kind === "slow") return node.slow(1);
    if (fault.kind === "crash") node.up = true;
    else if (fault.kind === "pause") node.resume();
    else node.cutOff = false;
    if (!node.reachable) return;
    const hints = this.#hints[node.index]!;
    for (const [key, version] of hints) raise(this.#versions[node.index]!, key, version);
    hints.clear();
  }

  finish(): void {
    for (const node of this.nodes) node.finish();
  }
}

/** Keeps the newer version. */
function raise(versions: Map<number, number>, key: number, version: number): void {
  if (version > (versions.get(key) ?? 0)) versions.set(key, version);
}
