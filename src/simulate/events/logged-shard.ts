import { LogShipping } from "../log-shipping.ts";
import type { FailoverRecord } from "../recorder.ts";
import type { Fault } from "../scenario.ts";
import { Failover } from "./failover.ts";
import { Visit } from "./node.ts";
import type { Node } from "./node.ts";
import type { Part, Session } from "./part.ts";
import { type Entry, ReplicaState } from "./replica-state.ts";
import type { ShardModel } from "./shard-model.ts";
import type { World } from "./world.ts";
import type { Versions } from "../versions.ts";

/** What a commit needs besides the part: a key that is written, or -1, and what the shard does when it is there. */
type Committed = (entry: Entry) => void;

/** A primary that takes the writes of a shard, and replicas that follow its log. */
export class LoggedShard implements ShardModel {
  readonly nodes: readonly Node[];
  readonly replicas: readonly ReplicaState[];
  readonly #world: World;
  readonly #shard: number;
  readonly #versions: Versions | undefined;
  readonly #shipping: LogShipping;
  readonly #failover: Failover;
  /** Entries that some replica may still ask for; the first one's number. */
  #kept: Entry[] = [];
  #firstKept = 1;
  /** The last entry of the log. */
  entries = 0;
  /** The node that takes writes. */
  primary = 0;
  /** Parts that wait for a primary. */
  readonly #waiting: { readonly part: Part; readonly write: boolean }[] = [];
  /** The outage that they wait through. */
  outage: FailoverRecord | undefined;

  constructor(world: World, shard: number, versions: Versions | undefined) {
    this.#world = world;
    this.#shard = shard;
    this.#versions = versions;
    this.nodes = world.nodesOf(shard);
    this.replicas = this.nodes.map((node) => new ReplicaState(node));
    this.#shipping = new LogShipping(world.scenario, shard);
    this.#failover = new Failover(world, this);
  }

  // --- reading ---

  read(part: Part): void {
    part.expects ??= {
      own: part.session?.wrote.get(part.key)?.entry ?? 0,
      seen: part.session?.saw.get(part.key)?.entry ?? 0,
    };
    const node = this.#nodeForRead(part);
    if (node === "later") return;
    if (node === "nowhere") return part.fail("unavailable");
    if (node === undefined) return this.#withoutPrimary(part, false);
    this.#readAt(node, part);
  }

  /** Reads elsewhere too: from another node than `avoid`, when there is one. */
  readElsewhere(part: Part, avoid: number): boolean {
    part.expects ??= { own: 0, seen: 0 };
    const others = this.nodes.filter((node) => node.index !== avoid && node.reachable);
    if (others.length === 0) return false;
    this.#readAt(this.#oneOf(others)!, part);
    return true;
  }

  /** The node of the last read, for a hedge that goes to another one. */
  lastRead = 0;

  #readAt(node: Node, part: Part): void {
    const { timeline, recorder } = this.#world;
    this.lastRead = node.index;
    // What had been committed when the read arrived is what it should see.
    const version = part.key < 0 ? 0 : (this.#versions?.lastOf(part.key) ?? 0);
    const before = part.key < 0 ? 0 : (this.#versions?.beforeOf(part.key) ?? 0);
    timeline.afterWay(this.#world.clientWay(part.region, node), () => {
      if (part.over) return;
      if (!node.up) return part.fail("unavailable");
      const visit = new Visit(node, part, {
        begin: () => {
          if (node.index === this.primary) recorder.reads.primary += 1;
          else recorder.reads.replica += 1;
          if (part.key >= 0) this.#judgeRead(node, part, version, before);
        },
        done: () => {
          visit.leave();
          this.#answer(node, part);
        },
        fail: part.fail,
      });
      part.giveUp = () => visit.leave();
      visit.start();
    });
  }

