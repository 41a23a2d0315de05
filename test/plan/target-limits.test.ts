import { expect, test } from "vitest";
import { factsOf } from "../../src/placement/target-facts.ts";
import { limitsOf } from "../../src/plan/target-limits.ts";
import { smallestCluster } from "../../src/plan/search-clusters.ts";
import { choicesOf, demandOf, rulesOf, server } from "./situation.ts";

test.each(["postgres", "mysql", "mongodb", "citus", "vitess", "aurora", "cosmosdb", "yugabytedb", "redis", "azuresql"])(
  "limits of %s are verified facts with their source",
  (system) => {
    for (const { fact, sources } of limitsOf(system)) {
      const name = fact.split(" ")[0];
      expect(factsOf(system)!.facts.find((one) => one.name === name)!.status).toBe("verified");
      expect(sources.length).toBeGreaterThan(0);
    }
  },
);

test("a replica set of MongoDB has 50 members, of which one is the primary", () => {
  expect(limitsOf("mongodb")).toMatchObject([{ what: "replicas", most: 49, kind: "hard" }]);
});

test("shards of Vitess are kept at 250 GB by its guidance, so that data alone calls for shards", () => {
  const limit = limitsOf("vitess").find(({ what }) => what === "shard-bytes");
  expect(limit).toMatchObject({ most: 250e9, kind: "guidance" });
  const demand = { ...demandOf(1, 1), bytes: 900e9 };
  const rules = { ...rulesOf(), limits: [limit!] };
  expect(smallestCluster(demand, rules, choicesOf([server(16)]))!.shards).toBe(4);
});

test("a system without facts limits nothing", () => {
  expect(limitsOf("generic")).toEqual([]);
});
