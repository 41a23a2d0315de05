import type { TemplateUse, Workload } from "../workload/workload.ts";

/** Quantiles that a template's times are told by. */
const points = 100;

/**
 * Service times of a template in milliseconds, ascending: quantiles of the sampled durations, stretched so that their
 * mean is the mean of all of the template's durations. Undefined where the log has none. Templates that reach a table
 * alike share one sample; where it has no durations, all are taken to be the mean.
 */
export function serviceTimesMs(use: TemplateUse, { shapes }: Workload): readonly number[] | undefined {
  if (use.timed === 0 || use.timeMicros === 0) return undefined;
  const meanMs = use.timeMicros / use.timed / 1000;
  const sampled = use.shapes
    .flatMap((shape) => shapes[shape]!.sample.events())
    .flatMap(({ durationMicros }) => (durationMicros > 0 ? [durationMicros / 1000] : []))
    .sort((a, b) => a - b);
  if (sampled.length < 2) return [meanMs, meanMs];
  const count = Math.min(points, sampled.length - 1);
  const quantiles = Array.from({ length: count + 1 }, (_, point) => sampled[Math.round((point * (sampled.length - 1)) / count)]!);
  // The mean of a straight line between two quantiles is their middle.
  const inner = quantiles.slice(1, -1).reduce((sum, value) => sum + value, 0);
  const mean = (inner + (quantiles[0]! + quantiles[count]!) / 2) / count;
  return quantiles.map((value) => (value * meanMs) / mean);
}
