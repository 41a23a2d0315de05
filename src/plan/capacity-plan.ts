import { type CheapestPath, cheapestPath } from "./cheapest-path.ts";
import type { Cluster, ShardShare } from "./cluster.ts";
import { type Confirmation, confirmed } from "./confirm.ts";
import type { Estimate } from "./estimate.ts";
import type { Quantity } from "./growth-option.ts";
import { clusterHolds, type Rules, rulesUnder, type Use, usesOf, withLimit } from "./judge-cluster.ts";
import { ladderAlong, type LadderFacts, later, type Rung, unshardedEnd } from "./ladder.ts";
import { type DemandNow, endOf, factorPath, lastPlace, type LoadPath, monthPath } from "./load-path.ts";
import { type Choices, clustersOn, shareOn, smallestCluster } from "./search-clusters.ts";
import { type Assumption, type Situation, whatItHangsOn } from "./sensitivity.ts";
import { smallestSteps, type Step } from "./steps.ts";

export interface PlanInput extends Situation {
  /** Months. */
  readonly horizon: number;
  readonly ladder: LadderFacts;
  /** Months for which both clusters are paid when the number of shards changes. */
  readonly overlapMonths: number;
  readonly seed: number;
}

/** The answer in one: where one server no longer does, and how many shards there are at the horizon. */
export interface Answer {
  readonly unshardedUntil: number;
  /** At the horizon; undefined in factors, or where nothing holds. */
  readonly shards: number | undefined;
}

/** A step with what the simulator says of it at its end, or at the horizon. */
export interface ConfirmedStep extends Step {
  readonly confirmation: Confirmation | undefined;
  readonly confirmedAt: number;
}

/** How far one quantity could grow while the others stay. */
export interface AloneGrowth {
  readonly quantity: Quantity;
  /** Times as much: until today's server no longer holds, and until no single server with its replicas does. */
  readonly today: number;
  readonly unsharded: number;
}

/** What holds today, until when, what comes next, and what it depends on. */
export interface CapacityPlan {
  readonly path: LoadPath;
  /** Of today's server. */
  readonly now: readonly Use[];
  readonly rungs: readonly Rung[];
  readonly unshardedUntil: Estimate;
  /** To the horizon; in factors, to where nothing holds. */
  readonly steps: readonly ConfirmedStep[];
  /** Undefined in factors: what costs least needs dates. */
  readonly cheapest: CheapestPath | undefined;
  readonly alone: readonly AloneGrowth[];
  readonly hangsOn: readonly Assumption<Answer>[];
}

/** Plans the capacity of a workload over time, or over factors of its load where growth is not known. */
export function planCapacity(input: PlanInput): CapacityPlan {
  const { rules, choices, horizon } = input;
  const path = pathOf(input, horizon);
  const rungs = withSimulatedEnds(ladderAlong(path, rules, choices, input.ladder), path, input);
  const cheapest = path.scale === "months" ? cheapestPath(path, rules, choices, input.overlapMonths) : undefined;
  const steps = cheapest?.steps ?? smallestSteps(path, rules, choices);
  const today = clustersOn(choices.today, 1, rules, choices.maxReplicas)[0]!;
  return {
    path,
    now: usesOf(today, shareOn(1, choices), path.at(path.from, "likely"), rules),
    rungs,
    unshardedUntil: unshardedEnd(rungs),
    steps: confirmedSteps(steps, path, input),
    cheapest,
    alone: aloneGrowth(input, today),
    hangsOn: whatItHangsOn(input, (situation) => answerTo(situation, horizon), answerDistance),
  };
}

const pathOf = ({ demand, growth }: Situation, horizon: number): LoadPath =>
  growth === undefined ? factorPath(demand) : monthPath(demand, growth, horizon);

/** How many steps are simulated: those that come first. */
const mostConfirmed = 4;

function confirmedSteps(steps: readonly Step[], path: LoadPath, input: PlanInput): readonly ConfirmedStep[] {
  let before: Estimate | undefined;
  return steps.map((step, at): ConfirmedStep => {
    const from = before === undefined || step.from.value !== before.value ? step.from : before;
    const confirmedAt = Math.min(step.until.value, path.horizon, path.to);
    const { rules, choices, seed } = input;
    const share = shareOn(step.cluster.shards, choices);
    const confirmation = at >= mostConfirmed ? undefined : confirmed(step.cluster, share, path.at(confirmedAt, "likely"), rules, seed);
    const until = step.endedBy?.limit === "latency" ? withSimulatedEnd(step.until, step.cluster, share, confirmation, path, rules) : step.until;
    before = until;
    return { ...step, from, until, confirmation, confirmedAt };
  });
}

