import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { simulateEvents } from "../../src/simulate/event-engine.ts";
import { simulateFast, whyNotFast } from "../../src/simulate/fast-engine.ts";
import type { Recorder } from "../../src/simulate/recorder.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";

/** Everything that a run wrote down, bit for bit. */
function history(recorder: Recorder): Record<string, unknown> {
  const plain = (value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) return createHash("sha1").update(Buffer.from(value.buffer, value.byteOffset, value.byteLength)).digest("hex");
    if (Array.isArray(value)) return value.map(plain);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, plain(inner)]));
  };
  return plain({ ...recorder }) as Record<string, unknown>;
}

const service = fc.constantFrom(
  "{ exponential: 1ms }",
  "{ uniform: [0.2ms, 3ms] }",
  "{ lognormal: { mean: 1ms, cv: 2 } }",
  "{ pareto: { minimum: 0.6ms, shape: 2.5 } }",
  "{ hyperexponential: [{ weight: 0.9, mean: 0.5ms }, { weight: 0.1, mean: 5ms }] }",
);
const way = fc.constantFrom("0ms", "{ exponential: 0.5ms }", "{ uniform: [0.1ms, 4ms] }", "{ exponential: 20ms }");
const arrivals = fc.constantFrom(
  "{ process: poisson, rate: 3000/s }",
  "{ process: deterministic, rate: 2345/s }",
  "{ process: bursts, rate: 1000/s, burstRate: 9000/s, calm: 200ms, burst: 50ms }",
  "{ process: diurnal, rate: 2000/s, amplitude: 0.9, period: 500ms }",
  "{ process: steps, steps: [{ rate: 1000/s, for: 300ms }, { rate: 7000/s, for: 200ms }, { rate: 500/s }] }",
);
const scenarios = fc.record({
  seed: fc.integer({ min: 0, max: 1e9 }),
  arrivals,
  read: service,
  write: service,
  delay: way,
  answer: way,
  apply: fc.constantFrom("0ms", "{ exponential: 0.7ms }", "{ exponential: 3ms }"),
  shards: fc.integer({ min: 1, max: 5 }),
  servers: fc.constantFrom("1", "2", "4", "unlimited"),
  replicas: fc.integer({ min: 0, max: 3 }),
  mode: fc.constantFrom("async", "semi-sync", "quorum", "sync"),
  threads: fc.constantFrom("1", "3", "shared"),
  policy: fc.constantFrom("primary", "any", "replicas"),
  touches: fc.constantFrom("1", "all"),
  ship: fc.constantFrom("", ", shipEvery: 30ms", ", redrawEvery: 40ms"),
});

describe("the fast engine", () => {
  test("gives the same history as the event queue, bit for bit", () => {
    const property = fc.property(scenarios, (s) => {
      const replicas = s.mode === "semi-sync" || s.mode === "sync" || s.policy === "replicas" ? Math.max(1, s.replicas) : s.replicas;
      const text = `
version: 1
seed: ${s.seed}
duration: 1s
warmup: 100ms
arrivals: ${s.arrivals}
operations:
  - { name: get, share: 6, service: ${s.read} }
  - { name: put, share: 3, kind: write, service: ${s.write}, apply: ${s.apply} }
  - { name: find, share: 1, service: ${s.read}, touches: ${s.touches}, merge: { exponential: 0.1ms } }
  - { name: report, service: ${s.read}, arrivals: { process: poisson, rate: 20/s } }
keys: { count: 200, popularity: { zipf: 0.9 } }
cluster:
  shards: ${s.shards}
  servers: ${s.servers}
  replicas: ${replicas}
  replication: { mode: ${s.mode}, delay: ${s.delay}, answer: ${s.answer}, applyThreads: ${s.threads}${s.ship} }
reads: { policy: ${s.policy} }
`;
      const scenario = parseScenario(text, "random.yaml");
      expect(whyNotFast(scenario)).toBeUndefined();
      const fast = history(simulateFast(scenario));
      const events = history(simulateEvents(scenario));
      for (const name of Object.keys(events)) expect(fast[name], name).toEqual(events[name]);
    });
    fc.assert(property, { numRuns: 25 });
  });
});
