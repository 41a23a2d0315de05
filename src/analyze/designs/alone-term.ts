import type { Term } from "./design-problem.ts";
import { noCost, type ExplainedCost, type TemplateTerm } from "./template-term.ts";
import { twoPhaseCommitWork, type TransactionTermContext } from "./transaction-crossings.ts";

export interface AloneTerm extends Term {
  readonly costOf: (options: readonly number[]) => ExplainedCost;
}

/**
 * One term for each template that writes and is run as a transaction of its own: where it touches several shards, that
 * takes a two-phase commit too. None when the log does not group statements.
 */
export function aloneTerms(
  templates: readonly TemplateTerm[],
  context: TransactionTermContext,
): readonly AloneTerm[] {
  const { grouping, alone } = context.workload.transactions;
  if (grouping.by === "none") return [];
  const places = new Map(context.workload.templates.map((use, index) => [use, index]));
  const onEach = twoPhaseCommitWork(context);
  return templates.flatMap(({ use, tables, costOf }): AloneTerm[] => {
    const executions = alone[places.get(use)!] ?? 0;
    const writes = use.pattern.kind === "rows" && use.pattern.relations.some(isWritten);
    if (executions === 0 || !writes) return [];
    // The same object for the same cost of the template.
    const known = new Map<object, ExplainedCost>();
    return [
      {
        tables,
        costOf: (options) => {
          const template = costOf(options);
          let cost = known.get(template);
          if (cost === undefined) {
            const { counts, shards } = template;
            const crossing = (executions * (use.executions - counts.oneShard - counts.unknown)) / use.executions;
            const overhead = crossing * shards * onEach;
            known.set(
              template,
              (cost = overhead > 0 ? { ...noCost, overhead, cause: "cross-shard-transactions" } : noCost),
            );
          }
          return cost;
        },
      },
    ];
  });
}

const isWritten = (relation: { readonly kind: string; readonly use?: string }): boolean =>
  relation.kind === "table" && relation.use !== "read";
