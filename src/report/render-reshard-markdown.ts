import { code, table, text } from "./markdown.ts";
import {
  amountText,
  measureWords,
  movedText,
  referenceText,
  remedyWords,
  secondsText,
  shareText,
  unknownTexts,
  wayText,
} from "./reshard-text.ts";
import type { ReshardReport } from "./schema-reshard.ts";
import { strategyWords } from "./words.ts";

/** The plan as GitHub-flavoured Markdown, for the review of the change. */
export function renderReshardMarkdown(report: ReshardReport): string {
  const parts = [changePart, tablesPart, shardsPart, costPart, stepsPart, strategiesPart, remediesPart];
  return `${parts
    .map((part) => part(report))
    .filter((part) => part !== "")
    .join("\n\n")}\n`;
}

function changePart({ change, sum }: ReshardReport): string {
  const { before, after, dropped } = change;
  const lines = (["bytes", "rows", "accesses", "keys"] as const).map((name) => {
    const measured = sum[name];
    return "unknown" in measured
      ? `- ${measureWords[name]}: unknown, ${text(measured.unknown)}`
      : `- ${text(movedText(measured, name))} move; ${text(measured.from)}`;
  });
  return [
    `## From ${before.shards.length} shards (${before.target}) to ${after.shards.length} (${after.target})`,
    "",
    ...lines,
    ...dropped.map((option) => `- left out, because it fits the old design only: ${code(option)}`),
  ].join("\n");
}

function tablesPart(report: ReshardReport): string {
  const rows = report.tables.map((each) => {
    const best = (["rows", "accesses", "keys"] as const).find((name) => !("unknown" in each.measures[name]))!;
    const measured = each.measures[best];
    return [
      code(each.table, true),
      code(each.key.after.join(", "), true),
      strategyWords[each.strategy.after],
      "unknown" in measured ? "?" : text(movedText(measured, best)),
      shareText(each.expected.share),
      shareText(each.leastShare),
      text(wayText(each.way)),
    ];
  });
  const unknown = unknownTexts(report).map(
    ({ tables, text: why }) => `- ${tables.map((name) => code(name)).join(", ")}: ${text(why)}`,
  );
  const references = referenceText(report);
  return [
    "## Tables",
    "",
    table(
      ["table", "key", "strategy", "moves", "formula", "least", "how"],
      [false, false, false, true, true, true, false],
      rows,
    ),
    ...(unknown.length === 0 ? [] : ["", ...unknown]),
    ...(references === undefined ? [] : ["", text(references)]),
  ].join("\n");
}

function shardsPart({ matrix, told }: ReshardReport): string {
  const rows = matrix.shards.map(({ name, status, before, after, peak }) => {
    const sent = matrix.transfers.filter(({ from }) => from === name);
    const to = sent.map((transfer) => `${text(transfer.to)}: ${amountText(transfer.amount, told)}`).join("; ");
    return [code(name, true), status, ...[before, after, peak].map((amount) => amountText(amount, told)), to];
  });
  return [
    `## Who sends what to whom (${measureWords[told]})`,
    "",
    table(["shard", "", "before", "after", "at peak", "sends"], [false, false, true, true, true, false], rows),
  ].join("\n");
}

function costPart({ storage, seconds, procedure, capacity }: ReshardReport): string {
  const most = procedure.pause.mostSeconds;
  return [
    "## What it takes",
    "",
    `- storage: ${storage.peakOverTotal.toFixed(2)} times what there is, at the worst moment; shard ${code(storage.fullestAtPeak)} is fullest, shard ${code(storage.needsMostExtra)} needs most beside what it has`,
    `- capacity: ${capacity.before.toFixed(1)} shards' worth before, ${capacity.halfway.toFixed(1)} halfway, ${capacity.after.toFixed(1)} after, by the busiest shard`,
    `- time: ${"unknown" in seconds ? `unknown, ${text(seconds.unknown)}` : `${secondsText(seconds)} of copying (${text(seconds.because.join("; "))})`}`,
    `- pause: ${text(procedure.pause.text)}${most === null ? "" : `, ${most} s at most by default`}`,
  ].join("\n");
}

function stepsPart({ procedure }: ReshardReport): string {
  const steps = procedure.steps.map(
    ({ action, check, back }, index) =>
      `${index + 1}. ${text(action)}\n   - check: ${text(check)}\n   - back: ${text(back)}`,
  );
  const facts = procedure.facts.map(({ name, value, sources }) => `- ${text(name)}: ${text(value)} (${text(sources.join("; "))})`);
  return [`## Steps: ${text(procedure.title)}`, "", ...steps, ...(facts.length === 0 ? [] : ["", ...facts])].join("\n");
}

function strategiesPart({ strategies, change }: ReshardReport): string {
  const [from, to] = [change.before.shards.length, change.after.shards.length];
  const rows = strategies.map(({ strategy, detail, switchingMovedShare, within, expected }) => [
    strategyWords[strategy] + (detail === null ? "" : ` (${detail})`),
    typeof switchingMovedShare === "number" ? shareText(switchingMovedShare) : "?",
    ...("unknown" in within
      ? ["?", shareText(expected.share), "?", "?"]
      : [
          shareText(within.movedShare),
          shareText(expected.share),
          within.worstOverMeanBefore.toFixed(2),
          within.worstOverMeanAfter.toFixed(2),
        ]),
  ]);
  return [
    "## All strategies side by side",
    "",
    table(
      ["strategy", "switch now", `${from} to ${to} within`, "formula", `worst at ${from}`, `worst at ${to}`],
      [false, true, true, true, true, true],
      rows,
    ),
  ].join("\n");
}

function remediesPart({ remedies }: ReshardReport): string {
  if (remedies.length === 0) return "";
  const rows = remedies.map(({ table: name, remedy, setting, before, after, cost }) => [
    code(name, true),
    remedyWords[remedy],
    text(setting),
    before.worstOverMean.toFixed(2),
    ...("unknown" in after
      ? ["?", "?", "?"]
      : [after.worstOverMean.toFixed(2), after.meanFanOut.toFixed(2), `${after.scaleOut.toFixed(1)}x`]),
    text(cost),
  ]);
  return [
    "## Remedies for hot keys",
    "",
    table(
      ["table", "remedy", "", "worst before", "worst after", "fan-out", "carries", "cost"],
      [false, false, false, true, true, true, true, false],
      rows,
    ),
  ].join("\n");
}
