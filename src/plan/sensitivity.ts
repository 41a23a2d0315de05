import { byName } from "../base/order.ts";
import type { ShardShare } from "./cluster.ts";
import type { Estimate } from "./estimate.ts";
import type { GivenGrowth, Quantity } from "./growth-option.ts";
import type { Growth } from "./growth.ts";
import type { Rules } from "./judge-cluster.ts";
import { type DemandNow, givenGrowthError } from "./load-path.ts";
import type { Choices } from "./search-clusters.ts";

/** All that an answer follows from. */
export interface Situation {
  readonly demand: DemandNow;
  /** Undefined: the answer is in factors. */
  readonly growth: GivenGrowth | undefined;
  readonly rules: Rules;
  readonly choices: Choices;
}

/** Something that was taken for granted, and the answers with its low and its high end. */
export interface Assumption<Answer> {
  readonly name: string;
  /** The ends, as text with their unit. */
  readonly low: { readonly text: string; readonly answer: Answer };
  readonly high: { readonly text: string; readonly answer: Answer };
  /** Where the ends are from: the data, or a judgement of ours. */
  readonly from: "interval" | "judgement";
}

interface Varied {
  readonly name: string;
  readonly from: Assumption<never>["from"];
  readonly low: { readonly text: string; readonly situation: Situation };
  readonly high: { readonly text: string; readonly situation: Situation };
}

/** The three assumptions that move the answer most; `distance` says how far two answers are from each other. */
export function whatItHangsOn<Answer>(
  situation: Situation,
  answerTo: (situation: Situation) => Answer,
  distance: (low: Answer, high: Answer) => number,
): readonly Assumption<Answer>[] {
  return variations(situation)
    .map(({ name, from, low, high }): Assumption<Answer> => ({
      name,
      from,
      low: { text: low.text, answer: answerTo(low.situation) },
      high: { text: high.text, answer: answerTo(high.situation) },
    }))
    .map((assumption) => ({ assumption, moved: distance(assumption.low.answer, assumption.high.answer) }))
    .filter(({ moved }) => moved > 0)
    .sort((a, b) => b.moved - a.moved || byName(a.assumption.name, b.assumption.name))
    .slice(0, 3)
    .map(({ assumption }) => assumption);
}

/** Ends that no data gives: how far off each is commonly found to be. */
const judged = { service: 0.2, skew: 0.2, apply: 2, utilisation: 0.1, objective: 0.2 };

