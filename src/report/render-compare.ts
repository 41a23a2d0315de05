import { valueText } from "./check-text.ts";
import { clipped, displayWidth } from "./display-width.ts";
import { plural } from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { plainText } from "./plain-text.ts";
import type { CompareReport } from "./schema-compare.ts";
import { classWords } from "./words.ts";

/** Templates that are listed, at most. */
const listed = 40;

/** Two documents side by side, for people at a terminal. */
export function renderCompare(report: CompareReport, options: PageOptions): string {
  const page = new Page(options);
  const { a, b, tables, templates } = report;
  page.heading("Compared");
  for (const [letter, { name, kind, target, shards }] of [["A", a], ["B", b]] as const)
    page.paragraph(`${name}: ${kind}${target === null ? "" : `, ${target}`}${shards === null ? "" : `, ${plural(shards, "shard")}`}`, `  ${letter} `);
  page.heading("Tables", tables.length === 0 ? "the same in both" : "what is another way in B");
  for (const { table, change } of tables) page.paragraph(`${table}: ${change}`);
  measuresTable(page, report);
  if (templates.length === 0) return page.text();
  page.heading("Templates", report.listsAllTemplates ? "" : "a side lists only those that touch more than one shard");
  const signs = { new: "+", gone: "-", rerouted: "~" };
  for (const { template, change, a: before, b: after, why } of templates.slice(0, listed)) {
    const classes = [before, after].flatMap((side) => (side === null ? [] : [classText(side.class)])).join(", now ");
    page.paragraph(`${change}: ${classes}; ${why}`, `  ${signs[change]} `);
    page.paragraph(template, "      ", "dim");
  }
  if (templates.length > listed) page.paragraph(`and ${templates.length - listed} more; --json has them`);
  return page.text();
}

const classText = (name: string): string =>
  Object.hasOwn(classWords, name) ? classWords[name as keyof typeof classWords] : plainText(name);

function measuresTable(page: Page, { measures }: CompareReport): void {
  if (measures.length === 0) return;
  page.heading("Measures", "the cluster's, and those of tables that differ");
  const rows = [
    ["", "A", "B", "", ""],
    ...measures.map(({ measure, unit, a, b, verdict, subject }) => [
      measure,
      valueText(a, unit),
      valueText(b, unit),
      verdict,
      subject === null ? "" : `table ${plainText(subject)}`,
    ]),
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((cells) => displayWidth(cells[column]!))));
  for (const cells of rows) {
    const line = cells.map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell)))).join("  ");
    page.line(clipped(`  ${line.trimEnd()}`, page.width, page.sign("…", "...")));
  }
}
