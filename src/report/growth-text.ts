import { percentText } from "./number-text.ts";
import type { Report } from "./schema.ts";

/** When the next rungs are due, in one sentence each; none unless `--growth` was given. */
export function growthText({ growth }: Report["load"]): readonly string[] {
  if (growth === undefined) return [];
  const due = (what: string, years: number | { readonly unknown: string }): string =>
    typeof years !== "number" ? `${what}: unknown, ${years.unknown}` : years === 0 ? `${what}: now` : `${what}: in ${years.toFixed(1)} years`;
  return [
    `at ${percentText(growth.sharePerYear)} more load a year, evenly, reads and writes alike, on these servers:`,
    due("scale up", growth.scaleUpYears),
    due("add replicas", growth.replicasYears),
    due("shard", growth.shardYears),
  ];
}
