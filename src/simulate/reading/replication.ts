import { constant } from "../distribution.ts";
import type { Leaderless, Replication } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readReplication(source: ScenarioSource): { replicas: number; replication: Replication } {
  const { replication, replicas: given } = source.shape.cluster;
  const { mode } = replication;
  const at = ["cluster", "replication"];
  const leaderless = mode === "leaderless" ? leaderlessOf(source) : undefined;
  for (const key of ["n", "r", "w", "readFrom", "readRepair", "hintedHandoff", "legs"] as const) {
    if (mode !== "leaderless" && replication[key] !== undefined)
      source.fail([...at, key], `"${key}" belongs to leaderless replication`, 'write "mode: leaderless", or leave it out');
  }
  if (mode !== "multi-leader" && replication.leaders !== undefined)
    source.fail([...at, "leaders"], '"leaders" belongs to multi-leader replication', 'write "mode: multi-leader"');
  const implied = leaderless ? leaderless.nodes - 1 : mode === "multi-leader" ? (replication.leaders ?? 2) - 1 : undefined;
  if (implied !== undefined && given !== undefined && given !== implied)
    source.fail(["cluster", "replicas"], `${mode} replication has ${implied} besides the first node`, "leave replicas out");
  const replicas = implied ?? given ?? 0;
  const acks = acksOf(source, replicas);
  return {
    replicas,
    replication: {
      mode,
      acks,
      acknowledge: replication.acknowledge,
      delivery: replication.delivery,
      delay: replication.delay ?? constant(0),
      answer: replication.answer ?? constant(0),
      redrawEveryMs: replication.redrawEvery ?? 0,
      shipEveryMs: replication.shipEvery ?? 0,
      apply: replication.apply ?? constant(0),
      applyThreads: replication.applyThreads,
      fallbackAfterMs: replication.fallbackAfter ?? Infinity,
      leaderless,
    },
  };
}

function acksOf(source: ScenarioSource, replicas: number): number {
  const { mode, acks } = source.shape.cluster.replication;
  const at = ["cluster", "replication"];
  if (acks !== undefined) {
    if (mode !== "semi-sync" && mode !== "quorum")
      source.fail([...at, "acks"], `${mode} replication has its own number of acknowledgements`, "use mode: semi-sync or quorum");
    if (acks > replicas)
      source.fail([...at, "acks"], `${acks} acknowledgements of ${replicas} replicas never come`, "give fewer acks or more replicas");
    return acks;
  }
  if ((mode === "semi-sync" || mode === "sync") && replicas === 0)
    source.fail([...at, "mode"], `${mode} replication needs a replica`, 'give "replicas: 1" or more');
  switch (mode) {
    case "semi-sync":
      return 1;
    case "quorum":
      // A majority of all nodes, of which the primary is one.
      return Math.floor((replicas + 1) / 2);
    case "sync":
      return replicas;
    default:
      return 0;
  }
}

function leaderlessOf(source: ScenarioSource): Leaderless {
  const { replication } = source.shape.cluster;
  const at = ["cluster", "replication"];
  const nodes = replication.n ?? (source.shape.cluster.replicas ?? 2) + 1;
  const { r = Math.floor(nodes / 2) + 1, w = Math.floor(nodes / 2) + 1 } = replication;
  if (r > nodes) source.fail([...at, "r"], `R + W is impossible: ${r} answers of N = ${nodes} nodes never come`, `give an r from 1 to ${nodes}`);
  if (w > nodes) source.fail([...at, "w"], `R + W is impossible: ${w} acknowledgements of N = ${nodes} nodes never come`, `give a w from 1 to ${nodes}`);
  const delay = replication.delay ?? constant(0);
  const answer = replication.answer ?? delay;
  return {
    nodes,
    readQuorum: r,
    writeQuorum: w,
    readFrom: replication.readFrom ?? "all",
    readRepair: replication.readRepair ?? false,
    hintedHandoff: replication.hintedHandoff ?? false,
    legs: {
      write: replication.legs?.write ?? delay,
      ack: replication.legs?.ack ?? answer,
      read: replication.legs?.read ?? delay,
      response: replication.legs?.response ?? answer,
    },
  };
}
