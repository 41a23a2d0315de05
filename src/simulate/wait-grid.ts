import { power } from "../stats/power.ts";
import { ProbedOperation } from "./probed-operation.ts";
import type { Scenario } from "./scenario.ts";

/** The shares of consistent reads whose wait after the commit is told. */
export const waitPercentiles = [
  ["p99", 0.99],
  ["p99.9", 0.999],
] as const;

const pilotTrials = 4096;
/** A fine step is five percent, a coarse one four times as long. */
const fineSteps = 6;
const coarseSteps = 13;

/**
 * Times at which a probe counts stale reads so that the wait for a share of consistent ones can be read off between two
 * of them: close together where a few trials say that it lies, and coarsely up to where no read is stale. It
 * follows from the scenario alone.
 */
export function waitGrid(scenario: Scenario): Float64Array<ArrayBuffer> {
  const pilot = new ProbedOperation(scenario, scenario.seed, "staleness pilot");
  if (pilot.neverStale) return Float64Array.of(0);
  const coarse = Float64Array.from({ length: coarseSteps }, (_, step) => scaleOf(scenario) * 4 ** (step - (coarseSteps - 1) / 2));
  const times = Float64Array.from([0, ...coarse]);
  const stale = new Float64Array(times.length);
  for (let trial = 0; trial < pilotTrials; trial++) {
    pilot.next();
    times.forEach((time, at) => (stale[at]! += pilot.staleAfter(time) / pilotTrials));
  }
  const fine = waitPercentiles.flatMap(([, share]) => {
    const near = whereBelow(times, stale, 1 - share);
    return near === 0 || near === Infinity ? [] : Array.from({ length: 2 * fineSteps + 1 }, (_, step) => near * power(1.05, step - fineSteps));
  });
  return Float64Array.from([...times, ...fine]).sort();
}

/** A time of the order of those that writes take. */
function scaleOf(scenario: Scenario): number {
  const pilot = new ProbedOperation(scenario, scenario.seed, "staleness scale");
  pilot.next();
  return Math.max(1e-3, pilot.committed);
}

/**
 * The first time at which chances that fall with it are `bound` or less, in a straight line between the logarithms of
 * both; Infinity when they stay above it.
 */
export function whereBelow(times: ArrayLike<number>, chances: ArrayLike<number>, bound: number): number {
  for (let at = 0; at < times.length; at++) {
    if (chances[at]! > bound) continue;
    if (at === 0) return times[0]!;
    const [from, to] = [times[at - 1]!, times[at]!];
    const [above, below] = [chances[at - 1]!, chances[at]!];
    if (below === 0 || from === 0) return from + ((above - bound) / (above - below)) * (to - from);
    const part = Math.log(above / bound) / Math.log(above / below);
    return from * power(to / from, part);
  }
  return Infinity;
}
