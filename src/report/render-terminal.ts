import Table from "cli-table3";
import { bestStrategies, candidateColumns, resultAt, type CandidateColumn } from "./candidate-cells.ts";
import { designsSection } from "./designs-terminal.ts";
import { clipped, displayWidth, wrapped } from "./display-width.ts";
import {
  bytesText,
  countText,
  durationText,
  percentDigits,
  percentText,
  plural,
  shortText,
  timesText,
  wholeText,
} from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { findingsSection, toldFindings } from "./findings-text.ts";
import { growthText } from "./growth-text.ts";
import { plainText } from "./plain-text.ts";
import type { ReportOrigin } from "./finding-schema.ts";
import type { Report, ReportCandidate, ReportKeyRanges, ReportTable } from "./schema.ts";
import { dataSetsSection, isRowsOnly } from "./data-sets-text.ts";
import { storedRowsSection } from "./stored-rows-text.ts";
import { leftOutText } from "./left-out-text.ts";
import { skippedText } from "./skipped-text.ts";
import { transactionsText } from "./transactions-text.ts";
import { becauseWords, classWords, lossWords, rungWords, smallTable, strategyWords, verdictWords } from "./words.ts";

export interface TerminalOptions extends PageOptions {
  /** Every candidate under every strategy, every dropped key with its reason, every template. */
  readonly all: boolean;
}

type AnalysisPage = Page<TerminalOptions>;

/** The report for people at a terminal: no line is wider than `width`. */
export function renderTerminal(report: Report, options: TerminalOptions): string {
  const page = new Page(options);
  // Rows alone say nothing of statements: what follows from those would be empty.
  if (isRowsOnly(report)) {
    dataSetsSection(page, report);
    page.heading("What to do");
    page.paragraph(report.recommendation.headline);
    return page.text();
  }
  for (const section of Object.values(sections)) section(page, report);
  return page.text();
}

/** In the order in which they are printed. */
const sections = {
  read: readSection,
  load: loadSection,
  ranking: rankingSection,
  designs: designsSection,
  stored: storedRowsSection,
  dataSets: dataSetsSection,
  recommendation: recommendationSection,
  findings: findingSection,
  transactions: transactionsSection,
  hurting: hurtingSection,
};

/** Some sections of the report, for who walks through it a step at a time. */
export function renderSections(
  report: Report,
  names: readonly (keyof typeof sections)[],
  options: TerminalOptions,
): string {
  const page = new Page(options);
  for (const name of names) sections[name](page, report);
  return page.text();
}

function readSection(page: AnalysisPage, report: Report): void {
  const { read, inputs } = report;
  page.heading("What was read");
  for (const input of page.options.all ? inputs : inputs.slice(0, 8)) {
    page.paragraph(
      `${input.name}  ${input.format}, ${bytesText(input.bytes)}, ${plural(input.executions, "statement")}`,
    );
    for (const warning of input.warnings) page.paragraph(warning, "    ! ", "yellow");
  }
  if (!page.options.all && inputs.length > 8) page.paragraph(`and ${plural(inputs.length - 8, "more file")}`);
  const total = Math.max(1, read.statements);
  const mix = [`${percentText(read.reads / total)} reads`, `${percentText(read.writes / total)} writes`];
  if (read.others > 0) mix.push(`${percentText(read.others / total)} other`);
  const facts = [
    ...(inputs.length > 1 ? [plural(read.statements, "statement")] : []),
    ...(read.span === null
      ? ["no times"]
      : [`${durationText(read.span.seconds)} from ${read.span.from.slice(0, 19).replace("T", " ")} UTC`]),
    mix.join(", "),
    plural(read.templates, "template"),
    ...(read.sessions.count > 0
      ? [`${read.sessions.relativeError > 0 ? "about " : ""}${plural(read.sessions.count, "session")}`]
      : []),
  ];
  page.paragraph(facts.join(page.sign(" · ", "; ")));
  if (read.schema.declaredTables === 0)
    page.paragraph("no schema was given: column types and keys are inferred", "  ", "dim");
  if (read.skipped.length + read.leftOut.length === 0) page.paragraph("every record was used", "  ", "dim");
  for (const line of leftOutText(read)) page.paragraph(line);
  const { notExecutions, losses } = skippedText(read.skipped);
  if (notExecutions !== undefined) page.paragraph(notExecutions, "  ", "dim");
  for (const loss of losses) page.paragraph(loss, "  ! ", "yellow");
  if (read.notUnderstood > 0)
    page.paragraph(
      `${plural(read.notUnderstood, "statement")} not understood: counted against every key, listed below`,
      "  ! ",
      "yellow",
    );
}

