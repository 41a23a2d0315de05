import { displayWidth } from "./display-width.ts";
import { plural } from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { plainText } from "./plain-text.ts";
import {
  measureWords,
  movedText,
  referenceText,
  remedyWords,
  secondsText,
  shareText,
  shortAmountText,
  unknownTexts,
  wayText,
  withUnit,
} from "./reshard-text.ts";
import type { ReshardReport } from "./schema-reshard.ts";
import { strategyWords } from "./words.ts";

/** The plan for people at a terminal: no line is wider than the page. */
export function renderReshard(report: ReshardReport, options: PageOptions): string {
  const page = new Page(options);
  changeSection(page, report);
  tablesSection(page, report);
  shardsSection(page, report);
  costSection(page, report);
  stepsSection(page, report);
  strategiesSection(page, report);
  remediesSection(page, report);
  return page.text();
}

function changeSection(page: Page, report: ReshardReport): void {
  const { before, after, dropped } = report.change;
  const what = before.target === after.target ? before.target : `${before.target} to ${after.target}`;
  page.heading(`From ${before.shards.length} to ${plural(after.shards.length, "shard")}`, what);
  const measures = (["bytes", "rows", "accesses", "keys"] as const).filter((name) => !("unknown" in report.sum[name]));
  for (const name of measures) {
    const measured = report.sum[name];
    if ("unknown" in measured) continue;
    const lead = `  ${measureWords[name]}`.padEnd(17);
    page.paragraph(`${movedText(measured, name)} move; ${measured.from}`, lead);
  }
  for (const name of ["rows", "bytes"] as const) {
    const measured = report.sum[name];
    if ("unknown" in measured) page.paragraph(`unknown: ${measured.unknown}`, `  ${measureWords[name]}`.padEnd(17), "dim");
  }
  const told = report.sum[report.told];
  if (!("unknown" in told) && told.total > 0)
    page.paragraph(
      `an even load on ${plural(after.shards.length, "shard")} takes ` +
        `${shareText(told.leastForEven / told.total)} at least, from where they are now`,
      "  at least".padEnd(17),
    );
  for (const option of dropped) page.paragraph(`${option} is left out: it fits the old design only`, "  ! ", "yellow");
}

function tablesSection(page: Page, report: ReshardReport): void {
  page.heading("Tables", "what moves, what the formula expects, the least for new shards");
  for (const table of report.tables) {
    const { key, strategy } = table;
    const newKey = key.before.join() === key.after.join() ? key.before.join(", ") : `${key.before.join(", ")} to ${key.after.join(", ")}`;
    const newStrategy =
      strategy.before === strategy.after
        ? strategyWords[strategy.before]
        : `${strategyWords[strategy.before]} to ${strategyWords[strategy.after]}`;
    const best = (["rows", "accesses", "keys"] as const).find((name) => !("unknown" in table.measures[name]))!;
    const measured = table.measures[best];
    if ("unknown" in measured) continue;
    page.paragraph(
      `${movedText(measured, best)}; formula ${shareText(table.expected.share)}, least ${shareText(table.leastShare)}`,
      `  ${plainText(table.table)}  `,
    );
    const follows = table.follows === null ? "" : `, with ${table.follows}`;
    page.paragraph(`by ${newKey} (${newStrategy})${follows}: ${wayText(table.way)}`, "    ", "dim");
    if (table.keptShare < 1)
      page.paragraph(`an estimate from ${shareText(table.keptShare)} of the distinct keys`, "    ", "dim");
    for (const { reason, count } of table.leftOut)
      page.paragraph(`${plural(count, "occurrence")} left out: ${reason}`, "    ! ", "yellow");
  }
  for (const { tables, text } of unknownTexts(report)) page.paragraph(`${tables.join(", ")}: ${text}`, "  ? ");
  const references = referenceText(report);
  if (references !== undefined) page.paragraph(references);
  if (report.unsharded.length > 0) page.paragraph(`Not sharded, not moved: ${report.unsharded.join(", ")}.`);
  const formulas = [...new Set(report.tables.map(({ expected }) => expected.formula))];
  if (formulas.length > 0) page.paragraph(`formula: ${formulas.join("; ")} over even hashes`, "  ", "dim");
}

