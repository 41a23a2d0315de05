import { LogHistogram } from "../stats/log-histogram.ts";
import { type Estimate, exactly, unknownEstimate } from "./interval.ts";
import type { Measure } from "./measures.ts";
import type { Scenario } from "./scenario.ts";
import type { ProbeCounts, StaleSums } from "./staleness-probe.ts";
import { waitGrid, waitPercentiles, whereBelow } from "./wait-grid.ts";

/** What the trials of a probe come to. */
export function probeMeasures(scenario: Scenario, probe: ProbeCounts): readonly Measure[] {
  const measures: Measure[] = [];
  const add = (name: string, unit: Measure["unit"], estimate: Estimate): void => {
    measures.push({ name, unit, ...estimate });
  };
  scenario.staleness!.afterMs.forEach((after, at) => {
    const { value, error } = chanceAt(probe.stale, at);
    add(`consistent.after ${after}ms`, "share", {
      value: 1 - value,
      low: Math.max(0, 1 - value - error),
      high: Math.min(1, 1 - value + error),
      samples: probe.trials,
      note: undefined,
    });
  });
  const grid = waitGrid(scenario);
  for (const [label, share] of waitPercentiles) add(`consistent.wait.${label}`, "ms", waitFor(probe, grid, 1 - share));
  for (const [name, counts] of [["read", probe.reads], ["write", probe.writes]] as const) {
    const histogram = new LogHistogram(counts);
    const sums = name === "read" ? probe.readSums : probe.writeSums;
    add(`probe.${name}.mean`, "ms", meanOfTrials(sums, probe.trials));
    for (const [label, p] of [["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999]] as const)
      add(`probe.${name}.${label}`, "ms", quantileOfTrials(histogram, p));
  }
  return measures;
}

/** The chance of a stale read, and half of its 95 % interval. */
function chanceAt({ sums, squares, passes, trials }: StaleSums, at: number): { value: number; error: number } {
  const sum = sums[at]!;
  // No trial could be stale, so none was judged.
  if (trials === 0) return { value: 0, error: 0 };
  const variance = passes < 2 ? Infinity : Math.max(0, squares[at]! - (sum * sum) / passes) * (passes / (passes - 1));
  return { value: sum / trials, error: sum === 0 ? 0 : (1.96 * Math.sqrt(variance)) / trials };
}

/** The wait after which no more than this share of reads is stale. */
function waitFor(probe: ProbeCounts, grid: Float64Array, bound: number): Estimate {
  const chances = Array.from(grid, (_, at) => chanceAt(probe.gridStale, at));
  const below = (error: number): number => whereBelow(grid, chances.map((chance) => Math.max(0, chance.value + error * chance.error)), bound);
  const value = below(0);
  const samples = probe.trials;
  if (value === Infinity) return { ...unknownEstimate(`more than ${grid.at(-1)!} ms`), samples };
  if (value === 0 && below(1) === 0) return exactly(0, samples);
  const high = below(1);
  return { value, low: below(-1), high: high === Infinity ? NaN : high, samples, note: undefined };
}

function meanOfTrials([sum, squares]: readonly [number, number], samples: number): Estimate {
  const value = sum / samples;
  const error = 1.96 * Math.sqrt(Math.max(0, squares / samples - value * value) / samples);
  return { value, low: value - error, high: value + error, samples, note: undefined };
}

/** Independent trials: the interval is that of the rank. */
function quantileOfTrials(histogram: LogHistogram, p: number): Estimate {
  const samples = histogram.total;
  const error = 1.96 * Math.sqrt((p * (1 - p)) / samples);
  const value = histogram.quantile(p);
  if (samples * (1 - p) < 10) return { value, low: NaN, high: NaN, samples, note: `too few samples: ${samples} of them` };
  return { value, low: histogram.quantile(p - error), high: histogram.quantile(Math.min(1, p + error)), samples, note: undefined };
}
