import type { Finding } from "../finding.ts";

/** When a rung is due: years or months from now, with the interval where it is known. */
export interface DueRung {
  /** "scale up", "shard". */
  readonly rung: string;
  readonly months: number;
  readonly low: number;
  readonly high: number;
  /** What growth that follows from. */
  readonly because: string;
}

/** The first rung that is not taken yet, by the growth that was given or that the log shows; silent where none is due. */
export function nextRungDue(due: DueRung | undefined): Finding | undefined {
  if (due === undefined || !Number.isFinite(due.months)) return undefined;
  const { rung, months, low, high, because } = due;
  const interval = low < high ? ` (${monthsText(low)} to ${Number.isFinite(high) ? monthsText(high) : "never"})` : "";
  return {
    id: "next-rung-due",
    severity: months <= 0 ? "problem" : months <= 12 ? "warning" : "note",
    table: undefined,
    key: [],
    evidence: `${rung} is due ${months <= 0 ? "now" : `in ${monthsText(months)}`}${interval}, ${because}`,
    ...(months <= 0
      ? { whatToDo: "take this rung before the load grows further", whatItCosts: "a change under load, which an earlier date would have spared" }
      : {
          whatToDo: "begin with it well before: measure again each quarter, and say who decides, and when",
          whatItCosts: "a date in the calendar now, instead of a change under load",
        }),
    origins: [],
  };
}

function monthsText(months: number): string {
  if (months < 24) return `${months < 10 ? Number(months.toPrecision(2)) : Math.round(months)} months`;
  return `${(months / 12).toFixed(1)} years`;
}
