import { constant } from "../distribution.ts";
import { failoverOfTarget, failoverTargets, leaseDetection } from "../failover-defaults.ts";
import type { Cluster, Failover, Fault, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readFailover(source: ScenarioSource): Failover {
  const { target, automatic, detection, lease, election, raft, fence, writes } = source.shape.failover;
  if (detection !== undefined && lease !== undefined)
    source.fail(["failover", "lease"], "detection is given twice", 'give either "detection" or "lease"');
  if (election !== undefined && raft !== undefined)
    source.fail(["failover", "raft"], "election is given twice", 'give either "election" or "raft"');
  if (raft !== undefined && raft.timeout[1] <= raft.timeout[0])
    source.fail(["failover", "raft", "timeout"], "the range is empty", "write [150ms, 300ms]");
  if (lease !== undefined && lease.loopWait + 2 * lease.retryTimeout > lease.ttl)
    source.fail(["failover", "lease"], "loopWait + 2 x retryTimeout is longer than the ttl", "raise the ttl, or lower the others");
  const known = target === undefined ? undefined : failoverOfTarget(target);
  if (target !== undefined && known === undefined)
    source.fail(["failover", "target"], `no verified failover times are known of "${target}"`, `give detection and election, or one of ${failoverTargets().join(", ")}`);
  const stated = raft && { timeoutFromMs: raft.timeout[0], timeoutToMs: raft.timeout[1], latencyMs: raft.latency };
  const own = detection ?? (lease && leaseDetection(lease.ttl, lease.loopWait));
  return {
    automatic: automatic ?? known?.automatic ?? true,
    detection: own ?? known?.detection ?? [constant(0)],
    election: stated ?? election ?? known?.election ?? [constant(0)],
    fence,
    writes,
    source: known === undefined ? "the scenario" : known.source,
  };
}

export function readFault(source: ScenarioSource, index: number, cluster: Cluster, durationMs: number): Fault {
  const fault = source.shape.faults[index]!;
  const at = ["faults", index];
  if (fault.at >= durationMs)
    source.fail([...at, "at"], "the fault comes after the end of the simulation", "give an earlier time, or a longer duration");
  if (fault.shard >= cluster.shards)
    source.fail([...at, "shard"], `there is no shard ${fault.shard}`, `shards are 0 to ${cluster.shards - 1}`);
  if (cluster.replication.delivery === "independent" && fault.kind !== "slow")
    source.fail([...at, "kind"], "without a log there is no failover", 'write "delivery: log", or kind: slow');
  if (cluster.replication.mode === "multi-leader" && fault.kind === "crash")
    source.fail([...at, "kind"], "crashes of leaders are not simulated", 'write "kind: pause", "partition" or "slow"');
  const node = fault.node === "primary" ? 0 : fault.node;
  if (node > cluster.replicas)
    source.fail([...at, "node"], `a shard has ${cluster.replicas} replicas`, 'give "primary", or 1 for the first replica');
  if (fault.factor !== undefined && fault.kind !== "slow")
    source.fail([...at, "factor"], `a ${fault.kind} has no factor`, 'write "kind: slow", or leave it out');
  if (fault.kind === "slow" && fault.factor === undefined)
    source.fail(at, 'a slow node needs a "factor"', 'write "factor: 4" for service that takes four times as long');
  if (fault.clients !== undefined && fault.kind !== "partition")
    source.fail([...at, "clients"], `a ${fault.kind} cuts off no clients`, 'write "kind: partition", or leave it out');
  return {
    kind: fault.kind,
    atMs: fault.at,
    untilMs: fault.at + (fault.for ?? Infinity),
    shard: fault.shard,
    node,
    factor: fault.factor ?? 1,
    clientShare: fault.clients ?? 0,
  };
}

export function readAvailability(source: ScenarioSource): Scenario["availability"] {
  const { availability } = source.shape;
  if (availability === undefined) return undefined;
  const { nodeUp, failover, correlated } = availability;
  if (failover !== undefined && failover.lasts > failover.every)
    source.fail(["availability", "failover"], "an outage lasts longer than the time between two", "give a shorter one");
  if (correlated !== undefined && correlated.lost > correlated.nodes)
    source.fail(["availability", "correlated", "lost"], `there are ${correlated.nodes} nodes only`, "give fewer");
  return {
    nodeUp,
    failover: failover && { everyMs: failover.every, lastsMs: failover.lasts },
    correlated,
  };
}
