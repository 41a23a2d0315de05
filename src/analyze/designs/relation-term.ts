import type { Relation } from "../relations.ts";
import type { TableLoad } from "../table-load.ts";
import type { Term } from "./design-problem.ts";
import type { TableOption } from "./table-option.ts";
import { fixedWork, noCost, type ExplainedCost, type TemplateTermContext } from "./template-term.ts";

export interface RelationTerm extends Term {
  readonly relation: Relation;
  readonly costOf: (options: readonly number[]) => ExplainedCost;
}

/** What it costs to keep the rows of a foreign key apart: see `CostWeights.relatedRows`. */
export function relationTerm(
  relation: Relation,
  loads: readonly TableLoad[],
  options: readonly (readonly TableOption[])[],
  overhead: number,
): RelationTerm {
  const from = loads.findIndex(({ table }) => table === relation.from);
  const to = loads.findIndex(({ table }) => table === relation.to);
  const apart = { ...noCost, overhead, cause: "separated-rows" as const };
  return {
    relation,
    tables: [from, to],
    costOf: ([child, parent]) =>
      keepsTogether(relation, options[from]![child!]!, options[to]![parent!]!) ? noCost : apart,
  };
}

/** Of a relation whose rows are apart, in units of work. */
export function workOfSeparation(
  relation: Relation,
  { workload, loads, work, weights }: Pick<TemplateTermContext, "workload" | "loads" | "work" | "weights">,
): number {
  const from = loads.find(({ table }) => table === relation.from)!;
  const to = loads.find(({ table }) => table === relation.to)!;
  if (workload.transactions.grouping.by === "none") return weights.relatedRows * Math.min(from.work, to.work);
  let checks = 0;
  for (const { use } of from.shapes) if (use.shape.use === "insert") checks += use.executions * fixedWork(use, { work, weights });
  return weights.relatedRows * checks;
}

/** Whether rows that the relation equates are on one shard under these options. */
export function keepsTogether(relation: Relation, from: TableOption, to: TableOption): boolean {
  if (to.kind === "reference" || from.kind === "reference") return true;
  if (from.kind === "unsharded" || to.kind === "unsharded") return from.kind === to.kind;
  return (
    from.key.length === to.key.length &&
    from.key.every((column, index) => {
      const place = relation.fromColumns.indexOf(column);
      return place >= 0 && relation.toColumns[place] === to.key[index];
    })
  );
}
