import { judge } from "../routing/judge.ts";
import type { RoutingContext } from "../routing/context.ts";
import type { RouteClass } from "../routing/route.ts";
import type { TemplateUse, Workload } from "../workload/workload.ts";
import { shardsOfEvent } from "./workload-placement.ts";

/** Executions of a template that reach a like number of shards. */
export interface RoutedExecutions {
  readonly use: TemplateUse;
  readonly writes: boolean;
  readonly executions: number;
  readonly shards: number | "all";
  readonly class: RouteClass;
  /** Of the template's time, what each shard has to do. */
  readonly workShare: number;
}

export interface RoutedTemplates {
  readonly routed: readonly RoutedExecutions[];
  /** Executions that touch no shard: control statements, and what concerns unsharded tables alone. */
  readonly withoutTables: number;
  readonly unsharded: number;
  /** Executions whose route is not known; they are taken to ask every shard. */
  readonly unknown: number;
}

/** What every shard that a statement touches spends again; the rest of its time is divided among them. */
export const perShardMs = 0.1;

/** Where each template's executions go under a design, from its text and the sampled values. */
export function routedTemplates(workload: Workload, context: RoutingContext): RoutedTemplates {
  const routed: RoutedExecutions[] = [];
  let withoutTables = 0;
  let unsharded = 0;
  let unknown = 0;
  const { design, schema, maps, keyTypes } = context;
  const shardCount = design.shards.length;
  for (const use of workload.templates) {
    const { route } = judge(use.pattern, design, { schema, slots: use.template.slots, maps, keyTypes });
    const writes = use.shapes.some((shape) => workload.shapes[shape]!.shape.use !== "read");
    const base = { use, writes, class: route.class };
    const meanMs = use.timed === 0 ? 0 : use.timeMicros / use.timed / 1000;
    switch (route.class) {
      case "none":
        withoutTables += use.executions;
        break;
      case "unsharded":
        unsharded += use.executions;
        break;
      case "reference":
        // Each copy is written in full.
        routed.push({ ...base, executions: use.executions, shards: writes ? "all" : 1, workShare: 1 });
        break;
      case "single-shard":
        routed.push({ ...base, executions: use.executions, shards: 1, workShare: 1 });
        break;
      case "unknown":
        unknown += use.executions;
        routed.push({ ...base, executions: use.executions, shards: "all", workShare: 1 });
        break;
      case "cross-shard-join":
        routed.push({ ...base, executions: use.executions, shards: "all", workShare: 1 });
        break;
      case "scatter-gather":
        routed.push({ ...base, executions: use.executions, shards: "all", workShare: workShare(shardCount, meanMs) });
        break;
      case "multi-shard":
        for (const [shards, executions] of fanOut(use, workload, context)) {
          const reached = shards === shardCount && shards > 1 ? "all" : shards;
          routed.push({ ...base, executions, shards: reached, workShare: workShare(shards, meanMs) });
        }
    }
  }
  return { routed, withoutTables, unsharded, unknown };
}

function workShare(shards: number, meanMs: number): number {
  const fixed = meanMs === 0 ? 0 : Math.min(1, perShardMs / meanMs);
  return (1 + (shards - 1) * fixed) / shards;
}

/** Number of shards -> executions, as in the sample; all shards where the sample does not tell. */
function fanOut(use: TemplateUse, workload: Workload, context: RoutingContext): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  let known = 0;
  for (const index of use.shapes) {
    const shape = workload.shapes[index]!;
    for (const event of shape.sample.events()) {
      const shards = shardsOfEvent(shape, event, context);
      if (shards === undefined) continue;
      known++;
      const size = Math.max(1, shards.size);
      counts.set(size, (counts.get(size) ?? 0) + 1);
    }
    if (known > 0) break;
  }
  if (known === 0) return new Map([[context.design.shards.length, use.executions]]);
  return new Map([...counts].sort(([a], [b]) => a - b).map(([shards, count]) => [shards, (use.executions * count) / known]));
}
