import { byName } from "../base/order.ts";
import type { Because } from "../routing/route.ts";
import type { StrategyName } from "../placement/design.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import { routingClassOf, type RoutingClass } from "./routing-class.ts";

/** How a template fares under the recommended keys. */
export interface TemplateRoute {
  readonly use: TemplateUse;
  /** The worst among its tables. */
  readonly class: RoutingClass["class"];
  readonly because: Because;
  /** The table where it is worst; undefined when the statement could not be parsed. */
  readonly table: string | undefined;
  readonly key: readonly string[];
  /** Why it could not be parsed. */
  readonly reason: string | undefined;
}

export interface ChosenKey {
  readonly key: readonly string[];
  readonly strategy: StrategyName;
}

const severity = { "single-shard": 0, "multi-shard": 1, unknown: 2, "scatter-gather": 3 } as const;

/**
 * Templates that touch more than one shard under the chosen keys, or that could not be parsed: the most time first,
 * then the most executions, then by text.
 */
export function hurtingTemplates(
  workload: Workload,
  chosen: ReadonlyMap<string, ChosenKey>,
): readonly TemplateRoute[] {
  const routes: TemplateRoute[] = [];
  for (const use of workload.templates) {
    if (use.executions === 0) continue;
    if (use.pattern.kind === "unknown") {
      routes.push({
        use,
        class: "unknown",
        because: "unparsed",
        table: undefined,
        key: [],
        reason: use.pattern.reason,
      });
      continue;
    }
    let worst: TemplateRoute | undefined;
    for (const index of use.shapes) {
      const { shape, listLengths } = workload.shapes[index]!;
      const choice = chosen.get(shape.table);
      if (choice === undefined) continue;
      const routed = routingClassOf(shape, choice.key, choice.strategy === "range");
      // A list that never had more than one value is a single key.
      if (
        routed.class === "single-shard" ||
        (routed.class === "multi-shard" && listLengths.size === 1 && listLengths.has(1))
      )
        continue;
      if (worst !== undefined && severity[routed.class] <= severity[worst.class]) continue;
      worst = { use, ...routed, table: shape.table, key: choice.key, reason: undefined };
    }
    if (worst !== undefined) routes.push(worst);
  }
  return routes.sort(
    (a, b) =>
      b.use.timeMicros - a.use.timeMicros ||
      b.use.executions - a.use.executions ||
      byName(a.use.template.text, b.use.template.text),
  );
}
