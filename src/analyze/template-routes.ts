import { byName } from "../base/order.ts";
import type { Because, RouteClass } from "../routing/route.ts";
import type { TemplateUse } from "../workload/workload.ts";
import type { JudgedDesign } from "./designs/judge-design.ts";
import type { ClassCounts, TemplateCost } from "./designs/template-term.ts";

/** How a template fares under a design. */
export interface TemplateRoute {
  readonly use: TemplateUse;
  /** Its executions by how they fare. */
  readonly counts: ClassCounts;
  readonly class: RouteClass;
  readonly because: Because;
  /** The table where it is worst; undefined when the statement could not be parsed. */
  readonly table: string | undefined;
  readonly key: readonly string[];
  /** Why it could not be parsed. */
  readonly reason: string | undefined;
}

/** All templates that reach tables: the most time first, then the most executions, then by text. */
export function templateRoutes(design: JudgedDesign | undefined): readonly TemplateRoute[] {
  return (design?.templates ?? [])
    .map(({ use, cost }) => routeOf(use, cost, design!))
    .sort(
      (a, b) =>
        b.use.timeMicros - a.use.timeMicros ||
        b.use.executions - a.use.executions ||
        byName(a.use.template.text, b.use.template.text),
    );
}

/** Whether it touches more than one shard under the design, or that is not known, for some executions at least. */
export function hurts({ use, counts }: TemplateRoute): boolean {
  // A list that never had more than one value, or whose values were always together, is on one shard.
  return counts.oneShard < use.executions;
}

const severity: Record<RouteClass, number> = {
  none: 0,
  unsharded: 1,
  "single-shard": 2,
  reference: 3,
  "multi-shard": 4,
  "scatter-gather": 5,
  "cross-shard-join": 6,
  unknown: 7,
};

function routeOf(use: TemplateUse, { route, tables, counts }: TemplateCost, design: JudgedDesign): TemplateRoute {
  const worst = tables.reduce<(typeof tables)[number] | undefined>(
    (a, b) => (a === undefined || severity[b.class] > severity[a.class] ? b : a),
    undefined,
  );
  const option = design.tables.find(({ table }) => table === worst?.table)?.option;
  return {
    use,
    counts,
    class: route.because === "missing-key" ? "unknown" : route.class,
    because: route.because,
    table: worst?.table,
    key: option?.kind === "sharded" ? option.key : [],
    reason: route.class === "unknown" ? (route.note ?? undefined) : undefined,
  };
}
