import type { Loss } from "../scale-out.ts";
import type { ExplainedProblem } from "./build-problem.ts";
import { DesignSums, termsOfTables } from "./design-cost.ts";
import type { Choice } from "./design-problem.ts";
import type { JudgedDesign } from "./judge-design.ts";
import type { TableOption } from "./table-option.ts";
import { overheadCauses, type OverheadCause } from "./template-term.ts";

/** The table's next best option, the others as they are. */
export interface Alternative {
  readonly option: TableOption;
  readonly factor: number;
  /** What gets worse by most, in shards' worth of capacity; undefined when nothing does. */
  readonly worse: Loss | undefined;
}

/**
 * The next best option of each table. One that seems better than what the table has, by the search's strategy, is judged
 * as a design: if it is better, it is taken, and the alternatives are those to it.
 */
export function withoutBetterAlternative(
  problem: ExplainedProblem,
  start: Choice,
  judgedOnce: (choice: Choice) => JudgedDesign,
): { readonly best: Choice; readonly alternatives: readonly (Alternative | undefined)[] } {
  const { options } = problem.context;
  for (let best = start; ; ) {
    const now = judgedOnce(best).scaleOut;
    const changed: Choice[] = [];
    const alternatives = alternativesOf(problem, best, options, now.factor).map((alternative, table) => {
      if (alternative === undefined || alternative.factor <= now.factor) return alternative;
      const choice = best.with(table, options[table]!.indexOf(alternative.option));
      changed.push(choice);
      const { factor, losses } = judgedOnce(choice).scaleOut;
      return { ...alternative, factor, worse: greatestLoss(losses, now.losses) };
    });
    const next = unlessMuchBetter(best, changed, judgedOnce);
    if (next === best) return { best, alternatives };
    best = next;
  }
}

/** What is lost more by most; undefined when nothing is. */
function greatestLoss(losses: readonly Loss[], before: readonly Loss[]): Loss | undefined {
  const more = losses.map(({ cause, shards }, index) => ({ cause, shards: shards - before[index]!.shards }));
  const most = more.reduce((a, b) => (b.shards > a.shards ? b : a));
  return most.shards > 0 ? most : undefined;
}

/**
 * The most that the busiest shard can carry first. The search takes one strategy for all and looks at a sample of the
 * transactions; a design's factor is with the strategies that its families get, over more transactions. So designs that
 * are close may change places. Of equal ones (to a millionth, as they are printed) the one that is given first.
 */
export function byFactor(choices: readonly Choice[], judgedOnce: (choice: Choice) => JudgedDesign): readonly Choice[] {
  const printed = (choice: Choice): number => Math.round(judgedOnce(choice).scaleOut.factor * 1e6);
  return [...choices].sort((a, b) => printed(b) - printed(a));
}

/** Within this share designs are a draw, which the search's cost has settled: for fewer columns and simpler keys. */
export const drawShare = 0.1;

/** The given design, unless one of the others carries so much more that it is no draw. */
export function unlessMuchBetter(
  given: Choice,
  others: readonly Choice[],
  judgedOnce: (choice: Choice) => JudgedDesign,
): Choice {
  const [most] = byFactor([given, ...others], judgedOnce);
  const factorOf = (choice: Choice): number => judgedOnce(choice).scaleOut.factor;
  return factorOf(most!) > factorOf(given) * (1 + drawShare) ? most! : given;
}

function alternativesOf(
  problem: ExplainedProblem,
  choice: Choice,
  options: readonly (readonly TableOption[])[],
  factorNow: number,
): readonly (Alternative | undefined)[] {
  const termsOf = termsOfTables(problem);
  const sums = new DesignSums(problem, choice, termsOf);
  const { shardCount } = problem;
  const now = sums.cost();
  return options.map((list, table) => {
    const before = overheadsOf(problem, termsOf[table]!, sums.choice);
    let best: { option: number; busiest: number } | undefined;
    list.forEach((_, option) => {
      if (option === choice[table]) return;
      sums.set(table, option);
      const { busiest } = sums.cost();
      if (best === undefined || busiest < best.busiest) best = { option, busiest };
    });
    sums.set(table, choice[table]!);
    if (best === undefined) return undefined;
    const { option, busiest } = best;
    const after = overheadsOf(
      problem,
      termsOf[table]!,
      sums.choice.map((own, other) => (other === table ? option : own)),
    );
    // Both are under the search's strategy; the design has the better ones of its families.
    const factor = busiest === 0 ? factorNow : (factorNow * now.busiest) / busiest;
    // Of what is lost to it in all, each cause has its part.
    const shardsOf = (more: number): number =>
      busiest === now.busiest ? 0 : ((factorNow - factor) * more) / shardCount / (busiest - now.busiest);
    let worse: Alternative["worse"];
    let worst = (busiest - now.busiest) * shardCount;
    for (const cause of overheadCauses) {
      const more = after.get(cause)! - before.get(cause)!;
      worst -= more;
      if (more > 0 && (worse === undefined || shardsOf(more) > worse.shards)) worse = { cause, shards: shardsOf(more) };
    }
    // What no overhead explains is the balance.
    if (worst > 0 && shardsOf(worst) > (worse?.shards ?? 0)) worse = { cause: "imbalance", shards: shardsOf(worst) };
    return { option: list[option]!, factor, worse };
  });
}

function overheadsOf(
  problem: ExplainedProblem,
  terms: readonly number[],
  choice: Choice,
): ReadonlyMap<OverheadCause, number> {
  const sums = new Map<OverheadCause, number>(overheadCauses.map((cause) => [cause, 0]));
  for (const index of terms) {
    const term = problem.terms[index]!;
    const { cause, overhead } = term.costOf(term.tables.map((table) => choice[table]!));
    if (cause !== undefined) sums.set(cause, sums.get(cause)! + overhead);
  }
  return sums;
}
