import { byName } from "../base/order.ts";
import type { TableAnalysis } from "./analyze.ts";
import type { Evaluation } from "./evaluation.ts";
import { onShards } from "./rank.ts";
import type { Relation } from "./relations.ts";

/** What each table is best given, all together. */
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

export interface ChooseOptions {
  readonly shardCount: number;
  /** `CostWeights.separation`. */
  readonly separation: number;
}

/**
 * Chooses a key for every table that has a candidate. The best key of each table alone need not make a design: what
 * one keeps together another may tear apart. So for tables that are related, whole designs are compared: one table
 * leads with one of its keys, the tables that can have the same key (along foreign keys and joins) follow, the
 * largest of the rest leads next. The design with the least work on its busiest shards wins; within 5 % the one with
 * fewer families. `copyable` tables follow a family if they can, because they may be large; else they are copied.
 */
export function chooseKeys(
  tables: readonly TableAnalysis[],
  relations: readonly Relation[],
  copyable: ReadonlySet<string>,
  options: ChooseOptions,
): Choices {
  const keys = new Map<string, ChosenKey>();
  for (const component of componentsOf(tables, relations)) {
    const candidates = component.filter(({ evaluations }) => evaluations.length > 0);
    for (const [table, key] of bestDesign(candidates, copyable, options)) keys.set(table, key);
  }
  return { keys, copies: new Set([...copyable].filter((table) => !keys.has(table))) };
}

/** Leaders that are tried, and keys of each: the others have too little of the work to decide. */
const leadersTried = 8;
const keysTried = 5;

type Design = ReadonlyMap<string, ChosenKey>;

function bestDesign(tables: readonly TableAnalysis[], copyable: ReadonlySet<string>, options: ChooseOptions): Design {
  const leaders = tables.filter(({ load }) => !copyable.has(load.table)).slice(0, leadersTried);
  const designs = leaders
    .flatMap((leader) =>
      distinctKeys(leader)
        .slice(0, keysTried)
        .map((evaluation) => designLedBy(leader, evaluation, tables, copyable, options)),
    )
    .map((design) => ({
      design,
      work: workOf(design, tables, copyable, options),
      families: new Set([...design.values()].map(({ leader }) => leader)).size,
    }));
  const least = Math.min(...designs.map(({ work }) => work));
  const draws = designs.filter(({ work }) => work <= least * 1.05);
  // The order they were made in decides the rest: that is how the keys are ranked, with draws settled for fewer columns.
  return draws.sort((a, b) => a.families - b.families)[0]?.design ?? new Map();
}

/** The best evaluation of each key, best first. */
function distinctKeys({ evaluations }: TableAnalysis): readonly Evaluation[] {
  const seen = new Set<string>();
  return evaluations.filter(({ key }) => !seen.has(key.join()) && seen.add(key.join()));
}

function designLedBy(
  leader: TableAnalysis,
  evaluation: Evaluation,
  tables: readonly TableAnalysis[],
  copyable: ReadonlySet<string>,
  options: ChooseOptions,
): Design {
  const design = new Map<string, ChosenKey>();
  addFamily(design, leader, evaluation, tables, options);
  for (const table of tables) {
    if (!design.has(table.load.table) && !copyable.has(table.load.table))
      addFamily(design, table, table.evaluations[0]!, tables, options);
  }
  return design;
}

/** Below this share of what its own best key carries, a table does better alone. */
const leastOfOwn = 0.5;

function addFamily(
  design: Map<string, ChosenKey>,
  leader: TableAnalysis,
  evaluation: Evaluation,
  tables: readonly TableAnalysis[],
  options: ChooseOptions,
): void {
  const family = [{ table: leader, evaluation }];
  for (const table of tables) {
    if (table === leader || design.has(table.load.table)) continue;
    const followed = distinctKeys(table).find((other) => isSameKey(evaluation, other));
    if (followed === undefined || factorOf(followed, options) < leastOfOwn * factorOf(table.evaluations[0]!, options))
      continue;
    family.push({ table, evaluation: followed });
  }
  for (const chosen of underOneStrategy(family, options))
    design.set(chosen.table, { evaluation: chosen, leader: leader.load.table });
}

function isSameKey(a: Evaluation, b: Evaluation): boolean {
  return (
    a.measures.together.kept.get(b.table)?.join() === b.key.join() ||
    b.measures.together.kept.get(a.table)?.join() === a.key.join()
  );
}

interface Member {
  readonly table: TableAnalysis;
  readonly evaluation: Evaluation;
}

/**
 * Only one placement keeps a family's rows together: the one with the least work on the busiest shards, draws as the
 * leader ranks.
 */
function underOneStrategy(family: readonly Member[], options: ChooseOptions): readonly Evaluation[] {
  let least: { evaluations: readonly Evaluation[]; work: number } | undefined;
  const [leader] = family;
  for (const { strategy, key } of leader!.table.evaluations) {
    if (key.join() !== leader!.evaluation.key.join()) continue;
    const evaluations = family.map(({ table, evaluation }) =>
      table.evaluations.find((other) => other.strategy === strategy && other.key.join() === evaluation.key.join())!,
    );
    const work = evaluations.reduce(
      (sum, evaluation, index) => sum + family[index]!.table.load.work / factorOf(evaluation, options),
      0,
    );
    if (least === undefined || work < least.work * 0.9) least = { evaluations, work };
  }
  return least!.evaluations;
}

/**
 * Work on the busiest shards. A table's evaluation takes it that every table it could keep follows; those that don't,
 * in this design, cost the separation that was not counted.
 */
function workOf(
  design: Design,
  tables: readonly TableAnalysis[],
  copyable: ReadonlySet<string>,
  options: ChooseOptions,
): number {
  const placed = tables.filter(({ load }) => design.has(load.table) || !copyable.has(load.table));
  const all = placed.reduce((sum, { load }) => sum + load.work, 0);
  const familyWork = new Map<string, number>();
  for (const { load } of placed) {
    const leader = design.get(load.table)!.leader;
    familyWork.set(leader, (familyWork.get(leader) ?? 0) + load.work);
  }
  return placed.reduce((sum, { load }) => {
    const { evaluation, leader } = design.get(load.table)!;
    const uncounted = all === 0 ? 0 : Math.max(0, evaluation.measures.together.share - familyWork.get(leader)! / all);
    return (
      sum + load.work * (1 / factorOf(evaluation, options) + (options.separation * uncounted) / options.shardCount)
    );
  }, 0);
}

function factorOf(evaluation: Evaluation, { shardCount }: ChooseOptions): number {
  return onShards(evaluation, shardCount).scaleOutAtMost;
}

/** Tables that are related, directly or through others; in the order of their first table. */
function componentsOf(
  tables: readonly TableAnalysis[],
  relations: readonly Relation[],
): readonly (readonly TableAnalysis[])[] {
  const neighbours = new Map<string, Set<string>>(tables.map(({ load }) => [load.table, new Set()]));
  for (const { from, to } of relations) {
    neighbours.get(from)?.add(to);
    neighbours.get(to)?.add(from);
  }
  const seen = new Set<string>();
  return tables.flatMap(({ load }) => {
    if (seen.has(load.table)) return [];
    const members = new Set([load.table]);
    for (const name of members) for (const other of [...(neighbours.get(name) ?? [])].sort(byName)) members.add(other);
    for (const name of members) seen.add(name);
    return [tables.filter((table) => members.has(table.load.table))];
  });
}
