import { findingsPart, told } from "./findings-text.ts";
import { code, table, text } from "./markdown.ts";
import { bytesText, percentText, shortText, wholeText } from "./number-text.ts";
import { clusterText, confirmationText, endText, growthText, limitText, placeText, placeWithInterval, rungWords, useText } from "./plan-text.ts";
import type { PlanReport } from "./schema-plan.ts";

/** The plan as GitHub-flavoured Markdown, for whoever decides about the budget. */
export function renderPlanMarkdown(report: PlanReport): string {
  const parts = [verdictPart, nowPart, ladderPart, stepsPart, alonePart, hangsOnPart, findingPart, notesPart];
  return `${parts
    .map((part) => part(report))
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

const verdictPart = ({ verdict }: PlanReport): string => `## Capacity plan\n\n**${text(verdict.text)}**`;

function nowPart({ now, growth }: PlanReport): string {
  const { demand } = now;
  const lines = [
    `${shortText(demand.reads.value + demand.writes.value)} erlangs in the worst window: ${shortText(demand.reads.value)} reads, ${shortText(demand.writes.value)} writes`,
    `storage: ${typeof now.storageBytes === "number" ? bytesText(now.storageBytes) : `unknown, ${now.storageBytes.unknown}`}`,
    ...now.limits.map((use) => `${limitText(use)}: ${useText(use)}${use.afterFailure ? ", after a failure" : ""}`),
    ...growth.filter(({ from }) => from !== "unknown").map(({ quantity, used, from }) => `growth of ${quantity}: ${growthText(quantity, used)}, ${from}`),
  ];
  return ["### Now", "", ...lines.map((line) => `- ${text(line)}`)].join("\n");
}

function ladderPart({ ladder, scale, tune, partition, isolate }: PlanReport): string {
  const rows = ladder.map(({ rung, from, until, cluster, endedBy, hotKeyAlone, why }) => [
    rungWords[rung],
    placeText(from.value, scale),
    until === null ? "" : text(placeWithInterval(until, scale)),
    cluster === null ? "" : text(clusterText(cluster)),
    text(until === null ? (why ?? "") : endText(endedBy, hotKeyAlone)),
  ]);
  return [
    "### The ladder",
    "",
    table(["rung", "called for at", "holds until", "at most", "ends with"], [false, true, true, false, false], rows),
    ...(tune.length === 0 ? [] : ["", ...tune.map(({ template, givesBack }) => `- tune: ${percentText(givesBack)} at most of all time from ${code(template)}`)]),
    ...partition.map(({ table: name, column, shardBy }) => `- partition ${code(name)} by ${code(column)}${shardBy === null ? "" : `, shard it by ${code(shardBy.join(", "))}`}`),
    ...(isolate === null ? [] : [`- isolate ${code(`${isolate.columns.join(", ")} = ${isolate.key}`)} of ${code(isolate.table)}: ${percentText(isolate.share)} of the work`]),
  ].join("\n");
}

function stepsPart({ steps, scale, reshards, cost }: PlanReport): string {
  const rows = steps.map(({ cluster, from, until, endedBy, hotKeyAlone, confirmation }) => [
    text(placeWithInterval(from, scale)),
    text(placeWithInterval(until, scale)),
    text(clusterText(cluster)),
    String(cluster.nodes),
    text(endText(endedBy, hotKeyAlone)),
    confirmation === null ? "formula" : text(confirmationText(confirmation)),
  ]);
  return [
    "### Steps",
    "",
    table(["from", "until", "cluster", "nodes", "ends with", "stands on"], [true, true, false, true, false, false], rows),
    ...reshards.map(({ from, to, at, movedShare, bytes }) => {
      const moved = typeof movedShare === "number" ? `${percentText(movedShare)} of the keys move` : `what moves is unknown: ${text(movedShare.unknown)}`;
      return `- reshard ${from} to ${to} at ${text(placeWithInterval(at, scale))}: ${moved}${typeof bytes === "number" ? `, ${bytesText(bytes)}` : ""}`;
    }),
    ...(cost === null ? [] : [`- costs ${wholeText(cost.total)} ${text(cost.unit)} over the horizon, ${wholeText(cost.changes)} of it for changes`]),
  ].join("\n");
}

function alonePart({ grownAlone }: PlanReport): string {
  const rows = grownAlone.map(({ quantity, today, unsharded }) => [quantity, today === null ? "never" : placeText(today, "factor"), unsharded === null ? "never" : placeText(unsharded, "factor")]);
  return ["### What would have to grow, alone", "", table(["", "ends today's server", "ends every single server"], [false, true, true], rows)].join("\n");
}

function hangsOnPart({ hangsOn, scale }: PlanReport): string {
  if (hangsOn.length === 0) return "";
  const answer = ({ text: value, unshardedUntil, shards }: PlanReport["hangsOn"][number]["low"]): string =>
    text(`${value}: ${unshardedUntil === null ? "never shards" : `shards from ${placeText(unshardedUntil, scale)}`}${shards === null ? "" : `, ${shards} at the end`}`);
  return [
    "### What it hangs on",
    "",
    table(["assumption", "low", "high"], [false, false, false], hangsOn.map(({ assumption, low, high }) => [text(assumption), answer(low), answer(high)])),
  ].join("\n");
}

function findingPart({ findings }: PlanReport): string {
  if (findings.length === 0) return "";
  return ["### Findings", "", ...findingsPart(findings.map((finding) => told(finding, [])))].join("\n");
}

const notesPart = ({ notes }: PlanReport): string => ["### Assumed", "", ...notes.map((note) => `- ${text(note)}`)].join("\n");
