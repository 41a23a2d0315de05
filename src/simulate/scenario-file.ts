import { stringify } from "yaml";
import type { z } from "zod";
import { InputError } from "../base/input-error.ts";
import { type DesignSource as FileSource, readDesignSource as readFileSource, type SourcePath } from "../placement/design-source.ts";
import { constant, type Distribution, meanOf } from "./distribution.ts";
import { failoverOfTarget, failoverTargets, leaseDetection } from "./failover-defaults.ts";
import type { Cluster, Failover, Fault, Leaderless, Operation, Regions, Replication, Scenario } from "./scenario.ts";
import { scenarioHints, scenarioShape, type ScenarioShape } from "./scenario-shape.ts";

/**
 * Reads a scenario file, YAML or JSON. `origin` is its name, for messages. Throws InputError with file, line and column
 * for what is misspelt, impossible (R + W that no N answers) or out of range (a fault after the end).
 */
export function parseScenario(text: string, origin: string, changes: readonly ScenarioChange[] = []): Scenario {
  const source = readFileSource(text, origin, {
    kind: "scenario",
    digits: false,
    beginning: 'begin with "version: 1", "duration: 60s", "arrivals: 800/s" and "operations:"',
  });
  const value = changes.reduce(withChange, source.value);
  const changed: FileSource = {
    ...source,
    value,
    has: (path) => valueAt(value, path) !== undefined,
    fail: (path, message, hint, at) => {
      const { path: by } = changes.find((change) => change.path.every((step, index) => step === String(path[index]))) ?? {};
      // What an option put there has no line in the file.
      if (by !== undefined) throw new InputError(`${origin} with another ${by.join(".")}: ${message}`, { hint });
      return source.fail(path, message, hint, at);
    },
  };
  return new ScenarioReader(changed, shapeOf(changed)).read();
}

/** The file with changes made to it, as YAML. */
export function changedScenarioText(text: string, origin: string, changes: readonly ScenarioChange[]): string {
  const { value } = readFileSource(text, origin, { kind: "scenario", digits: false, beginning: "begin with version: 1" });
  return stringify(changes.reduce(withChange, value), { lineWidth: 0, aliasDuplicateObjects: false });
}

function valueAt(value: unknown, path: SourcePath): unknown {
  return path.reduce<unknown>(
    (inner, step) => (typeof inner === "object" && inner !== null ? (inner as Record<string | number, unknown>)[step] : undefined),
    value,
  );
}

/** Something that stands in for what the file says, or is added to one of its lists. */
export interface ScenarioChange {
  readonly path: readonly string[];
  readonly value: unknown;
  readonly add: boolean;
}

function withChange(value: unknown, { path, value: to, add }: ScenarioChange): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return add ? [...(Array.isArray(value) ? (value as unknown[]) : []), to] : to;
  const list = Array.isArray(value) ? (value as unknown[]) : undefined;
  if (list !== undefined) {
    const inner = withChange(list[Number(step)], { path: rest, value: to, add });
    return list.map((item, index) => (index === Number(step) ? inner : item));
  }
  const fields = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  return { ...fields, [step]: withChange(fields[step], { path: rest, value: to, add }) };
}

function shapeOf(source: FileSource): ScenarioShape {
  const checked = scenarioShape.safeParse(source.value);
  if (checked.success) return checked.data;
  const issues = checked.error.issues.flatMap(innermost);
  // A misspelt key explains what seems to be missing, so it is told first.
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0]!;
  const path = issue.path.filter((step) => typeof step !== "symbol");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0]!;
    const known = keysAt(path);
    return source.fail([...path, key], `unknown key "${key}"`, `keys here are ${known.join(", ")}`, "key");
  }
  const name = path.length === 0 ? "the scenario" : typeof path.at(-1) === "number" ? `item ${Number(path.at(-1)) + 1} of "${path.at(-2)}"` : `"${path.at(-1)!}"`;
  if (!source.has(path)) return source.fail(path, `${name} is missing`, hintFor(issue, path));
  return source.fail(path, `${name}: ${complaint(issue)}`, hintFor(issue, path));
}

