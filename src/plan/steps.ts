import type { Cluster, Demand } from "./cluster.ts";
import type { Estimate } from "./estimate.ts";
import { clusterHolds, type Rules, tightest, type Use, usesOf } from "./judge-cluster.ts";
import { endOf, lastPlace, type LoadPath } from "./load-path.ts";
import { cheapestOn, type Choices, costPerMonth, shardCountsOf, shareOn, smallestCluster } from "./search-clusters.ts";

/** A cluster, and from where to where on the path it is the one to have. */
export interface Step {
  readonly cluster: Cluster;
  /** Where the one before it ends; the likely place is the planned one. */
  readonly from: Estimate;
  /** Where it ends itself. */
  readonly until: Estimate;
  readonly endedBy: Use | undefined;
  readonly hotKeyAlone: boolean;
}

/** More steps than these say nothing that a reader takes in. */
const mostSteps = 9;

/**
 * The smallest cluster that holds at each place, one after the other as they end: to the horizon, or in factors until
 * nothing holds.
 */
export function smallestSteps(path: LoadPath, rules: Rules, choices: Choices): readonly Step[] {
  const clusters: Cluster[] = [];
  let place = path.from;
  while (place <= Math.min(path.horizon, path.to) && clusters.length < mostSteps) {
    const cluster = smallestCluster(path.at(place, "likely"), rules, choices);
    if (cluster === undefined) break;
    clusters.push(cluster);
    place = behind(lastPlace(path, (at) => at < place || holdsAt(cluster, path.at(at, "likely"), rules, choices)), path);
  }
  return stepsOf(clusters, path, rules, choices);
}

/** Far enough behind an end that was found by halving. */
const behind = (place: number, { from }: LoadPath): number => Math.max(place, from === 0 ? 1e-3 : from) * 1.001;

const holdsAt = (cluster: Cluster, demand: Demand, rules: Rules, choices: Choices): boolean =>
  clusterHolds(cluster, shareOn(cluster.shards, choices), demand, rules);

/** Clusters one after the other, each with the interval in which the one before it ends. */
export function stepsOf(
  clusters: readonly Cluster[],
  path: LoadPath,
  rules: Rules,
  choices: Choices,
  starts: readonly number[] = [],
): readonly Step[] {
  let from: Estimate = { value: path.from, low: path.from, high: path.from };
  return clusters.map((cluster, at): Step => {
    const share = shareOn(cluster.shards, choices);
    const until = endOf(path, (demand) => clusterHolds(cluster, share, demand, rules));
    const ended = until.value === Infinity ? undefined : tightest(usesOf(cluster, share, path.at(behind(until.value, path), "likely"), rules));
    const start = starts[at];
    // A step may be taken before it has to be.
    const begins = start === undefined ? from : { value: start, low: Math.min(start, from.low), high: Math.max(start, from.high) };
    from = until;
    return { cluster, from: begins, until, endedBy: ended, hotKeyAlone: share.hotKeyAlone };
  });
}

/** What a path over the horizon costs, in the unit of `costPerMonth`. */
export interface CheapestPath {
  readonly steps: readonly Step[];
  readonly cost: number;
  /** Of it, what changes of the number of shards cost. */
  readonly reshardCost: number;
  /** The cost of always having the smallest cluster, for comparison; it may reshard more often. */
  readonly smallestCost: number;
}

/**
 * The clusters that cost least over the months of the horizon, by dynamic programming over months x numbers of shards
 * (Richard Bellman, 1957). Whoever changes the number of shards pays for both clusters for `overlapMonths`: it is
 * prepared, copied and looked at before the old one goes. There are no shards in months that one server holds.
 */
export function cheapestPath(path: LoadPath, rules: Rules, choices: Choices, overlapMonths: number): CheapestPath | undefined {
  const months = Array.from({ length: Math.max(1, Math.floor(path.horizon)) }, (_, month) => month);
  const counts = shardCountsOf(choices);
  const options = months.map((month): ReadonlyMap<number, Cluster> => {
    // Whoever begins a month with a cluster ends it with that one.
    const demand = path.at(month + 1, "likely");
    const found = new Map<number, Cluster>();
    for (const shards of counts) {
      const cluster = cheapestOn(shards, demand, rules, choices);
      if (cluster !== undefined) found.set(shards, cluster);
      if (found.has(1) || found.size === widest) break;
    }
    return found;
  });
  if (options[0]!.size === 0) return undefined;
  const price = (cluster: Cluster): number => costPerMonth(cluster, choices.servers);
  const best: Map<number, { cost: number; reshard: number; before: number | undefined }>[] = [];
  for (const [month, clusters] of options.entries()) {
    if (clusters.size === 0) break;
    const here = new Map<number, { cost: number; reshard: number; before: number | undefined }>();
    for (const [shards, cluster] of clusters) {
      if (month === 0) {
        here.set(shards, { cost: price(cluster), reshard: 0, before: undefined });
        continue;
      }
      for (const [before, sum] of best[month - 1]!) {
        if (before > shards) continue;
        const old = options[month - 1]!.get(before)!;
        const reshard = before === shards ? 0 : price(old) * overlapMonths;
        const cost = sum.cost + price(cluster) + reshard;
        const known = here.get(shards);
        if (known === undefined || cost < known.cost) here.set(shards, { cost, reshard: sum.reshard + reshard, before });
      }
    }
    best.push(here);
  }
  const last = best.length - 1;
  const [least, { cost, reshard }] = [...best[last]!].sort(([a, one], [b, other]) => one.cost - other.cost || a - b)[0]!;
  let shards = least;
  const chosen: Cluster[] = [];
  for (let month = last; month >= 0; month--) {
    chosen.unshift(options[month]!.get(shards)!);
    shards = best[month]!.get(shards)!.before ?? shards;
  }
  const starts = chosen.flatMap((cluster, month) => (month === 0 || !alike(cluster, chosen[month - 1]!) ? [month] : []));
  return {
    steps: stepsOf(starts.map((month) => chosen[month]!), path, rules, choices, starts),
    cost,
    reshardCost: reshard,
    smallestCost: smallestCost(options.slice(0, last + 1), price, overlapMonths),
  };
}

/** Numbers of shards that are weighed against each other in a month: from the smallest that holds. */
const widest = 5;

const alike = (a: Cluster, b: Cluster): boolean =>
  a.shards === b.shards && a.replicas === b.replicas && a.server.name === b.server.name && a.readsFrom === b.readsFrom;

function smallestCost(options: readonly ReadonlyMap<number, Cluster>[], price: (cluster: Cluster) => number, overlapMonths: number): number {
  let cost = 0;
  let before: Cluster | undefined;
  for (const clusters of options) {
    const [cluster] = clusters.values();
    cost += price(cluster!) + (before !== undefined && before.shards < cluster!.shards ? price(before) * overlapMonths : 0);
    before = cluster;
  }
  return cost;
}
