import { bestStrategies, candidateColumns } from "./candidate-cells.ts";
import {
  designColumns,
  designLines,
  designRows,
  differenceText,
  lossText,
  reasonText,
  searchText,
} from "./design-text.ts";
import { code, table, text } from "./markdown.ts";
import { findingsPart, toldFindings } from "./findings-text.ts";
import { growthText } from "./growth-text.ts";
import { bytesText, durationText, percentText, plural, shortText, wholeText } from "./number-text.ts";
import type { ReportOrigin } from "./finding-schema.ts";
import type { Report } from "./schema.ts";
import { dataSetsPart, isRowsOnly } from "./data-sets-text.ts";
import { storedRowsPart } from "./stored-rows-text.ts";
import { leftOutText } from "./left-out-text.ts";
import { skippedText } from "./skipped-text.ts";
import { transactionsText } from "./transactions-text.ts";
import { becauseWords, classWords, rungWords, verdictWords } from "./words.ts";

/** The report as GitHub-flavoured Markdown, for a merge request or a wiki. Text from the log can't become markup. */
export function renderMarkdown(report: Report): string {
  if (isRowsOnly(report)) return `# Shard keys\n\n${dataSetsPart(report)}\n\n${text(report.recommendation.headline)}\n`;
  const parts = [
    ...[readPart, loadPart, rankingPart, designsPart, storedRowsPart, dataSetsPart, recommendationPart],
    ...[transactionsPart, hurtingPart],
  ];
  const texts = parts.map((part) => part(report)).filter((part) => part !== "");
  return `${texts.join("\n\n")}\n`;
}

function readPart({ read, inputs }: Report): string {
  const files = table(
    ["file", "format", "size", "statements"],
    [false, false, true, true],
    inputs.map(({ name, format, bytes, executions }) => [
      text(name),
      text(format),
      bytesText(bytes),
      wholeText(executions),
    ]),
  );
  const total = Math.max(1, read.statements);
  const facts = [
    plural(read.statements, "statement"),
    read.span === null ? "no times" : `${durationText(read.span.seconds)} from ${read.span.from}`,
    `${percentText(read.reads / total)} reads, ${percentText(read.writes / total)} writes`,
    plural(read.templates, "template"),
  ].join(", ");
  const warnings = inputs.flatMap(({ name, warnings: texts }) =>
    texts.map((warning) => `- ${text(name)}: ${text(warning)}`),
  );
  const { notExecutions, losses } = skippedText(read.skipped);
  const skipped = [...leftOutText(read), ...(notExecutions === undefined ? [] : [notExecutions]), ...losses].map((line) => `- ${text(line)}`);
  return [
    "# Shard keys",
    "",
    "## What was read",
    "",
    files,
    "",
    `${facts}.`,
    ...(warnings.length + skipped.length > 0 ? ["", ...warnings, ...skipped] : []),
  ].join("\n");
}

function originText({ input, line, offset }: ReportOrigin): string {
  return line === null ? `${text(input)} at byte ${wholeText(offset)}` : `${text(input)}:${line}`;
}

function loadPart({ load }: Report): string {
  const answers = { "no-shards": "No.", shards: "Yes.", unknown: "The log does not say." } as const;
  const lines = ["## Do you need shards?", "", answers[load.verdict]];
  if ("unknown" in load.erlangs || "unknown" in load.worstWindow) {
    lines.push(
      "",
      `The offered load is unknown: ${"unknown" in load.erlangs ? text(load.erlangs.unknown) : "no windows"}.`,
    );
  } else {
    lines.push(
      "",
      `Offered load: ${shortText(load.erlangs.total)} erlangs (${shortText(load.erlangs.reads)} reads, ` +
        `${shortText(load.erlangs.writes)} writes), ` +
        `${shortText(load.worstWindow.total)} in the worst ${durationText(load.worstWindow.seconds)}; ` +
        `${load.cores} cores, ${percentText(load.targetUtilization)} of them used.`,
      "",
      table(
        ["step", "", "because"],
        [false, false, false],
        load.rungs.map(({ rung, verdict, because }) => [rungWords[rung], verdictWords[verdict], text(because)]),
      ),
    );
    const [lead, ...due] = growthText(load);
    if (lead !== undefined) lines.push("", text(lead), "", ...due.map((line) => `- ${text(line)}`));
  }
  return lines.join("\n");
}