function originText({ input, line, offset }: ReportOrigin): string {
  return line === null ? `${input} at byte ${wholeText(offset)}` : `${input}:${line}`;
}

function loadSection(page: AnalysisPage, { load }: Report): void {
  const answers = { "no-shards": "no", shards: "yes", unknown: "the log does not say" } as const;
  page.heading(`Do you need shards? ${answers[load.verdict]}`);
  if ("unknown" in load.erlangs || "unknown" in load.worstWindow) {
    page.paragraph(
      `The offered load is unknown: ${"unknown" in load.erlangs ? load.erlangs.unknown : "no windows"}.`,
    );
    return;
  }
  const { erlangs, worstWindow } = load;
  page.paragraph(
    `${shortText(erlangs.total)} erlangs (statements at work at a time): ${shortText(erlangs.reads)} reads, ` +
      `${shortText(erlangs.writes)} writes; ` +
      `${shortText(worstWindow.total)} in the worst ${durationText(worstWindow.seconds)}. A server of ` +
      `${load.cores} cores carries ` +
      `${shortText(load.cores * load.targetUtilization)} at ${percentText(load.targetUtilization)}.`,
  );
  const named = Math.max(...load.rungs.map(({ rung }) => rungWords[rung].length));
  for (const { rung, verdict, because } of load.rungs) {
    const lead = `  ${rungWords[rung].padEnd(named)}  ${verdictWords[verdict].padEnd(10)}  `;
    if (page.width >= 72) page.paragraph(because, lead);
    else {
      page.paragraph(`${rungWords[rung]}: ${verdictWords[verdict]}`);
      page.paragraph(because, "    ");
    }
  }
  for (const line of growthText(load)) page.paragraph(line);
}

const keysPerTable = 3;

function rankingSection(page: AnalysisPage, report: Report): void {
  const { options } = report;
  const shown = report.tables.filter(({ workShare }) => page.options.all || workShare >= smallTable);
  page.heading(
    "Shard keys, ranked",
    `by what ${options.rankedAt} shards carry; weighted by ${options.work === "time" ? "time spent" : "executions"}`,
  );
  if (report.tables.length === 0) {
    page.paragraph("No statement of the log reaches a table.");
    return;
  }
  page.line(rankingTable(page, report, shown));
  if (
    shown.some((table) =>
      rowsOf(page, report, table).some(
        ({ keyCharacteristics: { monotonicity } }) =>
          "type" in monotonicity && monotonicity.type === "monotonic-per-prefix",
      ),
    )
  ) {
    page.paragraph("* in order among keys with the same leading columns", "  ", "dim");
  }
  if (page.options.all)
    page.paragraph(
      "of strategies within 10 % of each other, the one that moves fewer rows when a shard is added comes " +
        "first; of keys within 5 %, the one with fewer columns",
      "  ",
      "dim",
    );
  const small = report.tables.length - shown.length;
  if (small > 0)
    page.paragraph(`${plural(small, "table")} with less than 1 % of the work each: --all shows them`, "  ", "dim");
  const dropped = report.tables.reduce((sum, table) => sum + table.dropped.length, 0);
  if (page.options.all) {
    amplifications(page, report);
    droppedKeys(page, report);
  } else if (dropped > 0)
    page.paragraph(`${plural(dropped, "key")} not judged: --all shows them with the reason`, "  ", "dim");
}

function rowsOf(page: AnalysisPage, report: Report, table: ReportTable): readonly ReportCandidate[] {
  if (page.options.all) return table.candidates;
  const chosen = chosenOf(report, table);
  const best = bestStrategies(table).map((candidate) =>
    candidate.key.join() === chosen?.key.join() ? chosen : candidate,
  );
  return best.filter(
    (candidate, index) => index < keysPerTable || candidate === chosen || candidate.sources.includes("user"),
  );
}

/** The candidate that is recommended. */
function chosenOf(report: Report, table: ReportTable): ReportCandidate | undefined {
  const chosen = report.recommendation.tables.find((candidate) => candidate.table === table.table);
  return table.candidates.find(
    ({ key, strategy }) => strategy === chosen?.strategy && key.join() === chosen.key.join(),
  );
}

