import { jsonText } from "./json-text.ts";
import type { Report } from "./schema.ts";

/** The report as JSON, one object and a newline; the same report gives the same bytes. */
export function renderJson(report: Report): string {
  return `${jsonText(report, 2)}\n`;
}
