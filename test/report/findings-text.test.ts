import { expect, test } from "vitest";
import { findingIds } from "../../src/advice/finding.ts";
import type { ReportFinding } from "../../src/report/finding-schema.ts";
import { renderHtml } from "../../src/report/html/render-html.ts";
import { renderMarkdown } from "../../src/report/render-markdown.ts";
import { renderTerminal } from "../../src/report/render-terminal.ts";
import { type Report, reportSchema } from "../../src/report/schema.ts";
import { reportOf } from "./sample-report.ts";

const severities = ["note", "problem", "warning"] as const;
const findings = findingIds.map(
  (id, index): ReportFinding => ({
    id,
    severity: severities[index % 3]!,
    table: null,
    key: [],
    evidence: `evidence${index}end`,
    whatToDo: `remedy${index}end`,
    whatItCosts: `price${index}end`,
    origins: [{ input: `log${index}end`, line: 7, offset: 99 }],
  }),
);
const whole = reportOf();
const report: Report = { ...whole, recommendation: { ...whole.recommendation, findings } };
const renderers = {
  terminal: renderTerminal(report, { width: 100, color: false, unicode: true, all: false }),
  markdown: renderMarkdown(report),
  html: renderHtml(report),
  json: JSON.stringify(reportSchema.parse(report)),
};

test.each(Object.entries(renderers))("%s has every finding, with what to do, what it costs and its record", (_, text) => {
  const words = findings.flatMap(({ evidence, whatToDo, whatItCosts, origins }) => [evidence, whatToDo, whatItCosts, origins[0]!.input]);
  expect(words.filter((word) => !text.includes(word))).toEqual([]);
});

test.each(["terminal", "markdown"] as const)("the gravest stand first: %s", (name) => {
  const first = (severity: string): number[] =>
    findings.filter((finding) => finding.severity === severity).map(({ evidence }) => renderers[name].indexOf(evidence));
  expect(Math.max(...first("problem"))).toBeLessThan(Math.min(...first("warning")));
  expect(Math.max(...first("warning"))).toBeLessThan(Math.min(...first("note")));
});

test("what several tables have in common is said once, and of each where all is wanted", () => {
  const [table] = whole.recommendation.tables;
  const finding: ReportFinding = { ...findings[0]!, severity: "warning", table: table!.table, key: ["a", "b"], evidence: "first evidence" };
  const tables = [
    { ...table!, findings: [finding] },
    { ...table!, table: "others", findings: [{ ...finding, table: "others", evidence: "second evidence" }] },
  ];
  const alike: Report = {
    ...whole,
    tables: [...whole.tables, { ...whole.tables[0]!, table: "others" }],
    recommendation: { ...whole.recommendation, findings: [], tables },
  };
  const shown = (all: boolean) => renderTerminal(alike, { width: 100, color: false, unicode: true, all });
  expect(shown(false)).toContain(`${table!.table} by ${finding.key.join(", ")}: first evidence; the same of others.`);
  expect(shown(false)).not.toContain("second evidence");
  expect(shown(true)).toContain("others by a, b: second evidence.");
});
