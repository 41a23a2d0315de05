import { percentDigits, timesText } from "./number-text.ts";
import type { Report, ReportDesign, ReportDesigns } from "./schema.ts";
import { baselineWords, lossWords, strategyWords } from "./words.ts";

/** One line of the table of designs: the recommended one, the others, the baselines. */
export interface DesignRow {
  readonly name: string;
  readonly cells: readonly string[];
}

/** In the order of `DesignRow.cells`; the ones that are dropped first where there is no room have the highest number. */
export const designColumns = [
  { heading: ["on one", "shard %"], dropOrder: 0 },
  { heading: ["on all", "%"], dropOrder: 1 },
  { heading: ["joins", "across %"], dropOrder: 2 },
  { heading: ["trans-", "actions", "across %"], dropOrder: 1 },
  { heading: ["not", "known %"], dropOrder: 3 },
  { heading: ["", "carry"], dropOrder: 0 },
] as const;

export function designRows({ designs, baselines }: ReportDesigns): readonly DesignRow[] {
  return [
    ...designs.map((design, index) => ({
      name: index === 0 ? "1 recommended" : String(index + 1),
      cells: cellsOf(design),
    })),
    ...baselines.map(({ name, design }) => ({ name: baselineWords[name], cells: cellsOf(design) })),
  ];
}

function cellsOf({ statements: { byExecutions }, transactions, ...design }: ReportDesign): readonly string[] {
  const all = byExecutions.percentageOfEveryShard + byExecutions.percentageOfReferenceWrites;
  return [
    percentDigits(byExecutions.percentageOfOneShard / 100),
    percentDigits(all / 100),
    percentDigits(byExecutions.percentageOfCrossShardJoins / 100),
    "unknown" in transactions ? "?" : percentDigits(crossingShare(transactions)),
    percentDigits(byExecutions.percentageOfUnknown / 100),
    factorText(design),
  ];
}

/** What is not known of counts as crossing. */
function crossingShare({ reading, writing }: Exclude<ReportDesign["transactions"], { unknown: string }>): number {
  const all = reading.transactions + writing.transactions;
  const crossing = [reading, writing].reduce(
    (sum, counts) =>
      sum + (counts.transactions * (counts.percentageOfCrossShard + counts.percentageOfUnknown)) / 100,
    0,
  );
  return all === 0 ? 0 : crossing / all;
}

/** "2.8x", with "up to" where the balance is not known. */
export function factorText({
  scaleOutFactor,
  scaleOutFactorIsUpperBound,
}: Pick<ReportDesign, "scaleOutFactor" | "scaleOutFactorIsUpperBound">): string {
  return `${scaleOutFactorIsUpperBound ? "<=" : ""}${timesText(scaleOutFactor)}`;
}

/** The tables of a design, those that live together in one line. */
export function designLines({ tables }: ReportDesign): readonly string[] {
  const sharded = tables.filter(({ kind }) => kind === "sharded");
  const leaders = sharded.filter(({ colocatedWith }) => colocatedWith === null);
  const lines = leaders.map((leader) => {
    const byKey = new Map<string, string[]>();
    for (const { table, shardKey, colocatedWith } of sharded) {
      if (colocatedWith !== leader.table) continue;
      const key = shardKey.join(", ");
      byKey.set(key, [...(byKey.get(key) ?? []), table]);
    }
    const followers = [...byKey].map(([key, names]) => `${names.join(", ")} by ${key}`);
    const led = `${leader.table} by ${leader.shardKey.join(", ")} (${strategyWords[leader.strategy!]})`;
    return followers.length === 0 ? led : `${led}, and with it ${followers.join("; ")}`;
  });
  const named = (kind: string): readonly string[] =>
    tables.filter((table) => table.kind === kind).map(({ table }) => table);
  const copied = named("reference");
  const unsharded = named("unsharded");
  if (copied.length > 0) lines.push(`copied to every shard: ${copied.join(", ")}`);
  if (unsharded.length > 0) lines.push(`unsharded: ${unsharded.join(", ")}`);
  return lines;
}

export function lossText({ losses }: Pick<ReportDesign, "losses">): string {
  return losses
    .filter(({ shards }) => shards >= 0.05)
    .map(({ cause, shards }) => `${lossWords[cause]} ${shards.toFixed(1)}`)
    .join(", ");
}

/** What makes another design different from the recommended one, and what it loses more by that. */
export function differenceText(design: ReportDesign, recommended: ReportDesign): string {
  const changes = design.tables.flatMap((table, index) => {
    const own = recommended.tables[index]!;
    if (own.kind === table.kind && own.shardKey.join() === table.shardKey.join()) return [];
    return [table.kind === "sharded" ? `${table.table} by ${table.shardKey.join(", ")}` : `${table.table} ${table.kind}`];
  });
  const shown = changes.slice(0, 4).join(", ") + (changes.length > 4 ? ` and ${changes.length - 4} more` : "");
  const more = design.losses
    .map(({ cause, shards }, index) => ({ cause, shards: shards - recommended.losses[index]!.shards }))
    .reduce((a, b) => (b.shards > a.shards ? b : a));
  return more.shards < 0.05
    ? shown
    : `${shown}; ${lossWords[more.cause]} ${more.shards.toFixed(1)} shards more`;
}

/** Why a table is as it is, and what the best other way would cost. */
export function reasonText(reason: ReportDesigns["reasons"][number], design: ReportDesign): readonly [string, string] {
  const { table, because, alternative } = reason;
  const own = design.tables.find((candidate) => candidate.table === table)!;
  const why = `${table} ${optionText(own)}: ${because}`;
  if (alternative === null) return [why, ""];
  const cost =
    alternative.loss === null || alternative.loss.shards < 0.005
      ? ""
      : `, ${lossWords[alternative.loss.cause]} ${alternative.loss.shards.toFixed(2)} shards more`;
  return [why, `else ${optionText(alternative)}: ${timesText(alternative.scaleOutFactor)}${cost}`];
}

function optionText({ kind, shardKey }: { readonly kind: string; readonly shardKey: readonly string[] }): string {
  return kind === "sharded" ? `by ${shardKey.join(", ")}` : kind === "reference" ? "copied" : kind;
}

/** How many designs there are, and whether the search looked at all of them. */
export function searchText({ search }: Report["designs"]): string {
  const designs = search.designsLog10 < 4 ? Math.round(10 ** search.designsLog10) : `10^${search.designsLog10.toFixed(1)}`;
  return `${designs} designs, ${search.provenBest ? "proven best" : "not proven best"}`;
}
