import { type Capacity, kneeFor, sustainableThroughput } from "./capacity.ts";
import { measuresOfRuns } from "./measures.ts";
import type { Scenario } from "./scenario.ts";
import { type RunOutcome, runScenario, seedOfRun } from "./simulate.ts";
import { probeMeasures } from "./probe-measures.ts";
import { type ProbeCounts, probePartTrials, probeStaleness, sumOfProbes } from "./staleness-probe.ts";
import type { Measure } from "./measures.ts";

/** A piece of work that a thread can do by itself. */
export type Task =
  | { readonly kind: "run"; readonly scenario: Scenario }
  | { readonly kind: "probe"; readonly scenario: Scenario; readonly seed: number; readonly trials: number }
  | { readonly kind: "capacity"; readonly scenario: Scenario }
  | { readonly kind: "knee"; readonly scenario: Scenario };

export type TaskResult =
  | { readonly kind: "run"; readonly outcome: RunOutcome }
  | { readonly kind: "probe"; readonly counts: ProbeCounts }
  | { readonly kind: "capacity"; readonly capacity: Capacity }
  | { readonly kind: "knee"; readonly capacity: Capacity };

/** What a scenario came to, all runs together. */
export interface Outcome {
  readonly scenario: Scenario;
  /** The first run: its seed is the scenario's. */
  readonly first: RunOutcome | undefined;
  readonly runs: number;
  readonly measures: readonly Measure[];
  /** Outages of all runs. */
  readonly failovers: RunOutcome["failovers"];
  readonly capacity: Capacity | undefined;
  readonly knee: Capacity | undefined;
}

/** The pieces of a scenario. Which ones there are does not depend on how many threads do them. */
export function tasksOf(scenario: Scenario, search: boolean): readonly Task[] {
  const tasks: Task[] = [];
  if (scenario.operations.length > 0) {
    for (let run = 0; run < scenario.runs; run++)
      tasks.push({ kind: "run", scenario: { ...scenario, seed: seedOfRun(scenario.seed, run) } });
    if (search) tasks.push({ kind: "capacity", scenario });
    if (search && scenario.objective !== undefined) tasks.push({ kind: "knee", scenario });
  }
  const trials = scenario.staleness?.trials ?? 0;
  for (let part = 0; part * probePartTrials < trials; part++) {
    const left = Math.min(probePartTrials, trials - part * probePartTrials);
    tasks.push({ kind: "probe", scenario, seed: seedOfRun(scenario.seed, part), trials: left });
  }
  return tasks;
}

export function doTask(task: Task): TaskResult {
  switch (task.kind) {
    case "run":
      return { kind: "run", outcome: runScenario(task.scenario) };
    case "probe":
      return { kind: "probe", counts: probeStaleness(task.scenario, task.seed, task.trials) };
    case "capacity":
      return { kind: "capacity", capacity: sustainableThroughput(task.scenario) };
    case "knee":
      return { kind: "knee", capacity: kneeFor(task.scenario, task.scenario.objective!) };
  }
}

/** Puts the results of all tasks of a scenario together, in the order of `tasksOf`. */
export function outcomeOf(scenario: Scenario, results: readonly TaskResult[]): Outcome {
  const runs = results.flatMap((result) => (result.kind === "run" ? [result.outcome] : []));
  const probes = results.flatMap((result) => (result.kind === "probe" ? [result.counts] : []));
  const found = (kind: "capacity" | "knee"): Capacity | undefined => {
    const result = results.find((each) => each.kind === kind);
    return result !== undefined && "capacity" in result ? result.capacity : undefined;
  };
  return {
    scenario,
    first: runs[0],
    runs: runs.length,
    measures: [
      ...(runs.length === 0 ? [] : measuresOfRuns(runs.map(({ measures }) => measures))),
      ...(probes.length === 0 ? [] : probeMeasures(scenario, sumOfProbes(probes))),
    ],
    failovers: runs.flatMap(({ failovers }) => failovers),
    capacity: found("capacity"),
    knee: found("knee"),
  };
}