  #answer(node: Node, part: Part): void {
    this.#world.timeline.afterWay(this.#world.clientWay(part.region, node), () => {
      if (!part.over) part.done();
    });
  }

  /** What the node shows of the key at this moment, held against what was committed, written and seen. */
  #judgeRead(node: Node, part: Part, version: number, before: number): void {
    const { recorder, timeline } = this.#world;
    const batch = recorder.batchOf(part.arrivedAt);
    const replica = node.index === this.primary ? undefined : this.replicas[node.index]!;
    const shows = (entry: number): boolean => replica === undefined || replica.visibility.shows(entry, timeline.now);
    if (this.#versions !== undefined && batch >= 0) {
      const missing = this.#ordered ? undefined : (replica?.pending.get(part.key) ?? 0);
      if (missing === undefined) recorder.judged(!shows(version), !shows(before), batch);
      else recorder.judged(missing > 0, missing > 1, batch);
    }
    const { session } = part;
    if (session === undefined) return;
    const { own, seen } = part.expects!;
    if (batch >= 0) {
      recorder.ownWriteMissed.add(!shows(own), batch);
      recorder.wentBack.add(!shows(seen), batch);
    }
    const newest = this.#versions?.lastOf(part.key) ?? 0;
    const older = this.#versions?.beforeOf(part.key) ?? 0;
    const sees = shows(newest) ? newest : shows(older) ? older : 0;
    if (sees > (session.saw.get(part.key)?.entry ?? 0)) this.#remember(session.saw, part.key, sees);
  }

  get #ordered(): boolean {
    return this.#world.scenario.cluster.replication.delivery === "log";
  }

  /** Keeps what a session must see again; what every replica shows is not worth keeping. */
  #remember(marks: Session["saw"], key: number, entry: number): void {
    const { now } = this.#world.timeline;
    marks.set(key, { shard: this.#shard, entry, at: now });
    if (marks.size < 64 || (marks.size & (marks.size - 1)) !== 0) return;
    for (const [key, mark] of marks) {
      if (mark.shard !== this.#shard) continue;
      if (this.replicas.every(({ visibility, node }) => node.index === this.primary || visibility.shows(mark.entry, now)))
        marks.delete(key);
    }
  }

  /** Undefined when only a primary will do and there is none. */
  #nodeForRead(part: Part): Node | "nowhere" | "later" | undefined {
    const { reads } = this.#world.scenario;
    const isolated = this.#failover.isolatedFor(part);
    if (isolated !== undefined) return isolated;
    switch (reads.policy) {
      case "primary":
        return this.#primaryNode();
      case "any":
        return this.#oneOf(this.#candidates(true)) ?? this.#primaryNode();
      case "replicas":
        return this.#oneOf(this.#candidates(false)) ?? this.#primaryNode();
      case "read-your-writes": {
        const last = part.session?.lastWrite.get(this.#shard);
        if (last !== undefined && this.#world.timeline.now - last.at <= reads.windowMs) return this.#primaryNode();
        return this.#oneOf(this.#candidates(false)) ?? this.#primaryNode();
      }
      case "pinned": {
        const others = this.#candidates(false);
        return others.length === 0 ? this.#primaryNode() : others[(part.session?.id ?? 0) % others.length];
      }
      case "lag-limit": {
        const fresh = this.#candidates(false).filter((node) => this.#behindMs(node) <= reads.limitMs);
        return this.#oneOf(fresh) ?? this.#primaryNode();
      }
      case "wait-for-lsn":
        return this.#waitForOwnWrite(part);
    }
  }

  /** Goes to a replica that will show the session's last write soon enough; the wait is part of the read. */
  #waitForOwnWrite(part: Part): Node | "later" | undefined {
    const node = this.#oneOf(this.#candidates(false));
    const last = part.session?.lastWrite.get(this.#shard);
    if (node === undefined) return this.#primaryNode();
    const replica = this.replicas[node.index]!;
    const { timeline, scenario } = this.#world;
    if (last === undefined || replica.visibility.shows(last.entry, timeline.now)) return node;
    let settled = false;
    const settle = (chosen: Node | undefined): void => {
      if (settled || part.over) return;
      settled = true;
      if (chosen === undefined) this.#withoutPrimary(part, false);
      else this.#readAt(chosen, part);
    };
    replica.whenVisible(last.entry, () => settle(node));
    timeline.after(scenario.reads.waitMs, () => settle(this.#primaryNode()));
    return "later";
  }

  /** Nodes that clients can reach; looked up anew only after a fault or its end. */
  #candidates(withPrimary: boolean): readonly Node[] {
    this.#reachable ??= [true, false].map((primaryToo) =>
      this.nodes.filter(
        (node) => node.up && !node.cutOff && (node.index === this.primary ? primaryToo && this.outage === undefined : true),
      ),
    );
    return this.#reachable[withPrimary ? 0 : 1]!;
  }

  #reachable: readonly (readonly Node[])[] | undefined;

  /** By chance, or the least busy of several by chance. */
  #oneOf(nodes: readonly Node[]): Node | undefined {
    if (nodes.length <= 1) return nodes[0];
    const chance = this.#world.requests.nodes;
    let best: Node | undefined;
    for (let choice = 0; choice < this.#world.scenario.reads.choices; choice++) {
      const node = nodes[(chance.next() * nodes.length) | 0]!;
      if (best === undefined || node.load < best.load) best = node;
    }
    return best;
  }

  #behindMs(node: Node): number {
    const { now } = this.#world.timeline;
    const visible = this.replicas[node.index]!.visibility.visibleAt(now);
    const next = this.#kept[visible + 1 - this.#firstKept];
    return next === undefined ? 0 : now - next.commit;
  }

  #primaryNode(): Node | undefined {
    return this.outage === undefined ? this.nodes[this.primary] : undefined;
  }

  // --- writing ---

  write(part: Part): void {
    this.work(part, part.key, (entry) => {
      const { session } = part;
      const { now } = this.#world.timeline;
      if (session !== undefined) {
        if (part.key >= 0) this.#remember(session.wrote, part.key, entry.number);
        session.lastWrite.set(this.#shard, { shard: this.#shard, entry: entry.number, at: now });
      }
    });
  }

  /**
   * Does a part's work at the primary, writes an entry of `key` (-1: of no key) to the log, and ends the part when the
   * entry is acknowledged.
   */
  work(part: Part, key: number, committed: Committed): void {
    const isolated = this.#failover.isolatedFor(part);
    if (isolated === "nowhere") return part.fail("unavailable");
    const node = isolated ?? this.#primaryNode();
    if (node === undefined) return this.#withoutPrimary(part, true);
    this.#world.timeline.afterWay(this.#world.clientWay(part.region, node), () => {
      if (part.over) return;
      if (!node.up) return this.#withoutPrimary(part, true);
      const visit = new Visit(node, part, {
        done: () => this.#commit(node, visit, part, key, committed),
        fail: part.fail,
      });
      part.giveUp = () => visit.leave();
      visit.start();
    });
  }

  #commit(node: Node, visit: Visit, part: Part, key: number, committed: Committed): void {
    const acknowledged = (): void => {
      visit.leave();
      this.#answer(node, part);
    };
    const { timeline, recorder, scenario } = this.#world;
    if (node.index !== this.primary) {
      // Without the other nodes it can only acknowledge by itself.
      const alone = scenario.cluster.replication.acks === 0;
      this.#failover.wroteAside(alone);
      return alone ? acknowledged() : undefined;
    }
    recorder.commits += 1;
    const { replication, replicas } = scenario.cluster;
    const entry: Entry = {
      number: ++this.entries,
      commit: timeline.now,
      key,
      operation: part.operation,
      acknowledged: false,
      missing: replication.acks,
      acknowledge: undefined,
    };
    entry.acknowledge = () => {
      if (entry.acknowledged) return;
      entry.acknowledged = true;
      acknowledged();
    };
    this.replicas[this.primary]!.received = this.entries;
    if (key >= 0) this.#versions?.commit(key, entry.number);
    committed(entry);
    if (replicas > 0) {
      if (this.#ordered) this.#keep(entry);
      this.#ship(entry);
    }
    if (replication.acks === 0) entry.acknowledge();
    else if (replication.fallbackAfterMs !== Infinity) timeline.after(replication.fallbackAfterMs, entry.acknowledge);
  }

  #keep(entry: Entry): void {
    this.#kept.push(entry);
    if (this.#kept.length < 4096 || this.#kept.length % 1024 !== 0) return;
    const { now } = this.#world.timeline;
    const followers = this.replicas.filter(({ node }) => node.index !== this.primary);
    const seen = Math.min(...followers.map(({ visibility }) => visibility.visibleAt(now)));
    const forgotten = Math.max(0, Math.min(this.#kept.length, seen + 1 - this.#firstKept));
    this.#kept = this.#kept.slice(forgotten);
    this.#firstKept += forgotten;
  }

  #ship(entry: Entry): void {
    const shipping = this.#shipping;
    shipping.draw(entry.commit, Math.max(0, entry.operation));
    let at = 0;
    for (const replica of this.replicas) {
      if (replica.node.index === this.primary) continue;
      const delay = shipping.delays[at]!;
      const answer = shipping.answers[at]!;
      const apply = shipping.applies[at]!;
      at += 1;
      if (this.#ordered) {
        replica.lastArrival = Math.max(entry.commit + delay, replica.lastArrival);
        this.#world.timeline.at(replica.lastArrival, () => this.#deliver(replica, entry, apply, answer));
      } else {
        if (entry.key >= 0) replica.pending.set(entry.key, (replica.pending.get(entry.key) ?? 0) + 1);
        this.#world.timeline.at(entry.commit + delay, () => this.#deliverAlone(replica, entry, apply, answer));
      }
    }
  }

  #deliver(replica: ReplicaState, entry: Entry, apply: number, answer: number): void {
    // A new primary has begun another log meanwhile: the number is taken by somebody else's entry.
    if (entry.number > this.entries || this.#kept[entry.number - this.#firstKept] !== entry) return;
    const sender = this.nodes[this.primary]!;
    // What the primary had not handed over when it failed stays with it.
    if (replica.held.length > 0 || !replica.node.reachable || !sender.reachable || replica.node.index === this.primary) {
      replica.held.push({ entry, apply, answer });
      return;
    }
    this.#receive(replica, entry, apply, answer);
  }

  #receive(replica: ReplicaState, entry: Entry, apply: number, answer: number): void {
    if (entry.number <= replica.received) return;
    replica.received = entry.number;
    const { acknowledge, acks } = this.#world.scenario.cluster.replication;
    const acknowledged = (): void => {
      if (acks > 0) this.#world.timeline.after(answer, () => this.#countAck(entry));
    };
    if (acknowledge === "received") acknowledged();
    replica.apply(entry, apply, acknowledge === "applied" ? acknowledged : () => {});
  }

  #countAck(entry: Entry): void {
    entry.missing -= 1;
    if (entry.missing <= 0) entry.acknowledge?.();
  }

  /** Each write on its own: what matters is whether it is there, not what came before. */
  #deliverAlone(replica: ReplicaState, entry: Entry, apply: number, answer: number): void {
    const { timeline, recorder, scenario } = this.#world;
    if (!replica.node.reachable) {
      replica.held.push({ entry, apply, answer });
      return;
    }
    const acknowledge = (): void => {
      if (scenario.cluster.replication.acks > 0) timeline.after(answer, () => this.#countAck(entry));
    };
    if (scenario.cluster.replication.acknowledge === "received") acknowledge();
    timeline.afterWay(apply, () => {
      recorder.applied(this.#shard, replica.node.index, entry.commit, timeline.now, entry.commit);
      const pending = (replica.pending.get(entry.key) ?? 1) - 1;
      if (pending === 0) replica.pending.delete(entry.key);
      else replica.pending.set(entry.key, pending);
      if (scenario.cluster.replication.acknowledge === "applied") acknowledge();
    });
  }

  // --- without a primary ---

  #withoutPrimary(part: Part, write: boolean): void {
    if (this.#world.scenario.failover.writes === "refuse") {
      if (write && this.outage !== undefined) this.outage.refusedWrites += 1;
      return part.fail("unavailable");
    }
    if (write && this.outage !== undefined) this.outage.delayedWrites += 1;
    this.#waiting.push({ part, write });
  }

  /** There is a primary again: who waited for it goes on. */
  restored(): void {
    this.outage = undefined;
    this.#reachable = undefined;
    for (const { part, write } of this.#waiting.splice(0)) {
      if (part.over) continue;
      if (write) this.write(part);
      else this.read(part);
    }
  }

  /** Another node becomes the primary; entries that it does not have are lost. */
  promote(successor: number, outage: FailoverRecord): void {
    const { received } = this.replicas[successor]!;
    for (const entry of this.#kept) {
      if (entry.number <= received) continue;
      outage.lostWrites += 1;
      if (entry.acknowledged) outage.lostAcknowledged += 1;
      entry.acknowledge = undefined;
    }
    this.#kept = this.#kept.filter(({ number }) => number <= received);
    this.entries = received;
    this.#versions?.cutAfter(this.#shard, received);
    for (const replica of this.replicas) replica.cutAfter(received);
    this.primary = successor;
    this.#reachable = undefined;
    // The others go on from the new primary's log.
    for (const replica of this.replicas) this.release(replica);
  }

  /** What was held back for a node reaches it. */
  release(replica: ReplicaState): void {
    const { node } = replica;
    if (!node.reachable || node.index === this.primary || !this.nodes[this.primary]!.reachable) return;
    for (const { entry, apply, answer } of replica.held.splice(0)) {
      if (this.#ordered) this.#receive(replica, entry, apply, answer);
      else this.#deliverAlone(replica, entry, apply, answer);
    }
  }

  begin(fault: Fault): void {
    this.#failover.begin(fault);
    this.#reachable = undefined;
  }

  heal(fault: Fault): void {
    this.#failover.heal(fault);
    this.#reachable = undefined;
  }

  finish(): void {
    const { recorder, timeline } = this.#world;
    for (const node of this.nodes) node.finish();
    this.#failover.finish();
    if (!this.#ordered) return;
    for (const replica of this.replicas) {
      const { node, visibility } = replica;
      if (node.index === this.primary) continue;
      // Of the entries that are not even begun, the oldest says how far behind the replica is.
      const next = this.#kept[visibility.last + 1 - this.#firstKept];
      if (next !== undefined) recorder.behind(this.#shard, node.index, next.commit, timeline.now, visibility.lastTime);
    }
  }

}
