import { AliasTable } from "../alias-table.ts";
import type { KeySpace } from "../key-space.ts";
import { openProcesses, type OpenArrivals } from "../open-processes.ts";
import type { Refusal } from "../recorder.ts";
import type { RequestStreams } from "../request-streams.ts";
import type { Operation } from "../scenario.ts";
import { drawShards } from "../shard-choice.ts";
import { KeyCache } from "./key-cache.ts";
import { LoggedShard } from "./logged-shard.ts";
import { type Part, Session } from "./part.ts";
import type { ShardModel } from "./shard-model.ts";
import type { Happening } from "./timeline.ts";
import { Transactions } from "./transaction.ts";
import type { World } from "./world.ts";

/** Where a request goes; decided anew for each attempt. */
export interface Routing {
  /** By shard, ascending; the key is -1 where several or none are meant. */
  readonly targets: readonly { readonly shard: number; readonly key: number }[];
}

interface Request {
  readonly operation: number;
  readonly arrivedAt: number;
  readonly session: Session | undefined;
  readonly region: number;
  /** Of an operation with one key. */
  readonly key: number;
  readonly ended: (() => void) | undefined;
  attempts: number;
  requestClass: number;
}

/** The clients: they ask, wait, lose patience, ask again, and note how long it all took. */
export class Requests {
  readonly #world: World;
  readonly #shards: readonly ShardModel[];
  readonly #keys: () => KeySpace;
  /** Shards in use; changes with a move. */
  readonly #shardCount: () => number;
  /** Parts that must wait, such as writes to what is just moving. */
  readonly #gate: (part: Part, write: boolean, pass: () => void) => void;
  readonly #streams: RequestStreams;
  readonly #processes: readonly OpenArrivals[];
  readonly #mixes: readonly AliasTable[];
  readonly #followers: readonly (readonly number[])[];
  readonly #sessions = new Map<number, Session>();
  readonly #cache: KeyCache | undefined;
  readonly #transactions: Transactions;