function rankingTable(page: AnalysisPage, report: Report, tables: readonly ReportTable[]): string {
  const rows = tables.map((table) => ({ table, candidates: rowsOf(page, report, table) }));
  const { columns, widths } = fittingColumns(
    page,
    report,
    rows.flatMap(({ candidates }) => candidates),
  );
  const output = new Table({
    chars: {
      top: "",
      "top-mid": "",
      "top-left": "",
      "top-right": "",
      bottom: "",
      "bottom-mid": "",
      "bottom-left": "",
      "bottom-right": "",
      left: "",
      "left-mid": "",
      mid: "",
      "mid-mid": "",
      right: "",
      "right-mid": "",
      middle: " ",
    },
    style: { "padding-left": 0, "padding-right": 0, head: [], border: [], compact: true },
    colWidths: [...widths],
    colAligns: columns.map(({ align }) => align),
  });
  const headings = columns.map((column) => column.heading(report));
  const height = Math.max(...headings.map((lines) => lines.length));
  for (let line = 0; line < height; line++) {
    output.push(headings.map((lines) => page.styled(lines[line - (height - lines.length)] ?? "", "dim")));
  }
  for (const { table, candidates } of rows) {
    const share = `${percentText(table.workShare)} of the ${report.options.work === "time" ? "time" : "executions"}`;
    const name = clipped(plainText(table.table), page.width - displayWidth(share) - 4, page.sign("…", "..."));
    output.push([{ colSpan: columns.length, content: `${page.styled(name, "bold")}  ${page.styled(share, "dim")}` }]);
    if (candidates.length === 0)
      output.push([{ colSpan: columns.length, content: page.styled("  no usable key", "dim") }]);
    const chosen = chosenOf(report, table);
    for (const candidate of candidates)
      output.push(...candidateRows(page, report, columns, widths, candidate, candidate === chosen));
  }
  return output.toString();
}

function candidateRows(
  page: AnalysisPage,
  report: Report,
  columns: readonly CandidateColumn[],
  widths: readonly number[],
  candidate: ReportCandidate,
  chosen: boolean,
): string[][] {
  const keyLines = wrapped(plainText(candidate.key.join(", ")), widths[0]! - 2);
  const mark = chosen ? page.sign("▸ ", "> ") : "  ";
  return keyLines.map((keyLine, line) => [
    page.styled(`${line === 0 ? mark : "  "}${keyLine}`, ...(chosen ? (["green"] as const) : [])),
    ...columns.slice(1).map((column, index) => {
      if (line > 0) return "";
      const cell = column.cell(candidate, report);
      return chosen && index === columns.length - 2 ? page.styled(cell, "bold", "green") : cell;
    }),
  ]);
}

/** Drops columns, least needed first, until the rest fits; the key gets the room that is left. */
function fittingColumns(
  page: AnalysisPage,
  report: Report,
  candidates: readonly ReportCandidate[],
): { columns: readonly CandidateColumn[]; widths: readonly number[] } {
  const widthOf = (column: CandidateColumn): number =>
    Math.max(
      ...column.heading(report).map(displayWidth),
      ...candidates.map((candidate) => displayWidth(column.cell(candidate, report))),
    );
  const wantedKey = Math.max(8, ...candidates.map(({ key }) => displayWidth(plainText(key.join(", "))))) + 2;
  const leastKey = Math.min(wantedKey, 16);
  let columns = [...candidateColumns];
  for (;;) {
    const others = columns.slice(1).map(widthOf);
    const room = page.width - others.reduce((sum, width) => sum + width + 1, 0);
    const droppable = columns.filter(({ dropOrder }) => dropOrder > 0);
    if (room >= leastKey || droppable.length === 0)
      return { columns, widths: [Math.max(10, Math.min(wantedKey, room)), ...others] };
    const last = Math.max(...droppable.map(({ dropOrder }) => dropOrder));
    columns = columns.filter(({ dropOrder }) => dropOrder !== last);
  }
}

/** Ranges of each key that a statement touches, 1 being ideal, with twice the standard error where it is sampled. */
function amplifications(page: AnalysisPage, report: Report): void {
  const lines = report.tables.flatMap(({ table, keys }) =>
    keys.flatMap((ranges) => {
      const parts = [
        amplificationText("reads", ranges.readAmplification, ranges.readSampleByRange),
        amplificationText("writes", ranges.writeAmplification, ranges.writeSampleByRange),
      ].filter((part) => part !== undefined);
      return parts.length === 0 ? [] : [`${table}.${ranges.key.join(", ")}: ${parts.join(", ")}`];
    }),
  );
  if (lines.length === 0) return;
  page.blank();
  page.paragraph("Ranges of the key that a statement touches, of up to 100 with equally many values; 1 is ideal:");
  for (const line of lines) page.paragraph(line, "    ", "dim");
}

