import { byName } from "../base/order.ts";
import { type Cluster, type Demand, nodesLost, nodesOf, type Server, type ShardShare, unsharded } from "./cluster.ts";
import { clusterHolds, type Rules } from "./judge-cluster.ts";
import type { ShardShares } from "./shard-shares.ts";

/** What can be had. */
export interface Choices {
  /** What runs today. */
  readonly today: Server;
  /** With today's; the smallest first. */
  readonly servers: readonly Server[];
  /** Undefined: there is no design, so that nothing is sharded. */
  readonly shares: ShardShares | undefined;
  /** Of each shard. */
  readonly maxReplicas: number;
}

/** Prices where every server has one, otherwise cores: what a smaller plan is smaller in. */
export function costPerMonth(cluster: Cluster, servers: readonly Server[]): number {
  const priced = servers.every(({ pricePerMonth }) => pricePerMonth !== undefined);
  return nodesOf(cluster) * (priced ? cluster.server.pricePerMonth! : cluster.server.cores);
}

/** Replicas that only stand by: as many as what has to be survived calls for. */
export function standbys({ requirements }: Rules, maxReplicas: number): number {
  for (let replicas = 0; replicas <= maxReplicas; replicas++)
    if (nodesLost({ replicas }, requirements.survive) <= replicas) return replicas;
  return maxReplicas;
}

/** Clusters of so many shards on a server: reads at the primary first, then at more and more replicas. */
export function clustersOn(server: Server, shards: number, rules: Rules, maxReplicas: number): readonly Cluster[] {
  const least = standbys(rules, maxReplicas);
  const reading = Array.from({ length: Math.max(0, maxReplicas - Math.max(1, least) + 1) }, (_, at): Cluster => ({
    server,
    shards,
    replicas: Math.max(1, least) + at,
    readsFrom: "replicas",
  }));
  return [{ server, shards, replicas: least, readsFrom: "primary" }, ...reading];
}

/** Of each kind of server the cluster of so many shards with the fewest replicas that holds, the cheapest first. */
export function holdingOn(shards: number, demand: Demand, rules: Rules, choices: Choices): readonly Cluster[] {
  const share = shareOn(shards, choices);
  const found = choices.servers.flatMap((server) => {
    const cluster = clustersOn(server, shards, rules, choices.maxReplicas).find((one) => clusterHolds(one, share, demand, rules));
    return cluster === undefined ? [] : [cluster];
  });
  return found.sort(
    (a, b) =>
      costPerMonth(a, choices.servers) - costPerMonth(b, choices.servers) || nodesOf(a) - nodesOf(b) || byName(a.server.name, b.server.name),
  );
}

/** The cheapest cluster of so many shards that holds; undefined when none does. */
export const cheapestOn = (shards: number, demand: Demand, rules: Rules, choices: Choices): Cluster | undefined =>
  holdingOn(shards, demand, rules, choices)[0];

/**
 * The smallest cluster that holds: with the fewest shards, and of those the cheapest. More demand, or stricter rules, leave
 * fewer clusters to choose from, so that they never give a smaller one.
 */
export function smallestCluster(demand: Demand, rules: Rules, choices: Choices): Cluster | undefined {
  for (const shards of shardCountsOf(choices)) {
    const cluster = cheapestOn(shards, demand, rules, choices);
    if (cluster !== undefined) return cluster;
  }
  return undefined;
}

export const shardCountsOf = ({ shares }: Choices): readonly number[] => shares?.counts ?? [1];

export const shareOn = (shards: number, { shares }: Choices): ShardShare => (shards === 1 || shares === undefined ? unsharded : shares.on(shards));
