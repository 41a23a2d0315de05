import { percentText, type Finding } from "../finding.ts";

/** A verified limit of a system, and how much of it is used today. */
export interface UsedLimit {
  readonly system: string;
  /** The limit in the system's own words. */
  readonly fact: string;
  readonly kind: "hard" | "default" | "guidance";
  readonly used: number;
  readonly allowed: number;
}

const near = 0.7;

/** Limits of which most is used: what is hard can't be raised when it is met. */
export function targetLimitsNear(limits: readonly UsedLimit[]): readonly Finding[] {
  return limits.flatMap(({ system, fact, kind, used, allowed }) => {
    const share = used / allowed;
    if (!(share >= near)) return [];
    const isOver = used > allowed;
    return [
      {
        id: "target-limit-near" as const,
        severity: isOver && kind === "hard" ? ("problem" as const) : ("warning" as const),
        table: undefined,
        key: [],
        evidence: `${percentText(share)} of a ${kind === "guidance" ? "recommended limit" : `${kind} limit`} of ${system} is used today: ${fact}`,
        ...remedies[kind],
        origins: [],
      },
    ];
  });
}

const remedies: Record<UsedLimit["kind"], Pick<Finding, "whatToDo" | "whatItCosts">> = {
  hard: { whatToDo: "split before it is met: it can't be raised", whatItCosts: "more shards, or a move to another system" },
  default: { whatToDo: "raise the setting, and see what that takes of memory and time", whatItCosts: "a restart, and the memory of what is allowed more" },
  guidance: { whatToDo: "split soon, or measure that it still does well beyond", whatItCosts: "more shards earlier" },
};