/** Of the rungs that an objective ends, what the simulator says of that end is in the interval as well. */
function withSimulatedEnds(rungs: readonly Rung[], path: LoadPath, { rules, choices, seed }: PlanInput): readonly Rung[] {
  let from: Estimate = { value: path.from, low: path.from, high: path.from };
  return rungs.map((rung): Rung => {
    const { until, cluster, endedBy } = rung;
    const begins = from;
    if (until === undefined || cluster === undefined) return { ...rung, from: begins };
    const share = shareOn(cluster.shards, choices);
    const simulated =
      endedBy?.limit !== "latency" || rung.rung === "tune" || rung.rung === "split-tables" || until.value === path.from
        ? until
        : withSimulatedEnd(until, cluster, share, confirmed(cluster, share, path.at(until.value, "likely"), rules, seed), path, rules);
    from = later(begins, simulated);
    return { ...rung, from: begins, until: simulated };
  });
}

/** The interval that holds the end by formula and the one where the formula is as far off as the simulation says. */
function withSimulatedEnd(
  until: Estimate,
  cluster: Cluster,
  share: ShardShare,
  confirmation: Confirmation | undefined,
  path: LoadPath,
  rules: Rules,
): Estimate {
  const { objective } = rules.requirements;
  if (confirmation === undefined || objective === undefined || confirmation.simulatedMs === 0) return until;
  const { formulaMs, simulatedMs, lowMs, highMs } = confirmation;
  const under = (simulated: number): Estimate => {
    const corrected = withLimit(rules, objective, formulaMs / simulated);
    return endOf(path, (demand, outlook) => clusterHolds(cluster, share, demand, rulesUnder(corrected, outlook)));
  };
  const sure = lowMs > 0 && highMs > 0;
  return {
    value: until.value,
    low: Math.min(until.low, under(sure ? Math.max(highMs, simulatedMs) : simulatedMs).low),
    high: Math.max(until.high, under(sure ? Math.min(lowMs, simulatedMs) : simulatedMs).high),
  };
}

function answerTo(situation: Situation, horizon: number): Answer {
  const { rules, choices } = situation;
  const path = pathOf(situation, horizon);
  const single = unshardedClusters(choices, rules);
  const share = shareOn(1, choices);
  const unshardedUntil = lastPlace(path, (place) => {
    const demand = path.at(place, "likely");
    return single.some((cluster) => clusterHolds(cluster, share, demand, rules));
  });
  const shards = path.scale === "factor" ? undefined : smallestCluster(path.at(horizon, "likely"), rules, choices)?.shards;
  return { unshardedUntil, shards };
}

const unshardedClusters = (choices: Choices, rules: Rules): readonly Cluster[] =>
  choices.servers.flatMap((server) => clustersOn(server, 1, rules, choices.maxReplicas));

/** In logarithms, so that months and factors of any size compare; what never ends is far from what does. */
function answerDistance(low: Answer, high: Answer): number {
  const place = ({ unshardedUntil }: Answer): number => Math.log1p(Math.min(unshardedUntil, 1e6));
  const shards = (answer: Answer): number => Math.log(answer.shards ?? 1);
  return Math.abs(place(low) - place(high)) + Math.abs(shards(low) - shards(high));
}

function aloneGrowth({ demand, rules, choices }: PlanInput, today: Cluster): readonly AloneGrowth[] {
  const share = shareOn(1, choices);
  const single = unshardedClusters(choices, rules);
  const whole = factorPath(demand);
  const quantities: readonly Quantity[] = [
    "reads",
    "writes",
    ...(demand.bytes === undefined ? [] : (["data"] as const)),
    ...(demand.connections === undefined ? [] : (["connections"] as const)),
  ];
  return quantities.map((quantity) => {
    const until = (clusters: readonly Cluster[]): number =>
      lastPlace(whole, (factor) => {
        const grown = only(quantity, demand, factor);
        return clusters.some((cluster) => clusterHolds(cluster, share, grown, rules));
      });
    return { quantity, today: until([today]), unsharded: until(single) };
  });
}

function only(quantity: Quantity, demand: DemandNow, factor: number) {
  const times = (of: Quantity): number => (of === quantity ? factor : 1);
  return {
    reads: demand.reads.value * times("reads"),
    writes: demand.writes.value * times("writes"),
    readsPerSecond: demand.readsPerSecond.value * times("reads"),
    writesPerSecond: demand.writesPerSecond.value * times("writes"),
    bytes: demand.bytes === undefined ? undefined : demand.bytes.value * times("data"),
    connections: demand.connections === undefined ? undefined : demand.connections.value * times("connections"),
  };
}

