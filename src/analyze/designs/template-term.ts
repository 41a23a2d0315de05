import { unreachable } from "../../base/assert.ts";
import type { Judgement, TableRoute } from "../../routing/judge.ts";
import type { Because, Route } from "../../routing/route.ts";
import type { Schema } from "../../sql/schema.ts";
import type { TemplateUse, Workload } from "../../workload/workload.ts";
import type { CostWeights } from "../cost-weights.ts";
import { expectedFanOut, type FanOut } from "../fan-out.ts";
import { onShards } from "../rank.ts";
import { unitsPerExecution, type TableLoad, type Work } from "../table-load.ts";
import type { Term, TermCost } from "./design-problem.ts";
import type { TableOption } from "./table-option.ts";
import type { TemplateJudge } from "./template-judge.ts";

/** What the terms of all templates share. */
export interface TemplateTermContext {
  readonly workload: Workload;
  readonly schema: Schema;
  readonly work: Work;
  readonly weights: CostWeights;
  readonly shardCount: number;
  readonly loads: readonly TableLoad[];
  /** One list for each of `loads`. */
  readonly options: readonly (readonly TableOption[])[];
  /** Whether ranges of a table's key are ranges of shards, by index of the table. */
  readonly keepsOrder: (table: number) => boolean;
}

/** How a template's executions fare under a design. They add up to its executions. */
export interface ClassCounts {
  /** On one shard, whatever the values, or as sampled. Reading a copy or an unsharded table counts as one. */
  readonly oneShard: number;
  readonly severalShards: number;
  readonly everyShard: number;
  readonly crossShardJoin: number;
  readonly referenceWrite: number;
  readonly unknown: number;
}

/** What the overhead of a term is spent on. */
export const overheadCauses = [
  "scatter-gather", // every shard that a statement touches pays the fixed cost again
  "cross-shard-joins", // rows of two shards must meet
  "cross-shard-transactions", // a two-phase commit
  "reference-writes", // a copy on every shard is written
  "copies", // of a table on every shard
  "long-keys", // keys of several columns
  "key-updates", // a changed key moves a row
  "separated-rows", // a foreign key leads to another shard
  "not-understood", // statements that could not be parsed are taken to touch every shard
] as const;

export type OverheadCause = (typeof overheadCauses)[number];

/** A cost that can tell where it comes from. */
export interface ExplainedCost extends TermCost {
  readonly cause: OverheadCause | undefined;
}

export interface TemplateCost extends ExplainedCost {
  readonly route: Route;
  readonly tables: readonly TableRoute[];
  readonly counts: ClassCounts;
  /** Mean of the shards that the executions touch which touch more than one. */
  readonly shards: number;
}

export interface TemplateTerm extends Term {
  readonly use: TemplateUse;
  readonly costOf: (options: readonly number[]) => TemplateCost;
}

const noCounts: ClassCounts = {
  oneShard: 0,
  severalShards: 0,
  everyShard: 0,
  crossShardJoin: 0,
  referenceWrite: 0,
  unknown: 0,
};
export const noCost: ExplainedCost = {
  placed: 0,
  by: -1,
  even: 0,
  follows: 0,
  unsharded: 0,
  overhead: 0,
  cause: undefined,
};

/** A template's cost under the options of its tables. */
export function templateTerm(judge: TemplateJudge, context: TemplateTermContext): TemplateTerm {
  const { use, tables } = judge;
  const keepsOrder = tables.map((table) => context.keepsOrder(table));
  const classes = tables.map((table, index) => alikeOptions(context.options[table]!, judge, keepsOrder[index]!));
  const known = new Map<number, TemplateCost>();
  const costOf = (options: readonly number[]): TemplateCost => {
    let id = 0;
    for (let table = 0; table < tables.length; table++)
      id = id * classes[table]!.count + classes[table]!.classOf[options[table]!]!;
    let cost = known.get(id);
    if (cost === undefined) {
      const chosen = tables.map((table, index) => context.options[table]![options[index]!]!);
      known.set(id, (cost = costOfRoute(judge, judge.judge(chosen, keepsOrder), chosen, context)));
    }
    return cost;
  };
  return { use, tables, costOf };
}

interface OptionClasses {
  readonly count: number;
  /** By option. */
  readonly classOf: readonly number[];
}

function alikeOptions(options: readonly TableOption[], judge: TemplateJudge, keepsOrder: boolean): OptionClasses {
  const ids = new Map<string, number>();
  const classOf = options.map((option) => {
    const name = judge.nameOf(option, keepsOrder);
    let id = ids.get(name);
    if (id === undefined) ids.set(name, (id = ids.size));
    return id;
  });
  return { count: ids.size, classOf };
}

