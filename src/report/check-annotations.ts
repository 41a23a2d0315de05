import { failing, failureText, originText } from "./check-text.ts";
import { plainText } from "./plain-text.ts";
import type { CheckedBudget, CheckReport } from "./schema-check.ts";
import { classWords } from "./words.ts";

/**
 * Annotations as GitHub's runner reads them from a step's output, one line for each budget that fails: at the budget where
 * it has a place, else at the design. Source: docs.github.com, "Workflow commands for GitHub Actions", setting an error
 * message; escapes as in actions/toolkit, packages/core/src/command.ts.
 */
export function checkAnnotations(report: CheckReport): string {
  const design = report.inputs.find(({ role }) => role === "design")!.name;
  return failing(report)
    .map((budget) => {
      const { file, line, column } = budget.place ?? { file: design, line: 1, column: 1 };
      const place = `file=${property(file)},line=${line},col=${column},title=${property(`shardplan: ${budget.measure}`)}`;
      return `::error ${place}::${data(messageOf(budget))}\n`;
    })
    .join("");
}

/** The failure with the templates that make it so, each on a line with its place in the log. */
export function messageOf(budget: CheckedBudget): string {
  const templates = budget.templates.map(
    (template) => `${originText(template)}: ${classWords[template.class]}: ${template.template}`,
  );
  return [failureText(budget), ...templates].map(plainText).join("\n");
}

const data = (value: string): string => value.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");

const property = (value: string): string => data(plainText(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
