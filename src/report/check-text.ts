import { percentText, shortText } from "./number-text.ts";
import type { CheckedBudget, CheckedTemplate, CheckReport, ReportedMeasured } from "./schema-check.ts";

/** `the cluster`, `table orders`, `evidence`: whose measure it is. */
export function subjectText({ scope, subject }: CheckedBudget): string {
  if (scope === "cluster") return "the cluster";
  return scope === "evidence" ? "evidence" : `${scope} ${subject!}`;
}

/** `12 %`, `0.4 to 12 %`, `unknown`. */
export function valueText(value: ReportedMeasured, unit: CheckedBudget["unit"]): string {
  if ("unknown" in value) return "unknown";
  const low = amountText(value.atLeast, unit);
  const high = amountText(value.atMost, unit);
  return low === high ? low : `${low.replace(" %", "")} to ${high}`;
}

/** `at most 5 %`, `at least 3.5`, `3 to 5`. */
export function boundText({ min, max, unit }: CheckedBudget): string {
  if (min === null) return `at most ${amountText(max!, unit)}`;
  return max === null ? `at least ${amountText(min, unit)}` : `${amountText(min, unit)} to ${amountText(max, unit)}`;
}

function amountText(value: number, unit: CheckedBudget["unit"]): string {
  if (unit !== "share") return unit === null ? shortText(value) : String(Number(value.toFixed(2)));
  // Near a bound the whole percent of other places would hide which side it is on.
  return value > 0 && value < 0.1 ? `${Number((value * 100).toPrecision(2))} %` : percentOrTenths(value);
}

const percentOrTenths = (value: number): string =>
  Number.isInteger(Math.round(value * 1e6) / 1e4) ? percentText(value) : `${(value * 100).toFixed(1)} %`;

/** Why a budget does not hold, as a sentence without its end. */
export function failureText(budget: CheckedBudget): string {
  const { measure, status, value, unit, before } = budget;
  const earlier = before === null || "unknown" in before ? "" : `, ${valueText(before, unit)} in the baseline`;
  const what = `${measure} of ${subjectText(budget)}: ${valueText(value, unit)}, ${boundText(budget)}${earlier}`;
  if (status === "over") return what;
  const because = "unknown" in value ? value.unknown : value.because;
  return because === null ? what : `${what}; ${because}`;
}

/** `shop.csv:17`; by the byte where the line was not looked up. */
export function originText({ origin: { input, line, offset } }: CheckedTemplate): string {
  return line === null ? `${input} at byte ${offset}` : `${input}:${line}`;
}

export const failing = ({ budgets }: CheckReport): readonly CheckedBudget[] =>
  budgets.filter(({ status }) => status === "over" || status === "unknown");

/** `2 of 7 budgets do not hold`. */
export function headline({ budgets, counts }: CheckReport): string {
  const failed = counts.over + counts.unknown;
  const all = budgets.length;
  const notWorse = counts.notWorse === 0 ? "" : `, ${counts.notWorse} no worse than in the baseline`;
  if (failed === 0) return `${all === 1 ? "the budget holds" : `all ${all} budgets hold`}${notWorse}`;
  if (all === 1) return "the budget does not hold";
  return `${failed} of ${all} budgets ${failed === 1 ? "does" : "do"} not hold${notWorse}`;
}
