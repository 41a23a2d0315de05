import type { Workload } from "../../workload/workload.ts";
import { percentText, type Finding } from "../finding.ts";

/** Prepared statements whose parameters are missing: routing can be judged, skew can't. */
export function valuesNotLogged(workload: Workload): Finding | undefined {
  let pinned = 0;
  let unvalued = 0;
  for (const use of workload.shapes) {
    if (use.shape.equal.length === 0) continue;
    pinned += use.executions;
    unvalued += use.unvalued;
  }
  if (unvalued === 0) return undefined;
  const ofStatistics = workload.inputs.every(({ entries, executions }) => executions > entries);
  const postgres = workload.inputs.some(({ dialect }) => dialect === "postgres");
  return {
    id: "values-not-logged",
    severity: unvalued >= pinned * 0.5 ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence:
      `${percentText(unvalued / pinned)} of the accesses that pin a column come without its value, so ` +
      `their skew is not known`,
    whatToDo: ofStatistics
      ? "statistics have no values: give a log of the statements beside them, if only of an hour"
      : postgres
      ? "log parameters: set log_parameter_max_length = -1 and log_statement or log_min_duration_statement, and " +
        "keep the DETAIL lines"
      : "log statements with their values (the general or slow log), not only their digests",
    whatItCosts: "larger logs, and personal data in them; an hour of the busiest time is enough",
    origins: [],
  };
}
