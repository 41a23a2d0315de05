import fc from "fast-check";
import { expect, test } from "vitest";
import { simulateEvents } from "../../src/simulate/event-engine.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { assertConserved, runScenario } from "../../src/simulate/simulate.ts";

/**
 * Whatever a scenario puts together, what arrives is served, refused or under way, shares are shares, and the same seed
 * gives the same history. A failing run prints its seed.
 */
const choice = (...texts: string[]) => fc.constantFrom(...texts);

const logged = fc.record({
  mode: choice("async", "semi-sync", "quorum", "sync"),
  extra: choice("", "acknowledge: applied, ", "fallbackAfter: 20ms, ", "shipEvery: 10ms, ", "applyThreads: shared, ", "applyThreads: 2, "),
});
const replications = fc.oneof(
  logged.map(({ mode, extra }) => `replicas: 2, replication: { mode: ${mode}, ${extra}delay: { exponential: 2ms }, apply: 0.2ms }`),
  choice(
    "replication: { mode: leaderless, n: 3, r: 1, w: 1, delay: { exponential: 2ms }, readRepair: true, hintedHandoff: true }",
    "replication: { mode: leaderless, n: 3, r: 2, w: 2, delay: { exponential: 2ms }, readFrom: quorum }",
  ),
);
const policies = choice("primary", "any", "replicas", "pinned", "read-your-writes, window: 50ms", "lag-limit, limit: 3ms", "wait-for-lsn, wait: 10ms");
const scenarios = fc.record({
  seed: fc.integer({ min: 0, max: 1e9 }),
  arrivals: choice("1500/s", "{ process: bursts, rate: 300/s, burstRate: 6000/s, calm: 100ms, burst: 30ms }", "{ process: closed, clients: 20, think: { exponential: 10ms } }"),
  replication: replications,
  policy: policies,
  discipline: choice("fifo", "processor-sharing"),
  queue: choice("", "queue: 5, ", "connections: { limit: 3, queue: 4 }, "),
  stalls: choice("", "stalls: { every: { exponential: 200ms }, for: 20ms }, ", "stalls: { whenIdle: 5ms }, "),
  regions: choice("", "regions: { names: [a, b], between: 4ms }, "),
  clients: choice("", "timeout: 30ms, retries: 2, backoff: 5ms, ", "hedgeAfter: 3ms, ", "cache: { entries: 20, for: 100ms }, "),
  locks: fc.boolean(),
  salt: choice("", ", salt: { buckets: 3, hottest: 2 }"),
  kind: choice("crash", "pause", "partition, clients: 0.3", "slow, factor: 5"),
  fence: fc.boolean(),
  writes: choice("wait", "refuse"),
  node: fc.integer({ min: 0, max: 2 }),
  lasts: choice("", ", for: 100ms", ", for: 400ms"),
  move: fc.boolean(),
});

test("arrivals = served + refused + in flight, whatever happens", () => {
  const property = fc.property(scenarios, (s) => {
    const leaderless = s.replication.includes("leaderless");
    const text = `
version: 1
seed: ${s.seed}
duration: 1s
arrivals: ${s.arrivals}
operations:
  - { name: get, share: 5, service: { exponential: 0.5ms } }
  - { name: put, share: 3, kind: write, service: { exponential: 0.5ms } }
  - { name: find, share: 1, touches: all, service: 0.2ms, merge: 0.1ms }
  - { name: move, share: 1, kind: write, keys: 3, service: { exponential: 0.3ms }, priority: 1 }
  - { name: back, service: 0.2ms, follows: { operation: put, after: 5ms } }
keys: { count: 100, popularity: { zipf: 1 }${s.salt} }
cluster: { shards: 3, servers: 2, ${s.queue}${s.discipline === "fifo" ? s.stalls : ""}discipline: ${s.discipline}, ${s.regions}${s.replication} }
reads: { policy: ${leaderless ? "primary" : s.policy} }
clients: { ${s.clients}sessions: 30 }
transactions: { prepare: 0.1ms, commit: 0.1ms, locks: ${s.locks} }
failover: { detection: 50ms, election: 20ms, fence: ${s.fence}, writes: ${s.writes} }
faults: [{ at: 300ms, shard: 1, node: ${s.node}, kind: ${s.kind}${s.lasts} }]
${s.move && !leaderless ? "moves: [{ at: 200ms, to: 4, bytes: 10MB, chunk: 1MB, read: 1ms, write: 1ms, pause: 10ms }]" : ""}
`;
    const scenario = parseScenario(text, "swarm.yaml");
    const outcome = runScenario(scenario);
    for (const { name, unit, value } of outcome.measures) {
      if (unit === "share" && !Number.isNaN(value) && name !== "utilisation.max" && name !== "utilisation.mean") {
        expect(value, name).toBeGreaterThanOrEqual(0);
        expect(value, name).toBeLessThanOrEqual(1);
      }
    }
    expect(runScenario(scenario)).toEqual(outcome);
  });
  fc.assert(property, { numRuns: 40 });
});

test("a sum that does not hold stops the program", () => {
  const scenario = parseScenario("version: 1\nduration: 1s\narrivals: 100/s\noperations: [{ name: get, service: 1ms }]", "s.yaml");
  const recorder = simulateEvents(scenario);
  recorder.served[0]! += 10;
  expect(() => assertConserved(recorder)).toThrow("arrivals = served + refused + in flight");
});
