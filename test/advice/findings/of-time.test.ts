import { describe, expect, test } from "vitest";
import { findingsOfPlan } from "../../../src/advice/plan-findings.ts";
import { findingsOfSimulation } from "../../../src/advice/simulation-findings.ts";
import { nextRungDue } from "../../../src/advice/findings/next-rung-due.ts";
import { targetLimitsNear } from "../../../src/advice/findings/target-limit-near.ts";
import { parseScenario } from "../../../src/simulate/scenario-file.ts";
import { doTask, outcomeOf, tasksOf } from "../../../src/simulate/tasks.ts";

describe("next-rung-due", () => {
  const due = { rung: "shard", months: 7, low: 5, high: 30, because: "by the growth that was given" };

  test("says when, with the interval; within a year it is a warning, now a problem", () => {
    expect(nextRungDue(due)).toMatchObject({
      severity: "warning",
      evidence: "shard is due in 7 months (5 months to 2.5 years), by the growth that was given",
    });
    expect(nextRungDue({ ...due, months: 40, low: 40, high: 40 })).toMatchObject({
      severity: "note",
      evidence: "shard is due in 3.3 years, by the growth that was given",
    });
    expect(nextRungDue({ ...due, months: 0, low: 0, high: 0 })).toMatchObject({ severity: "problem", evidence: expect.stringContaining("due now") as string });
  });

  test("is silent without growth, and where nothing ever is", () => {
    expect(nextRungDue(undefined)).toBeUndefined();
    expect(nextRungDue({ ...due, months: Infinity })).toBeUndefined();
  });
});

describe("target-limit-near", () => {
  const limit = { system: "cosmosdb", fact: "physical_partition_size 50 GB", kind: "hard", used: 60e9, allowed: 50e9 } as const;

  test("speaks from seven tenths on; over a hard limit it is a problem", () => {
    const severities = (used: number, kind: "hard" | "guidance") => targetLimitsNear([{ ...limit, used, kind }]).map(({ severity }) => severity);
    expect(severities(60e9, "hard")).toEqual(["problem"]);
    expect(severities(60e9, "guidance")).toEqual(["warning"]);
    expect(severities(35e9, "hard")).toEqual(["warning"]);
    expect(severities(34e9, "hard")).toEqual([]);
  });

  test("comes before what is only due in a year or more", () => {
    const due = { rung: "shard", months: 30, low: 30, high: 30, because: "" };
    expect(findingsOfPlan({ due, limits: [limit] }).map(({ id }) => id)).toEqual(["target-limit-near", "next-rung-due"]);
    expect(findingsOfPlan({ due: undefined, limits: [] })).toEqual([]);
  });
});

/** A primary with a replica that applies every write in a millisecond: more than 1,000/s and it falls behind. */
function simulated({ writes = 100, mode = "async", more = "" }: { writes?: number; mode?: string; more?: string } = {}) {
  const scenario = parseScenario(
    `version: 1
seed: 7
duration: 60s
arrivals: { process: deterministic, rate: ${writes * 2}/s }
operations:
  - { name: get, share: 1, service: 0.1ms }
  - { name: put, kind: write, share: 1, service: 0.1ms, apply: 1ms }
keys: { count: 50 }
cluster: { shards: 1, servers: 2, replicas: 1, replication: { mode: ${mode}, delay: 20ms } }
${more}
`,
    "s.yaml",
  );
  return findingsOfSimulation(outcomeOf(scenario, tasksOf(scenario, false).map(doTask)));
}

describe("of a simulation", () => {
  test("lag-alert: a replica that applies less than is written falls behind without end", () => {
    expect(simulated({ writes: 1200 })).toMatchObject([{ id: "lag-alert", severity: "warning", evidence: expect.stringMatching(/^replicas are more than 5 s behind for \d+/) as string }]);
    expect(simulated({ writes: 3000 })[0]).toMatchObject({ id: "lag-alert", severity: "problem", evidence: expect.stringContaining("more than 30 s") as string });
  });

  test("failover-loss: what an asynchronous primary acknowledged and did not ship is lost", () => {
    const failing = "failover: { detection: 1s, election: 1s }\nfaults: [{ kind: crash, shard: 0, at: 20s }]";
    const ids = simulated({ more: failing }).map(({ id, severity }) => `${id} ${severity}`);
    expect(ids).toContain("failover-loss problem");
    expect(simulated({ more: failing, mode: "semi-sync" }).map(({ id }) => id)).not.toContain("failover-loss");
  });

  test("read-your-writes: sessions that read at a replica what they just wrote", () => {
    const sessions = (policy: string) => `reads: { policy: ${policy} }\nclients: { sessions: 2 }`;
    expect(simulated({ more: sessions("replicas") })).toMatchObject([{ id: "read-your-writes" }]);
    expect(simulated({ more: sessions("primary") })).toEqual([]);
  });

  test("nothing is said of a cluster that keeps up", () => {
    expect(simulated()).toEqual([]);
  });
});
