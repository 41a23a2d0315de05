import { electLeader } from "../raft-election.ts";
import type { FailoverRecord } from "../recorder.ts";
import type { Fault } from "../scenario.ts";
import type { LoggedShard } from "./logged-shard.ts";
import type { Node } from "./node.ts";
import type { Part } from "./part.ts";
import type { World } from "./world.ts";

/** What happens to a shard when its nodes fail: detection, election, promotion, and the return of the old primary. */
export class Failover {
  readonly #world: World;
  readonly #shard: LoggedShard;
  /** Counts outages: what was planned for an earlier one is not done any more. */
  #outages = 0;
  /** Elected without a candidate: the next node that comes back is promoted. */
  #wanting: FailoverRecord | undefined;
  /** Two nodes take writes. */
  #aside: { readonly record: FailoverRecord; readonly since: number } | undefined;
  readonly #partitions = new Set<Fault>();
  #record: FailoverRecord | undefined;

  constructor(world: World, shard: LoggedShard) {
    this.#world = world;
    this.#shard = shard;
  }

  begin(fault: Fault): void {
    const node = this.#shard.nodes[fault.node]!;
    const wasPrimary = node.index === this.#shard.primary && this.#shard.outage === undefined;
    switch (fault.kind) {
      case "slow":
        return node.slow(fault.factor);
      case "crash":
        node.crash();
        break;
      case "pause":
        node.pause();
        break;
      case "partition":
        node.cutOff = true;
        this.#partitions.add(fault);
        break;
    }
    if (wasPrimary) this.#losePrimary(node);
  }

