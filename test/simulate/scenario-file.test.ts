import { describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";

const base = `version: 1
duration: 10s
arrivals: 800/s
operations: [{ name: get, service: { exponential: 1ms } }]
`;

test("a scenario of four lines", () => {
  const scenario = parseScenario(base, "s.yaml");
  expect(scenario.arrivals).toEqual({ process: "poisson", rate: 0.8 });
  expect(scenario.operations[0]!.stages).toEqual([{ station: 0, service: { kind: "exponential", mean: 1 } }]);
  expect(scenario.durationMs).toBe(10_000);
});

function refusal(text: string): string {
  try {
    parseScenario(text, "s.yaml");
  } catch (error) {
    if (error instanceof InputError) return `${error.message} / ${error.hint}`;
    throw error;
  }
  return "";
}

describe("a scenario that can't be used is refused with its line and column", () => {
  test.each([
    ["", "s.yaml: the scenario file is empty / begin with"],
    ["version: 1\nduration: [", "s.yaml:2:"],
    ["nothing", "s.yaml:1:1: the scenario: expected names with their values"],
    ["version: 2", 's.yaml:1:10: "version": expected 1'],
    ["version: 1\nduration: 1s\narrivals: 1/s", 's.yaml:1:1: "operations" is missing'],
    [base + "latency: 5ms", 's.yaml:5:1: unknown key "latency" / keys here are version, name, seed'],
    [base + "cluster: { shard: 5 }", 's.yaml:5:12: unknown key "shard" / keys here are shards, servers'],
    [base + "cluster: { replication: { quorum: 5 } }", 's.yaml:5:27: unknown key "quorum" / keys here are mode, acks'],
    [base + "keys: { popularity: { zip: 1 } }", 's.yaml:5:'],
    [base.replace("800/s", "-800/s"), 's.yaml:3:11: "arrivals": the rate "-800/s" is negative'],
    [base.replace("800/s", ".nan"), 's.yaml:3:11: "arrivals": NaN is no rate'],
    [base.replace("800/s", "{ process: poisson, rate: -1 }"), 's.yaml:3:37: "rate": the rate -1 is negative'],
    [base.replace("800/s", "{ process: posson, rate: 1 }"), 's.yaml:3:22: "process": unknown process "posson"'],
    [base.replace("10s", "10"), 's.yaml:2:11: "duration": 10 is no duration / a duration is a number with its unit'],
    [base.replace("10s", ".nan"), 's.yaml:2:11: "duration": NaN is no duration'],
    [base.replace("10s", "-1s"), 's.yaml:2:11: "duration": "-1s" is negative'],
    [base + "speed: .nan", 's.yaml:5:8: "speed": NaN is no number'],
    [base + "speed: 0", 's.yaml:5:8: "speed": must be above 0'],
    [base + "cluster: { replicas: -1 }", 's.yaml:5:22: "replicas": must be at least 0'],
    [base + "cluster: { replication: { mode: leaderless, n: 3, r: 4, w: 1 } }", "s.yaml:5:54: R + W is impossible: 4 answers of N = 3"],
    [base + "cluster: { replication: { mode: leaderless, n: 3, r: 1, w: 9 } }", "s.yaml:5:60: R + W is impossible"],
    [base + "cluster: { replication: { mode: leaderless, n: 3, r: 0, w: 1 } }", 's.yaml:5:54: "r": must be at least 1'],
    [base + "cluster: { replication: { mode: semi-sync } }", "s.yaml:5:33: semi-sync replication needs a replica"],
    [base + "cluster: { replicas: 2, replication: { mode: quorum, acks: 3 } }", "s.yaml:5:60: 3 acknowledgements of 2"],
    [base + "faults: [{ at: 11s, shard: 0 }]", "s.yaml:5:16: the fault comes after the end of the simulation"],
    [base + "faults: [{ at: 1s, shard: 1 }]", "s.yaml:5:27: there is no shard 1 / shards are 0 to 0"],
    [base + "faults: [{ at: 1s, shard: 0, kind: slow }]", 's.yaml:5:10: a slow node needs a "factor"'],
    [base + "warmup: 10s", "s.yaml:5:9: the warm-up is as long as the simulation"],
    [base.replace("exponential", "exponental"), 's.yaml:4:50: "exponental": unknown distribution "exponental"'],
    [base.replace("{ exponential: 1ms }", "{ pareto: { minimum: 1ms, shape: 1 } }"), 's.yaml:4:'],
    [base + "reads: { policy: any-replica }", 's.yaml:5:18: "policy": expected primary, any'],
    [base + "reads: { policy: pinned }", "s.yaml:5:18: the policy pinned needs a replica"],
    [base + "expect: [latency]", 's.yaml:5:10: item 1 of "expect": "latency" is no expectation'],
    [base.replace("10s", "1e30d"), 's.yaml:2:11: "duration": "1e30d" is too long'],
    [base.replace("800/s", "{ process: replay, times: [11s] }"), "s.yaml:3:38: the first arrival comes after the end"],
    [base + "cluster: { regions: { names: [a, a], between: 1ms } }", 's.yaml:5:34: region "a" is there twice'],
    [base.replace("name: get", "name: get, kind: write, answers: 0.5"), 's.yaml:4:49: "get" is a write'],
    [base.replace("name: get", "name: get, answers: .nan"), 's.yaml:4:36: "answers": NaN is no number'],
    [base.replace("name: get", "name: get, answers: 95"), 's.yaml:4:36: "answers": must be at most 1'],
    [base.replace("name: get", "name: get, keys: { from: -1, to: 2 }"), 's.yaml:4:41: "from": must be at least 0'],
    [base + "limits: [50]", 's.yaml:5:10: item 1 of "limits": 50 is no duration'],
    [base + "cluster: { replication: { mode: leaderless } }\nstaleness: { writesPerRead: -1 }", 's.yaml:6:29: "writesPerRead": must be at least 0'],
    [base + "cluster: { replication: { mode: leaderless } }\nstaleness: { versions: [0] }", 's.yaml:6:25: item 1 of "versions": must be at least 1'],
    [base + "faults: [{ at: NaN, shard: 0 }]", 's.yaml:5:16: "at": "NaN" is no duration'],
    [base + "failover: { target: kafka }", "s.yaml:5:21: no verified failover times"],
    [base + "failover: { lease: { ttl: 30s, loopWait: 10s, retryTimeout: 11s } }", "s.yaml:5:20: loopWait + 2 x"],
  ])("%j", (text, expected) => expect(refusal(text)).toContain(expected));
});
