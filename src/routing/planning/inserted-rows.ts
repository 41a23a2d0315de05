import type { Expr } from "../../sql/access.ts";
import { type Constant, constantOf, rowsOf } from "../../sql/constraints/constant.ts";
import { allOf, anyOf, type FactScope, type Term, termsOf } from "../../sql/constraints/facts.ts";
import { type KeyValue, keyValueOf } from "../../workload/key-value.ts";
import type { InsertedRows, Piece } from "../plan.ts";
import type { Env } from "./planning-context.ts";
import type { Planning } from "./planning.ts";

/** The keys of inserted tuples, as far as the statement says them. */
export function insertedRows(
  planning: Planning,
  rows: readonly (readonly Expr[])[],
  columns: readonly string[] | undefined,
  target: Piece,
  env: Env,
): InsertedRows {
  const scope = planning.scope(env);
  const types = target.table === undefined ? undefined : planning.options.keyTypes(target.table);
  const positions = target.key.map((column) => columns?.indexOf(column.slice(column.indexOf(".") + 1)) ?? -1);
  const missing =
    positions.some((position) => position < 0) ||
    rows.some((row) =>
      positions.some((position) => row[position] === undefined || row[position]?.kind === "default"),
    );
  const keys: (readonly KeyValue[])[] = [];
  let unfit: string | undefined;
  let many = rows.length !== 1;
  let known = true;
  for (const row of rows) {
    const constants = positions.map(
      (position): Constant =>
        (row[position] === undefined ? undefined : constantOf(row[position], scope)) ?? {
          id: "?",
          many: false,
          literals: undefined,
        },
    );
    // Every column of a collapsed row has as many values as there are rows, whichever of them are keys.
    const all = row
      .map((expr) => constantOf(expr, scope))
      .filter((constant) => constant?.many === true) as Constant[];
    const count = all.map((constant) => constant.literals?.length).find((length) => length !== undefined);
    if (all.length > 0 && count !== 1) many = true;
    const values = positions.length === 0 ? undefined : rowsOf(constants);
    if (values === undefined || missing) known = false;
    else {
      for (const literals of values) {
        const key = literals.map((literal, index) => keyValueOf(literal, types?.[index] ?? "int64"));
        const wrong = key.indexOf(undefined);
        if (wrong < 0) keys.push(key as KeyValue[]);
        else
          unfit ??= `${JSON.stringify(literals[wrong]!.kind === "null" ? null : (literals[wrong] as { text: string }).text)} is no ${types?.[wrong] ?? "int64"}`;
      }
    }
  }
  return { many, keys: known && unfit === undefined ? keys : undefined, missing, unfit };
}

/** Each row of VALUES is an alternative; many rows are a list for each column. */
export function rowTerms(
  planning: Planning,
  rows: readonly (readonly Expr[])[],
  columns: readonly string[],
  occurrence: number,
  env: Env,
): readonly Term[] {
  const scope = planning.scope(env);
  const left: Expr[] = columns.map((column) => ({ kind: "column", relation: -1 - occurrence, column }));
  const withColumns: FactScope = {
    ...scope,
    column: (relation, column) => (relation < 0 ? `${-1 - relation}.${column}` : scope.column(relation, column)),
  };
  return anyOf(
    rows.map((row) => {
      const conditions = row.slice(0, left.length).map((expr, index): readonly Term[] => {
        const constant = constantOf(expr, scope);
        return constant === undefined
          ? termsOf({ kind: "compare", op: "=", left: left[index]!, right: expr }, withColumns)
          : [[{ kind: "values", column: `${occurrence}.${columns[index]!}`, constants: [constant] }]];
      });
      return allOf(conditions);
    }),
  );
}
