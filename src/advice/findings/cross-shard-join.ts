import { byName } from "../../base/order.ts";
import type { Analysis } from "../../analyze/analyze.ts";
import type { Workload } from "../../workload/workload.ts";
import { countText, percentText, statementText, type Finding } from "../finding.ts";

/** Of all work, in joins across shards of two tables. */
const leastShare = 0.01;

interface Pair {
  readonly tables: readonly [string, string];
  work: number;
  executions: number;
  /** The template with most of the work. */
  readonly heaviest: Analysis["templates"][number];
}

/** Two tables whose rows must meet from different shards, the pair with the most work first. */
export function crossShardJoins(workload: Workload, analysis: Analysis): readonly Finding[] {
  let all = 0;
  for (const { use } of analysis.templates) all += analysis.work === "time" ? use.timeMicros : use.executions;
  return pairsOf(workload, analysis).flatMap(({ tables, work, executions, heaviest }) => {
    const share = all === 0 ? 0 : work / all;
    if (share < leastShare) return [];
    const [a, b] = tables;
    return [
      {
        id: "cross-shard-join" as const,
        severity: share >= 0.1 ? ("problem" as const) : ("warning" as const),
        table: undefined,
        key: [],
        evidence:
          `${countText(Math.round(executions))} statements (${percentText(share)} of the ` +
          `${analysis.work === "time" ? "time" : "executions"}) join ${a} and ${b}, whose rows are on different shards; ` +
          `the heaviest: ${statementText(heaviest.use.template.text)}`,
        ...remedyFor(tables, analysis),
        origins: [heaviest.use.first],
      },
    ];
  });
}

function pairsOf(workload: Workload, { templates, coAccess, work }: Analysis): readonly Pair[] {
  const apart = new Set(coAccess.flatMap(({ tables, together }) => (together === "apart" ? [JSON.stringify(tables)] : [])));
  const pairs = new Map<string, Pair>();
  for (const route of templates) {
    const { use, counts } = route;
    if (counts.crossShardJoin === 0) continue;
    const names = [...new Set(use.shapes.map((shape) => workload.shapes[shape]!.shape.table))].sort(byName);
    for (const [index, first] of names.entries()) {
      for (const second of names.slice(index + 1)) {
        const name = JSON.stringify([first, second]);
        if (!apart.has(name)) continue;
        // Templates come with the most work first.
        const pair = pairs.get(name) ?? { tables: [first, second], work: 0, executions: 0, heaviest: route };
        const amount = work === "time" ? use.timeMicros : use.executions;
        pair.work += (amount * counts.crossShardJoin) / use.executions;
        pair.executions += counts.crossShardJoin;
        pairs.set(name, pair);
      }
    }
  }
  return [...pairs.values()].sort((a, b) => b.work - a.work || byName(a.tables.join(), b.tables.join()));
}

/** A copy where a table is fit for it, else one key for both where they are joined by columns of theirs, else the columns themselves. */
function remedyFor(tables: Pair["tables"], { designs, tables: judged, relations }: Analysis): Pick<Finding, "whatToDo" | "whatItCosts"> {
  const copied = tables.find((table) => designs.tables.find((one) => one.table === table)?.fitness.fit === true);
  if (copied !== undefined) {
    const writes = judged.find(({ load }) => load.table === copied)?.load.writes ?? 0;
    return {
      whatToDo: `copy ${copied} to every shard as a reference table (--pin ${copied}=reference)`,
      whatItCosts: `its space on every shard; its ${countText(writes)} writes in this log would go to all ${designs.shardCount}`,
    };
  }
  const relation = relations.find(({ from, to }) => tables.includes(from) && tables.includes(to));
  if (relation !== undefined) {
    // Of a join by several columns, one of the same name in both is what a family of tables shares, such as a tenant.
    const shared = relation.fromColumns.filter((column, index) => relation.toColumns[index] === column);
    const [own, other] = shared.length > 0 ? [shared, shared] : [relation.fromColumns, relation.toColumns];
    return {
      whatToDo:
        `co-locate them: shard ${relation.from} by ${own.join(", ")} and ${relation.to} by ${other.join(", ")}, ` +
        "or write the columns that are read from one into the other",
      whatItCosts:
        "statements that name their keys of today go to every shard then; a column that stands twice must be changed twice",
    };
  }
  return {
    whatToDo: "write the columns that are read from one into the other (denormalise), or read them one after the other by key",
    whatItCosts: "a column that stands twice must be changed twice; two statements are two round trips",
  };
}
