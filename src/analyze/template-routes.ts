import { byName } from "../base/order.ts";
import type { Because } from "../routing/route.ts";
import { accessesOf } from "../sql/constraints.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import type { ChosenKey } from "./choose.ts";
import { routingClassOf, type RoutingClass } from "./routing-class.ts";

/** How a template fares under the chosen keys. */
export interface TemplateRoute {
  readonly use: TemplateUse;
  /** The worst among its tables. */
  readonly class: RoutingClass["class"] | "cross-shard-join";
  readonly because: Because;
  /** The table where it is worst; undefined when the statement could not be parsed. */
  readonly table: string | undefined;
  readonly key: readonly string[];
  /** Why it could not be parsed. */
  readonly reason: string | undefined;
}

const severity = {
  "single-shard": 0,
  "multi-shard": 1,
  unknown: 2,
  "scatter-gather": 3,
  "cross-shard-join": 4,
} as const satisfies Record<TemplateRoute["class"], number>;

/**
 * Templates that touch more than one shard under the chosen keys, or that could not be parsed: the most time first,
 * then the most executions, then by text.
 */
export function hurtingTemplates(
  workload: Workload,
  chosen: ReadonlyMap<string, ChosenKey>,
): readonly TemplateRoute[] {
  return workload.templates
    .flatMap((use) => (use.executions === 0 ? [] : (routeOf(use, workload, chosen) ?? [])))
    .sort(
      (a, b) =>
        b.use.timeMicros - a.use.timeMicros ||
        b.use.executions - a.use.executions ||
        byName(a.use.template.text, b.use.template.text),
    );
}

/** Undefined when all of it stays on one shard. */
function routeOf(
  use: TemplateUse,
  workload: Workload,
  chosen: ReadonlyMap<string, ChosenKey>,
): TemplateRoute | undefined {
  if (use.pattern.kind === "unknown") {
    const { reason } = use.pattern;
    return { use, class: "unknown", because: "unparsed", table: undefined, key: [], reason };
  }
  const routes = use.shapes.flatMap((index): TemplateRoute[] => {
    const { shape, listLengths } = workload.shapes[index]!;
    const choice = chosen.get(shape.table);
    if (choice === undefined) return [];
    const { key, strategy } = choice.evaluation;
    const routed = routingClassOf(shape, key, strategy === "range");
    // A list that never had more than one value is a single key.
    const alone = routed.class === "multi-shard" && listLengths.size === 1 && listLengths.has(1);
    if (routed.class === "single-shard" || alone) return [];
    return [{ use, ...routed, table: shape.table, key, reason: undefined }];
  });
  return [...routes, ...crossingsOf(use, chosen)].reduce<TemplateRoute | undefined>(
    (worst, route) => (worst === undefined || severity[route.class] > severity[worst.class] ? route : worst),
    undefined,
  );
}

/** Joins of tables of which neither follows the other: rows that meet may lie on two shards. */
function crossingsOf(use: TemplateUse, chosen: ReadonlyMap<string, ChosenKey>): readonly TemplateRoute[] {
  const { pattern } = use;
  if (pattern.kind !== "rows") return [];
  return accessesOf(pattern).flatMap(({ table, joins }): TemplateRoute[] => {
    const choice = chosen.get(table);
    const crosses = joins.some(({ otherRelation }) => {
      const other = pattern.relations[otherRelation];
      const leader = other?.kind === "table" ? chosen.get(other.table)?.leader : undefined;
      return choice !== undefined && leader !== undefined && leader !== choice.leader;
    });
    if (!crosses) return [];
    const { key } = choice!.evaluation;
    return [{ use, class: "cross-shard-join", because: "not-colocated", table, key, reason: undefined }];
  });
}
