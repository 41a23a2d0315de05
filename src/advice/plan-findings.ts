import { bySeverity, type Finding } from "./finding.ts";
import { nextRungDue, type DueRung } from "./findings/next-rung-due.ts";
import { targetLimitsNear, type UsedLimit } from "./findings/target-limit-near.ts";

/** What findings about a plan look at. */
export interface PlanFindingInput {
  /** Undefined: none is due, or growth is not known. */
  readonly due: DueRung | undefined;
  /** Of the systems that are used or aimed at. */
  readonly limits: readonly UsedLimit[];
}

/** What there is to say about a plan, the gravest first. */
export const findingsOfPlan = ({ due, limits }: PlanFindingInput): readonly Finding[] =>
  bySeverity([...targetLimitsNear(limits), ...[nextRungDue(due)].filter((finding) => finding !== undefined)]);
