import fc from "fast-check";
import { expect, test } from "vitest";
import { DesignSums } from "../../../src/analyze/designs/design-cost.ts";
import { searchDesign } from "../../../src/analyze/designs/search.ts";
import { randomProblem, exhaustive } from "./random-problem.ts";

const small = { tables: 5, options: 4, terms: 20, shardCount: 4 };
const limits = { seed: 1, evaluationLimit: 10_000, nodeLimit: 20_000 };
const none = { ...limits, nodeLimit: 0 };

test("branch and bound proves the design that looking at each one finds", () => {
  fc.assert(
    fc.property(fc.nat(1e6), (seed) => {
      const problem = randomProblem(seed, small);
      const best = exhaustive(problem, (choice) => new DesignSums(problem, choice).cost().busiest);
      const found = searchDesign(problem, [], [], limits);
      expect(found.proven).toBe(true);
      expect(found.busiest).toBeCloseTo(best, 6);
    }),
    { numRuns: 40 },
  );
});

test("the neighbourhood search alone is within 1 % of the best on average", () => {
  const ratios = Array.from({ length: 200 }, (_, seed) => {
    const problem = randomProblem(seed, small);
    const best = exhaustive(problem, (choice) => new DesignSums(problem, choice).cost().busiest);
    return best / searchDesign(problem, [], [], none).busiest;
  });
  expect(ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length).toBeGreaterThan(0.99);
});

test("what is found is never worse than any start", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.array(fc.nat(3), { minLength: 12, maxLength: 12 }), (seed, start) => {
      const problem = randomProblem(seed, { ...small, tables: 12, terms: 60 });
      const found = searchDesign(problem, [start], [], { ...none, evaluationLimit: 500 });
      expect(found.busiest).toBeLessThanOrEqual(new DesignSums(problem, start).cost().busiest * (1 + 1e-9));
    }),
    { numRuns: 40 },
  );
});

test("the same seed finds the same design", () => {
  const problem = randomProblem(3, { ...small, tables: 12, terms: 60 });
  const choice = (): string => searchDesign(problem, [], [], none).choice.join();
  expect(choice()).toBe(choice());
});

test("changing one table at a time gives the sums of the whole", () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.array(fc.tuple(fc.nat(4), fc.nat(3)), { maxLength: 30 }), (seed, changes) => {
      const problem = randomProblem(seed, small);
      const sums = new DesignSums(problem, problem.tables.map(() => 0));
      for (const [table, option] of changes) sums.set(table, option);
      expect(sums.cost().busiest).toBeCloseTo(new DesignSums(problem, sums.choice).cost().busiest, 6);
    }),
  );
});
