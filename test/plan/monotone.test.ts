import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Cluster } from "../../src/plan/cluster.ts";
import { clusterHolds, usesOf } from "../../src/plan/judge-cluster.ts";
import { parseObjective } from "../../src/plan/objective.ts";
import { costPerMonth, shareOn, smallestCluster } from "../../src/plan/search-clusters.ts";
import { choicesOf, demandOf, rulesOf, server } from "./situation.ts";

const servers = [server(8), server(16), server(64)];
const choices = choicesOf(servers);

/** The size of a plan: its shards first, then what it costs; what nothing holds is larger than anything. */
const size = (cluster: Cluster | undefined): readonly [number, number] =>
  cluster === undefined ? [Infinity, Infinity] : [cluster.shards, costPerMonth(cluster, servers)];
const noSmaller = (a: readonly [number, number], b: readonly [number, number]): boolean => a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]);

const load = fc.record({ reads: fc.double({ min: 0.01, max: 200, noNaN: true }), writes: fc.double({ min: 0.01, max: 100, noNaN: true }) });
const objective = fc.option(fc.integer({ min: 12, max: 60 }), { nil: undefined });
const survive = fc.constantFrom("nothing", "one node", "one zone" as const);
const rules = (limitMs: number | undefined, survives: "nothing" | "one node" | "one zone", maxUtilisation = 0.6) =>
  rulesOf({ objective: limitMs === undefined ? undefined : parseObjective(`p99<${limitMs}ms`), survive: survives, maxUtilisation });

describe("the smallest cluster is never smaller", () => {
  test("for more load", () => {
    fc.assert(
      fc.property(load, fc.double({ min: 1, max: 4, noNaN: true }), objective, survive, ({ reads, writes }, factor, limit, survives) => {
        const small = smallestCluster(demandOf(reads, writes), rules(limit, survives), choices);
        const large = smallestCluster(demandOf(reads * factor, writes * factor), rules(limit, survives), choices);
        expect(noSmaller(size(large), size(small))).toBe(true);
      }),
      { numRuns: 150 },
    );
  });

  test("for fewer cores, or less of them allowed", () => {
    fc.assert(
      fc.property(load, objective, survive, fc.double({ min: 0.3, max: 0.9, noNaN: true }), ({ reads, writes }, limit, survives, share) => {
        const demand = demandOf(reads, writes);
        const whole = smallestCluster(demand, rules(limit, survives, 0.9), choices);
        expect(noSmaller(size(smallestCluster(demand, rules(limit, survives, share), choices)), size(whole))).toBe(true);
        const without = smallestCluster(demand, rules(limit, survives, 0.9), { ...choices, servers: servers.slice(0, 2) });
        expect(noSmaller(size(without), size(whole))).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("for a stricter objective, or more that has to be survived", () => {
    fc.assert(
      fc.property(load, fc.integer({ min: 12, max: 60 }), fc.integer({ min: 0, max: 30 }), ({ reads, writes }, limit, more) => {
        const demand = demandOf(reads, writes);
        const strict = size(smallestCluster(demand, rules(limit, "nothing"), choices));
        expect(noSmaller(strict, size(smallestCluster(demand, rules(limit + more, "nothing"), choices)))).toBe(true);
        const zone = size(smallestCluster(demand, rules(limit, "one zone"), choices));
        expect(noSmaller(zone, strict)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

test("a cluster holds exactly when it keeps each of its limits", () => {
  fc.assert(
    fc.property(load, objective, survive, fc.constantFrom(1, 4), fc.integer({ min: 0, max: 3 }), ({ reads, writes }, limit, survives, shards, replicas) => {
      const cluster: Cluster = { server: servers[1]!, shards, replicas, readsFrom: replicas > 0 ? "replicas" : "primary" };
      const demand = demandOf(reads, writes);
      const uses = usesOf(cluster, shareOn(shards, choices), demand, rules(limit, survives));
      const kept = uses.every(({ used, allowed }) => used <= allowed * (1 + 1e-6));
      expect(clusterHolds(cluster, shareOn(shards, choices), demand, rules(limit, survives))).toBe(kept);
    }),
    { numRuns: 200 },
  );
});