function rankingPart(report: Report): string {
  const columns = candidateColumns;
  const rows = report.tables.flatMap((entry) =>
    bestStrategies(entry).map((candidate) => [
      code(entry.table, true),
      ...columns.map((column, index) =>
        index === 0 ? code(column.cell(candidate, report), true) : text(column.cell(candidate, report)),
      ),
    ]),
  );
  return [
    "## Shard keys, ranked",
    "",
    `By what ${report.options.rankedAt} shards carry, weighted by ` +
      `${report.options.work === "time" ? "time spent" : "executions"}; the best strategy of each key.`,
    "",
    table(
      ["table", ...columns.map((column) => column.heading(report).join(" ").replace("- ", "-").replace(" /", "/"))],
      [false, ...columns.map(({ align }) => align === "right")],
      rows,
    ),
  ].join("\n");
}

function designsPart({ designs }: Report): string {
  const [recommended, ...others] = designs.designs;
  if (recommended === undefined) return "";
  const lost = lossText(recommended);
  return [
    `## Designs for ${designs.shards} shards`,
    "",
    `${text(searchText(designs))}.`,
    "",
    table(
      ["design", ...designColumns.map(({ heading }) => heading.join(" ").replace("- ", "").trim())],
      [false, ...designColumns.map(() => true)],
      designRows(designs).map(({ name, cells }) => [text(name), ...cells.map(text)]),
    ),
    "",
    "### The recommended one",
    "",
    ...designLines(recommended).map((line) => `- ${text(line)}`),
    ...(lost === "" ? [] : ["", `Of ${designs.shards} shards is lost: ${text(lost)}.`]),
    ...("unknown" in recommended.transactions
      ? ["", `Transactions across shards are not known: ${text(recommended.transactions.unknown)}.`]
      : []),
    ...(others.length === 0 ? [] : ["", "### Others", ""]),
    ...others.map((design, index) => `- ${index + 2}: ${text(differenceText(design, recommended))}`),
    "",
    "### Why, and what else it could be, the other tables as they are",
    "",
    ...designs.reasons.map((reason) => {
      const [why, otherwise] = reasonText(reason, recommended);
      return `- ${text(why)}${otherwise === "" ? "" : `; ${text(otherwise)}`}`;
    }),
  ].join("\n");
}

function recommendationPart(report: Report): string {
  const { recommendation } = report;
  const lines = ["## What to do", "", `**${text(recommendation.headline)}**`];
  for (const { table: name, sentence, evidence, against } of recommendation.tables) {
    lines.push("", `### ${text(name)}`, "", `${text(sentence)}.`);
    if (evidence.length > 0) lines.push("", "For it:", "", ...evidence.map((item) => `- ${text(item)}`));
    if (against.length > 0) lines.push("", "Against it:", "", ...against.map((item) => `- ${text(item)}`));
  }
  const findings = toldFindings(report, true);
  if (findings.length > 0) lines.push("", "### Findings, the gravest first", "", ...findingsPart(findings));
  return lines.join("\n");
}

function transactionsPart(report: Report): string {
  return ["## Transactions under these keys", ...transactionsText(report).map(text)].join("\n\n");
}

function hurtingPart({ hurting, options }: Report): string {
  const head = ["## What hurts most", ""];
  if (hurting.length === 0)
    return [...head, "Nothing: under these keys every statement stays on one shard."].join("\n");
  return [
    ...head,
    table(
      [options.work === "time" ? "time" : "executions", "goes to", "because", "line", "template"],
      [true, false, false, false, false],
      hurting.map((template) => [
        percentText(template.share),
        template.table === null ? "not understood" : `${classWords[template.class]} of ${code(template.table, true)}`,
        text(template.reason ?? becauseWords[template.because] ?? template.because),
        originText(template.origin),
        code(template.example ?? template.template, true),
      ]),
    ),
  ].join("\n");
}
