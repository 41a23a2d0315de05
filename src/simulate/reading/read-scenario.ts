import { constant } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import { readClients, readReads } from "./clients.ts";
import { readCluster } from "./cluster.ts";
import { readAvailability, readFailover, readFault } from "./failures.ts";
import { readKeys } from "./keys.ts";
import { readMoves } from "./moves.ts";
import { needsNoOperations, readOperations, readSharedArrivals } from "./operations.ts";
import type { ScenarioSource } from "./scenario-source.ts";
import { readStaleness } from "./staleness.ts";

/** Puts the parts together and holds them against each other. */
export function readScenario(source: ScenarioSource): Scenario {
  const { shape } = source;
  const durationMs = durationOf(source);
  const warmupMs = shape.warmup ?? 0;
  if (warmupMs >= durationMs)
    source.fail(["warmup"], "the warm-up is as long as the simulation", "give a warmup shorter than the duration");
  const cluster = readCluster(source);
  const operations = readOperations(source, cluster);
  return {
    name: shape.name,
    notes: shape.notes,
    seed: shape.seed,
    durationMs,
    warmupMs,
    runs: shape.runs,
    speed: shape.speed,
    arrivals: readSharedArrivals(source, operations),
    operations,
    keys: readKeys(source, cluster),
    cluster,
    reads: readReads(source, cluster),
    clients: readClients(source),
    transactions: {
      prepare: shape.transactions.prepare ?? constant(0),
      commit: shape.transactions.commit ?? constant(0),
      locks: shape.transactions.locks,
    },
    failover: readFailover(source),
    faults: shape.faults.map((_, index) => readFault(source, index, cluster, durationMs)),
    moves: readMoves(source, cluster, durationMs),
    staleness: readStaleness(source, cluster),
    availability: readAvailability(source),
    limitsMs: shape.limits,
    objective: shape.objective,
    expect: shape.expect,
  };
}

function durationOf(source: ScenarioSource): number {
  const { duration, operations } = source.shape;
  if (duration !== undefined) return duration;
  if (operations === undefined && needsNoOperations(source)) return 1;
  return source.fail(["duration"], '"duration" is missing', 'say how long to simulate, such as "duration: 60s"');
}
