import Table from "cli-table3";
import { borderless } from "./borderless.ts";
import { findingsSection, told } from "./findings-text.ts";
import { bytesText, percentText, plural, shortText, wholeText } from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { plainText } from "./plain-text.ts";
import { planChart } from "./plan-chart.ts";
import {
  clusterText,
  confirmationText,
  endText,
  growthText,
  intervalText,
  limitText,
  placeText,
  placeWithInterval,
  rungWords,
  shortLimitWords,
  useText,
} from "./plan-text.ts";
import type { PlanReport } from "./schema-plan.ts";

/** The plan for people at a terminal. */
export function renderPlan(report: PlanReport, options: PageOptions): string {
  const page = new Page(options);
  page.heading("Do you need shards?", "");
  page.paragraph(report.verdict.text, "  ", "bold");
  nowPart(page, report);
  ladderPart(page, report);
  chartPart(page, report);
  stepsPart(page, report);
  reshardPart(page, report);
  alonePart(page, report);
  hangsOnPart(page, report);
  findingsSection(page, report.findings.map((finding) => told(finding, [])), { each: true });
  page.heading("Assumed");
  for (const note of report.notes) page.paragraph(note, "  - ");
  return page.text();
}

function nowPart(page: Page, { now, growth, required }: PlanReport): void {
  page.heading("Now");
  const { demand } = now;
  page.paragraph(
    `${shortText(demand.reads.value + demand.writes.value)} erlangs (statements at work at a time) in the worst ` +
      `${now.peakSeconds === null ? "window" : `${wholeText(now.peakSeconds)} s`}: ${shortText(demand.reads.value)} reads, ${shortText(demand.writes.value)} writes; ` +
      `${shortText(demand.readsPerSecond.value)} reads/s and ${shortText(demand.writesPerSecond.value)} writes/s`,
  );
  const { typical } = now;
  if (!("unknown" in typical) && typeof typical.reads === "number" && typeof typical.writes === "number")
    page.paragraph(`typical: ${shortText(typical.reads + typical.writes)} erlangs, ${shortText(typical.readsPerSecond + typical.writesPerSecond)} statements/s`);
  if (!("unknown" in now.busiestHour)) page.paragraph(`busiest hour of the day: ${now.busiestHour.hour}:00 UTC, ${shortText(now.busiestHour.perSecond)} statements/s`);
  page.paragraph(`a read takes ${shortText(now.service.readMs)} ms, a write ${shortText(now.service.writeMs)} ms`);
  page.paragraph(`storage ${typeof now.storageBytes === "number" ? bytesText(now.storageBytes) : `unknown: ${now.storageBytes.unknown}`}`);
  page.paragraph(`sessions in the log: ${typeof now.connections === "number" ? wholeText(now.connections) : `unknown, ${now.connections.unknown}`}`);
  for (const use of now.limits)
    page.paragraph(
      `${limitText(use)}${use.afterFailure ? ", after a failure" : ""}: ${useText(use)}${use.used === null || use.used === 0 ? "" : `, ${timesText(use.allowed / use.used)} to spare`}`,
    );
  for (const { quantity, used, from, measured } of growth) {
    if (from === "unknown" && quantity === "connections") continue;
    const beside = from === "given" ? `; the log shows ${growthText(quantity, measured)}` : "";
    page.paragraph(`${quantity}: ${from === "unknown" ? "" : `${from}, `}${growthText(quantity, used)}${beside}`, "  growth of ");
  }
  const { maxUtilisation, objective, survive } = required;
  page.paragraph(`at most ${percentText(maxUtilisation)} of the cores busy${objective === null ? "" : `, ${objective}`}${survive === "nothing" ? "" : `, with ${survive} gone`}`, "  required: ");
}

const timesText = (factor: number): string => `${factor < 10 ? shortText(factor) : wholeText(Number(factor.toPrecision(3)))}x`;

function ladderPart(page: Page, report: PlanReport): void {
  const { scale } = report;
  page.heading("The ladder", scale === "factor" ? "in times of today's load" : "in months from now");
  const table = plain(["", "called for at", "holds until", "between"]);
  for (const { rung, from, until } of report.ladder) {
    if (until === null) continue;
    const adds = until.value === null || from.value === null || until.value > from.value || from.value === (scale === "factor" ? 1 : 0);
    table.push([rungWords[rung], placeText(from.value, scale), adds ? placeText(until.value, scale) : "adds nothing", adds ? intervalText(until, scale) : ""]);
  }
  page.line(indented(table));
  for (const { rung, until, cluster, endedBy, hotKeyAlone, why } of report.ladder) {
    const details = detailOf(report, rung);
    if (until === null) page.paragraph(`${why ?? "not judged"}${details === "" ? "" : `; ${details}`}`, `  ${rungWords[rung]}: `);
    else page.paragraph(`${cluster === null ? "" : `${clusterText(cluster)}; `}ends with ${endText(endedBy, hotKeyAlone)}${details === "" ? "" : `; ${details}`}`, `  ${rungWords[rung]}: `);
    if (rung === "tune") for (const { template, givesBack, timeShare } of report.tune) page.paragraph(`${percentText(givesBack)} at most, of its ${percentText(timeShare)}: ${clip(plainText(template), 160)}`, "    ");
  }
}

