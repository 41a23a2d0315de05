import type { Analysis } from "../../analyze/analyze.ts";
import type { RowStatement } from "../../sql/access.ts";
import type { TemplateUse, Workload } from "../../workload/workload.ts";
import { countText, percentText, statementText, type Finding } from "../finding.ts";

/** Of the time on all tables. */
const leastShare = 0.05;
/** So many times as long as the other statements take. */
const leastTimes = 10;

/** Statements that read through tables and aggregate, and name no key at all: they take what transactions wait for. */
export function analyticsOnTransactionStore(workload: Workload, { work, templates }: Analysis): Finding | undefined {
  if (work !== "time") return undefined;
  let all = 0;
  let allExecutions = 0;
  for (const { use } of templates) {
    all += use.timeMicros;
    allExecutions += use.executions;
  }
  const found = templates.filter(({ use }) => isAnalytic(use, workload)).map(({ use }) => use);
  let time = 0;
  let executions = 0;
  for (const use of found) {
    time += use.timeMicros;
    executions += use.executions;
  }
  const others = allExecutions - executions;
  if (found.length === 0 || others === 0 || time < all * leastShare) return undefined;
  const meanMs = time / executions / 1000;
  const otherMs = (all - time) / others / 1000;
  if (meanMs < otherMs * leastTimes) return undefined;
  return {
    id: "analytics-on-transaction-store",
    severity: time >= all * 0.3 ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence:
      `${found.length === 1 ? "one template that aggregates" : `${found.length} templates that aggregate`} without naming a key ` +
      `${found.length === 1 ? "takes" : "take"} ${percentText(time / all)} of the time in ${countText(executions)} executions: ${meanMs.toFixed(1)} ms each, the others ` +
      `${otherMs.toFixed(1)} ms; the heaviest: ${statementText(found[0]!.template.text)}`,
    whatToDo: "run them on a replica, or on a warehouse that follows the log of changes; on shards each of them goes to every one",
    whatItCosts: "a server of their own, and answers that are some seconds to minutes old",
    origins: found.slice(0, 3).map(({ first }) => first),
  };
}

function isAnalytic({ pattern, shapes }: TemplateUse, workload: Workload): boolean {
  if (pattern.kind !== "rows" || !aggregates(pattern.statement)) return false;
  return shapes.every((shape) => {
    const { use, equal } = workload.shapes[shape]!.shape;
    return use === "read" && equal.length === 0;
  });
}

function aggregates(statement: RowStatement): boolean {
  switch (statement.kind) {
    case "select":
      return statement.aggregate || statement.groupBy.length > 0 || statement.windows.length > 0 || statement.with.some(aggregates);
    case "set-operation":
      return statement.arms.some(aggregates) || statement.with.some(aggregates);
    default:
      return false;
  }
}
