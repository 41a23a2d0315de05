import Table from "cli-table3";
import type { StoredRows } from "../workload/stored-rows.ts";
import { borderless } from "./borderless.ts";
import { clipped } from "./display-width.ts";
import { code, table } from "./markdown.ts";
import { bytesText, countText, percentText, plural } from "./number-text.ts";
import type { Page } from "./page.ts";
import type { TerminalOptions } from "./render-terminal.ts";
import { plainText } from "./plain-text.ts";
import type { Report } from "./schema.ts";
import type { ReportStoredRows } from "./stored-rows-schema.ts";

export function reportStoredRows(stored: StoredRows): ReportStoredRows {
  return [...stored.values()].map(({ columns, rows, bytes, ...rest }) => ({
    ...rest,
    rows: rows ?? null,
    bytes: bytes ?? null,
    columns: columns.map((column) => ({
      column: column.column,
      numDistinctValues: column.numDistinctValues ?? null,
      nullShare: column.nullShare ?? null,
      hottestShare: column.hottestShare ?? null,
      rowOrderCorrelation: column.rowOrderCorrelation ?? null,
    })),
  }));
}

const heads = ["table", "rows", "size", "column", "values", "hottest", "NULL"];

/** Tables by size, and of their columns those that a judged key has. The largest come first. */
function lines(report: Report): readonly (readonly string[])[] {
  const judged = new Map(
    report.tables.map(({ table: name, candidates }) => [
      name.toLowerCase(),
      new Set(candidates.flatMap(({ key }) => key)),
    ]),
  );
  return report.stored
    .toSorted((a, b) => (b.bytes ?? 0) - (a.bytes ?? 0))
    .flatMap(({ table: name, rows, bytes, columns }) => {
      const shown = columns.filter(({ column }) => judged.get(name)?.has(column) === true);
      const size = [name, rows === null ? "?" : countText(rows), bytes === null ? "?" : bytesText(bytes)];
      if (shown.length === 0) return [[...size, "", "", "", ""]];
      return shown.map(({ column, numDistinctValues, hottestShare, nullShare }, index) => [
        ...(index === 0 ? size : ["", "", ""]),
        column,
        numDistinctValues === null ? "?" : countText(numDistinctValues),
        hottestShare === null ? "?" : percentText(hottestShare),
        nullShare === null ? "?" : percentText(nullShare),
      ]);
    });
}

const sources = (stored: ReportStoredRows): string => {
  const kinds = [...new Set(stored.map(({ from, source }) => `${from} (${source})`))];
  const shown = kinds.length > 3 ? [...kinds.slice(0, 3), `${kinds.length - 3} more`] : kinds;
  return `rows weigh storage and movement, statements weigh load; figures are ${shown.join("; ")}`;
};

/** Nothing when no database was asked. */
export function storedRowsSection(page: Page<TerminalOptions>, report: Report): void {
  if (report.stored.length === 0) return;
  const all = lines(report);
  const shown = page.options.all ? all : all.slice(0, 20);
  page.heading("What is stored", plural(report.stored.length, "table"));
  const grid = new Table({
    head: heads,
    ...borderless,
    colAligns: ["left", "right", "right", "left", "right", "right", "right"],
  });
  const room = Math.max(8, Math.floor((page.width - 44) / 2));
  for (const [name, rows, size, column, ...rest] of shown)
    grid.push([
      clipped(plainText(name!), room, page.sign("…", "~")),
      rows!,
      size!,
      clipped(plainText(column!), room, page.sign("…", "~")),
      ...rest,
    ]);
  for (const line of grid.toString().split("\n")) page.line(clipped(`  ${line.trimEnd()}`, page.width));
  if (shown.length < all.length)
    page.paragraph(`and ${plural(all.length - shown.length, "more line")}: --all shows them`, "  ", "dim");
  page.paragraph(sources(report.stored), "  ", "dim");
}

/** Empty when no database was asked. */
export function storedRowsPart(report: Report): string {
  if (report.stored.length === 0) return "";
  const body = table(
    heads,
    [false, true, true, false, true, true, true],
    lines(report).map(([name, rows, size, column, ...rest]) => [
      name === "" ? "" : code(name!),
      rows!,
      size!,
      column === "" ? "" : code(column!),
      ...rest,
    ]),
  );
  return ["## What is stored", "", body, "", `${sources(report.stored)}.`].join("\n");
}
