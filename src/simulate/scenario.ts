import type { Distribution } from "./distribution.ts";

/**
 * What is simulated: who asks for what, of which cluster, and what befalls it. All times are milliseconds, all rates
 * per millisecond. Plain data: it crosses to worker threads, and what-ifs are copies with something changed.
 */
export interface Scenario {
  readonly name: string;
  /** What the reader should know of how the scenario came about. */
  readonly notes: readonly string[];
  readonly seed: number;
  readonly durationMs: number;
  /** Not measured: the time that an empty cluster takes to fill up. */
  readonly warmupMs: number;
  /** Independent repetitions, each with a seed of its own. */
  readonly runs: number;
  /** Load as a multiple of what `arrivals` says. */
  readonly speed: number;
  /** For the operations with a share; undefined when each has arrivals of its own. */
  readonly arrivals: ArrivalProcess | undefined;
  readonly operations: readonly Operation[];
  readonly keys: Keys;
  readonly cluster: Cluster;
  readonly reads: ReadPolicy;
  readonly clients: Clients;
  readonly transactions: Transactions;
  readonly failover: Failover;
  readonly faults: readonly Fault[];
  readonly moves: readonly Move[];
  readonly staleness: StalenessProbe | undefined;
  readonly availability: Availability | undefined;
  /** The share of requests that take longer than each is told. */
  readonly limitsMs: readonly number[];
  readonly objective: Expectation | undefined;
  readonly expect: readonly Expectation[];
}

export type ArrivalProcess =
  | { readonly process: "poisson" | "deterministic"; readonly rate: number }
  /** Calm and burst alternate, each of an exponential length with the given mean (an MMPP). */
  | {
      readonly process: "bursts";
      readonly rate: number;
      readonly burstRate: number;
      readonly calmMs: number;
      readonly burstMs: number;
    }
  /** rate x (1 + amplitude x sin(2 pi t / period)). */
  | { readonly process: "diurnal"; readonly rate: number; readonly amplitude: number; readonly periodMs: number }
  | {
      readonly process: "steps";
      readonly spacing: "poisson" | "deterministic";
      readonly steps: readonly { readonly rate: number; readonly forMs: number }[];
    }
  | { readonly process: "replay"; readonly timesMs: readonly number[]; readonly operations?: readonly number[] }
  | { readonly process: "closed"; readonly clients: number; readonly think: Distribution };

export interface Operation {
  readonly name: string;
  readonly kind: "read" | "write";
  /** Weight among the operations that share `Scenario.arrivals`; 0 for those that have arrivals of their own. */
  readonly share: number;
  readonly arrivals: ArrivalProcess | undefined;
  /** Comes after each of another operation, by the same session, of the same key. */
  readonly follows: { readonly operation: number; readonly afterMs: number } | undefined;
  /** One after the other on the same node. */
  readonly stages: readonly { readonly station: number; readonly service: Distribution }[];
  /** Lower goes first; one that is served is not interrupted. */
  readonly priority: number;
  /** Shards asked: those of its keys, a number of shards, or all. */
  readonly touches: "keys" | "all" | number;
  /** How many keys, evenly between the two; 0 looks at the place of one and finds nothing. In a row from the first where they are consecutive. */
  readonly keyCount: { readonly from: number; readonly to: number };
  readonly consecutive: boolean;
  /** Spent by whoever puts the shards' answers together, per answer, when there are several. */
  readonly merge: Distribution | undefined;
  /** Of a read of several shards: the share of their answers that it needs; undefined: all. */
  readonly answers: number | undefined;
  /** What a write costs each replica; undefined: as the replication says. */
  readonly apply: Distribution | undefined;
}

export interface Keys {
  readonly count: number;
  /** 0 is uniform. Key 0 is the most popular, unless scrambled. */
  readonly zipfExponent: number;
  /** Ranks that Zipf's law is over; they are hashed onto the keys. Undefined: every key is a rank of its own. */
  readonly scrambledOver: number | undefined;
  readonly placement: KeyPlacement;
  /** Share of the accesses per shard; undefined: as the placement deals the keys. */
  readonly shares: readonly number[] | undefined;
  /** Keys that are asked for alike and lie on one shard, instead of a popularity and a placement. */
  readonly groups: readonly KeyGroup[] | undefined;
  /** The hottest keys are kept in several pieces: a write goes to one of them, a read to all. */
  readonly salt: { readonly buckets: number; readonly hottest: number } | undefined;
}

/** So many keys of one shard, which together have this weight among the groups. */
export interface KeyGroup {
  readonly share: number;
  readonly keys: number;
  readonly shard: number;
  /** Their shard once the scenario's move is done; undefined where there is no move. */
  readonly movesTo: number | undefined;
}

export const keyPlacements = ["hash", "modulo", "jump", "range"] as const;
export type KeyPlacement = (typeof keyPlacements)[number];

export interface Cluster {
  readonly shards: number;
  readonly stations: readonly { readonly name: string; readonly servers: number }[];
  readonly discipline: "fifo" | "processor-sharing";
  /** Places for those that wait at a station. */
  readonly queue: number;
  readonly connections: { readonly limit: number; readonly queue: number };
  readonly stalls:
    | { readonly when: "idle"; readonly lasts: Distribution }
    | { readonly when: "any"; readonly every: Distribution; readonly lasts: Distribution }
    | undefined;
  /** Besides the primary. */
  readonly replicas: number;
  readonly replication: Replication;
  readonly regions: Regions | undefined;
}

