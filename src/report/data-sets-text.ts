import Table from "cli-table3";
import { byName } from "../base/order.ts";
import { clipped } from "./display-width.ts";
import type { ReportDataSets } from "./data-sets-schema.ts";
import { code, table as markdownTable, text } from "./markdown.ts";
import { bytesText, countText, percentText, plural, timesText, wholeText } from "./number-text.ts";
import type { Page } from "./page.ts";
import { plainText } from "./plain-text.ts";
import type { TerminalOptions } from "./render-terminal.ts";
import type { Report } from "./schema.ts";
import { borderless } from "./borderless.ts";
import { strategyWords } from "./words.ts";

type ReportDataSet = ReportDataSets[number];
type ReportKey = ReportDataSet["keys"][number];

const keysShown = 12;

export const isRowsOnly = ({ dataSets, inputs }: Report): boolean => dataSets.length > 0 && inputs.length === 0;

/** A section for each data set: its keys, the most even ones first. */
export function dataSetsSection(page: Page<TerminalOptions>, report: Report): void {
  for (const set of report.dataSets) {
    page.heading(
      `Rows of ${plainText(set.table)}`,
      `worst shard's size over the mean at ${report.options.rankedAt} shards`,
    );
    page.paragraph(aboutRows(set));
    for (const { reason, count } of set.skipped)
      page.paragraph(`${plural(count, "record")} skipped: ${reason}`, "  ! ", "yellow");
    const keys = inOrder(set, report);
    const shown = page.options.all ? keys : keys.slice(0, keysShown);
    const strategies = set.keys[0]?.strategies.map(({ strategy }) => strategy) ?? [];
    // Of a narrow page the strategies that come last are left out.
    const room = Math.max(1, Math.floor((page.width - 51) / 9));
    const columns = strategies.slice(0, room);
    const grid = new Table({
      head: [
        "key",
        "values",
        "hottest",
        "NULL",
        "order",
        ...columns.map((strategy) => clipped(strategyWords[strategy], 7, "")),
      ],
      ...borderless,
      colAligns: ["left", "right", "right", "right", "left", ...columns.map(() => "right" as const)],
    });
    const width = Math.max(8, page.width - 35 - columns.length * 9);
    for (const key of shown) {
      grid.push([
        clipped(plainText(key.key.join(", ")), width, page.sign("…", "~")),
        ...cells(key),
        ...columns.map((strategy) => evenness(key, strategy, report)),
      ]);
    }
    for (const line of grid.toString().split("\n")) page.line(clipped(`  ${line.trimEnd()}`, page.width));
    if (shown.length < keys.length)
      page.paragraph(`and ${plural(keys.length - shown.length, "more key")}: --all shows them`, "  ", "dim");
    page.paragraph(set.readDistribution.unknown, "  ", "dim");
  }
}

/** Empty without data sets. */
export function dataSetsPart(report: Report): string {
  return report.dataSets
    .map((set) => {
      const strategies = set.keys[0]?.strategies.map(({ strategy }) => strategy) ?? [];
      const body = markdownTable(
        ["key", "values", "hottest", "NULL", "order", ...strategies.map((strategy) => strategyWords[strategy])],
        [false, true, true, true, false, ...strategies.map(() => true)],
        inOrder(set, report).map((key) => [
          code(key.key.join(", ")),
          ...cells(key),
          ...strategies.map((strategy) => evenness(key, strategy, report)),
        ]),
      );
      const skipped = set.skipped.map(({ reason, count }) => `- ${plural(count, "record")} skipped: ${text(reason)}`);
      return [
        `## Rows of ${text(set.table)}`,
        "",
        `${text(aboutRows(set))} Below, the worst shard's size over the mean at ${report.options.rankedAt} shards.`,
        ...(skipped.length > 0 ? ["", ...skipped] : []),
        "",
        body,
        "",
        `${text(set.readDistribution.unknown)}.`,
      ].join("\n");
    })
    .join("\n\n");
}

function aboutRows({ inputs, numDocsTotal, avgDocSizeBytes }: ReportDataSet): string {
  const names = inputs.map(({ name }) => name).join(", ");
  return `${names}: ${wholeText(numDocsTotal)} rows, ${bytesText(Math.round(avgDocSizeBytes))} each as they are written.`;
}

/**
 * By the size of the worst shard under its best strategy, to a twentieth; of keys alike those that don't grow come first, then
 * the shorter, then the one with more values.
 */
function inOrder({ keys }: ReportDataSet, report: Report): readonly ReportKey[] {
  const best = (key: ReportKey): number =>
    Math.min(...key.strategies.map(({ strategy }) => worstOf(key, strategy, report) ?? Infinity));
  const scored = keys.map((key) => {
    const { monotonicity, numDistinctValues } = key.keyCharacteristics;
    const grows = "type" in monotonicity && monotonicity.type !== "not-monotonic";
    const values = "count" in numDistinctValues ? numDistinctValues.count : 0;
    return { key, worst: Math.round(best(key) * 20), grows: Number(grows), values, name: key.key.join("\0") };
  });
  return scored
    .sort(
      (a, b) =>
        a.worst - b.worst ||
        a.grows - b.grows ||
        a.key.key.length - b.key.key.length ||
        b.values - a.values ||
        byName(a.name, b.name),
    )
    .map(({ key }) => key);
}

function worstOf(key: ReportKey, strategy: string, { options }: Report): number | undefined {
  const sizes = key.strategies
    .find((one) => one.strategy === strategy)
    ?.byShardCount.find(({ shards }) => shards === options.rankedAt)?.bytes;
  return sizes === undefined || "unknown" in sizes ? undefined : sizes.maxOverMean;
}

function evenness(key: ReportKey, strategy: string, report: Report): string {
  const worst = worstOf(key, strategy, report);
  return worst === undefined ? "?" : timesText(worst);
}

function cells({ keyCharacteristics }: ReportKey): readonly string[] {
  const { numDistinctValues, mostCommonValues, nullShare, monotonicity } = keyCharacteristics;
  const order = { monotonic: "grows", "monotonic-per-prefix": "grows*", "not-monotonic": "mixed" } as const;
  const falls = "direction" in monotonicity && monotonicity.direction === "decreasing";
  return [
    "unknown" in numDistinctValues ? "?" : countText(numDistinctValues.count),
    "unknown" in mostCommonValues ? "?" : percentText(mostCommonValues[0]?.share ?? 0),
    typeof nullShare === "number" ? percentText(nullShare) : "?",
    "unknown" in monotonicity ? "?" : order[monotonicity.type].replace("grows", falls ? "falls" : "grows"),
  ];
}
