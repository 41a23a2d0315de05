import type { StrategyName } from "../../placement/design.ts";
import type { Loss } from "../scale-out.ts";
import type { ExplainedProblem } from "./build-problem.ts";
import { DesignSums } from "./design-cost.ts";
import type { TableOption } from "./table-option.ts";
import { overheadCauses, type ClassCounts, type OverheadCause, type TemplateCost } from "./template-term.ts";
import type { TemplateUse } from "../../workload/workload.ts";

/** One design, with what it carries and what it loses. */
export interface JudgedDesign {
  /** One for each table, in the order of `Analysis.tables`. */
  readonly tables: readonly DesignedTable[];
  readonly scaleOut: {
    /** Work of one node over the work of the busiest shard. */
    readonly factor: number;
    readonly losses: readonly Loss[];
    /** Some keys have no values in the log: their load counts as even, and the factor is an upper bound. */
    readonly atMost: boolean;
  };
  /** Executions by how they fare. */
  readonly statements: ClassCounts;
  /** The same weighted by work, as shares of all work. */
  readonly workShares: ClassCounts;
  readonly templates: readonly { readonly use: TemplateUse; readonly cost: TemplateCost }[];
}

export interface DesignedTable {
  readonly table: string;
  readonly option: TableOption;
  /** Of a sharded table. */
  readonly strategy: StrategyName | undefined;
  /** The table whose placement it follows; its own name when it leads, or lives alone. */
  readonly leader: string;
}

/** Judges the one design that a problem of one option for each table stands for. */
export function judgeDesign(problem: ExplainedProblem, tables: readonly DesignedTable[]): JudgedDesign {
  const { shardCount, work } = problem;
  const choice = problem.tables.map(() => 0);
  const sums = new DesignSums(problem, choice);
  const cost = sums.cost();
  const overheads = new Map<OverheadCause, number>(overheadCauses.map((cause) => [cause, 0]));
  for (const term of problem.terms) {
    const { overhead, cause } = term.costOf(term.tables.map(() => 0));
    if (cause !== undefined) overheads.set(cause, overheads.get(cause)! + overhead);
  }
  const templates = problem.templates.map((term) => ({ use: term.use, cost: term.costOf(term.tables.map(() => 0)) }));
  const placed = templates.filter(({ cost: { placed: part } }) => part > 0);
  const atMost = placed.some(({ use, cost: { by } }) => {
    const table = problem.templates.find((term) => term.use === use)!.tables[by]!;
    return problem.tables[table]!.options[0]!.load === undefined;
  });
  return {
    tables,
    scaleOut: { ...lossesOf(shardCount, work, cost, overheads), atMost },
    statements: sumOf(templates.map(({ cost: { counts } }) => [counts, 1])),
    workShares: sumOf(
      templates.map(({ use, cost: { counts, placed: a, even, follows, unsharded } }) => [
        counts,
        use.executions === 0 || work === 0 ? 0 : (a + even + follows + unsharded) / use.executions / work,
      ]),
    ),
    templates,
  };
}

function sumOf(parts: readonly (readonly [ClassCounts, number])[]): ClassCounts {
  const sum = { oneShard: 0, severalShards: 0, everyShard: 0, crossShardJoin: 0, referenceWrite: 0, unknown: 0 };
  for (const [counts, weight] of parts)
    for (const name of Object.keys(sum) as (keyof ClassCounts)[]) sum[name] += counts[name] * weight;
  return sum;
}

/**
 * Causes are added one after the other; what each takes from the factor is its loss, so that they add up to what is
 * missing (as in `scaleOutOf`).
 */
function lossesOf(
  shardCount: number,
  work: number,
  cost: { readonly maxOverMean: number; readonly maxOverMeanWithWindows: number },
  overheads: ReadonlyMap<OverheadCause, number>,
): { readonly factor: number; readonly losses: readonly Loss[] } {
  let overhead = 0;
  let skew = cost.maxOverMean;
  let factor = shardCount;
  const losses: Loss[] = [];
  const lose = (cause: Loss["cause"]): void => {
    const before = factor;
    factor = work === 0 ? shardCount : (shardCount * work) / (work * skew + overhead);
    losses.push({ cause, shards: before - factor });
  };
  lose("imbalance");
  skew = cost.maxOverMeanWithWindows;
  lose("hot-windows");
  for (const [cause, more] of overheads) {
    overhead += more;
    lose(cause);
  }
  return { factor, losses };
}

/** Share of the statements that stay on one shard. */
export function oneShardShare({ statements }: JudgedDesign): number {
  let all = 0;
  for (const count of Object.values(statements) as number[]) all += count;
  return all === 0 ? 1 : statements.oneShard / all;
}