export const replicationModes = ["async", "semi-sync", "quorum", "sync", "leaderless", "multi-leader"] as const;
export type ReplicationMode = (typeof replicationModes)[number];

export interface Replication {
  readonly mode: ReplicationMode;
  /** Replicas whose acknowledgement a write waits for. */
  readonly acks: number;
  readonly acknowledge: "received" | "applied";
  /** In the order of the log, or each write on its own. */
  readonly delivery: "log" | "independent";
  readonly delay: Distribution;
  readonly answer: Distribution;
  /** The delay of a link is drawn again after this time; 0: for each message. */
  readonly redrawEveryMs: number;
  /** The log is shipped at multiples of this time; 0: at once. */
  readonly shipEveryMs: number;
  readonly apply: Distribution;
  /** Threads of its own, or the servers that serve the replica's reads too. */
  readonly applyThreads: number | "shared";
  /** A write that waited this long is acknowledged all the same. */
  readonly fallbackAfterMs: number;
  readonly leaderless: Leaderless | undefined;
}

export interface Leaderless {
  readonly nodes: number;
  readonly readQuorum: number;
  readonly writeQuorum: number;
  readonly readFrom: "all" | "quorum";
  readonly readRepair: boolean;
  readonly hintedHandoff: boolean;
  /** The four ways of PBS: write, acknowledgement, read, response. */
  readonly legs: Readonly<Record<"write" | "ack" | "read" | "response", Distribution>>;
}

export interface Regions {
  readonly names: readonly string[];
  /** One way, from region to region; row by row. */
  readonly between: readonly (readonly Distribution[])[];
}

export const readPolicies = [
  "primary",
  "any",
  "replicas",
  "read-your-writes",
  "pinned",
  "lag-limit",
  "wait-for-lsn",
] as const;

export interface ReadPolicy {
  readonly policy: (typeof readPolicies)[number];
  /** Of read-your-writes: how long a session reads from the primary after its own write. */
  readonly windowMs: number;
  /** Of lag-limit: replicas further behind are passed over. */
  readonly limitMs: number;
  /** Of wait-for-lsn: then the primary is asked. */
  readonly waitMs: number;
  /** The least busy of so many nodes, chosen by chance. */
  readonly choices: number;
}

export interface Clients {
  /** 0: requests belong to nobody. */
  readonly sessions: number;
  /** One way between client and node. */
  readonly delay: Distribution;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  /** A read that takes longer is asked of another node too; Infinity: never. */
  readonly hedgeAfterMs: number;
  readonly cache: { readonly entries: number; readonly forMs: number } | undefined;
}

export interface Transactions {
  /** What preparing costs each participant besides its own work; a write of several shards is a transaction. */
  readonly prepare: Distribution;
  readonly commit: Distribution;
  /** Keys are locked from the first work to the commit. */
  readonly locks: boolean;
}

export interface Failover {
  readonly automatic: boolean;
  /** Added up. */
  readonly detection: readonly Distribution[];
  readonly election: readonly Distribution[] | RaftElection;
  /** Whether the old primary is stopped from taking writes before another one is promoted. */
  readonly fence: boolean;
  readonly writes: "wait" | "refuse";
  /** Where the times come from, for the reader. */
  readonly source: string;
}

/** Followers stand for election after a timeout drawn evenly from a range; each has one vote a term. */
export interface RaftElection {
  readonly timeoutFromMs: number;
  readonly timeoutToMs: number;
  readonly latencyMs: number;
}

export const faultKinds = ["crash", "pause", "partition", "slow"] as const;

export interface Fault {
  readonly kind: (typeof faultKinds)[number];
  readonly atMs: number;
  readonly untilMs: number;
  readonly shard: number;
  /** 0 is the primary of the beginning, then its replicas. */
  readonly node: number;
  /** Of slow: service takes so many times as long. */
  readonly factor: number;
  /** Of partition: the share of clients that are cut off together with the node. */
  readonly clientShare: number;
}

export interface Move {
  readonly atMs: number;
  readonly toShards: number;
  /** All data of the cluster, and of a chunk that is copied at a time. */
  readonly bytes: number;
  readonly chunkBytes: number;
  /** Per chunk, at the source and at the target. */
  readonly read: Distribution;
  readonly write: Distribution;
  /** Rest after a chunk. */
  readonly restMs: number;
  readonly priority: number;
  /** Writes to what moves wait so long when the routing changes. */
  readonly pauseMs: number;
}

export interface StalenessProbe {
  readonly trials: number;
  /** Times after the commit at which the chance of a consistent read is told. */
  readonly afterMs: readonly number[];
  /** For formulas: so many versions behind, and writes of a key per read of it by one session. */
  readonly versions: readonly number[];
  readonly writesPerRead: number | undefined;
}

/** For what follows from formulas alone. */
export interface Availability {
  /** The chance that a node is up. */
  readonly nodeUp: number | undefined;
  readonly failover: { readonly everyMs: number; readonly lastsMs: number } | undefined;
  /** So many nodes of so many are lost at once, and shards are spread over so many sets of nodes. */
  readonly correlated: { readonly nodes: number; readonly lost: number; readonly copysets: number } | undefined;
}

export interface Expectation {
  readonly text: string;
  readonly measure: string;
  readonly relation: "<" | "<=" | ">" | ">=" | "=";
  readonly value: number;
}
