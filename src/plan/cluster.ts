import type { Objective } from "./objective.ts";
import type { ServiceMix } from "./service-mix.ts";

/** A kind of server that can be had. What is not said of it limits nothing. */
export interface Server {
  readonly name: string;
  readonly cores: number;
  readonly storageBytes: number | undefined;
  readonly connections: number | undefined;
  readonly pricePerMonth: number | undefined;
}

/** So many shards, each a primary and its replicas, all on one kind of server. */
export interface Cluster {
  readonly server: Server;
  readonly shards: number;
  /** Of each shard, besides the primary. */
  readonly replicas: number;
  /** "primary": replicas only stand by. */
  readonly readsFrom: "primary" | "replicas";
}

export const nodesOf = ({ shards, replicas }: Cluster): number => shards * (1 + replicas);

/** What is asked for at one moment, in the worst window of that time. */
export interface Demand {
  /** Erlangs: statements at work at a time. */
  readonly reads: number;
  readonly writes: number;
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** All data with its indexes, once. */
  readonly bytes: number | undefined;
  /** Of the clients. */
  readonly connections: number | undefined;
}

/** What stays the same however much is asked for. */
export interface WorkloadFacts {
  readonly reads: ServiceMix;
  readonly writes: ServiceMix;
  /** Of the reads: those inside of transactions that write, which a replica can't answer. */
  readonly boundReadShare: number;
  /** What a write costs each replica, over what it costs the primary. */
  readonly applyShare: number;
  /** Threads that apply writes on a replica. */
  readonly applyThreads: number;
}

/** What the busiest of some shards has. Of one server: all of everything. */
export interface ShardShare {
  readonly shards: number;
  /** Work of the busiest shard over the work of one server: 1 over the scale-out factor. */
  readonly load: number;
  /** Of the data. */
  readonly bytes: number;
  /** How statements spread: shares that add up to 1, by the shards that they ask. */
  readonly fanOut: readonly { readonly shards: number; readonly share: number }[];
  /** The busiest shard is that of one key, which no number of shards divides. */
  readonly hotKeyAlone: boolean;
}

export const unsharded: ShardShare = { shards: 1, load: 1, bytes: 1, fanOut: [{ shards: 1, share: 1 }], hotKeyAlone: false };

export const survivals = ["nothing", "one node", "one zone"] as const;

/** What may fail while all that is required still holds. */
export type Survival = (typeof survivals)[number];

/** What has to hold. */
export interface Requirements {
  /** Share of a node's cores that may be busy in the worst window. */
  readonly maxUtilisation: number;
  readonly objective: Objective | undefined;
  readonly survive: Survival;
  /** How far behind the replicas that answer reads may be, in 99 of 100 moments. */
  readonly maxLagMs: number;
  /** Share of a server's storage that may be full. */
  readonly maxStorageShare: number;
}

/** Zones that the nodes of a shard are spread over. */
const zones = 3;

/** Nodes of one shard that may be gone at once. */
export function nodesLost({ replicas }: Pick<Cluster, "replicas">, survive: Survival): number {
  if (survive === "nothing") return 0;
  return survive === "one node" ? 1 : Math.ceil((1 + replicas) / zones);
}
