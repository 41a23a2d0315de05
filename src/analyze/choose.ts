import type { Evaluation } from "./evaluation.ts";
import { onShards } from "./rank.ts";
import type { TableAnalysis } from "./analyze.ts";

/** The key and strategy that a table is best given, in company with the others. */
export interface Choice {
  readonly evaluation: Evaluation;
  /** The table whose key this one follows: equal keys are on one shard. Its own name when it leads. */
  readonly leader: string;
}

/**
 * Chooses for every table that has a candidate. The table with the most work leads with its best key; tables whose best key
 * is the same thing (along foreign keys and joins) follow it. A family gets one strategy, because only one placement keeps
 * its rows together: the one under which its tables together carry most.
 */
export function chooseKeys(tables: readonly TableAnalysis[], shardCount: number): ReadonlyMap<string, Choice> {
  const choices = new Map<string, Choice>();
  for (const { load, evaluations, reference } of tables) {
    const best = evaluations[0];
    if (best === undefined || reference || choices.has(load.table)) continue;
    const family = tables.filter(
      (other) => other.load.table === load.table || (!choices.has(other.load.table) && !other.reference && other.evaluations[0] !== undefined && isSameKey(best, other.evaluations[0])),
    );
    const members = strategyOf(family, shardCount);
    for (const evaluation of members) choices.set(evaluation.table, { evaluation, leader: load.table });
  }
  return choices;
}

function isSameKey(a: Evaluation, b: Evaluation): boolean {
  return a.measures.together.kept.get(b.table)?.join() === b.key.join() || b.measures.together.kept.get(a.table)?.join() === a.key.join();
}

/** The family's evaluations under the strategy that needs the least work on its busiest shards; ties as ranked. */
function strategyOf(family: readonly TableAnalysis[], shardCount: number): readonly Evaluation[] {
  let least: { evaluations: readonly Evaluation[]; work: number } | undefined;
  for (const { strategy } of family[0]!.evaluations) {
    const evaluations = family.flatMap(({ evaluations: all }) => all.find((other) => other.strategy === strategy && other.key.join() === all[0]!.key.join()) ?? []);
    if (evaluations.length < family.length) continue;
    const work = evaluations.reduce((sum, evaluation, index) => sum + family[index]!.load.work / onShards(evaluation, shardCount).scaleOutAtMost, 0);
    // The order is that of the leader's ranking, so a later strategy must be clearly better.
    if (least === undefined || work < least.work * 0.95) least = { evaluations, work };
  }
  return least?.evaluations ?? family.map(({ evaluations }) => evaluations[0]!);
}
