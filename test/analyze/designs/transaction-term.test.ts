import { expect, test } from "vitest";
import { analyze } from "../../../src/analyze/analyze.ts";
import { isUnknown } from "../../../src/analyze/known.ts";
import { emptySchema } from "../../../src/sql/schema.ts";
import type { Footprint, TransactionSummary } from "../../../src/workload/transactions.ts";
import type { Workload } from "../../../src/workload/workload.ts";
import { handMadeWorkload } from "../hand-made-workload.ts";

const rows = 1000;
const groups = [
  { shape: "update accounts id=", count: rows, values: (nth: number) => [nth] },
  { shape: "update savings owner= id=", count: rows, values: (nth: number) => [nth, nth + 5000] },
];

const common = {
  type: 0,
  outcome: "committed",
  writes: true,
  complete: true,
  shapes: Int32Array.of(0, 1),
  starts: Int32Array.of(0, 1, 3),
} as const;

/** Each transaction updates an account and the savings of the account that `owner` says. */
function withTransactions(workload: Workload, owner: (nth: number) => number): Workload {
  const type = { templates: [0, 1], writes: true, committed: rows, rolledBack: 0, open: 0, timeMicros: 0 };
  const transactions: TransactionSummary = {
    ...workload.transactions,
    grouping: { by: "ids", because: "by transaction id", ungrouped: 0 },
    types: [type],
    several: { ...workload.transactions.several, committed: { reading: 0, writing: rows } },
    footprints: {
      keptShare: 1,
      size: rows,
      skeletons: [{ ...common, valued: [true, true] }],
      forEach: (visit) => {
        for (let nth = 0; nth < rows; nth++) {
          const codes = Float64Array.of(nth, owner(nth), owner(nth) + 5000);
          const footprint: Footprint = { ...common, count: 1, timeMicros: 0, accessCount: 2, codes };
          visit(footprint);
        }
      },
      forEachRecord: (visit) => {
        for (let nth = 0; nth < rows; nth++) visit(0, 1, Float64Array.of(nth, owner(nth), owner(nth) + 5000));
      },
    },
  };
  return { ...workload, transactions };
}

test("transactions that keep to one owner stay on one shard", () => {
  const workload = withTransactions(handMadeWorkload(groups), (nth) => nth);
  const [design] = analyze(workload, emptySchema).designs.designs;
  expect(design!.tables.map(({ table, option }) => [table, option])).toMatchObject([
    ["accounts", { key: ["id"] }],
    ["savings", { key: ["owner"] }],
  ]);
  expect(design!.transactions).toMatchObject({ writing: { transactions: rows, crossShard: 0, unknownShare: 0 } });
});

// Two owners in each: on 4 shards one in four pairs meets by chance, so that three quarters cross.
test("transactions of two owners cross as often as chance says", () => {
  const workload = withTransactions(handMadeWorkload(groups), (nth) => (nth + 1) % rows);
  const [design] = analyze(workload, emptySchema).designs.designs;
  if (isUnknown(design!.transactions)) throw new Error("transactions are known");
  const { crossShard, participants } = design!.transactions.writing;
  expect(Math.abs(crossShard - 0.75)).toBeLessThan(0.06);
  expect(participants.mean).toBeCloseTo(1 + crossShard, 12);
  const { losses } = design!.scaleOut;
  expect(losses.find(({ cause }) => cause === "cross-shard-transactions")!.shards).toBeGreaterThan(0.1);
});

test("without a grouping the rate is unknown, not zero", () => {
  const [design] = analyze(handMadeWorkload(groups), emptySchema).designs.designs;
  expect(isUnknown(design!.transactions)).toBe(true);
});
