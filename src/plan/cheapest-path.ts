import { byName } from "../base/order.ts";
import type { Cluster } from "./cluster.ts";
import type { Rules } from "./judge-cluster.ts";
import type { LoadPath } from "./load-path.ts";
import { type Choices, costPerMonth, holdingOn, shardCountsOf } from "./search-clusters.ts";
import { type Step, stepsOf } from "./steps.ts";

/** What a path over the horizon costs, in the unit of `costPerMonth`. */
export interface CheapestPath {
  readonly steps: readonly Step[];
  readonly cost: number;
  /** Of it, what is paid twice while nodes are replaced or shards come. */
  readonly changeCost: number;
  /** The cost of always having the cheapest cluster of the fewest shards; it may change more often. */
  readonly smallestCost: number;
}

interface Reached {
  readonly cluster: Cluster;
  readonly cost: number;
  readonly changes: number;
  readonly before: Reached | undefined;
}

/**
 * The clusters that cost least over the months of the horizon, by dynamic programming over months x numbers of shards x
 * servers (Richard Bellman, 1957). Whoever changes the shards or the servers pays for both clusters for `overlapMonths`: the
 * new one is prepared, copied to and looked at before the old one goes. Replicas come and go at no price but their own. There
 * are no shards in months that one server holds, and never fewer than before. Undefined when nothing holds even the first
 * month; where nothing holds a later one, the path ends before it.
 */
export function cheapestPath(path: LoadPath, rules: Rules, choices: Choices, overlapMonths: number): CheapestPath | undefined {
  const options = optionsByMonth(path, rules, choices);
  if (options[0]!.length === 0) return undefined;
  const price = (cluster: Cluster): number => costPerMonth(cluster, choices.servers);
  const change = (before: Cluster, after: Cluster): number => (sameNodes(before, after) ? 0 : price(before) * overlapMonths);
  let here: readonly Reached[] = options[0]!.map((cluster) => ({ cluster, cost: price(cluster), changes: 0, before: undefined }));
  const months = [here];
  for (const clusters of options.slice(1)) {
    if (clusters.length === 0) break;
    here = clusters.flatMap((cluster): readonly Reached[] => {
      const ways = here
        .filter(({ cluster: before }) => before.shards <= cluster.shards)
        .map((before): Reached => {
          const changed = change(before.cluster, cluster);
          return { cluster, cost: before.cost + price(cluster) + changed, changes: before.changes + changed, before };
        });
      return ways.length === 0 ? [] : [ways.reduce(cheaper)];
    });
    months.push(here);
  }
  const last = here.reduce(cheaper);
  const chosen: Cluster[] = [];
  for (let at: Reached | undefined = last; at !== undefined; at = at.before) chosen.unshift(at.cluster);
  const starts = chosen.flatMap((cluster, month) => (month === 0 || !alike(cluster, chosen[month - 1]!) ? [month] : []));
  return {
    steps: stepsOf(starts.map((month) => chosen[month]!), path, rules, choices, starts),
    cost: last.cost,
    changeCost: last.changes,
    smallestCost: options
      .slice(0, months.length)
      .map(([smallest]) => smallest!)
      .reduce((sum, cluster, month, all) => sum + price(cluster) + (month === 0 ? 0 : change(all[month - 1]!, cluster)), 0),
  };
}

/** Numbers of shards that are weighed against each other in a month: from the fewest that hold. */
const widest = 5;

/** For each month the clusters that hold until its end: of each number of shards and each server the smallest. */
function optionsByMonth(path: LoadPath, rules: Rules, choices: Choices): readonly (readonly Cluster[])[] {
  return Array.from({ length: Math.max(1, Math.floor(path.horizon)) }, (_, month) => {
    const demand = path.at(month + 1, "likely");
    const found: Cluster[] = [];
    let counts = 0;
    for (const shards of shardCountsOf(choices)) {
      const clusters = holdingOn(shards, demand, rules, choices);
      found.push(...clusters);
      if (clusters.length > 0) counts++;
      if (counts === widest || (shards === 1 && clusters.length > 0)) break;
    }
    return found;
  });
}

const cheaper = (a: Reached, b: Reached): Reached => (order(a, b) <= 0 ? a : b);

const order = (a: Reached, b: Reached): number =>
  a.cost - b.cost || a.cluster.shards - b.cluster.shards || byName(a.cluster.server.name, b.cluster.server.name);

const sameNodes = (a: Cluster, b: Cluster): boolean => a.shards === b.shards && a.server.name === b.server.name;

const alike = (a: Cluster, b: Cluster): boolean => sameNodes(a, b) && a.replicas === b.replicas && a.readsFrom === b.readsFrom;