  heal(fault: Fault): void {
    const node = this.#shard.nodes[fault.node]!;
    switch (fault.kind) {
      case "slow":
        return node.slow(1);
      case "crash":
        node.up = true;
        break;
      case "pause":
        node.resume();
        break;
      case "partition":
        node.cutOff = false;
        this.#partitions.delete(fault);
        break;
    }
    const replica = this.#shard.replicas[node.index]!;
    if (node.index === this.#shard.primary) this.#returnPrimary(node);
    else if (this.#aside !== undefined || this.#record?.formerPrimary === node.index) this.#rejoin(node);
    else {
      if (fault.kind === "crash") replica.restart();
      this.#shard.release(replica);
    }
    if (this.#wanting !== undefined) this.#promote(this.#wanting);
    if (node.index === this.#shard.primary)
      for (const other of this.#shard.replicas) this.#shard.release(other);
  }

  /**
   * A client that is cut off together with a node has that node alone; "nowhere" when the node was stopped. Undefined
   * for all other clients.
   */
  isolatedFor(part: Part): Node | "nowhere" | undefined {
    for (const { node, clientShare } of this.#partitions) {
      if (clientShare === 0) continue;
      part.cutOff ??= this.#world.stream("partition").next() < clientShare;
      if (!part.cutOff) continue;
      const isolated = this.#shard.nodes[node]!;
      const write = this.#world.scenario.operations[part.operation]?.kind !== "read";
      const deposed = isolated.index !== this.#shard.primary;
      if (!write || !deposed) return isolated;
      return this.#aside !== undefined ? isolated : "nowhere";
    }
    return undefined;
  }

  /** The old primary took a write that nobody else will see. */
  wroteAside(acknowledged: boolean): void {
    const record = this.#aside?.record ?? this.#record;
    if (record === undefined) return;
    record.splitBrainWrites += 1;
    record.lostWrites += 1;
    if (acknowledged) record.lostAcknowledged += 1;
  }

  finish(): void {
    if (this.#aside !== undefined) this.#aside.record.splitBrainMs += this.#world.timeline.now - this.#aside.since;
  }

  #losePrimary(node: Node): void {
    const { timeline, recorder, scenario } = this.#world;
    const { failover } = scenario;
    const outage: FailoverRecord = {
      shard: node.shard,
      failedAtMs: timeline.now,
      formerPrimary: node.index,
      detectedAtMs: NaN,
      electedAtMs: NaN,
      restoredAtMs: NaN,
      splitVotes: 0,
      lostWrites: 0,
      lostAcknowledged: 0,
      delayedWrites: 0,
      refusedWrites: 0,
      splitBrainMs: 0,
      splitBrainWrites: 0,
    };
    recorder.failovers.push(outage);
    this.#record = outage;
    this.#shard.outage = outage;
    const turn = ++this.#outages;
    if (!failover.automatic) return;
    const detection = failover.detection.reduce((sum, part) => sum + this.#world.draw(part, "faults"), 0);
    timeline.after(detection, () => {
      if (turn === this.#outages) this.#elect(outage, turn);
    });
  }

  #elect(outage: FailoverRecord, turn: number): void {
    const { timeline, scenario } = this.#world;
    const { election } = scenario.failover;
    const live = this.#shard.nodes.filter((node) => node.reachable && node.index !== this.#shard.primary);
    if ("timeoutFromMs" in election) {
      const won = electLeader(election, live.length, this.#shard.nodes.length, this.#world.stream("faults"));
      if (won === undefined) return void (this.#wanting = outage);
      outage.detectedAtMs = timeline.now + won.firstTimeoutMs;
      outage.splitVotes = won.splitVotes;
      return this.#after(won.electedMs, turn, () => this.#promote(outage));
    }
    outage.detectedAtMs = timeline.now;
    const duration = election.reduce((sum, part) => sum + this.#world.draw(part, "faults"), 0);
    this.#after(duration, turn, () => this.#promote(outage));
  }

  #after(delay: number, turn: number, then: () => void): void {
    this.#world.timeline.after(delay, () => {
      if (turn === this.#outages) then();
    });
  }

  /** The node with the longest log takes over; the lowest number decides between equals. */
  #promote(outage: FailoverRecord): void {
    const { timeline, scenario } = this.#world;
    const shard = this.#shard;
    const live = shard.nodes.filter((node) => node.reachable && node.index !== shard.primary);
    const needed = scenario.cluster.replication.mode === "quorum" ? Math.floor(shard.nodes.length / 2) + 1 : 1;
    this.#wanting = outage;
    if (live.length < needed) return;
    this.#wanting = undefined;
    outage.electedAtMs = timeline.now;
    const longest = Math.max(...live.map(({ index }) => shard.replicas[index]!.received));
    const successor = live.find(({ index }) => shard.replicas[index]!.received === longest)!;
    const former = shard.nodes[shard.primary]!;
    shard.promote(successor.index, outage);
    if (scenario.failover.fence || !former.up) former.dropVisits("crashed");
    else this.#aside = { record: outage, since: timeline.now };
    // It takes writes when it shows all that it has.
    const turn = this.#outages;
    shard.replicas[successor.index]!.whenVisible(longest, () => {
      if (turn === this.#outages) this.#restore(outage);
    });
  }

  #restore(outage: FailoverRecord): void {
    outage.restoredAtMs = this.#world.timeline.now;
    this.#outages += 1;
    this.#shard.restored();
  }

  /** It came back before anybody took its place. */
  #returnPrimary(node: Node): void {
    const { outage } = this.#shard;
    if (outage === undefined || !node.reachable) return;
    this.#wanting = undefined;
    if (Number.isNaN(outage.electedAtMs)) this.#restore(outage);
  }

  /** The old primary follows the new one, from a copy of its log; what it alone had is gone. */
  #rejoin(node: Node): void {
    if (!node.reachable) return;
    if (this.#aside !== undefined) {
      this.#aside.record.splitBrainMs += this.#world.timeline.now - this.#aside.since;
      this.#aside = undefined;
    }
    node.dropVisits("crashed");
    this.#record = undefined;
    this.#shard.replicas[node.index]!.copyUpTo(this.#shard.entries);
  }
}