function costOfRoute(
  judge: TemplateJudge,
  { route, tables: routes }: Judgement,
  chosen: readonly TableOption[],
  context: TemplateTermContext,
): TemplateCost {
  const { use, tables } = judge;
  const { shardCount, weights, loads } = context;
  const { executions } = use;
  const work = workOfTemplate(use, context.work);
  const fixed = executions === 0 ? 0 : fixedWork(use, context);
  const common = { ...noCost, route, tables: routes, shards: shardCount };
  const scattered = executions * fixed * (shardCount - 1);
  switch (route.class) {
    case "none":
      return { ...common, follows: work, counts: { ...noCounts, oneShard: executions } };
    case "unsharded":
      return { ...common, unsharded: work, counts: { ...noCounts, oneShard: executions } };
    case "reference":
      if (route.because !== "reference-write")
        return { ...common, follows: work, counts: { ...noCounts, oneShard: executions } };
      return {
        ...common,
        follows: work,
        overhead: work * (shardCount - 1),
        cause: "reference-writes",
        counts: { ...noCounts, referenceWrite: executions },
      };
    case "unknown":
      return {
        ...common,
        follows: work,
        overhead: work * (shardCount - 1),
        cause: "not-understood",
        counts: { ...noCounts, unknown: executions },
      };
    case "scatter-gather":
      return {
        ...common,
        even: work,
        overhead: scattered + movedWork(route.because, work, weights),
        cause: route.because === "key-update" ? "key-updates" : "scatter-gather",
        counts: { ...noCounts, everyShard: executions },
      };
    case "cross-shard-join":
      return {
        ...common,
        even: work,
        overhead: weights.separation * work + (route.worstRequest === "single-shard" ? executions * fixed : scattered),
        cause: "cross-shard-joins",
        counts: { ...noCounts, crossShardJoin: executions },
      };
    case "single-shard":
    case "multi-shard": {
      // An insert without the key: whoever routes it must first learn the key.
      if (route.because === "missing-key")
        return {
          ...common,
          even: work,
          overhead: scattered,
          cause: "scatter-gather",
          counts: { ...noCounts, unknown: executions },
        };
      const leader = routes.find((candidate) => candidate.class === "single-shard" || candidate.class === "multi-shard");
      const by = tables.findIndex((table) => loads[table]!.table === leader?.table);
      const { mean, aloneShare } =
        route.class === "single-shard"
          ? { mean: 1, aloneShare: 1 }
          : fanOutOf(judge, route, routes, chosen, context);
      const alone = route.because === "key-update" ? 0 : executions * aloneShare;
      return {
        ...common,
        ...(by < 0 ? { even: work } : { placed: work, by }),
        shards: aloneShare >= 1 ? 1 : (mean - aloneShare) / (1 - aloneShare),
        overhead: executions * fixed * (mean - 1) + movedWork(route.because, work, weights),
        cause:
          route.because === "key-update"
            ? "key-updates"
            : route.class === "multi-shard"
              ? "scatter-gather"
              : undefined,
        counts: { ...noCounts, oneShard: alone, severalShards: executions - alone },
      };
    }
    default:
      return unreachable(route.class);
  }
}

export function workOfTemplate({ timeMicros, executions }: TemplateUse, work: Work): number {
  return work === "time" ? timeMicros : executions * unitsPerExecution;
}

/** What each further shard spends again on one execution. */
export function fixedWork(
  { timeMicros, executions }: { readonly timeMicros: number; readonly executions: number },
  { work, weights }: Pick<TemplateTermContext, "work" | "weights">,
): number {
  if (work === "executions") return weights.perShardShare * unitsPerExecution;
  return Math.min(weights.perShardMs * 1000, timeMicros / executions);
}

const movedWork = (because: Because, work: number, weights: CostWeights): number =>
  because === "key-update" ? weights.keyUpdate * work : 0;

/** The shards of a multi-shard template: those of its longest list, or one for each of its requests. */
function fanOutOf(
  judge: TemplateJudge,
  route: Route,
  routes: readonly TableRoute[],
  chosen: readonly TableOption[],
  context: TemplateTermContext,
): FanOut {
  if (route.because === "key-update") return { mean: Math.min(2, context.shardCount), aloneShare: 0 };
  const { use, tables, accesses } = judge;
  let mean = 1;
  let aloneShare = 1;
  let requests = 0;
  for (const { table, use: tableUse, class: reach } of routes) {
    const option = chosen[tables.findIndex((index) => context.loads[index]!.table === table)];
    if (option?.kind !== "sharded") continue;
    if (reach === "single-shard") requests++;
    if (reach !== "multi-shard") continue;
    const access = accesses.findIndex((candidate) => candidate.table === table && candidate.use === tableUse);
    const fanOut = fanOutOfShape(option, use.shapes[access], table, context);
    mean = Math.max(mean, fanOut?.mean ?? context.shardCount);
    aloneShare = Math.min(aloneShare, fanOut?.aloneShare ?? 0);
  }
  if (mean > 1 || requests < 2) return { mean, aloneShare };
  return { mean: Math.min(context.shardCount, requests), aloneShare: 0 };
}

function fanOutOfShape(
  option: Extract<TableOption, { kind: "sharded" }>,
  shape: number | undefined,
  table: string,
  { workload, loads, shardCount }: TemplateTermContext,
): FanOut | undefined {
  if (shape === undefined) return undefined;
  if (option.evaluation === undefined) return expectedFanOut(workload.shapes[shape]!.listLengths, shardCount);
  const load = loads.find((candidate) => candidate.table === table);
  const place = load?.shapes.findIndex(({ index }) => index === shape) ?? -1;
  return onShards(option.evaluation, shardCount).fanOutByShape[place];
}
