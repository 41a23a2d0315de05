import type { Cluster, Demand } from "./cluster.ts";
import type { Estimate } from "./estimate.ts";
import { clusterHolds, type Rules, rulesUnder, tightest, type Use, usesOf } from "./judge-cluster.ts";
import { endOf, type LoadPath, type Outlook } from "./load-path.ts";
import { cheapestOn, type Choices, clustersOn, shardCountsOf, shareOn } from "./search-clusters.ts";
import type { TableGroup } from "./table-groups.ts";
import type { TimePartition } from "./time-partitions.ts";
import type { Tuning } from "./tuning.ts";

export const rungNames = [
  "as-it-is",
  "tune",
  "bigger-node",
  "replicas",
  "split-tables",
  "partition",
  "isolate",
  "shard",
] as const;

export type RungName = (typeof rungNames)[number];

/** A step of the ladder: what it is, and from where to where on the path it holds. */
export interface Rung {
  readonly rung: RungName;
  /** Where the rungs below end, and this one is called for. */
  readonly from: Estimate;
  /** Where it ends; undefined when it was not judged, for the reason of `why`. */
  readonly until: Estimate | undefined;
  /** The largest cluster of it, which is the last to hold. */
  readonly cluster: Cluster | undefined;
  /** What is first exceeded behind the end. */
  readonly endedBy: Use | undefined;
  /** Behind the end, of the limits that are exceeded there, in order. */
  readonly hotKeyAlone: boolean;
  /** Why there is no such rung, or what it is about. */
  readonly why: string | undefined;
}

/** What the workload says of rungs that leave the one server as it is. */
export interface LadderFacts {
  readonly tuning: Tuning | undefined;
  readonly groups: readonly TableGroup[];
  readonly partitions: readonly TimePartition[];
}

interface Candidate {
  readonly rung: RungName;
  readonly clusters: readonly Cluster[];
  /** What the rung leaves of the demand; undefined: all. */
  readonly demand?: (demand: Demand) => Demand;
  readonly why?: string;
}

/** The ladder along a path: each rung begins where the best of those below it ends. */
export function ladderAlong(path: LoadPath, rules: Rules, choices: Choices, facts: LadderFacts): readonly Rung[] {
  let from: Estimate = { value: path.from, low: path.from, high: path.from };
  return candidatesOf(rules, choices, facts).map((candidate): Rung => {
    const rung = judged(candidate, from, path, rules, choices);
    if (rung.until !== undefined) from = later(from, rung.until);
    return rung;
  });
}

/** The place at which all unsharded rungs have ended. */
export function unshardedEnd(rungs: readonly Rung[]): Estimate {
  return rungs.find(({ rung }) => rung === "isolate")!.from;
}

/** The later of two places, end by end. */
export const later = (a: Estimate, b: Estimate): Estimate => ({
  value: Math.max(a.value, b.value),
  low: Math.max(a.low, b.low),
  high: Math.max(a.high, b.high),
});

function candidatesOf(rules: Rules, choices: Choices, { tuning, groups, partitions }: LadderFacts): readonly Candidate[] {
  const { servers, today, maxReplicas, shares } = choices;
  const withoutReading = (server: typeof today): readonly Cluster[] => clustersOn(server, 1, rules, maxReplicas).slice(0, 1);
  const single = servers.flatMap((server) => clustersOn(server, 1, rules, maxReplicas));
  const hotKey = shares?.hotKey;
  const sharded = shardCountsOf(choices).filter((shards) => shards > 1);
  return [
    { rung: "as-it-is", clusters: withoutReading(today) },
    tuning === undefined
      ? { rung: "tune", clusters: [], why: "durations are not logged" }
      : tuning.candidates.length === 0
        ? { rung: "tune", clusters: [], why: "no template stands out" }
        : { rung: "tune", clusters: withoutReading(today), demand: (demand) => tuned(demand, tuning) },
    servers.length < 2
      ? { rung: "bigger-node", clusters: [], why: "no other server was named" }
      : { rung: "bigger-node", clusters: servers.flatMap(withoutReading) },
    { rung: "replicas", clusters: single.filter(({ readsFrom }) => readsFrom === "replicas") },
    groups.length < 2
      ? { rung: "split-tables", clusters: [], why: "statements, transactions or foreign keys tie all tables together" }
      : { rung: "split-tables", clusters: single, demand: (demand) => partOf(demand, groups[0]!.workShare) },
    {
      rung: "partition",
      clusters: [],
      why: partitions.length === 0 ? "no table is mostly inserted into and asked by time" : "it keeps what one server does small; it adds no server",
    },
    hotKey === undefined
      ? { rung: "isolate", clusters: [], why: shares === undefined ? noDesign : "no key has a quarter of the load" }
      : { rung: "isolate", clusters: servers.flatMap((server) => clustersOn(server, 2, rules, maxReplicas)) },
    shares === undefined
      ? { rung: "shard", clusters: [], why: noDesign }
      : { rung: "shard", clusters: sharded.slice(-1).flatMap((shards) => servers.flatMap((server) => clustersOn(server, shards, rules, maxReplicas))) },
  ];
}