/** Shards that a page has room for; JSON has them all. */
const shownShards = 24;

function shardsSection(page: Page, report: ReshardReport): void {
  const { told, matrix } = report;
  page.heading("Who sends what to whom", `${measureWords[told]}; JSON has the whole matrix`);
  const shown = matrix.shards.slice(0, shownShards);
  const names = shown.map(({ name }) => plainText(name));
  const width = Math.min(20, Math.max(5, ...names.map(displayWidth)));
  const cell = (text: string): string => text.padStart(10);
  page.line(`  ${"shard".padEnd(width)}${["before", "sends", "receives", "after", "at peak"].map(cell).join("")}  sends to`);
  for (const [index, shard] of shown.entries()) {
    const sent = matrix.transfers.filter(({ from }) => from === shard.name);
    const received = matrix.transfers.filter(({ to }) => to === shard.name);
    const numbers = [shard.before, sumOf(sent), sumOf(received), shard.after, shard.peak];
    const lead = `  ${names[index]!.padEnd(width)}${numbers.map((amount) => cell(shortAmountText(amount, told))).join("")}  `;
    page.line(lead + receiversText(sent, page.width - displayWidth(lead)));
  }
  if (matrix.shards.length > shownShards) page.paragraph(`and ${matrix.shards.length - shownShards} more shards`);
  const sum = report.sum[told];
  if ("unknown" in sum) return;
  const ratio = (value: number | { unknown: string }): string => (typeof value === "number" ? value.toFixed(2) : "?");
  page.paragraph(
    `busiest shard over the mean: ${ratio(sum.worstOverMeanBefore)} before, ${ratio(sum.worstOverMeanAfter)} after`,
  );
}

const sumOf = (transfers: readonly { readonly amount: number }[]): number =>
  transfers.reduce((sum, { amount }) => sum + amount, 0);

/** As many receivers as fit, and how many more there are. */
function receiversText(sent: readonly { readonly to: string; readonly amount: number }[], room: number): string {
  const names = sent.toSorted((a, b) => b.amount - a.amount).map(({ to }) => plainText(to));
  for (let count = names.length; count > 0; count--) {
    const text = names.slice(0, count).join(" ") + (count < names.length ? ` +${names.length - count}` : "");
    if (displayWidth(text) <= room) return text;
  }
  return names.length === 0 ? "" : `${names.length}`;
}

function costSection(page: Page, report: ReshardReport): void {
  const { storage, matrix, told, seconds, procedure } = report;
  page.heading("What it takes");
  const shard = (name: string) => matrix.shards.find((each) => each.name === name)!;
  const [needs, fullest] = [shard(storage.needsMostExtra), shard(storage.fullestAtPeak)];
  const copied = procedure.copies === "everything" ? "a second copy of whole tables" : "copies, before anything is deleted";
  page.paragraph(
    `at the worst moment all shards hold ${storage.peakOverTotal.toFixed(2)} times what there is (${copied}); ` +
      `shard ${plainText(fullest.name)} is fullest with ${withUnit(fullest.peak, told)}, ` +
      `shard ${plainText(needs.name)} needs ${withUnit(needs.extra, told)} more than it has; logs kept for the copy come on top`,
    "  storage   ",
  );
  const { before, halfway, after } = report.capacity;
  page.paragraph(
    `the busiest shard lets them carry ${before.toFixed(1)} shards' worth before, ${halfway.toFixed(1)} with half of each copy ` +
      `done and deleted, ${after.toFixed(1)} after`,
    "  capacity  ",
  );
  page.paragraph(
    "unknown" in seconds ? `unknown: ${seconds.unknown}` : `${secondsText(seconds)} of copying; ${seconds.because.join("; ")}`,
    "  time      ",
  );
  const most = procedure.pause.mostSeconds;
  page.paragraph(`${procedure.pause.text}${most === null ? "" : `, ${most} s at most by default`}`, "  pause     ");
}

