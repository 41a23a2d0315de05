import type { Analysis } from "../../analyze/analyze.ts";
import { percentText, statementText, type Finding } from "../finding.ts";

/** One template that goes to every shard and takes a tenth of all time, or more. */
export function scatterHeavyTemplates({ hurting, tables, work }: Analysis): readonly Finding[] {
  let total = 0;
  for (const { load } of tables) total += work === "time" ? load.timeMicros : load.executions;
  return hurting.flatMap(({ use, class: routed, table, key }) => {
    const share = total === 0 ? 0 : (work === "time" ? use.timeMicros : use.executions) / total;
    if (routed !== "scatter-gather" || share < 0.1) return [];
    return [
      {
        id: "scatter-heavy-template" as const,
        severity: share >= 0.3 ? ("problem" as const) : ("warning" as const),
        table,
        key,
        evidence:
          `one template that goes to every shard is ${percentText(share)} of ` +
          `${work === "time" ? "the time" : "the executions"}: ${statementText(use.template.text)}`,
        whatToDo: "this statement decides how far you can scale: change it first",
        whatItCosts: "a change of the application, and of an index or a lookup table that lets it name the key",
        origins: [use.first],
      },
    ];
  });
}
