import { bytesText, countText, durationText, percentText, wholeText } from "./number-text.ts";
import type { ReportedMeasure, ReshardReport } from "./schema-reshard.ts";

/** What the renderers of `reshard` say alike. */

export const measureWords = { keys: "distinct keys", accesses: "accesses", rows: "rows", bytes: "bytes" } as const;

export const wayWords = {
  function: "placed anew by its function",
  slots: "whole slots move",
  slices: "parts of the hash move",
  ranges: "ranges are split where a shard is too full",
  directory: "single entries change",
} as const;

export const remedyWords = {
  salt: "salt",
  isolate: "isolate",
  "split-range": "split ranges",
  cache: "cache",
  "compound-key": "compound key",
} as const;

type Measure = keyof typeof measureWords;

export const amountText = (amount: number, measure: Measure): string =>
  measure === "bytes" ? bytesText(Math.round(amount)) : wholeText(amount);

/** `4,000 rows`, `12 MB`. */
export const withUnit = (amount: number, measure: Measure): string =>
  measure === "bytes" ? amountText(amount, measure) : `${amountText(amount, measure)} ${measureWords[measure]}`;

export const shortAmountText = (amount: number, measure: Measure): string =>
  measure === "bytes" ? bytesText(Math.round(amount)) : countText(Math.round(amount));

/** `8,331 of 50,000 rows (17 %)`, with its error where it is an estimate. */
export function movedText(measured: ReportedMeasure, measure: Measure): string {
  const error = measured.movedShareError > 0 ? ` ±${(measured.movedShareError * 100).toPrecision(2)}` : "";
  const about = measured.movedShareError > 0 ? "about " : "";
  const unit = measure === "bytes" ? "" : ` ${measureWords[measure]}`;
  return (
    `${about}${amountText(measured.moved, measure)} of ${amountText(measured.total, measure)}${unit} ` +
    `(${shareText(measured.movedShare)}${error})`
  );
}

/** A share in percent with one digit more than elsewhere: what moves is compared with formulas. */
export function shareText(share: number): string {
  return share > 0 && share < 1 ? `${(share * 100).toFixed(1)} %` : percentText(share);
}

export function secondsText({ least, most }: { readonly least: number; readonly most: number }): string {
  const [from, to] = [durationText(least), durationText(most)];
  return from === to ? from : `${from} to ${to}`;
}

export function wayText(way: ReshardReport["tables"][number]["way"]): string {
  if (way.by === "slots") return `${wholeText(way.moved!)} of ${wholeText(way.count!)} ${way.unit!}s move whole`;
  if (way.by === "slices")
    return `moved in ${wholeText(way.count!)}ths of the hash, which stand in for the target's own cuts`;
  return way.because === null ? wayWords[way.by] : `${wayWords[way.by]}: ${way.because}`;
}

/** Tables of which nothing is known for the same reason, in one sentence each. */
export function unknownTexts({
  unknownTables,
}: ReshardReport): readonly { readonly tables: readonly string[]; readonly text: string }[] {
  const byText = new Map<string, string[]>();
  for (const { table, reason, expected } of unknownTables) {
    const text = `${reason}; the formula expects ${shareText(expected.share)}`;
    byText.set(text, [...(byText.get(text) ?? []), table]);
  }
  return [...byText].map(([text, tables]) => ({ tables, text }));
}

/** A sentence for tables that every new shard gets whole. */
export function referenceText({ referenceCopies }: ReshardReport): string | undefined {
  const [one] = referenceCopies;
  if (one === undefined) return undefined;
  const names = referenceCopies.map(({ table, rows }) =>
    typeof rows === "number" ? `${table} (${wholeText(rows)} rows)` : table,
  );
  return one.newShards === 0
    ? `Reference tables stay as they are: ${names.join(", ")}.`
    : `Reference tables go whole to each of the ${one.newShards} new shards: ${names.join(", ")}.`;
}