  constructor(
    world: World,
    shards: readonly ShardModel[],
    keys: () => KeySpace,
    shardCount: () => number,
    gate: (part: Part, write: boolean, pass: () => void) => void,
  ) {
    const { scenario } = world;
    const { operations, clients } = scenario;
    this.#world = world;
    this.#shards = shards;
    this.#keys = keys;
    this.#shardCount = shardCount;
    this.#gate = gate;
    this.#streams = world.requests;
    this.#processes = openProcesses(scenario);
    const shared = operations.flatMap(({ share }, index) => (share > 0 ? [index] : []));
    const lists = this.#processes.length > 0 ? this.#processes.map(({ operations }) => operations) : [shared];
    this.#mixes = lists.map((ids) => new AliasTable(ids.map((id) => Math.max(operations[id]!.share, 1e-300))));
    this.#followers = operations.map((_, index) =>
      operations.flatMap(({ follows }, follower) => (follows?.operation === index ? [follower] : [])),
    );
    this.#cache = clients.cache && new KeyCache(clients.cache.entries, clients.cache.forMs);
    this.#transactions = new Transactions(world, shards);
  }

  /** One arrives from an open process. */
  arrive(process: number): void {
    const { operations } = this.#processes[process]!;
    const at = operations.length === 1 ? 0 : this.#mixes[process]!.draw(this.#streams.operations);
    this.#ask(operations[at]!, undefined, undefined, undefined);
  }

  /** Clients that think, ask, wait for the answer, and think again. */
  startClosed(): void {
    const { arrivals, operations, speed } = this.#world.scenario;
    const closed = arrivals ?? operations.find((operation) => operation.arrivals?.process === "closed")?.arrivals;
    if (closed?.process !== "closed") return;
    const ids = operations.flatMap(({ share, arrivals }, index) =>
      share > 0 || arrivals?.process === "closed" ? [index] : [],
    );
    const mix = new AliasTable(ids.map((id) => operations[id]!.share || 1));
    const clients = Math.max(1, Math.round(closed.clients * speed));
    for (let client = 0; client < clients; client++) {
      const session = this.#world.scenario.clients.sessions > 0 ? this.#sessionOf(client) : undefined;
      const think = (): void => {
        this.#world.timeline.after(this.#world.draw(closed.think, "think"), () => {
          const at = ids.length === 1 ? 0 : mix.draw(this.#streams.operations);
          this.#ask(ids[at]!, session, undefined, think);
        });
      };
      think();
    }
  }

  #ask(operation: number, session: Session | undefined, key: number | undefined, ended: (() => void) | undefined): void {
    const { recorder, timeline, scenario } = this.#world;
    recorder.arrivals[operation]! += 1;
    const { sessions } = scenario.clients;
    const { regions } = scenario.cluster;
    const one = this.#ofOneKey(scenario.operations[operation]!);
    const request: Request = {
      operation,
      arrivedAt: timeline.now,
      session: session ?? (sessions > 0 ? this.#sessionOf(Math.floor(this.#world.stream("sessions").next() * sessions)) : undefined),
      region: regions === undefined ? 0 : Math.floor(this.#world.stream("regions").next() * regions.names.length),
      key: one ? (key ?? this.#keys().draw(this.#streams.keys)) : -1,
      ended,
      attempts: 0,
      requestClass: 0,
    };
    this.#attempt(request);
  }

  #sessionOf(id: number): Session {
    const found = this.#sessions.get(id);
    if (found !== undefined) return found;
    const made = new Session(id);
    this.#sessions.set(id, made);
    return made;
  }

  #ofOneKey({ touches, keyCount }: Operation): boolean {
    return touches === "keys" && keyCount.to === 1;
  }

  #attempt(request: Request): void {
    const { scenario, timeline, recorder } = this.#world;
    const operation = scenario.operations[request.operation]!;
    request.attempts += 1;
    if (this.#answerFromCache(request, operation)) return;
    const { targets } = this.#route(request, operation);
    if (request.attempts === 1) {
      recorder.shardsTouched.requests += 1;
      recorder.shardsTouched.shards += targets.length;
      if (operation.kind === "write" && !this.#ofOneKey(operation)) {
        const batch = recorder.batchOf(request.arrivedAt);
        if (batch >= 0) recorder.crossShard.add(targets.length > 1, batch);
      }
    }
    request.requestClass = targets.length === 1 ? 0 : operation.kind === "read" ? 1 : 2;
    const needed = Math.ceil((operation.answers ?? 1) * targets.length);
    const mergeMs = targets.length === 1 ? 0 : needed * this.#streams.merge[request.operation]!.next();
    const parts: Part[] = [];
    let over = false;
    let patience: Happening | undefined;
    const end = (then: () => void): void => {
      if (over) return;
      over = true;
      timeline.cancel(patience);
      for (const part of parts) {
        part.over = true;
        part.giveUp?.();
      }
      then();
    };
    const succeed = (): void => end(() => timeline.afterWay(mergeMs, () => this.#succeed(request, operation)));
    const fail = (reason: Refusal): void => end(() => this.#fail(request, reason));
    if (scenario.clients.timeoutMs !== Infinity) {
      patience = timeline.after(scenario.clients.timeoutMs, () => fail("timed-out"));
    }
    if (operation.kind === "write") {
      this.#write(request, operation, targets, parts, succeed, fail);
      return;
    }
    let missing = needed;
    // All are made before the first is sent: one that is refused at once ends the others too.
    for (const target of targets) {
      const done = (): void => {
        if (--missing === 0) succeed();
      };
      parts.push(this.#partOf(request, operation, target, done, fail));
    }
    for (const part of [...parts]) {
      if (over) return;
      recorder.shardAsked[part.shard]! += 1;
      this.#gate(part, false, () => this.#read(part, parts));
    }
  }

  #partOf(
    request: Request,
    operation: Operation,
    target: Routing["targets"][number],
    done: () => void,
    fail: (reason: Refusal) => void,
  ): Part {
    const { recorder } = this.#world;
    let counted = false;
    const count = (into: Float64Array): void => {
      if (!counted) into[target.shard]! += 1;
      counted = true;
    };
    return {
      operation: request.operation,
      shard: target.shard,
      key: target.key,
      session: request.session,
      priority: operation.priority,
      region: request.region,
      arrivedAt: request.arrivedAt,
      stages: this.#world.stagesOf(request.operation),
      cutOff: undefined,
      expects: undefined,
      over: false,
      giveUp: undefined,
      done: () => {
        count(recorder.shardAnswered);
        done();
      },
      fail: (reason) => {
        count(recorder.shardRefused);
        fail(reason);
      },
    };
  }

  /** A read, and after a while another one elsewhere; the first answer counts. */
  #read(part: Part, parts: Part[]): void {
    const { scenario, timeline, recorder } = this.#world;
    const shard = this.#shards[part.shard]!;
    const { hedgeAfterMs } = scenario.clients;
    if (hedgeAfterMs === Infinity || !(shard instanceof LoggedShard)) return shard.read(part);
    let twin: Part | undefined;
    let answered = false;
    const first = (loser: () => Part | undefined): void => {
      if (answered) return;
      answered = true;
      const other = loser();
      if (other !== undefined) {
        other.over = true;
        other.giveUp?.();
      }
      timeline.cancel(hedge);
      part.done();
    };
    const original: Part = { ...part, done: () => first(() => twin) };
    parts.push(original);
    shard.read(original);
    const asked = shard.lastRead;
    const hedge = timeline.after(hedgeAfterMs, () => {
      if (answered || original.over) return;
      const hedged: Part = {
        ...part,
        stages: this.#world.stagesOf(part.operation),
        done: () => first(() => original),
        // The first one is still under way.
        fail: () => {},
      };
      if (!shard.readElsewhere(hedged, asked)) return;
      recorder.counts.hedges += 1;
      twin = hedged;
      parts.push(hedged);
    });
  }

  #write(
    request: Request,
    operation: Operation,
    targets: Routing["targets"],
    parts: Part[],
    succeed: () => void,
    fail: (reason: Refusal) => void,
  ): void {
    const { recorder } = this.#world;
    let missing = targets.length;
    const done = (): void => {
      if (--missing === 0) succeed();
    };
    for (const target of targets) parts.push(this.#partOf(request, operation, target, done, fail));
    for (const { shard } of targets) recorder.shardAsked[shard]! += 1;
    let open = targets.length;
    const pass = (): void => {
      if (--open === 0) this.#transactions.run([...parts], parts);
    };
    for (const part of [...parts]) this.#gate(part, true, pass);
  }

  #route(request: Request, operation: Operation): Routing {
    const keys = this.#keys();
    if (this.#ofOneKey(operation)) return this.#routeKey(request.key, operation, keys);
    const drawn: number[] = [];
    const shards = drawShards(operation, keys, this.#shardCount(), this.#streams, drawn);
    const targets = shards.map((shard) => ({ shard, key: drawn.find((key) => keys.shardOf(key) === shard) ?? -1 }));
    return { targets };
  }

  /** A salted key is written to one of its pieces and read from all of them. */
  #routeKey(key: number, operation: Operation, keys: KeySpace): Routing {
    const pieces = keys.piecesOf(key);
    if (pieces === 1) return { targets: [{ shard: keys.shardOf(key), key }] };
    if (operation.kind === "write") {
      const piece = keys.pieceOf(key, Math.floor(this.#world.stream("salt").next() * pieces));
      return { targets: [{ shard: keys.shardOf(piece), key: piece }] };
    }
    const byShard = new Map<number, number>();
    for (let piece = 0; piece < pieces; piece++) {
      const number = keys.pieceOf(key, piece);
      const shard = keys.shardOf(number);
      if (!byShard.has(shard)) byShard.set(shard, number);
    }
    return { targets: [...byShard].sort(([a], [b]) => a - b).map(([shard, key]) => ({ shard, key })) };
  }

  #answerFromCache(request: Request, operation: Operation): boolean {
    if (this.#cache === undefined || request.key < 0) return false;
    const { recorder, timeline } = this.#world;
    if (operation.kind === "write") {
      this.#cache.forget(request.key);
      return false;
    }
    const hit = this.#cache.has(request.key, timeline.now);
    if (hit) recorder.counts.cacheHits += 1;
    else recorder.counts.cacheMisses += 1;
    if (hit) this.#succeed(request, operation);
    return hit;
  }

  #succeed(request: Request, operation: Operation): void {
    const { recorder, timeline, scenario } = this.#world;
    recorder.answered(request.operation, request.requestClass, request.arrivedAt, timeline.now - request.arrivedAt);
    if (this.#cache !== undefined && request.key >= 0) {
      if (operation.kind === "read") this.#cache.add(request.key, timeline.now);
      else this.#cache.forget(request.key);
    }
    for (const follower of this.#followers[request.operation]!) {
      const { afterMs } = scenario.operations[follower]!.follows!;
      const key = request.key < 0 ? undefined : request.key;
      timeline.after(afterMs, () => this.#ask(follower, request.session, key, undefined));
    }
    request.ended?.();
  }

  #fail(request: Request, reason: Refusal): void {
    const { recorder, timeline, scenario } = this.#world;
    const { retries, backoffMs } = scenario.clients;
    if (request.attempts <= retries) {
      recorder.counts.retries += 1;
      timeline.after(backoffMs * 2 ** (request.attempts - 1), () => this.#attempt(request));
      return;
    }
    recorder.refuse(request.operation, reason);
    request.ended?.();
  }
}
