import { power } from "../stats/power.ts";
import type { Known } from "../analyze/known.ts";
import { studentQuantile } from "../simulate/interval.ts";
import { leastSquares } from "../stats/least-squares.ts";
import type { DayTotals } from "./day-totals.ts";
import { daysPerMonth, type Growth } from "./growth.ts";

/** Growth as the log shows it, and what it rests on. */
export interface GrowthTrend {
  readonly growth: Growth;
  /** Days or weeks that were used, and those within the log that it has nothing of. */
  readonly units: number;
  readonly missing: number;
  readonly unitDays: 1 | 7;
  /** How far a unit is from trend and weekday, as a share: the standard deviation of the logarithm. */
  readonly spread: number;
  /** How much neighbouring units resemble each other beyond chance, 0 to 1; the interval is widened by it. */
  readonly autocorrelation: number;
  /** Days of log after which the interval would be a percentage point a month to either side; 0 where it is already. */
  readonly daysForOnePoint: number;
}

/** Two of each weekday, or as many weeks as leave an error of their own. */
const fewestUnits = { 1: 14, 7: 8 } as const;
/** With fewer statements a unit, chance alone moves the logarithm by a third. */
const fewestStatements = 10;
/** An interval of more than a factor of 1.25 a month to either side, 14 in a year, tells nothing. */
const widest = Math.log(1.25);

/**
 * Fits ln(statements a day) = level + growth x time + weekday by least squares, so that neither the hour of the day nor
 * the day of the week is taken for growth. The 95 % interval is Student's; where neighbouring days resemble each other
 * more than chance would have it, the variance is widened by (1 + r) / (1 - r) (Zięba and Ramza, Standard Deviation of
 * the Mean of Autocorrelated Observations, 2011). A season of the year can't be told from growth.
 *
 * Unknown, with how much more log would be needed, where the log has less than two weeks or chance covers the trend.
 */
export function growthTrend({ units, unitDays }: DayTotals, of: "reads" | "writes"): Known<GrowthTrend> {
  const used = units.flatMap((unit, index) => (unit === undefined ? [] : [{ index, count: unit[of] }]));
  const needed = fewestUnits[unitDays];
  const name = unitDays === 1 ? "day" : "week";
  if (used.length < needed)
    return { unknown: `the log has ${counted(used.length, `whole ${name}`)}, a trend needs ${needed}: ${counted(needed - used.length, `more ${name}`)}` };
  const fewest = Math.min(...used.map(({ count }) => count));
  if (used.every(({ count }) => count === 0)) return { unknown: `the log has no ${of} to grow` };
  if (fewest < fewestStatements)
    return { unknown: `too few ${of} to tell a trend: on one ${name} there are ${Math.round(fewest)}, it takes ${fewestStatements}` };
  const fit = leastSquares(
    used.map(({ index }) => [1, (index * unitDays) / daysPerMonth, ...weekdayOf(index, unitDays)]),
    used.map(({ count }) => Math.log(count)),
  );
  if (fit === undefined || fit.degrees < 1)
    return { unknown: `days are missing from the log so that weekday and growth can't be told apart: a week more` };
  const autocorrelation = autocorrelationOf(used.map(({ index }) => index), fit.residuals);
  const variance = (fit.sumOfSquares / fit.degrees) * ((1 + autocorrelation) / (1 - autocorrelation));
  const rate = fit.coefficients[1]!;
  const error = Math.sqrt(variance * fit.inverse[1]![1]!) * studentQuantile(fit.degrees);
  const days = (half: number): number => Math.ceil(used.length * unitDays * (power(error / half, 2 / 3) - 1));
  if (error > widest) {
    const range = `${percent(rate - error)} to ${percent(rate + error)} a month`;
    return { unknown: `chance covers the trend of ${of} (${range}): about ${counted(days(widest), "more day")} of log` };
  }
  return {
    growth: { kind: "compound", perMonth: { value: Math.expm1(rate), low: Math.expm1(rate - error), high: Math.expm1(rate + error) } },
    units: used.length,
    missing: units.length - used.length,
    unitDays,
    spread: Math.sqrt(fit.sumOfSquares / fit.degrees),
    autocorrelation,
    daysForOnePoint: Math.max(0, days(Math.log(1.01))),
  };
}

/** Days of the week after the first, one column each; none in whole weeks. */
function weekdayOf(index: number, unitDays: 1 | 7): readonly number[] {
  return unitDays === 7 ? [] : Array.from({ length: 6 }, (_, day) => (index % 7 === day + 1 ? 1 : 0));
}

/** Of neighbours, at lag 1; 0 unless it is beyond what independent units reach by chance once in thirty times. */
function autocorrelationOf(indexes: readonly number[], residuals: readonly number[]): number {
  let squares = 0;
  let neighbours = 0;
  residuals.forEach((residual, at) => {
    squares += residual * residual;
    if (indexes[at + 1] === indexes[at]! + 1) neighbours += residual * residuals[at + 1]!;
  });
  const resemblance = squares === 0 ? 0 : neighbours / squares;
  return resemblance > 1.8 / Math.sqrt(residuals.length) ? Math.min(0.8, resemblance) : 0;
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? "" : "s"}`;
const percent = (rate: number): string => `${Math.round(100 * Math.expm1(rate))} %`;