function variations(situation: Situation): readonly Varied[] {
  const { demand, growth, rules, choices } = situation;
  const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
  const withRules = (changed: Partial<Rules>): Situation => ({ ...situation, rules: { ...rules, ...changed } });
  const found: Varied[] = [];
  const loadError = Math.max(relativeError(demand.reads), relativeError(demand.writes));
  if (loadError > 0)
    found.push({
      name: "the load in the worst window today",
      from: "interval",
      low: { text: times(1 - loadError), situation: { ...situation, demand: at(demand, "low") } },
      high: { text: times(1 + loadError), situation: { ...situation, demand: at(demand, "high") } },
    });
  found.push({
    name: "how long statements take on these servers",
    from: "judgement",
    low: { text: times(1 - judged.service), situation: withRules({ slowdown: (cores) => rules.slowdown(cores) * (1 - judged.service) }) },
    high: { text: times(1 + judged.service), situation: withRules({ slowdown: (cores) => rules.slowdown(cores) * (1 + judged.service) }) },
  });
  const { maxUtilisation, objective } = rules.requirements;
  const use = (share: number): Situation => withRules({ requirements: { ...rules.requirements, maxUtilisation: share } });
  found.push({
    name: "how busy a node may be",
    from: "judgement",
    low: { text: percent(Math.max(0.05, maxUtilisation - judged.utilisation)), situation: use(Math.max(0.05, maxUtilisation - judged.utilisation)) },
    high: { text: percent(Math.min(0.95, maxUtilisation + judged.utilisation)), situation: use(Math.min(0.95, maxUtilisation + judged.utilisation)) },
  });
  if (objective !== undefined) {
    const limit = (factor: number): Situation =>
      withRules({ requirements: { ...rules.requirements, objective: { ...objective, limitMs: objective.limitMs * factor } } });
    const text = (factor: number): string => `${Number((objective.limitMs * factor).toPrecision(3))} ms`;
    found.push({
      name: "the objective",
      from: "judgement",
      low: { text: text(1 - judged.objective), situation: limit(1 - judged.objective) },
      high: { text: text(1 + judged.objective), situation: limit(1 + judged.objective) },
    });
  }
  if (rules.facts.applyShare > 0) {
    const apply = (factor: number): Situation => withRules({ facts: { ...rules.facts, applyShare: Math.min(1, rules.facts.applyShare * factor) } });
    found.push({
      name: "what a write costs a replica",
      from: "judgement",
      low: { text: percent(rules.facts.applyShare / judged.apply), situation: apply(1 / judged.apply) },
      high: { text: percent(Math.min(1, rules.facts.applyShare * judged.apply)), situation: apply(judged.apply) },
    });
  }
  const { shares } = choices;
  if (shares !== undefined) {
    const skewed = (factor: number): Situation => ({
      ...situation,
      choices: { ...choices, shares: { ...shares, on: (shards) => withLoad(shares.on(shards), factor) } },
    });
    found.push({
      name: "the load of the busiest shard",
      from: "judgement",
      low: { text: times(1 - judged.skew), situation: skewed(1 - judged.skew) },
      high: { text: times(1 + judged.skew), situation: skewed(1 + judged.skew) },
    });
  }
  if (growth !== undefined) {
    for (const quantity of ["reads", "writes", "data", "connections"] as const) {
      const grows = growth[quantity];
      if (grows !== undefined && grows.perMonth.value > 0) found.push(variedGrowth(situation, growth, quantity, grows));
    }
  }
  return found;
}

function variedGrowth(situation: Situation, growth: GivenGrowth, quantity: Quantity, { kind, perMonth }: Growth): Varied {
  const interval = perMonth.low < perMonth.high;
  const [low, high] = interval ? [perMonth.low, perMonth.high] : [perMonth.value * (1 - givenGrowthError), perMonth.value * (1 + givenGrowthError)];
  const grown = (rate: number): Situation => ({
    ...situation,
    growth: { ...growth, [quantity]: { kind, perMonth: { value: rate, low: rate, high: rate } } },
  });
  const text = (rate: number): string =>
    kind === "compound"
      ? `${Number((rate * 100).toPrecision(3))} % a month`
      : quantity === "data"
        ? `${Number((rate / 1e9).toPrecision(3))} GB a month`
        : `${Number(rate.toPrecision(3))}${quantity === "connections" ? "" : "/s"} a month`;
  return {
    name: `the growth of ${quantity}`,
    from: interval ? "interval" : "judgement",
    low: { text: text(low), situation: grown(low) },
    high: { text: text(high), situation: grown(high) },
  };
}

const times = (factor: number): string => `${Number(factor.toPrecision(2))}x`;

const relativeError = ({ value, low, high }: Estimate): number => (value === 0 ? 0 : Math.max(value - low, high - value) / value);

function at(demand: DemandNow, end: "low" | "high"): DemandNow {
  const fixed = (estimate: Estimate): Estimate => ({ value: estimate[end], low: estimate[end], high: estimate[end] });
  return {
    reads: fixed(demand.reads),
    writes: fixed(demand.writes),
    readsPerSecond: fixed(demand.readsPerSecond),
    writesPerSecond: fixed(demand.writesPerSecond),
    bytes: demand.bytes === undefined ? undefined : fixed(demand.bytes),
    connections: demand.connections === undefined ? undefined : fixed(demand.connections),
  };
}

/** Never less than an even part. */
function withLoad(share: ShardShare, factor: number): ShardShare {
  return { ...share, load: share.shards === 1 ? share.load : Math.min(1, Math.max(1 / share.shards, share.load * factor)) };
}
