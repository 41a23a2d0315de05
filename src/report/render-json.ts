import type { Report } from "./schema.ts";

/** The report as JSON, one object and a newline; the same report gives the same bytes. */
export function renderJson(report: Report): string {
  return `${JSON.stringify(report, undefined, 2)}\n`;
}