/** Of a value that may have several shapes, what is wrong with the shape that it comes nearest to. */
function innermost(issue: z.core.$ZodIssue): z.core.$ZodIssue[] {
  if (issue.code !== "invalid_union") return [issue];
  const deepest = issue.errors.flat().filter(({ path, code }) => path.length > 0 || code === "too_small" || code === "too_big");
  const found = deepest.flatMap((inner) => innermost({ ...inner, path: [...issue.path, ...inner.path] }));
  return found.length > 0 ? found : [issue];
}

function complaint(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.message.includes("received NaN") ? "NaN is no number" : `expected ${typeNames[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${issue.values.map(String).join(", ")}`;
    case "too_small":
      if (issue.origin === "array" || issue.origin === "string") return "is empty";
      return issue.inclusive === false ? `must be above ${issue.minimum}` : `must be at least ${issue.minimum}`;
    case "too_big":
      return issue.origin === "array" ? `has more than ${issue.maximum}` : `must be at most ${issue.maximum}`;
    case "invalid_union":
      return "has the wrong shape";
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: "names with their values",
  array: "a list",
  tuple: "a list",
  int: "a whole number",
  number: "a number",
  string: "text",
  boolean: "true or false",
};

function hintFor(issue: z.core.$ZodIssue, path: SourcePath): string {
  if (issue.code === "custom") {
    const hint: unknown = issue.params?.["hint"];
    if (typeof hint === "string") return hint;
  }
  const key = path.findLast((step) => typeof step === "string" && Object.hasOwn(scenarioHints, step));
  return key === undefined ? "the README shows every key of a scenario with an example" : scenarioHints[key]!;
}

/** The keys that the shape knows at a path. */
function keysAt(path: SourcePath): readonly string[] {
  let type: unknown = scenarioShape;
  for (const step of path) {
    const inner = unwrapped(type);
    type = typeof step === "number" ? (inner as { element?: unknown }).element : shapeFields(inner)?.[step];
  }
  return Object.keys(shapeFields(unwrapped(type)) ?? {});
}

const shapeFields = (type: unknown): Record<string, unknown> | undefined =>
  (type as { shape?: Record<string, unknown> } | undefined)?.shape;

/** Without the wrappers of optional and default values; of a choice of shapes, the one that has keys. */
function unwrapped(type: unknown): unknown {
  const { def } = (type ?? {}) as { def?: { innerType?: unknown; options?: readonly unknown[] } };
  if (def?.innerType !== undefined) return unwrapped(def.innerType);
  if (def?.options !== undefined) return def.options.map(unwrapped).find((option) => shapeFields(option) !== undefined);
  return type;
}

/** Puts the parts together and holds them against each other. */
class ScenarioReader {
  readonly #source: FileSource;
  readonly #shape: ScenarioShape;

  constructor(source: FileSource, shape: ScenarioShape) {
    this.#source = source;
    this.#shape = shape;
  }

  read(): Scenario {
    const shape = this.#shape;
    const durationMs = this.#duration();
    const warmupMs = shape.warmup ?? 0;
    if (warmupMs >= durationMs)
      this.#fail(["warmup"], "the warm-up is as long as the simulation", "give a warmup shorter than the duration");
    const cluster = this.#cluster();
    const operations = this.#operations(cluster);
    return {
      name: shape.name,
      notes: shape.notes,
      seed: shape.seed,
      durationMs,
      warmupMs,
      runs: shape.runs,
      speed: shape.speed,
      arrivals: this.#arrivals(operations),
      operations,
      keys: this.#keys(cluster),
      cluster,
      reads: this.#reads(cluster),
      clients: this.#clients(),
      transactions: {
        prepare: shape.transactions.prepare ?? constant(0),
        commit: shape.transactions.commit ?? constant(0),
        locks: shape.transactions.locks,
      },
      failover: this.#failover(),
      faults: shape.faults.map((_, index) => this.#fault(index, cluster, durationMs)),
      moves: this.#moves(cluster, durationMs),
      staleness: this.#staleness(cluster),
      availability: this.#availability(),
      objective: shape.objective,
      expect: shape.expect,
    };
  }

  #fail(path: SourcePath, message: string, hint: string): never {
    return this.#source.fail(path, message, hint);
  }

