/** Who is connected to what. */
export interface Connecting {
  /** Clients that are connected at once. */
  readonly clients: number;
  readonly shards: number;
  /**
   * "client": each holds a connection to every shard that it may ask, as drivers and proxies without a pool do.
   * "pool": a router lends connections for as long as a statement runs.
   */
  readonly fansOut: "client" | "pool";
  /** Of the requests, the share that asks every shard. */
  readonly scatterShare: number;
  /** Of the requests for one shard, the share of the busiest. */
  readonly busiestShare: number;
}

export interface ConnectionNeeds {
  /** On the busiest shard. */
  readonly perShard: number;
  readonly total: number;
  readonly because: string;
}

/**
 * Connections that the shards have to take. A client that fans out needs one to each of them (clients x shards); behind a
 * pool a request that asks every shard holds one on each while it runs, the others one in all. Every client is taken to
 * have a statement running, the most there can be.
 */
export function connectionNeeds({ clients, shards, fansOut, scatterShare, busiestShare }: Connecting): ConnectionNeeds {
  if (shards === 1) return { perShard: clients, total: clients, because: "one connection a client" };
  if (fansOut === "client") return { perShard: clients, total: clients * shards, because: "each client is connected to every shard" };
  const up = (connections: number): number => Math.ceil(connections * (1 - 1e-12));
  return {
    perShard: up(clients * (scatterShare + (1 - scatterShare) * busiestShare)),
    total: up(clients * (scatterShare * shards + 1 - scatterShare)),
    because: "a pool lends a connection to each shard that a running statement asks",
  };
}
