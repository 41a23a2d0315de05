import type { Analysis } from "../../analyze/analyze.ts";
import { percentText, type Finding } from "../finding.ts";

/** Statements that no grammar accepts count against every key. */
export function unparsedStatements({ unparsed, work }: Analysis): Finding | undefined {
  if (unparsed.executions === 0) return undefined;
  return {
    id: "unparsed-statements",
    severity: unparsed.workShare >= 0.05 ? "problem" : "note",
    table: undefined,
    key: [],
    evidence:
      `${unparsed.executions} statements (${percentText(unparsed.workShare)} of ` +
      `${work === "time" ? "the time" : "the executions"}) could not be parsed and count as touching every shard`,
    whatToDo: "see their reasons below; --dialect may be wrong for this log",
    whatItCosts: "nothing but another run",
    origins: [],
  };
}
