import { constant } from "../distribution.ts";
import type { Cluster, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readReads(source: ScenarioSource, cluster: Cluster): Scenario["reads"] {
  const { policy, window, limit, wait, choices } = source.shape.reads;
  const needs = { "read-your-writes": "window", "lag-limit": "limit", "wait-for-lsn": "wait" } as const;
  for (const [owner, key] of Object.entries(needs)) {
    const given = source.shape.reads[key];
    if (policy === owner && given === undefined)
      source.fail(["reads"], `the policy ${owner} needs "${key}"`, `write { policy: ${owner}, ${key}: 5s }`);
    if (policy !== owner && given !== undefined)
      source.fail(["reads", key], `"${key}" belongs to the policy ${owner}`, `write "policy: ${owner}", or leave it out`);
  }
  const logged = cluster.replication.leaderless === undefined;
  if (policy !== "primary" && !logged)
    source.fail(["reads", "policy"], "leaderless reads go to R nodes", "leave the policy out");
  if (policy !== "primary" && policy !== "any" && cluster.replicas === 0)
    source.fail(["reads", "policy"], `the policy ${policy} needs a replica`, 'give "replicas: 1" or more');
  if (cluster.replication.delivery === "independent" && !["primary", "any", "replicas"].includes(policy))
    source.fail(["reads", "policy"], `the policy ${policy} follows a log`, 'write "delivery: log"');
  const session = policy === "read-your-writes" || policy === "pinned" || policy === "wait-for-lsn";
  if (session && source.shape.clients.sessions === undefined)
    source.fail(["reads", "policy"], `the policy ${policy} is about sessions, and there are none`, 'give "clients: { sessions: 100 }"');
  return { policy, windowMs: window ?? 0, limitMs: limit ?? 0, waitMs: wait ?? 0, choices };
}

export function readClients(source: ScenarioSource): Scenario["clients"] {
  const { sessions, delay, timeout, retries, backoff, hedgeAfter, cache } = source.shape.clients;
  return {
    sessions: sessions ?? 0,
    delay: delay ?? constant(0),
    timeoutMs: timeout ?? Infinity,
    retries,
    backoffMs: backoff,
    hedgeAfterMs: hedgeAfter ?? Infinity,
    cache: cache && { entries: cache.entries, forMs: cache.for ?? Infinity },
  };
}
