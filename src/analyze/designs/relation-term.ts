import type { Relation } from "../relations.ts";
import type { TableLoad } from "../table-load.ts";
import type { Term } from "./design-problem.ts";
import type { TableOption } from "./table-option.ts";
import { noCost, type ExplainedCost } from "./template-term.ts";

export interface RelationTerm extends Term {
  readonly relation: Relation;
  readonly costOf: (options: readonly number[]) => ExplainedCost;
}

/** What it costs to keep the rows of a foreign key apart: see `CostWeights.relatedRows`. */
export function relationTerm(
  relation: Relation,
  loads: readonly TableLoad[],
  options: readonly (readonly TableOption[])[],
  weight: number,
  transactionsKnown: boolean,
): RelationTerm {
  const from = loads.findIndex(({ table }) => table === relation.from);
  const to = loads.findIndex(({ table }) => table === relation.to);
  const apart = {
    ...noCost,
    overhead: weight * (transactionsKnown ? writtenWork(loads[from]!) : Math.min(loads[from]!.work, loads[to]!.work)),
    cause: "separated-rows" as const,
  };
  return {
    relation,
    tables: [from, to],
    costOf: ([child, parent]) =>
      keepsTogether(relation, options[from]![child!]!, options[to]![parent!]!) ? noCost : apart,
  };
}

function writtenWork({ shapes }: TableLoad): number {
  return shapes.reduce((sum, { use, work }) => sum + (use.shape.use === "read" ? 0 : work), 0);
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