  #duration(): number {
    const { duration, operations } = this.#shape;
    if (duration !== undefined) return duration;
    if (operations === undefined && this.#needsNoOperations()) return 1;
    return this.#fail(["duration"], '"duration" is missing', 'say how long to simulate, such as "duration: 60s"');
  }

  #needsNoOperations(): boolean {
    return this.#shape.staleness !== undefined || this.#shape.availability !== undefined;
  }

  #operations(cluster: Cluster): Operation[] {
    const { operations } = this.#shape;
    if (operations === undefined) {
      if (this.#needsNoOperations()) return [];
      return this.#fail(["operations"], '"operations" is missing', scenarioHints["operations"]!);
    }
    const names = operations.map(({ name }) => name);
    return operations.map((operation, index): Operation => {
      const at = ["operations", index];
      const { name, kind, share, arrivals, follows, service, stages, touches } = operation;
      if (names.indexOf(name) < index)
        this.#fail([...at, "name"], `operation "${name}" is there twice`, "each operation has a name of its own");
      if (Number(share !== undefined) + Number(arrivals !== undefined) + Number(follows !== undefined) > 1)
        this.#fail(at, `"${name}" comes in two ways`, 'give one of "share", "arrivals" and "follows"');
      if ((service === undefined) === (stages === undefined))
        this.#fail(at, `"${name}" needs a service time`, 'give either "service: { exponential: 1ms }" or "stages"');
      if (typeof touches === "number" && touches > cluster.shards)
        this.#fail([...at, "touches"], `there are ${cluster.shards} shards only`, 'give fewer, or "all"');
      const keyCount = typeof operation.keys === "number" ? { from: operation.keys, to: operation.keys } : operation.keys;
      if (keyCount.from > keyCount.to)
        this.#fail([...at, "keys"], "it ends before it begins", "write { from: 1, to: 100 }");
      if (touches !== undefined && keyCount.to > 1)
        this.#fail([...at, "keys"], 'the shards follow from the keys, or from "touches"', "leave one of the two out");
      if (operation.arrivals?.process === "closed" && operations.length > 1)
        this.#fail([...at, "arrivals"], "closed clients choose among all operations", 'give "arrivals" at the top');
      return {
        name,
        kind,
        share: arrivals === undefined && follows === undefined ? (share ?? 1) : 0,
        arrivals,
        follows: follows && this.#follows(index, names),
        stages: stages === undefined ? [{ station: 0, service: service! }] : this.#stages(index, cluster),
        priority: operation.priority,
        touches: touches === undefined || touches === 1 ? "keys" : touches,
        keyCount,
        consecutive: operation.consecutive,
        merge: operation.merge,
        apply: operation.apply,
      };
    });
  }

  #follows(index: number, names: readonly string[]): NonNullable<Operation["follows"]> {
    const { operation, after } = this.#shape.operations![index]!.follows!;
    const at = names.indexOf(operation);
    const path = ["operations", index, "follows", "operation"];
    if (at < 0) this.#fail(path, `there is no operation "${operation}"`, `operations are ${names.join(", ")}`);
    const seen = new Set([index]);
    for (let next = at; ; ) {
      if (seen.has(next)) this.#fail(path, `"${operation}" follows it in turn`, "the first of a chain has a share or arrivals");
      seen.add(next);
      const before = this.#shape.operations![next]!.follows;
      if (before === undefined || !names.includes(before.operation)) break;
      next = names.indexOf(before.operation);
    }
    return { operation: at, afterMs: after };
  }

  #stages(index: number, cluster: Cluster): Operation["stages"] {
    const names = cluster.stations.map(({ name }) => name);
    return this.#shape.operations![index]!.stages!.map(({ station, service }, stage) => {
      const at = names.indexOf(station);
      if (at >= 0) return { station: at, service };
      const path = ["operations", index, "stages", stage, "station"];
      return this.#fail(path, `there is no station "${station}"`, `stations are ${names.join(", ")}`);
    });
  }

  #arrivals(operations: readonly Operation[]): Scenario["arrivals"] {
    const { arrivals } = this.#shape;
    const shared = operations.some(({ share }) => share > 0);
    if (shared && arrivals === undefined)
      this.#fail(["arrivals"], '"arrivals" is missing', "write {process: poisson, rate: 800/s}, or give each operation its own");
    if (!shared && arrivals !== undefined && operations.length > 0)
      this.#fail(["arrivals"], "no operation has a share of these arrivals", 'give one a "share"');
    return shared ? arrivals : undefined;
  }

  #keys(cluster: Cluster): Scenario["keys"] {
    const { popularity, placement, shares, salt, groups } = this.#shape.keys;
    const count = groups === undefined ? (this.#shape.keys.count ?? defaultKeys) : groups.reduce((sum, { keys }) => sum + keys, 0);
    if (groups !== undefined) this.#checkGroups(cluster);
    if (shares !== undefined) {
      if (shares.length !== cluster.shards)
        this.#fail(["keys", "shares"], `${shares.length} shares for ${cluster.shards} shards`, "give one share per shard");
      if (!shares.some((share) => share > 0)) this.#fail(["keys", "shares"], "all shares are 0", "give one above 0");
      if (salt !== undefined) this.#fail(["keys", "salt"], "shares say where accesses go, whatever their key", "leave one out");
      if (this.#shape.moves.length > 0)
        this.#fail(["keys", "shares"], "shares do not say which keys move", "leave the shares out, or the moves");
      if (count < cluster.shards)
        this.#fail(["keys", "count"], `fewer keys than the ${cluster.shards} shards`, "give at least a key per shard");
    }
    if (salt !== undefined && salt.hottest > count)
      this.#fail(["keys", "salt", "hottest"], `there are ${count} keys only`, "give fewer");
    return {
      count,
      zipfExponent: popularity === "uniform" ? 0 : popularity.zipf,
      placement,
      shares,
      groups: groups?.map(({ share, keys, shard, movesTo }) => ({ share, keys, shard, movesTo })),
      salt,
    };
  }

  /** Groups say where keys lie: for as many shards as there are, and after the move if there is one. */
  #checkGroups(cluster: Cluster): void {
    const { groups = [], salt, shares, count, popularity } = this.#shape.keys;
    const at = ["keys", "groups"];
    if (salt !== undefined) this.#fail(["keys", "salt"], "groups say where keys lie, salted pieces lie elsewhere", "leave one out");
    if (shares !== undefined) this.#fail(["keys", "shares"], "the groups have shares", "leave one of the two out");
    if (count !== undefined) this.#fail(["keys", "count"], "the groups have their numbers of keys", "leave the count out");
    if (popularity !== "uniform") this.#fail(["keys", "popularity"], "the groups have shares", "leave one of the two out");
    if (!groups.some(({ share }) => share > 0)) this.#fail(at, "all shares are 0", "give one above 0");
    if (groups.reduce((sum, { keys }) => sum + keys, 0) > 10_000_000) this.#fail(at, "more than ten million keys", "give fewer");
    const move = this.#shape.moves[0];
    groups.forEach(({ shard, movesTo }, index) => {
      if (shard >= cluster.shards)
        this.#fail([...at, index, "shard"], `there is no shard ${shard}`, `shards are 0 to ${cluster.shards - 1}`);
      if (move !== undefined && (movesTo === undefined || movesTo >= move.to))
        this.#fail([...at, index], "it does not say where its keys move", `give "movesTo", a shard from 0 to ${move.to - 1}`);
    });
    const named = new Set(groups.map(({ shard }) => shard));
    for (let shard = 0; shard < cluster.shards; shard++)
      if (!named.has(shard)) this.#fail(at, `no group is on shard ${shard}`, "give one, of share 0 if nobody asks for its keys");
  }

  #cluster(): Cluster {
    const { cluster } = this.#shape;
    const { servers, stations, stalls } = cluster;
    if (servers !== undefined && stations !== undefined)
      this.#fail(["cluster", "stations"], "servers are given twice", 'give either "servers" or "stations"');
    const list = stations === undefined ? [{ name: "servers", servers: servers ?? 1 }] : Object.entries(stations).map(([name, servers]) => ({ name, servers }));
    const named = list.map(({ name, servers }) => ({ name, servers: servers === "unlimited" ? Infinity : servers }));
    if (named.length === 0) this.#fail(["cluster", "stations"], "is empty", "name one, such as {cpu: 4}");
    const regions = this.#regions();
    return {
      shards: cluster.shards,
      stations: named,
      discipline: cluster.discipline,
      queue: cluster.queue ?? Infinity,
      connections: { limit: cluster.connections?.limit ?? Infinity, queue: cluster.connections?.queue ?? Infinity },
      stalls: stalls && this.#stalls(),
      ...this.#replicasAndReplication(),
      regions,
    };
  }

  #stalls(): Cluster["stalls"] {
    const { whenIdle, every, for: lasts } = this.#shape.cluster.stalls!;
    if (this.#shape.cluster.discipline !== "fifo")
      this.#fail(["cluster", "stalls"], "a shared processor does not stall", "leave stalls out, or use discipline: fifo");
    if (whenIdle !== undefined && every === undefined && lasts === undefined) {
      if (meanOf(whenIdle) > 0) return { when: "idle", lasts: whenIdle };
    } else if (whenIdle === undefined && every !== undefined && lasts !== undefined && meanOf(every) > 0) {
      return { when: "any", every, lasts };
    }
    const hint = 'give "whenIdle: 20ms", or "every: { exponential: 10s }" with "for: 50ms"';
    return this.#fail(["cluster", "stalls"], "it does not say when servers stall and for how long", hint);
  }

  #replicasAndReplication(): { replicas: number; replication: Replication } {
    const { replication, replicas: given } = this.#shape.cluster;
    const { mode } = replication;
    const at = ["cluster", "replication"];
    const leaderless = mode === "leaderless" ? this.#leaderless() : undefined;
    for (const key of ["n", "r", "w", "readFrom", "readRepair", "hintedHandoff", "legs"] as const) {
      if (mode !== "leaderless" && replication[key] !== undefined)
        this.#fail([...at, key], `"${key}" belongs to leaderless replication`, 'write "mode: leaderless", or leave it out');
    }
    if (mode !== "multi-leader" && replication.leaders !== undefined)
      this.#fail([...at, "leaders"], '"leaders" belongs to multi-leader replication', 'write "mode: multi-leader"');
    const implied = leaderless ? leaderless.nodes - 1 : mode === "multi-leader" ? (replication.leaders ?? 2) - 1 : undefined;
    if (implied !== undefined && given !== undefined && given !== implied)
      this.#fail(["cluster", "replicas"], `${mode} replication has ${implied} besides the first node`, "leave replicas out");
    const replicas = implied ?? given ?? 0;
    const acks = this.#acks(replicas);
    return {
      replicas,
      replication: {
        mode,
        acks,
        acknowledge: replication.acknowledge,
        delivery: replication.delivery,
        delay: replication.delay ?? constant(0),
        answer: replication.answer ?? constant(0),
        redrawEveryMs: replication.redrawEvery ?? 0,
        shipEveryMs: replication.shipEvery ?? 0,
        apply: replication.apply ?? constant(0),
        applyThreads: replication.applyThreads,
        fallbackAfterMs: replication.fallbackAfter ?? Infinity,
        leaderless,
      },
    };
  }

  #acks(replicas: number): number {
    const { mode, acks } = this.#shape.cluster.replication;
    const at = ["cluster", "replication"];
    if (acks !== undefined) {
      if (mode !== "semi-sync" && mode !== "quorum")
        this.#fail([...at, "acks"], `${mode} replication has its own number of acknowledgements`, "use mode: semi-sync or quorum");
      if (acks > replicas)
        this.#fail([...at, "acks"], `${acks} acknowledgements of ${replicas} replicas never come`, "give fewer acks or more replicas");
      return acks;
    }
    if ((mode === "semi-sync" || mode === "sync") && replicas === 0)
      this.#fail([...at, "mode"], `${mode} replication needs a replica`, 'give "replicas: 1" or more');
    switch (mode) {
      case "semi-sync":
        return 1;
      case "quorum":
        // A majority of all nodes, of which the primary is one.
        return Math.floor((replicas + 1) / 2);
      case "sync":
        return replicas;
      default:
        return 0;
    }
  }

  #leaderless(): Leaderless {
    const { replication } = this.#shape.cluster;
    const at = ["cluster", "replication"];
    const nodes = replication.n ?? (this.#shape.cluster.replicas ?? 2) + 1;
    const { r = Math.floor(nodes / 2) + 1, w = Math.floor(nodes / 2) + 1 } = replication;
    if (r > nodes) this.#fail([...at, "r"], `R + W is impossible: ${r} answers of N = ${nodes} nodes never come`, `give an r from 1 to ${nodes}`);
    if (w > nodes) this.#fail([...at, "w"], `R + W is impossible: ${w} acknowledgements of N = ${nodes} nodes never come`, `give a w from 1 to ${nodes}`);
    const delay = replication.delay ?? constant(0);
    const answer = replication.answer ?? delay;
    return {
      nodes,
      readQuorum: r,
      writeQuorum: w,
      readFrom: replication.readFrom ?? "all",
      readRepair: replication.readRepair ?? false,
      hintedHandoff: replication.hintedHandoff ?? false,
      legs: {
        write: replication.legs?.write ?? delay,
        ack: replication.legs?.ack ?? answer,
        read: replication.legs?.read ?? delay,
        response: replication.legs?.response ?? answer,
      },
    };
  }

  #regions(): Regions | undefined {
    const { regions } = this.#shape.cluster;
    if (regions === undefined) return undefined;
    const { names, between, links } = regions;
    const region = (name: string, path: SourcePath): number => {
      const at = names.indexOf(name);
      return at >= 0 ? at : this.#fail(path, `there is no region "${name}"`, `regions are ${names.join(", ")}`);
    };
    const matrix = names.map((_, from) => names.map((_, to): Distribution => (from === to ? constant(0) : between)));
    links.forEach(({ from, to, delay }, index) => {
      const at = ["cluster", "regions", "links", index];
      matrix[region(from, [...at, "from"])]![region(to, [...at, "to"])] = delay;
    });
    return { names, between: matrix };
  }

  #reads(cluster: Cluster): Scenario["reads"] {
    const { policy, window, limit, wait, choices } = this.#shape.reads;
    const needs = { "read-your-writes": "window", "lag-limit": "limit", "wait-for-lsn": "wait" } as const;
    for (const [owner, key] of Object.entries(needs)) {
      const given = this.#shape.reads[key];
      if (policy === owner && given === undefined)
        this.#fail(["reads"], `the policy ${owner} needs "${key}"`, `write { policy: ${owner}, ${key}: 5s }`);
      if (policy !== owner && given !== undefined)
        this.#fail(["reads", key], `"${key}" belongs to the policy ${owner}`, `write "policy: ${owner}", or leave it out`);
    }
    const logged = cluster.replication.leaderless === undefined;
    if (policy !== "primary" && !logged)
      this.#fail(["reads", "policy"], "leaderless reads go to R nodes", "leave the policy out");
    if (policy !== "primary" && policy !== "any" && cluster.replicas === 0)
      this.#fail(["reads", "policy"], `the policy ${policy} needs a replica`, 'give "replicas: 1" or more');
    if (cluster.replication.delivery === "independent" && !["primary", "any", "replicas"].includes(policy))
      this.#fail(["reads", "policy"], `the policy ${policy} follows a log`, 'write "delivery: log"');
    const session = policy === "read-your-writes" || policy === "pinned" || policy === "wait-for-lsn";
    if (session && this.#shape.clients.sessions === undefined)
      this.#fail(["reads", "policy"], `the policy ${policy} is about sessions, and there are none`, 'give "clients: { sessions: 100 }"');
    return { policy, windowMs: window ?? 0, limitMs: limit ?? 0, waitMs: wait ?? 0, choices };
  }

  #clients(): Scenario["clients"] {
    const { sessions, delay, timeout, retries, backoff, hedgeAfter, cache } = this.#shape.clients;
    return {
      sessions: sessions ?? 0,
      delay: delay ?? constant(0),
      timeoutMs: timeout ?? Infinity,
      retries,
      backoffMs: backoff,
      hedgeAfterMs: hedgeAfter ?? Infinity,
      cache: cache && { entries: cache.entries, forMs: cache.for ?? Infinity },
    };
  }

  #failover(): Failover {
    const { target, automatic, detection, lease, election, raft, fence, writes } = this.#shape.failover;
    if (detection !== undefined && lease !== undefined)
      this.#fail(["failover", "lease"], "detection is given twice", 'give either "detection" or "lease"');
    if (election !== undefined && raft !== undefined)
      this.#fail(["failover", "raft"], "election is given twice", 'give either "election" or "raft"');
    if (raft !== undefined && raft.timeout[1] <= raft.timeout[0])
      this.#fail(["failover", "raft", "timeout"], "the range is empty", "write [150ms, 300ms]");
    if (lease !== undefined && lease.loopWait + 2 * lease.retryTimeout > lease.ttl)
      this.#fail(["failover", "lease"], "loopWait + 2 x retryTimeout is longer than the ttl", "raise the ttl, or lower the others");
    const known = target === undefined ? undefined : failoverOfTarget(target);
    if (target !== undefined && known === undefined)
      this.#fail(["failover", "target"], `no verified failover times are known of "${target}"`, `give detection and election, or one of ${failoverTargets().join(", ")}`);
    const stated = raft && { timeoutFromMs: raft.timeout[0], timeoutToMs: raft.timeout[1], latencyMs: raft.latency };
    const own = detection ?? (lease && leaseDetection(lease.ttl, lease.loopWait));
    return {
      automatic: automatic ?? known?.automatic ?? true,
      detection: own ?? known?.detection ?? [constant(0)],
      election: stated ?? election ?? known?.election ?? [constant(0)],
      fence,
      writes,
      source: known === undefined ? "the scenario" : known.source,
    };
  }

  #fault(index: number, cluster: Cluster, durationMs: number): Fault {
    const fault = this.#shape.faults[index]!;
    const at = ["faults", index];
    if (fault.at >= durationMs)
      this.#fail([...at, "at"], "the fault comes after the end of the simulation", "give an earlier time, or a longer duration");
    if (fault.shard >= cluster.shards)
      this.#fail([...at, "shard"], `there is no shard ${fault.shard}`, `shards are 0 to ${cluster.shards - 1}`);
    if (cluster.replication.delivery === "independent" && fault.kind !== "slow")
      this.#fail([...at, "kind"], "without a log there is no failover", 'write "delivery: log", or kind: slow');
    if (cluster.replication.mode === "multi-leader" && fault.kind === "crash")
      this.#fail([...at, "kind"], "crashes of leaders are not simulated", 'write "kind: pause", "partition" or "slow"');
    const node = fault.node === "primary" ? 0 : fault.node;
    if (node > cluster.replicas)
      this.#fail([...at, "node"], `a shard has ${cluster.replicas} replicas`, 'give "primary", or 1 for the first replica');
    if (fault.factor !== undefined && fault.kind !== "slow")
      this.#fail([...at, "factor"], `a ${fault.kind} has no factor`, 'write "kind: slow", or leave it out');
    if (fault.kind === "slow" && fault.factor === undefined)
      this.#fail(at, 'a slow node needs a "factor"', 'write "factor: 4" for service that takes four times as long');
    if (fault.clients !== undefined && fault.kind !== "partition")
      this.#fail([...at, "clients"], `a ${fault.kind} cuts off no clients`, 'write "kind: partition", or leave it out');
    return {
      kind: fault.kind,
      atMs: fault.at,
      untilMs: fault.at + (fault.for ?? Infinity),
      shard: fault.shard,
      node,
      factor: fault.factor ?? 1,
      clientShare: fault.clients ?? 0,
    };
  }

  #moves(cluster: Cluster, durationMs: number): Scenario["moves"] {
    return this.#shape.moves.map((move, index) => {
      const at = ["moves", index];
      if (move.at >= durationMs)
        this.#fail([...at, "at"], "the move comes after the end of the simulation", "give an earlier time, or a longer duration");
      if (move.to === cluster.shards)
        this.#fail([...at, "to"], `there are ${cluster.shards} shards already`, "give another number");
      if (cluster.replication.leaderless !== undefined)
        this.#fail(at, "a move is simulated with a primary per shard", "use another replication mode, or leave moves out");
      const bytes = this.#bytes(move.bytes, [...at, "bytes"]);
      const chunkBytes = this.#bytes(move.chunk, [...at, "chunk"]);
      if (bytes / chunkBytes > 1e7)
        this.#fail([...at, "chunk"], "more than ten million chunks", "give larger chunks");
      return {
        atMs: move.at,
        toShards: move.to,
        bytes,
        chunkBytes,
        read: move.read,
        write: move.write,
        restMs: move.rest,
        priority: move.priority,
        pauseMs: move.pause,
      };
    });
  }

  #bytes(value: number | string, path: SourcePath): number {
    const match = /^(\d+(?:\.\d+)?)\s*([kMGT]?)B$/.exec(String(value));
    const bytes = typeof value === "number" ? value : match === null ? NaN : Number(match[1]) * byteUnits[match[2]!]!;
    return bytes > 0 ? bytes : this.#fail(path, `"${value}" is no size`, "give bytes with a unit, such as 64MB or 100GB");
  }

  #availability(): Scenario["availability"] {
    const { availability } = this.#shape;
    if (availability === undefined) return undefined;
    const { nodeUp, failover, correlated } = availability;
    if (failover !== undefined && failover.lasts > failover.every)
      this.#fail(["availability", "failover"], "an outage lasts longer than the time between two", "give a shorter one");
    if (correlated !== undefined && correlated.lost > correlated.nodes)
      this.#fail(["availability", "correlated", "lost"], `there are ${correlated.nodes} nodes only`, "give fewer");
    return {
      nodeUp,
      failover: failover && { everyMs: failover.every, lastsMs: failover.lasts },
      correlated,
    };
  }

  #staleness(cluster: Cluster): Scenario["staleness"] {
    const { staleness } = this.#shape;
    if (staleness === undefined) return undefined;
    if (cluster.replication.leaderless === undefined)
      this.#fail(["staleness"], "it is about leaderless replication", 'write "replication: { mode: leaderless }", or leave it out');
    return { trials: staleness.trials, afterMs: staleness.after };
  }
}

const defaultKeys = 10_000;
const byteUnits: Readonly<Record<string, number>> = { "": 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12 };
