import { boundText, failing, failureText, headline, originText, subjectText, valueText } from "./check-text.ts";
import { clipped, displayWidth } from "./display-width.ts";
import { plural, wholeText } from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { plainText } from "./plain-text.ts";
import type { CheckedTemplate, CheckReport } from "./schema-check.ts";
import { classWords } from "./words.ts";

/** Templates of the baseline part that are listed, at most. */
const listedTemplates = 20;

/** The verdict for people at a terminal: what fails and why first, then everything that was held against a budget. */
export function renderCheck(report: CheckReport, options: PageOptions): string {
  const page = new Page(options);
  const { design, read } = report;
  page.heading(
    report.passed ? "Passed" : "Failed",
    `${headline(report)}; ${design.target}, ${plural(design.shards, "shard")}, ${wholeText(read.executions)} statements`,
  );
  for (const budget of failing(report)) {
    const cross = budget.status === "over" ? page.sign("✗", "x") : "?";
    page.paragraph(failureText(budget), `  ${cross} `, budget.status === "over" ? "red" : "yellow");
    if (budget.place !== null) page.paragraph(`${budget.place.file}:${budget.place.line}`, "    ", "dim");
    for (const template of budget.templates) templateLines(page, template, "    ");
  }
  budgetsTable(page, report);
  baselineSection(page, report);
  return page.text();
}

function templateLines(page: Page, template: CheckedTemplate, indent: string): void {
  page.paragraph(
    `${originText(template)}: ${classWords[template.class]}, ${plural(template.executions, "time")}: ${template.why}`,
    indent,
  );
  page.paragraph(template.template, `${indent}  `, "dim");
}

function budgetsTable(page: Page, report: CheckReport): void {
  // A budget on every template would fill the page with what holds.
  const shown = report.budgets.filter(({ scope, status }) => scope !== "template" || status !== "holds");
  const others = report.budgets.length - shown.length;
  if (shown.length > 0) page.heading("Budgets", `statements by ${report.weightedBy}`);
  const words = { holds: "holds", over: "over", unknown: "unknown", "not-worse": "not worse" };
  const rows = shown.map((budget) => [
    words[budget.status],
    budget.measure,
    valueText(budget.value, budget.unit),
    boundText(budget),
    plainText(subjectText(budget)),
  ]);
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((cells) => displayWidth(cells[column]!))));
  for (const cells of rows) {
    const line = cells.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)))).join("  ");
    page.line(clipped(`  ${line.trimEnd()}`, page.width, page.sign("…", "...")));
  }
  if (others > 0) page.paragraph(`${plural(others, "budget")} of single templates hold${others === 1 ? "s" : ""}`);
}

function baselineSection(page: Page, { baseline }: CheckReport): void {
  if (baseline === null) return;
  const { file, newTemplates, goneTemplates, listsAllTemplates } = baseline;
  page.heading("Against the baseline", plainText(file));
  const which = listsAllTemplates ? "" : " of those that touch more than one shard, which is all that it lists";
  page.paragraph(
    `${plural(newTemplates.length, "new template")}, ${wholeText(goneTemplates.length)} that ${goneTemplates.length === 1 ? "is" : "are"} gone${which}`,
  );
  for (const template of newTemplates.slice(0, listedTemplates)) templateLines(page, template, "  + ");
  if (newTemplates.length > listedTemplates) page.paragraph(`and ${plural(newTemplates.length - listedTemplates, "more new template")}`, "  + ");
  for (const template of goneTemplates.slice(0, listedTemplates)) page.paragraph(template, "  - ", "dim");
  if (goneTemplates.length > listedTemplates) page.paragraph(`and ${wholeText(goneTemplates.length - listedTemplates)} more`, "  - ", "dim");
}
