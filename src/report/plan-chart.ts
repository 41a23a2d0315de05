import { shortText } from "./number-text.ts";
import type { Page } from "./page.ts";
import { placeText } from "./plan-text.ts";
import type { PlanReport } from "./schema-plan.ts";

const rows = 9;
const labelWidth = 8;

/**
 * Load against capacity, on a logarithmic scale of erlangs so that steps of any size are steps: one column for each place
 * of the chart, as many as there is room for.
 */
export function planChart({ places, load, capacity }: PlanReport["chart"], scale: PlanReport["scale"], page: Pick<Page, "width" | "sign">): readonly string[] {
  const known = [...load, ...capacity.filter((value) => value !== null)].filter((value) => value > 0);
  if (known.length === 0) return ["  nothing to draw: there is no load"];
  const low = Math.log(Math.min(...known));
  const high = Math.max(low + 0.1, Math.log(Math.max(...known)));
  const width = Math.max(10, Math.min(places.length, page.width - labelWidth - 4));
  const rowOf = (value: number): number => Math.round(((Math.log(value) - low) / (high - low)) * (rows - 1));
  const grid = Array.from({ length: rows }, () => new Array<string>(width).fill(" "));
  for (let column = 0; column < width; column++) {
    const at = Math.round((column * (places.length - 1)) / (width - 1));
    const carried = capacity[at]!;
    if (carried !== null && carried > 0) grid[rowOf(carried)]![column] = page.sign("─", "-");
    if (load[at]! > 0) grid[rowOf(load[at]!)]![column] = page.sign("●", "*");
  }
  const lines = grid.map((cells, row) => {
    const value = Math.exp(low + ((high - low) * row) / (rows - 1));
    const label = row === 0 || row === rows - 1 || row === (rows - 1) / 2 ? shortText(Number(value.toPrecision(2))) : "";
    return `  ${label.padStart(labelWidth)} ${page.sign("│", "|")}${cells.join("")}`;
  });
  const [first, last] = [placeText(places[0]!, scale), placeText(places.at(-1)!, scale)];
  return [
    ...lines.reverse(),
    `  ${" ".repeat(labelWidth)} ${page.sign("└", "+")}${page.sign("─", "-").repeat(width)}`,
    `  ${" ".repeat(labelWidth + 2)}${first}${last.padStart(Math.max(1, width - first.length))}`,
    `  ${page.sign("●", "*")} load, ${page.sign("─", "-")} what the cluster of that time carries`,
  ];
}
