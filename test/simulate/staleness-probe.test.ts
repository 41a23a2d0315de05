import { expect, test } from "vitest";
import { randomStream } from "../../src/stats/random-stream.ts";
import { Sampler } from "../../src/simulate/sampler.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { Measured } from "./measured.ts";

/** The model of PBS as it stands: draws everything, and looks whether the read missed the write. */
function plainly(text: string, afterMs: number, trials: number): number {
  const { cluster } = parseScenario(`version: 1\n${text}\nstaleness: {}`, "plain.yaml");
  const { nodes, readQuorum, writeQuorum, legs, readFrom } = cluster.replication.leaderless!;
  const random = randomStream(99, "plain");
  const samplers = { write: new Sampler(legs.write), ack: new Sampler(legs.ack), read: new Sampler(legs.read), response: new Sampler(legs.response) };
  const ways = cluster.regions?.between.map((row) => row.map((way) => new Sampler(way)));
  const all = Array.from({ length: nodes }, (_, node) => node);
  let stale = 0;
  for (let trial = 0; trial < trials; trial++) {
    const [writer, reader] = [0, 1].map(() => Math.floor(random.next() * (ways?.length ?? 1)));
    const way = (from: number, node: number): number => ways?.[from]![node % ways.length]!.draw(random) ?? 0;
    const arrived = all.map((node) => samplers.write.draw(random) + way(writer!, node));
    const committed = arrived.map((time, node) => time + samplers.ack.draw(random) + way(writer!, node)).toSorted((a, b) => a - b)[writeQuorum - 1]!;
    const first = Math.floor(random.next() * nodes);
    const asked = readFrom === "all" ? all : Array.from({ length: readQuorum }, (_, at) => (first + at) % nodes);
    const answers = asked.map((node) => {
      const reached = samplers.read.draw(random) + way(reader!, node);
      return { node, reached, answered: reached + samplers.response.draw(random) + way(reader!, node) };
    });
    const seen = answers.toSorted((a, b) => a.answered - b.answered).slice(0, readQuorum);
    if (seen.every(({ node, reached }) => arrived[node]! > committed + afterMs + reached)) stale += 1;
  }
  return stale / trials;
}

test.each([
  "cluster: { replication: { mode: leaderless, n: 3, r: 1, w: 1, delay: { exponential: 2ms }, answer: 1ms } }",
  "cluster: { replication: { mode: leaderless, n: 5, r: 2, w: 2, delay: { lognormal: { mean: 5ms, cv: 2 } } } }",
  "cluster: { replication: { mode: leaderless, n: 4, r: 2, w: 1, readFrom: quorum, delay: { uniform: [1ms, 9ms] }, answer: { exponential: 1ms } } }",
  "cluster: { replication: { mode: leaderless, n: 6, r: 3, w: 2, legs: { write: { choice: [{ weight: 1, value: 1ms }, { weight: 1, value: 30ms }] }, read: { exponential: 1ms } } } }",
  "cluster: { regions: { names: [a, b], between: { exponential: 4ms } }, replication: { mode: leaderless, n: 3, r: 1, w: 2, delay: { pareto: { minimum: 1ms, shape: 1.5 } } } }",
])("the chances that trials know add up to what plain trials count: %s", (text) => {
  const trials = 200_000;
  const run = new Measured(`${text}\nstaleness: { trials: ${trials}, after: [0ms, 3ms] }`);
  for (const after of [0, 3]) {
    const plain = plainly(text, after, trials);
    const { value, low, high } = run.measure(`consistent.after ${after}ms`);
    const error = 4 * Math.sqrt((plain * (1 - plain)) / trials + ((high - low) / 3.92) ** 2) + 1e-9;
    expect(Math.abs(1 - value - plain), `${1 - value} for ${plain}`).toBeLessThan(error);
  }
});

test("a read that waits as long as is told sees the write so often", () => {
  const cluster = "cluster: { replication: { mode: leaderless, n: 4, r: 2, w: 1, delay: { lognormal: { mean: 5ms, cv: 1 } } } }";
  const told = new Measured(`${cluster}\nstaleness: { trials: 300000 }`).value("consistent.wait.p99.9");
  const then = new Measured(`seed: 5\n${cluster}\nstaleness: { trials: 300000, after: [${told}ms] }`);
  expect(then.measure(`consistent.after ${told}ms`).value).toBeCloseTo(0.999, 4);
});

test("trials of two regions have each pair of them equally often", () => {
  const text = "cluster: { regions: { names: [a, b], between: 1000ms }, replication: { mode: leaderless, n: 2, r: 1, w: 1, delay: 1ms } }\nstaleness: { trials: 100000 }";
  // Who reads in the region where it was written sees it; from the other one the write is not there yet.
  const { value, low, high } = new Measured(text).measure("consistent.after 0ms");
  expect([value, low, high]).toEqual([0.5, 0.5, 0.5]);
});

test("a read sees the write that arrives in the same moment", () => {
  const legs = (read: string): string => `legs: { write: 5ms, ack: 0ms, read: ${read}, response: 0ms }`;
  const consistent = (read: string): number =>
    new Measured(`cluster: { replication: { mode: leaderless, n: 2, r: 1, w: 1, ${legs(read)} } }\nstaleness: { trials: 1000 }`).value("consistent.after 0ms");
  expect(consistent("0ms")).toBe(1);
});