function stepsSection(page: Page, { procedure }: ReshardReport): void {
  page.heading("Steps", procedure.title);
  for (const [index, { action, check, back }] of procedure.steps.entries()) {
    page.paragraph(action, `  ${index + 1}. `);
    page.paragraph(check, "     check: ", "dim");
    page.paragraph(back, "     back:  ", "dim");
  }
  const numbers = new Map<string, number>();
  for (const source of procedure.facts.flatMap(({ sources }) => sources))
    if (!numbers.has(source)) numbers.set(source, numbers.size + 1);
  for (const { name, value, sources } of procedure.facts)
    page.paragraph(`${name}: ${value} [${sources.map((source) => numbers.get(source)!).join(",")}]`, "  - ", "dim");
  for (const [source, number] of numbers) page.paragraph(source, `    [${number}] `, "dim");
}

function strategiesSection(page: Page, { strategies, change, told }: ReshardReport): void {
  const [from, to] = [change.before.shards.length, change.after.shards.length];
  page.heading("All strategies side by side", `shares of ${measureWords[told === "bytes" ? "rows" : told]}; worst: over the mean`);
  page.line(`  ${"".padEnd(31)}${"switch".padStart(9)}${`${from} to ${to}`.padStart(11)}${"formula".padStart(9)}${`at ${from}`.padStart(9)}${`at ${to}`.padStart(9)}`);
  page.line(`  ${"strategy".padEnd(31)}${"now".padStart(9)}${"within".padStart(11)}${"within".padStart(9)}${"worst".padStart(9)}${"worst".padStart(9)}`);
  for (const { strategy, detail, switchingMovedShare, within, expected } of strategies) {
    const name = `${strategyWords[strategy]}${detail === null ? "" : ` (${detail})`}`;
    const cells =
      "unknown" in within || typeof switchingMovedShare !== "number"
        ? ["?", "?", shareText(expected.share), "?", "?"]
        : [
            shareText(switchingMovedShare),
            shareText(within.movedShare),
            shareText(expected.share),
            within.worstOverMeanBefore.toFixed(2),
            within.worstOverMeanAfter.toFixed(2),
          ];
    page.line(`  ${name.padEnd(31)}${cells.map((cell, column) => cell.padStart(column === 1 ? 11 : 9)).join("")}`);
  }
  page.paragraph(
    "switch now: from the design as it is; within: the next change of the same size, once it is in use. Our own documented " +
      "hash stands for the target's.",
    "  ",
    "dim",
  );
}

function remediesSection(page: Page, { remedies }: ReshardReport): void {
  if (remedies.length === 0) return;
  page.heading("Remedies for hot keys", "accesses of the log on the new shards");
  let table: string | undefined;
  for (const { table: name, remedy, setting, before, after, cost } of remedies) {
    if (name !== table) {
      table = name;
      page.paragraph(
        `worst ${before.worstOverMean.toFixed(2)}, fan-out ${before.meanFanOut.toFixed(2)}, carries ${before.scaleOut.toFixed(1)}x`,
        `  ${plainText(name)}  `,
      );
    }
    const becomes =
      "unknown" in after
        ? `unknown: ${after.unknown}`
        : `worst ${after.worstOverMean.toFixed(2)}, fan-out ${after.meanFanOut.toFixed(2)}, carries ${after.scaleOut.toFixed(1)}x`;
    page.paragraph(`${setting}: ${becomes}`, `    ${remedyWords[remedy].padEnd(13)}`);
    page.paragraph(cost, " ".repeat(17), "dim");
  }
}
