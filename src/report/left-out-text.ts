import { percentText, plural } from "./number-text.ts";
import type { Report } from "./schema.ts";

/** What the user's filters left out, in words, and what a sample means for the numbers. */
export function leftOutText({ leftOut, sample }: Pick<Report["read"], "leftOut" | "sample">): readonly string[] {
  const reasons = leftOut.toSorted((a, b) => b.count - a.count);
  const lines = reasons.length === 0 ? [] : [`left out: ${reasons.map(({ reason, count }) => `${plural(count, "record")} ${reason}`).join(", ")}`];
  if (sample === null) return lines;
  const { rate, seed, relativeError } = sample;
  return [
    ...lines,
    `a sample of ${percentText(rate)}, seed ${seed}: counts are of the sample; loads are scaled up to the whole, ` +
      `±${percentText(relativeError)} (standard error); distinct values of the whole are more`,
  ];
}
