import type { Cluster, Demand } from "./cluster.ts";
import type { Estimate } from "./estimate.ts";
import { clusterHolds, type Rules, rulesUnder, tightest, type Use, usesOf } from "./judge-cluster.ts";
import { endOf, lastPlace, type LoadPath } from "./load-path.ts";
import { type Choices, shareOn, smallestCluster } from "./search-clusters.ts";

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
    const until = endOf(path, (demand, outlook) => clusterHolds(cluster, share, demand, rulesUnder(rules, outlook)));
    const ended = until.value === Infinity ? undefined : tightest(usesOf(cluster, share, path.at(behind(until.value, path), "likely"), rules));
    const start = starts[at];
    // A step may be taken before it has to be.
    const begins = start === undefined ? from : { value: start, low: Math.min(start, from.low), high: Math.max(start, from.high) };
    from = until;
    return { cluster, from: begins, until, endedBy: ended, hotKeyAlone: share.hotKeyAlone };
  });
}
