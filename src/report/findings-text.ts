import type { ReportFinding, ReportOrigin } from "./finding-schema.ts";
import { text } from "./markdown.ts";
import { plural, wholeText } from "./number-text.ts";
import type { Page } from "./page.ts";
import type { Report } from "./schema.ts";
import { smallTable } from "./words.ts";

/** A finding for readers: what several tables have in common is said once. */
export interface ToldFinding extends Pick<ReportFinding, "severity" | "whatToDo" | "whatItCosts" | "origins"> {
  /** Of the first table. */
  readonly evidence: string;
  /** The evidence for each of the others; `also` are their names. */
  readonly others: readonly string[];
  readonly also: readonly string[];
}

const order = { problem: 0, warning: 1, note: 2 } as const;

/** Findings of the log and of its tables in one list, the gravest first; of tables with next to no work only if `all`. */
export function toldFindings({ recommendation, tables }: Report, all: boolean): readonly ToldFinding[] {
  const work = new Map(tables.map(({ table, workShare }) => [table, workShare]));
  const groups = new Map<string, ReportFinding[]>();
  for (const { table, findings } of recommendation.tables) {
    if (!all && (work.get(table) ?? 0) < smallTable) continue;
    for (const finding of findings) {
      const name = `${finding.id} ${finding.severity}`;
      groups.set(name, [...(groups.get(name) ?? []), finding]);
    }
  }
  const ofTables = [...groups.values()].map((group) => told(group[0]!, group.slice(1)));
  return [...recommendation.findings.map((finding) => told(finding, [])), ...ofTables].sort(
    (a, b) => order[a.severity] - order[b.severity],
  );
}

/** A finding of its own. */
export const told = (finding: ReportFinding, others: readonly ReportFinding[]): ToldFinding => ({
  ...finding,
  evidence: evidenceText(finding),
  others: others.map(evidenceText),
  also: others.map(({ table }) => table ?? ""),
});

/** Among findings of other tables each has to name its own. */
const evidenceText = ({ table, key, evidence }: ReportFinding): string =>
  table === null || evidence.includes(table) ? evidence : `${table}${key.length === 0 ? "" : ` by ${key.join(", ")}`}: ${evidence}`;

const colours = { problem: "red", warning: "yellow", note: "dim" } as const;

/** Each with what to do and what it costs; `each` tells the evidence for every table. */
export function findingsSection(page: Page, findings: readonly ToldFinding[], { each, named = "" }: { readonly each: boolean; readonly named?: string }): void {
  if (findings.length === 0) return;
  page.heading(`Findings${named}`, plural(findings.length, "finding"));
  findings.forEach(({ severity, evidence, others, also, whatToDo, whatItCosts, origins }, index) => {
    if (index > 0) page.blank();
    page.paragraph(ended(`${evidence}${each ? "" : alsoText(also)}`), `  ${severity}: `, colours[severity]);
    if (each) for (const other of others) page.paragraph(ended(other), "    ", colours[severity]);
    page.paragraph(`${whatToDo}.`, "    do: ");
    page.paragraph(`${whatItCosts}.`, "    costs: ", "dim");
    if (origins.length > 0) page.paragraph(origins.map(placeText).join(", "), "    see: ", "dim");
  });
}

/** The same as a list in Markdown. */
export const findingsPart = (findings: readonly ToldFinding[]): readonly string[] =>
  findings.map(({ severity, evidence, also, whatToDo, whatItCosts, origins }) => {
    const see = origins.length === 0 ? "" : ` See ${origins.map(placeText).map(text).join(", ")}.`;
    return `- **${severity}**: ${text(ended(`${evidence}${alsoText(also)}`))} To do: ${text(whatToDo)}. It costs: ${text(whatItCosts)}.${see}`;
  });

/** Statements that were cut end with dots of their own. */
const ended = (sentence: string): string => (sentence.endsWith(".") ? sentence : `${sentence}.`);

function alsoText(also: readonly string[]): string {
  if (also.length === 0) return "";
  return `; the same of ${also.slice(0, 4).join(", ")}${also.length > 4 ? ` and ${also.length - 4} more` : ""}`;
}

const placeText = ({ input, line, offset }: ReportOrigin): string =>
  line === null ? `${input} at byte ${wholeText(offset)}` : `${input}:${line}`;
