import { countText, percentDigits, percentText, timesText } from "./number-text.ts";
import type { Report, ReportCandidate, ReportTable } from "./schema.ts";
import { strategyWords } from "./words.ts";

/** One column of the table of ranked keys. */
export interface CandidateColumn {
  /** One to three short lines. */
  readonly heading: (report: Report) => readonly string[];
  readonly align: "left" | "right";
  readonly cell: (candidate: ReportCandidate, report: Report) => string;
  /** The column with the highest number goes first when there is no room; 0 stays. */
  readonly dropOrder: number;
}

/** In the order in which they are printed. */
export const candidateColumns: readonly CandidateColumn[] = [
  { heading: () => ["key"], align: "left", dropOrder: 0, cell: ({ key }) => key.join(", ") },
  { heading: () => ["strategy"], align: "left", dropOrder: 1, cell: ({ strategy }) => strategyWords[strategy] },
  { heading: () => ["dis-", "tinct"], align: "right", dropOrder: 4, cell: distinct },
  { heading: () => ["hot-", "test"], align: "right", dropOrder: 3, cell: hottest },
  { heading: () => ["in", "order"], align: "right", dropOrder: 6, cell: monotonicity },
  { heading: () => ["one/some", "/all %"], align: "right", dropOrder: 0, cell: routes },
  {
    heading: () => ["fan-", "out"],
    align: "right",
    dropOrder: 5,
    cell: (candidate, report) => resultAt(candidate, report).meanFanOut.toFixed(1),
  },
  { heading: () => ["worst", "/mean"], align: "right", dropOrder: 2, cell: worst },
  {
    heading: (report) => [`${report.options.rankedAt}`, "shards", "carry"],
    align: "right",
    dropOrder: 0,
    cell: carries,
  },
];

export type ShardCountResult = ReportCandidate["byShardCount"][number];

export function resultAt(candidate: ReportCandidate, report: Report): ShardCountResult {
  return (
    candidate.byShardCount.find(({ shards }) => shards === report.options.rankedAt) ?? candidate.byShardCount[0]!
  );
}

/** The best strategy of each key. */
export function bestStrategies({ candidates }: ReportTable): readonly ReportCandidate[] {
  const seen = new Set<string>();
  return candidates.filter(({ key }) => {
    const name = key.join(",");
    return !seen.has(name) && seen.add(name);
  });
}

function distinct({ keyCharacteristics: { numDistinctValues } }: ReportCandidate): string {
  if ("unknown" in numDistinctValues) return "?";
  return `${numDistinctValues.relativeError > 0 ? "~" : ""}${countText(numDistinctValues.count)}`;
}

function hottest({ keyCharacteristics: { mostCommonValues } }: ReportCandidate): string {
  if ("unknown" in mostCommonValues || mostCommonValues[0] === undefined) return "?";
  return percentText(mostCommonValues[0].share);
}

function monotonicity({ keyCharacteristics: { monotonicity: found } }: ReportCandidate): string {
  if ("unknown" in found) return "?";
  if (found.type === "not-monotonic") return "no";
  const word = found.direction === "increasing" ? "up" : "down";
  return found.type === "monotonic" ? word : `${word}*`;
}

function routes({ distribution }: ReportCandidate): string {
  const shares = "unknown" in distribution.byTime ? distribution.byExecutions : distribution.byTime;
  const all = shares.percentageOfScatterGather + shares.percentageOfUnknown;
  return [shares.percentageOfSingleShard, shares.percentageOfMultiShard, all]
    .map((percent) => percentDigits(percent / 100))
    .join("/");
}

function worst(candidate: ReportCandidate, report: Report): string {
  const { balanceByWork } = resultAt(candidate, report);
  return "unknown" in balanceByWork ? "?" : balanceByWork.maxOverMean.toFixed(2);
}

function carries(candidate: ReportCandidate, report: Report): string {
  const { scaleOutFactor, scaleOutFactorAtMost } = resultAt(candidate, report);
  return typeof scaleOutFactor === "number" ? timesText(scaleOutFactor) : `<=${timesText(scaleOutFactorAtMost)}`;
}
