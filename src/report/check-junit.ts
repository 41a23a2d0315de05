import { messageOf } from "./check-annotations.ts";
import { boundText, headline, subjectText } from "./check-text.ts";
import { plainText } from "./plain-text.ts";
import type { CheckedBudget, CheckReport } from "./schema-check.ts";

/**
 * The verdict as JUnit XML, one test case for each budget. What is not known is a failure too, of type "unknown". Shape:
 * Jenkins's junit-10.xsd (jenkinsci/xunit-plugin, src/main/resources/.../types/model/xsd/junit-10.xsd), which CI systems
 * read.
 */
export function checkJunit(report: CheckReport): string {
  const { budgets, counts } = report;
  const failures = counts.over + counts.unknown;
  const sums = `tests="${budgets.length}" failures="${failures}" errors="0"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="shardplan check" ${sums}>`,
    `  <testsuite name="${attribute(headline(report))}" ${sums} skipped="0">`,
    ...budgets.map(testcase),
    "  </testsuite>",
    "</testsuites>",
    "",
  ].join("\n");
}

function testcase(budget: CheckedBudget): string {
  const name = attribute(`${budget.measure} ${boundText(budget)}`);
  const start = `    <testcase classname="${attribute(subjectText(budget))}" name="${name}"`;
  if (budget.status !== "over" && budget.status !== "unknown") return `${start}/>`;
  const message = messageOf(budget);
  const [first] = message.split("\n") as [string];
  return [
    `${start}>`,
    `      <failure type="${budget.status}" message="${attribute(first)}">${escaped(message)}</failure>`,
    "    </testcase>",
  ].join("\n");
}

/** XML 1.0 has no way to write most control characters; `plainText` has taken them out. */
const escaped = (text: string): string =>
  text
    .split("\n")
    .map((line) => plainText(line))
    .join("\n")
    .replace(/[\ufffe\uffff]/g, "\ufffd")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");

const attribute = (text: string): string => escaped(text).replaceAll('"', "&quot;").replaceAll("\n", "&#10;");
