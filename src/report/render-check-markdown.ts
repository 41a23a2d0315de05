import { boundText, failing, failureText, headline, originText, subjectText, valueText } from "./check-text.ts";
import { code, table, text } from "./markdown.ts";
import { plural, wholeText } from "./number-text.ts";
import type { CheckedBudget, CheckedTemplate, CheckReport } from "./schema-check.ts";
import { classWords } from "./words.ts";

/** Of a list in a comment on a pull request, at most. */
const listed = 20;

/** The verdict as a comment on a pull request: what fails in the open, the rest folded. */
export function renderCheckMarkdown(report: CheckReport): string {
  const { design, read } = report;
  const parts = [
    `### shardplan check: ${report.passed ? "passed" : "failed"}`,
    text(
      `${headline(report)}. ${design.target}, ${plural(design.shards, "shard")}, ` +
        `${wholeText(read.executions)} statements.`,
    ),
    ...failing(report).slice(0, listed).map(failurePart),
    ...(failing(report).length > listed ? [`and ${failing(report).length - listed} more`] : []),
    ...baselinePart(report),
    folded("All budgets", budgetsTable(report.budgets)),
  ];
  return `${parts.join("\n\n")}\n`;
}

function failurePart(budget: CheckedBudget): string {
  const place = budget.place === null ? "" : ` (${code(`${budget.place.file}:${budget.place.line}`)})`;
  const lines = budget.templates.map((template) => `  - ${templateText(template)}`);
  return [`- ${budget.status === "over" ? "**over**" : "**unknown**"}: ${text(failureText(budget))}${place}`, ...lines].join("\n");
}

function templateText(template: CheckedTemplate): string {
  return `${code(template.template)}: ${classWords[template.class]}, ${plural(template.executions, "time")}, ${text(template.why)} (${code(originText(template))})`;
}

function baselinePart({ baseline }: CheckReport): readonly string[] {
  if (baseline === null) return [];
  const { newTemplates, goneTemplates, file } = baseline;
  const items = [
    ...newTemplates.slice(0, listed).map((template) => `- new: ${templateText(template)}`),
    ...goneTemplates.slice(0, listed).map((template) => `- gone: ${code(template)}`),
  ];
  const title = `Against ${file}: ${plural(newTemplates.length, "new template")}, ${wholeText(goneTemplates.length)} gone`;
  return [items.length === 0 ? text(title) : folded(title, items.join("\n"))];
}

function budgetsTable(budgets: readonly CheckedBudget[]): string {
  const rows = budgets
    .filter(({ scope, status }) => scope !== "template" || status !== "holds")
    .map((budget) => [
      budget.status,
      budget.measure,
      text(subjectText(budget)),
      valueText(budget.value, budget.unit),
      boundText(budget),
    ]);
  return table(["", "measure", "of", "is", "budget"], [false, false, false, true, true], rows);
}

function folded(summary: string, inner: string): string {
  return `<details><summary>${text(summary)}</summary>\n\n${inner}\n\n</details>`;
}
