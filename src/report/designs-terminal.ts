import { clipped, displayWidth } from "./display-width.ts";
import {
  designColumns,
  designLines,
  designRows,
  differenceText,
  lossText,
  reasonText,
  searchText,
} from "./design-text.ts";
import { plainText } from "./plain-text.ts";
import type { Report } from "./schema.ts";
import type { Page, PageOptions } from "./page.ts";
import { smallTable } from "./words.ts";

type DesignsPage = Page<PageOptions & { readonly all: boolean }>;

/** Whole designs: the recommended one, others, and what people do without an analysis. */
export function designsSection(page: DesignsPage, report: Report): void {
  const { designs } = report;
  const [recommended, ...others] = designs.designs;
  if (recommended === undefined) return;
  page.heading(`Designs for ${designs.shards} shards`, searchText(designs));
  designTable(page, report);
  if (others.some(({ scaleOutFactor }) => scaleOutFactor > recommended.scaleOutFactor))
    page.paragraph("designs within 10 % of each other are a draw: the simpler keys decide", "  ", "dim");
  page.blank();
  page.paragraph("The recommended one:");
  for (const line of designLines(recommended)) page.paragraph(line, "    ");
  const lost = lossText(recommended);
  if (lost !== "") page.paragraph(`of ${designs.shards} shards is lost: ${lost}`, "    = ", "dim");
  if ("unknown" in recommended.transactions)
    page.paragraph(`transactions across shards are not known: ${recommended.transactions.unknown}`, "    ! ", "yellow");
  others.forEach((design, index) => page.paragraph(differenceText(design, recommended), `  ${index + 2}: `));
  page.blank();
  page.paragraph("Why, and what else it could be, the other tables as they are:");
  for (const reason of designs.reasons) {
    const share = report.tables.find(({ table }) => table === reason.table)?.workShare ?? 0;
    if (!page.options.all && share < smallTable) continue;
    const [why, otherwise] = reasonText(reason, recommended);
    page.paragraph(why, "    ");
    if (otherwise !== "") page.paragraph(otherwise, "      ", "dim");
    if (page.options.all && reason.notReferenceBecause !== null)
      page.paragraph(`not copied: ${reason.notReferenceBecause}`, "      ", "dim");
  }
}

/** Drops columns, least needed first, until the rest fits. */
function designTable(page: DesignsPage, { designs }: Report): void {
  const rows = designRows(designs);
  const nameWidth = Math.max(...rows.map(({ name }) => displayWidth(name)));
  let columns = designColumns.map((column, index) => ({ ...column, index }));
  const widthOf = ({ heading, index }: (typeof columns)[number]): number =>
    Math.max(...heading.map(displayWidth), ...rows.map(({ cells }) => displayWidth(cells[index]!)));
  const needed = (): number => 2 + nameWidth + columns.reduce((sum, column) => sum + widthOf(column) + 2, 0);
  while (needed() > page.width && columns.some(({ dropOrder }) => dropOrder > 0)) {
    const last = Math.max(...columns.map(({ dropOrder }) => dropOrder));
    columns = columns.filter(({ dropOrder }) => dropOrder !== last);
  }
  const room = Math.min(nameWidth, page.width - (needed() - nameWidth));
  const height = Math.max(...columns.map(({ heading }) => heading.length));
  for (let line = 0; line < height; line++) {
    const cells = columns.map((column) => {
      const text: string = column.heading[line - (height - column.heading.length)] ?? "";
      return text.padStart(widthOf(column));
    });
    page.line(`  ${" ".repeat(room)}  ${page.styled(cells.join("  ").trimEnd(), "dim")}`);
  }
  rows.forEach(({ name, cells }, row) => {
    const label = clipped(plainText(name), room, page.sign("…", "...")).padEnd(room);
    const line = `${label}  ${columns.map((column) => cells[column.index]!.padStart(widthOf(column))).join("  ")}`;
    page.line(`  ${row === 0 ? page.styled(line, "green") : line}`);
  });
}