function amplificationText(
  name: string,
  amplification: ReportKeyRanges["readAmplification"],
  sample: ReportKeyRanges["readSampleByRange"],
): string | undefined {
  if (typeof amplification !== "number" || "unknown" in sample) return undefined;
  const error = sample.standardErrorOfAmplification * 2;
  return `${name} ${amplification.toFixed(1)}${error >= 0.05 ? ` ±${error.toFixed(1)}` : ""}`;
}

function droppedKeys(page: AnalysisPage, report: Report): void {
  if (!report.tables.some(({ dropped }) => dropped.length > 0)) return;
  page.blank();
  page.paragraph("Not judged:");
  for (const { table, dropped } of report.tables) {
    for (const { key, reason } of dropped) page.paragraph(`${table}.${key.join(", ")}: ${reason}`, "    ", "dim");
  }
}

const tablesExplained = 3;

function recommendationSection(page: AnalysisPage, report: Report): void {
  const { recommendation } = report;
  page.heading("What to do");
  page.paragraph(recommendation.headline, "  ", "bold");
  recommendation.tables.forEach((table, index) => {
    const explained = page.options.all || index < tablesExplained;
    const share = report.tables.find((candidate) => candidate.table === table.table)?.workShare ?? 0;
    if (!page.options.all && share < smallTable) return;
    if (explained) page.blank();
    page.paragraph(`${table.table}: ${table.sentence}`);
    if (!explained) return;
    for (const evidence of table.evidence) page.paragraph(evidence, `    ${page.sign("+", "+")} `);
    for (const against of table.against) page.paragraph(against, `    ${page.sign("−", "-")} `, "yellow");
    const ranked = report.tables.find((candidate) => candidate.table === table.table);
    const chosen = ranked === undefined ? undefined : chosenOf(report, ranked);
    if (chosen !== undefined) capacityLines(page, report, chosen);
  });
}

function findingSection(page: AnalysisPage, report: Report): void {
  const { all } = page.options;
  findingsSection(page, toldFindings(report, all), { each: all });
}

/** What each shard count carries, and where the rest goes on the one that the ranking looked at. */
function capacityLines(page: AnalysisPage, report: Report, candidate: ReportCandidate): void {
  const counts = candidate.byShardCount.map(
    ({ shards, scaleOutFactorAtMost }) => `${plural(shards, "shard")} ${timesText(scaleOutFactorAtMost)}`,
  );
  if (counts.length > 1)
    page.paragraph(`${strategyWords[candidate.strategy]}: ${counts.join(", ")}`, "    = ", "dim");
  const { losses, shards } = resultAt(candidate, report);
  const lost = losses
    .filter((loss) => loss.shards >= 0.05)
    .map((loss) => `${lossWords[loss.cause]} ${loss.shards.toFixed(1)}`);
  if (lost.length > 0) page.paragraph(`of ${shards} shards is lost: ${lost.join(", ")}`, "    = ", "dim");
}

function transactionsSection(page: AnalysisPage, report: Report): void {
  page.heading("Transactions", "under these keys");
  for (const sentence of transactionsText(report)) page.paragraph(sentence);
}

const templatesShown = 5;

function hurtingSection(page: AnalysisPage, report: Report): void {
  const shown = page.options.all ? report.hurting : report.hurting.slice(0, templatesShown);
  page.heading("What hurts most", shown.length === 0 ? "" : "statements that leave their shard under these keys");
  if (shown.length === 0) page.paragraph("Nothing: under these keys every statement stays on one shard.");
  shown.forEach((template, index) => {
    if (index > 0) page.blank();
    const amount = `${percentDigits(template.share)} % of ${report.options.work === "time" ? "time" : "executions"}`;
    const why = template.reason ?? becauseWords[template.because] ?? template.because;
    const where = template.table === null ? "not understood" : `${classWords[template.class]} of ${template.table}`;
    page.paragraph(
      `${amount}, ${countText(template.executions)} ${template.executions === 1 ? "time" : "times"}, ${where}: ${why}`,
      `  ${index + 1}. `,
    );
    page.paragraph(originText(template.origin), "     ", "dim");
    const text = plainText(template.example ?? template.template);
    const lines = wrapped(text, page.width - 5);
    const most = page.options.all ? lines.length : 3;
    lines.slice(0, most).forEach((line, number) => {
      const cut = number === most - 1 && lines.length > most;
      page.paragraph(
        cut ? clipped(`${line} ${page.sign("…", "...")}`, page.width - 5, page.sign("…", "...")) : line,
        "     ",
        "cyan",
      );
    });
  });
  const more = report.hurting.length - shown.length;
  if (more > 0) page.paragraph(`${plural(more, "more template")}: --all shows them`, "  ", "dim");
}
