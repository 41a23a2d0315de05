import type { TableAnalysis } from "./analyze.ts";
import type { Evaluation } from "./evaluation.ts";
import { onShards } from "./rank.ts";

/** What each table is best given. */
export interface Choices {
  /** Tables with a key of their own or of their family. */
  readonly keys: ReadonlyMap<string, ChosenKey>;
  /** Reference tables: a copy on every shard. */
  readonly copies: ReadonlySet<string>;
}

export interface ChosenKey {
  readonly evaluation: Evaluation;
  /** The table whose key this one follows: equal keys are on one shard. Its own name when it leads. */
  readonly leader: string;
}

/**
 * Chooses for every table that has a candidate. The table with the most work leads with its best key; tables whose best key
 * is the same thing (along foreign keys and joins) follow it. A family gets one strategy, because only one placement keeps
 * its rows together. `copyable` tables follow a family if they can, because they may be large; else they are copied.
 */
export function chooseKeys(tables: readonly TableAnalysis[], copyable: ReadonlySet<string>, shardCount: number): Choices {
  const keys = new Map<string, ChosenKey>();
  for (const { load, evaluations } of tables) {
    const best = evaluations[0];
    if (best === undefined || copyable.has(load.table) || keys.has(load.table)) continue;
    const family = tables.flatMap((other) => {
      if (other.load.table === load.table) return { table: other, evaluation: best };
      if (keys.has(other.load.table)) return [];
      const evaluation = copyable.has(other.load.table) ? other.evaluations.find((candidate) => isSameKey(best, candidate)) : other.evaluations[0];
      return evaluation !== undefined && isSameKey(best, evaluation) ? { table: other, evaluation } : [];
    });
    for (const evaluation of underOneStrategy(family, shardCount)) keys.set(evaluation.table, { evaluation, leader: load.table });
  }
  return { keys, copies: new Set([...copyable].filter((table) => !keys.has(table))) };
}

function isSameKey(a: Evaluation, b: Evaluation): boolean {
  return a.measures.together.kept.get(b.table)?.join() === b.key.join() || b.measures.together.kept.get(a.table)?.join() === a.key.join();
}

interface Member {
  readonly table: TableAnalysis;
  readonly evaluation: Evaluation;
}

/** The family's keys under the strategy that needs the least work on the busiest shards; draws as the leader ranks them. */
function underOneStrategy(family: readonly Member[], shardCount: number): readonly Evaluation[] {
  let least: { evaluations: readonly Evaluation[]; work: number } | undefined;
  const [leader] = family;
  for (const { strategy, key } of leader!.table.evaluations) {
    if (key.join() !== leader!.evaluation.key.join()) continue;
    const evaluations = family.flatMap(
      ({ table, evaluation }) => table.evaluations.find((other) => other.strategy === strategy && other.key.join() === evaluation.key.join()) ?? [],
    );
    const work = evaluations.reduce((sum, evaluation, index) => sum + family[index]!.table.load.work / onShards(evaluation, shardCount).scaleOutAtMost, 0);
    if (least === undefined || work < least.work * 0.95) least = { evaluations, work };
  }
  return least!.evaluations;
}
