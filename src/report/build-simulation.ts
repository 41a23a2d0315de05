import { findingsOfSimulation } from "../advice/simulation-findings.ts";
import { assumptionsOf } from "../simulate/assumptions.ts";
import { type Capacity, holds, measureName } from "../simulate/capacity.ts";
import { exactAnswers } from "../simulate/exact-answers.ts";
import type { Measure } from "../simulate/measures.ts";
import type { Outcome } from "../simulate/tasks.ts";
import { findingPart } from "./finding-part.ts";
import type { Simulation, SimulationVariant } from "./simulation-schema.ts";

export interface SimulationInput {
  readonly toolVersion: string;
  readonly inputs: Simulation["inputs"];
  readonly seed: number;
  readonly variants: readonly { readonly varied: Readonly<Record<string, string>>; readonly outcome: Outcome }[];
}

/** The simulation's outcome as the value that all renderers print. */
export function buildSimulation(input: SimulationInput): Simulation {
  return {
    kind: "simulation",
    version: 1,
    tool: { name: "shardplan", version: input.toolVersion },
    inputs: input.inputs,
    seed: input.seed,
    variants: input.variants.map(({ varied, outcome }) => variantOf({ ...varied }, outcome)),
  };
}

/** JSON has no NaN: what is unknown is null. */
const known = (value: number): number | null => (Number.isFinite(value) ? value : null);

function variantOf(varied: Record<string, string>, outcome: Outcome): SimulationVariant {
  const { scenario, first, measures } = outcome;
  const { cluster } = scenario;
  return {
    varied,
    name: scenario.name,
    durationMs: scenario.durationMs,
    warmupMs: scenario.warmupMs,
    speed: scenario.speed,
    shards: cluster.shards,
    replicas: cluster.replicas,
    replication: cluster.replication.mode,
    runs: outcome.runs,
    engine: first?.engine ?? null,
    engineBecause: first?.because ?? null,
    assumptions: [...assumptionsOf(scenario)],
    measures: measures.map(measureOf),
    exact: [...exactAnswers(scenario)],
    capacity: outcome.capacity === undefined ? null : capacityOf(outcome.capacity),
    knee: outcome.knee === undefined ? null : capacityOf(outcome.knee),
    objective: scenario.objective?.text ?? null,
    expectations: expectationsOf(outcome),
    series:
      first === undefined
        ? null
        : {
            sliceMs: scenario.durationMs / first.servedPerSecond.length,
            batchMs: (scenario.durationMs - scenario.warmupMs) / first.latencyP99.length,
            latencyMsP99: first.latencyP99.map(known),
            servedPerSecond: first.servedPerSecond.map(known),
          },
    shardHistories: (first?.shards ?? []).map(({ lagAboveMs, ...shard }) => ({
      ...shard,
      utilisation: known(shard.utilisation),
      replicaUtilisation: known(shard.replicaUtilisation),
      busiestOperation: shard.busiestOperation === "" ? null : shard.busiestOperation,
      busiestOperationShare: known(shard.busiestOperationShare),
      lagMsP50: known(shard.lagMsP50),
      lagMsP95: known(shard.lagMsP95),
      lagMsMax: known(shard.lagMsMax),
      secondsAbove5s: lagAboveMs[0]! / 1000,
      secondsAbove30s: lagAboveMs[1]! / 1000,
      utilisationSeries: shard.utilisationSeries.map(known),
      queueSeries: shard.queueSeries.map(known),
      lagMsSeries: shard.lagMsSeries.map(known),
    })),
    failovers: outcome.failovers.map((failover) => ({
      ...failover,
      detectedAtMs: known(failover.detectedAtMs),
      electedAtMs: known(failover.electedAtMs),
      restoredAtMs: known(failover.restoredAtMs),
    })),
    moves: (first?.moves ?? []).map((move) => ({
      ...move,
      copiedAtMs: known(move.copiedAtMs),
      doneAtMs: known(move.doneAtMs),
    })),
    findings: findingsOfSimulation(outcome).map((finding) => findingPart(finding)),
  };
}

function measureOf({ name, unit, value, low, high, samples, note }: Measure): SimulationVariant["measures"][number] {
  return { name, unit, value: known(value), low: known(low), high: known(high), samples, note: note ?? null };
}

function capacityOf(capacity: Capacity): NonNullable<SimulationVariant["capacity"]> {
  const { shard, limit, operation } = capacity;
  return {
    speed: known(capacity.speed),
    requestsPerSecond: known(capacity.perSecond),
    limitedBy: shard < 0 ? null : { shard, node: limit, operation },
    precision: capacity.precision,
    runs: capacity.runs,
    note: capacity.note ?? null,
  };
}

function expectationsOf({ scenario, measures }: Outcome): SimulationVariant["expectations"] {
  return scenario.expect.map((expectation) => {
    const measure = measures.find(({ name }) => name === measureName(expectation));
    return {
      text: expectation.text,
      value: measure === undefined ? null : known(measure.value),
      holds: holds(expectation, measures) ?? null,
      note: measure?.note ?? null,
    };
  });
}

/** Whether something that the user expects did not come true, or could not be told. */
export function expectationsFailed(simulation: Simulation): boolean {
  return simulation.variants.some(({ expectations }) => expectations.some(({ holds }) => holds !== true));
}
