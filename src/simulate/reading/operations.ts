import { scenarioHints } from "../scenario-shape.ts";
import type { Cluster, Operation, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readOperations(source: ScenarioSource, cluster: Cluster): Operation[] {
  const { operations } = source.shape;
  if (operations === undefined) {
    if (needsNoOperations(source)) return [];
    return source.fail(["operations"], '"operations" is missing', scenarioHints["operations"]!);
  }
  const names = operations.map(({ name }) => name);
  return operations.map((operation, index): Operation => {
    const at = ["operations", index];
    const { name, kind, share, arrivals, follows, service, stages, touches } = operation;
    if (names.indexOf(name) < index)
      source.fail([...at, "name"], `operation "${name}" is there twice`, "each operation has a name of its own");
    if (Number(share !== undefined) + Number(arrivals !== undefined) + Number(follows !== undefined) > 1)
      source.fail(at, `"${name}" comes in two ways`, 'give one of "share", "arrivals" and "follows"');
    if ((service === undefined) === (stages === undefined))
      source.fail(at, `"${name}" needs a service time`, 'give either "service: { exponential: 1ms }" or "stages"');
    if (typeof touches === "number" && touches > cluster.shards)
      source.fail([...at, "touches"], `there are ${cluster.shards} shards only`, 'give fewer, or "all"');
    const keyCount = typeof operation.keys === "number" ? { from: operation.keys, to: operation.keys } : operation.keys;
    if (keyCount.from > keyCount.to)
      source.fail([...at, "keys"], "it ends before it begins", "write { from: 1, to: 100 }");
    if (touches !== undefined && keyCount.to > 1)
      source.fail([...at, "keys"], 'the shards follow from the keys, or from "touches"', "leave one of the two out");
    if (operation.arrivals?.process === "closed" && operations.length > 1)
      source.fail([...at, "arrivals"], "closed clients choose among all operations", 'give "arrivals" at the top');
    return {
      name,
      kind,
      share: arrivals === undefined && follows === undefined ? (share ?? 1) : 0,
      arrivals,
      follows: follows && followsOf(source, index, names),
      stages: stages === undefined ? [{ station: 0, service: service! }] : stagesOf(source, index, cluster),
      priority: operation.priority,
      touches: touches === undefined || touches === 1 ? "keys" : touches,
      keyCount,
      consecutive: operation.consecutive,
      merge: operation.merge,
      answers: answersOf(source, index),
      apply: operation.apply,
    };
  });
}

function answersOf(source: ScenarioSource, index: number): number | undefined {
  const { answers, kind, name } = source.shape.operations![index]!;
  if (answers !== undefined && kind === "write")
    source.fail(["operations", index, "answers"], `"${name}" is a write, and done where it was written`, 'write "kind: read", or leave it out');
  return answers;
}

function followsOf(source: ScenarioSource, index: number, names: readonly string[]): NonNullable<Operation["follows"]> {
  const { operation, after } = source.shape.operations![index]!.follows!;
  const at = names.indexOf(operation);
  const path = ["operations", index, "follows", "operation"];
  if (at < 0) source.fail(path, `there is no operation "${operation}"`, `operations are ${names.join(", ")}`);
  const seen = new Set([index]);
  for (let next = at; ; ) {
    if (seen.has(next)) source.fail(path, `"${operation}" follows it in turn`, "the first of a chain has a share or arrivals");
    seen.add(next);
    const before = source.shape.operations![next]!.follows;
    if (before === undefined || !names.includes(before.operation)) break;
    next = names.indexOf(before.operation);
  }
  return { operation: at, afterMs: after };
}

function stagesOf(source: ScenarioSource, index: number, cluster: Cluster): Operation["stages"] {
  const names = cluster.stations.map(({ name }) => name);
  return source.shape.operations![index]!.stages!.map(({ station, service }, stage) => {
    const at = names.indexOf(station);
    if (at >= 0) return { station: at, service };
    const path = ["operations", index, "stages", stage, "station"];
    return source.fail(path, `there is no station "${station}"`, `stations are ${names.join(", ")}`);
  });
}

/** For the operations with a share. */
export function readSharedArrivals(source: ScenarioSource, operations: readonly Operation[]): Scenario["arrivals"] {
  const { arrivals } = source.shape;
  const shared = operations.some(({ share }) => share > 0);
  if (shared && arrivals === undefined)
    source.fail(["arrivals"], '"arrivals" is missing', "write {process: poisson, rate: 800/s}, or give each operation its own");
  if (!shared && arrivals !== undefined && operations.length > 0)
    source.fail(["arrivals"], "no operation has a share of these arrivals", 'give one a "share"');
  if (arrivals?.process === "replay" && source.shape.duration !== undefined && arrivals.timesMs[0]! >= source.shape.duration)
    source.fail(["arrivals", "times", 0], "the first arrival comes after the end of the simulation", "give earlier times, or a longer duration");
  return shared ? arrivals : undefined;
}

/** What is about formulas or a probe alone. */
export function needsNoOperations(source: ScenarioSource): boolean {
  return source.shape.staleness !== undefined || source.shape.availability !== undefined;
}