const noDesign = "no table of the workload has a key to shard by";

function judged(candidate: Candidate, from: Estimate, path: LoadPath, rules: Rules, choices: Choices): Rung {
  const { rung, clusters, demand: left = (demand: Demand) => demand, why } = candidate;
  const none = { rung, from, why };
  if (clusters.length === 0) return { ...none, until: undefined, cluster: undefined, endedBy: undefined, hotKeyAlone: false };
  let last = clusters[0]!;
  // The one that held last is asked first: along a search it mostly holds again.
  const holds = (demand: Demand, outlook: Outlook): boolean => {
    const rest = left(demand);
    const under = rulesUnder(rules, outlook);
    const holding = (cluster: Cluster): boolean => clusterHolds(cluster, shareOn(cluster.shards, choices), rest, under);
    if (holding(last)) return true;
    const other = clusters.find(holding);
    if (other !== undefined) last = other;
    return other !== undefined;
  };
  const likely = endOf(path, holds);
  const cluster = rung === "shard" ? fewestShards(likely.value, path, rules, choices) : lastToHold(clusters, likely.value, path, left, rules, choices);
  const share = shareOn(cluster.shards, choices);
  const behind = left(path.at(justBehind(likely.value, path), "likely"));
  const endedBy = likely.value === Infinity ? undefined : tightest(usesOf(cluster, share, behind, rules));
  return { ...none, until: likely, cluster, endedBy, hotKeyAlone: share.hotKeyAlone };
}

function lastToHold(
  clusters: readonly Cluster[],
  end: number,
  path: LoadPath,
  left: (demand: Demand) => Demand,
  rules: Rules,
  choices: Choices,
): Cluster {
  const demand = left(path.at(Math.min(end, path.to), "likely"));
  return clusters.find((cluster) => clusterHolds(cluster, shareOn(cluster.shards, choices), demand, rules)) ?? clusters.at(-1)!;
}

/**
 * The fewest shards that hold where the most of them do, by halving: designs are judged on each number of shards anew, which
 * takes its time, and more shards seldom carry less.
 */
function fewestShards(end: number, path: LoadPath, rules: Rules, choices: Choices): Cluster {
  const demand = path.at(Math.min(end, path.to), "likely");
  const counts = shardCountsOf(choices).filter((shards) => shards > 1);
  const on = (at: number): Cluster | undefined => cheapestOn(counts[at]!, demand, rules, choices);
  let found = on(counts.length - 1);
  let low = 0;
  let high = counts.length - 1;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const cluster = on(middle);
    if (cluster === undefined) low = middle + 1;
    else [found, high] = [cluster, middle];
  }
  return found ?? clustersOn(choices.servers.at(-1)!, counts.at(-1)!, rules, choices.maxReplicas)[0]!;
}

const justBehind = (place: number, { from }: LoadPath): number => (place === from ? from : place * 1.002);

function tuned(demand: Demand, { readsLeft, writesLeft }: Tuning): Demand {
  return { ...demand, reads: demand.reads * readsLeft, writes: demand.writes * writesLeft };
}

function partOf(demand: Demand, share: number): Demand {
  return {
    ...demand,
    reads: demand.reads * share,
    writes: demand.writes * share,
    readsPerSecond: demand.readsPerSecond * share,
    writesPerSecond: demand.writesPerSecond * share,
  };
}
