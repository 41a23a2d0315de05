import { assert } from "../base/assert.ts";
import { factsOf } from "../placement/target-facts.ts";
import { constant, type Distribution } from "./distribution.ts";
import type { RaftElection } from "./scenario.ts";

/** How a system fails over by default, and from which of its settings that follows. */
export interface FailoverDefaults {
  readonly automatic: boolean;
  readonly detection: readonly Distribution[];
  readonly election: readonly Distribution[] | RaftElection;
  readonly source: string;
}

/**
 * Failover times of a target out of its verified facts (`shardplan targets NAME` shows them); undefined where no such
 * fact says how long detection takes. What the facts do not tell is taken as nothing and named in `source`.
 */
export function failoverOfTarget(target: string): FailoverDefaults | undefined {
  return Object.hasOwn(defaults, target) ? defaults[target]!() : undefined;
}

/** Targets that have failover times of their own. */
export const failoverTargets = (): readonly string[] => Object.keys(defaults);

/**
 * A lease in a store decides (Patroni): it was renewed at some time of the last loop, so it runs out after ttl - loop to
 * ttl; replicas look at it once a loop.
 */
export function leaseDetection(ttlMs: number, loopMs: number): readonly Distribution[] {
  return [
    { kind: "uniform", from: ttlMs - loopMs, to: ttlMs },
    { kind: "uniform", from: 0, to: loopMs },
  ];
}

const second = 1000;
const evenly = (from: number, to: number): Distribution => ({ kind: "uniform", from, to });

const defaults: Readonly<Record<string, () => FailoverDefaults>> = {
  postgres: () => ({
    automatic: false,
    detection: [constant(0)],
    election: [constant(0)],
    source: "postgres: no automatic failover of its own (fact automatic)",
  }),
  citus: () => ({
    automatic: false,
    detection: [constant(0)],
    election: [constant(0)],
    source: "citus: left to the high availability of PostgreSQL (fact automatic)",
  }),
  patroni: () => {
    const ttl = fact("patroni", "ttl") * second;
    const loop = fact("patroni", "loop_wait") * second;
    return {
      automatic: true,
      detection: leaseDetection(ttl, loop),
      election: [constant(0)],
      source: `patroni: ttl ${ttl / second} s, loop_wait ${loop / second} s (verified); how long promotion takes is not known and left out`,
    };
  },
  mysql: () => {
    const detect = fact("mysql", "gr_detection_period") * second;
    const expel = fact("mysql", "group_replication_member_expel_timeout") * second;
    return {
      automatic: true,
      detection: [constant(detect + expel)],
      election: [constant(0)],
      source:
        `mysql: group replication detects after ${detect / second} s and expels after another ${expel / second} s ` +
        "(verified); how long the election takes is not known and left out",
    };
  },
  mongodb: () => {
    const timeout = fact("mongodb", "electionTimeoutMillis");
    const median = fact("mongodb", "median_election") * second;
    return {
      automatic: true,
      detection: [constant(timeout)],
      election: [constant(Math.max(0, median - timeout))],
      source: `mongodb: electionTimeoutMillis ${timeout}, median time to a new primary ${median / second} s (verified)`,
    };
  },
  vitess: () => {
    const poll = fact("vitess", "instance-poll-time") * second;
    const recovery = fact("vitess", "recovery-poll-duration") * second;
    return {
      automatic: true,
      detection: [evenly(0, poll), evenly(0, recovery)],
      election: [constant(0)],
      source:
        `vitess: VTOrc polls every ${poll / second} s and looks for what to mend every ${recovery / second} s ` +
        "(verified); how long the reparenting takes is not known and left out",
    };
  },
  cockroachdb: () => {
    const lease = fact("cockroachdb", "range_lease_duration") * second;
    return {
      automatic: true,
      // A lease is extended in its second half at the latest, so that much or all of it is left.
      detection: [evenly(lease / 2, lease)],
      election: [constant(0)],
      source: `cockroachdb: range_lease_duration ${lease / second} s (verified), half to all of which is left`,
    };
  },
  yugabytedb: () => {
    const heartbeat = fact("yugabytedb", "raft_heartbeat_interval_ms");
    const missed = fact("yugabytedb", "leader_failure_max_missed_heartbeat_periods");
    return {
      automatic: true,
      detection: [constant(heartbeat * missed)],
      election: [constant(0)],
      source:
        `yugabytedb: ${missed} heartbeats of ${heartbeat} ms missed (verified); ` +
        "how long the election takes is not known and left out",
    };
  },
  couchbase: () => {
    const timeout = fact("couchbase", "auto_failover_timeout") * second;
    return {
      automatic: true,
      detection: [constant(timeout)],
      election: [constant(0)],
      source: `couchbase: auto_failover_timeout ${timeout / second} s (verified); promotion itself is left out`,
    };
  },
  redis: () => {
    const timeout = fact("redis", "cluster-node-timeout");
    return {
      automatic: true,
      detection: [constant(timeout)],
      // The manual's election_delay: 500 ms, then up to 500 ms by chance; the best replica has rank 0.
      election: [constant(500), evenly(0, 500)],
      source: `redis: cluster-node-timeout ${timeout} ms, election_delay 500 ms + up to 500 ms (verified)`,
    };
  },
  etcd: () => {
    const timeout = fact("etcd", "election_timeout");
    const heartbeat = fact("etcd", "heartbeat_interval");
    return {
      automatic: true,
      detection: [constant(0)],
      election: { timeoutFromMs: timeout, timeoutToMs: 2 * timeout, latencyMs: heartbeat / 10 },
      source:
        `etcd: election timeout ${timeout} to ${2 * timeout} ms (verified); the round trip is taken as a tenth of the ` +
        `heartbeat interval of ${heartbeat} ms`,
    };
  },
};

/** A verified number, or a broken promise: the facts are ours. */
function fact(target: string, name: string): number {
  const found = factsOf(target)?.facts.find((fact) => fact.section === "failover" && fact.name === name);
  assert(found?.status === "verified" && typeof found.value === "number", `no verified number ${name} of ${target}`);
  return found.value;
}