const clip = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 3)}...`);

function detailOf({ partition, splitTables, isolate, shardBy }: PlanReport, rung: PlanReport["ladder"][number]["rung"]): string {
  if (rung === "partition" && partition.length > 0)
    return partition
      .map(({ table, column, insertShare, boundShare, shardBy: key }) => {
        const shard = key === null ? "" : `, and shard it by ${key.join(", ")}`;
        return `${table} by ${column} (${percentText(insertShare)} of its statements insert, ${percentText(boundShare)} of its reads name ${column})${shard}`;
      })
      .join("; ");
  if (rung === "split-tables" && splitTables.length > 1)
    return splitTables.map(({ tables, workShare }) => `${tables.join(", ")}: ${percentText(workShare)}`).join("; ");
  if (rung === "isolate" && isolate !== null)
    return `${isolate.columns.join(", ")} = ${isolate.key} of ${isolate.table} has ${percentText(isolate.share)} of the work`;
  if (rung === "shard" && shardBy.length > 0) return `by ${shardBy.slice(0, 4).map(({ table, columns }) => `${table}.${columns.join(",")}`).join(", ")}${shardBy.length > 4 ? ` and ${shardBy.length - 4} more` : ""}`;
  return "";
}

function chartPart(page: Page, report: PlanReport): void {
  page.heading("Load and capacity", report.scale === "factor" ? "erlangs, by how much the load has grown" : "erlangs, by month");
  for (const line of planChart(report.chart, report.scale, page)) page.line(line);
}

function stepsPart(page: Page, report: PlanReport): void {
  const { steps, scale, cost } = report;
  page.heading("Steps", scale === "factor" ? "the smallest cluster at each load" : "the path that costs least");
  const table = plain(["from", "until", "cluster", "ends with"]);
  for (const { cluster, from, until, endedBy, hotKeyAlone } of steps)
    table.push([placeText(from.value, scale), placeText(until.value, scale), clip(clusterText(cluster), 34), endedBy === null ? "" : `${shortLimitWords[endedBy.limit]}${hotKeyAlone ? ", hot key" : ""}`]);
  page.line(indented(table));
  const confirmed = steps.filter(({ confirmation }) => confirmation !== null);
  for (const { cluster, confirmation } of confirmed) page.paragraph(confirmationText(confirmation!), `  ${clip(clusterText(cluster), 30)}: `);
  if (confirmed.length < steps.length) page.paragraph(`by formula alone: ${steps.length - confirmed.length} of ${steps.length} steps`);
  if (cost !== null)
    page.paragraph(
      `${wholeText(cost.total)} ${cost.unit} over the horizon, of which ${wholeText(cost.changes)} for changes; always the smallest: ${wholeText(cost.smallestFirst)}`,
      "  costs ",
    );
}

function reshardPart(page: Page, { reshards, scale }: PlanReport): void {
  if (reshards.length === 0) return;
  page.heading("Reshards on the way");
  const unknownBytes = reshards.find(({ bytes }) => typeof bytes !== "number")?.bytes;
  if (typeof unknownBytes === "object") page.paragraph(unknownBytes.unknown, "  bytes and time unknown: ");
  for (const { from, to, at, movedShare, rows, bytes, seconds } of reshards) {
    const amounts = [
      typeof movedShare === "number" ? `${percentText(movedShare)} of the keys` : `keys unknown: ${movedShare.unknown}`,
      typeof rows === "number" ? `${wholeText(rows)} rows` : "",
      typeof bytes === "number" ? bytesText(bytes) : "",
      "unknown" in seconds ? (typeof bytes === "number" ? `time unknown: ${seconds.unknown}` : "") : `${wholeText(seconds.least / 3600)} to ${wholeText(seconds.most / 3600)} hours`,
    ].filter((part) => part !== "");
    page.paragraph(amounts.join("; "), `  ${from} to ${plural(to, "shard")} at ${placeWithInterval(at, scale)}: `);
  }
}

function alonePart(page: Page, { grownAlone }: PlanReport): void {
  page.heading("What would have to grow", "one alone, the others as they are");
  for (const { quantity, today, unsharded } of grownAlone)
    page.paragraph(
      `${today === null ? "nothing ends today's server" : today <= 1 ? "today's server is too small already" : `${placeText(today, "factor")} ends today's server`}, ` +
        `${unsharded === null ? "nothing ends the largest with its replicas" : unsharded <= 1 ? "and so is the largest with its replicas" : `${placeText(unsharded, "factor")} ends the largest with its replicas`}`,
      `  ${quantity} `,
    );
}

function hangsOnPart(page: Page, { hangsOn, scale, horizonMonths }: PlanReport): void {
  if (hangsOn.length === 0) return;
  page.heading("What it hangs on", "the assumptions that move the answer most");
  const answer = ({ unshardedUntil, shards }: PlanReport["hangsOn"][number]["low"]): string =>
    `shards ${unshardedUntil === null ? "never" : `from ${placeText(unshardedUntil, scale)}`}${shards === null || horizonMonths === null ? "" : `, ${shards} at the end`}`;
  for (const { assumption, from, low, high } of hangsOn)
    page.paragraph(`${low.text}: ${answer(low)}; ${high.text}: ${answer(high)}${from === "judgement" ? " (the ends are a judgement)" : ""}`, `  ${assumption}: `);
}

function plain(head: readonly string[]): Table.Table {
  return new Table({ ...borderless, head: [...head] });
}

const indented = (table: Table.Table): string =>
  table
    .toString()
    .split("\n")
    .map((line) => `  ${line}`)
    .join("\n");
