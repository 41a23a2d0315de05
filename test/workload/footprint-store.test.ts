import fc from "fast-check";
import { expect, test } from "vitest";
import { FootprintStore } from "../../src/workload/footprint-store.ts";
import { IdTransactions } from "../../src/workload/id-transactions.ts";
import { addAccess, addStatement, newOpenTransaction, type OpenTransaction } from "../../src/workload/open-transaction.ts";
import { PartNames, TransactionSums } from "../../src/workload/transaction-sums.ts";

const names = new PartNames();
for (const name of ["a", "b", "c"]) {
  names.template(`${name} template`);
  names.shape(`${name} shape`, 1);
}

/** A transaction that reaches these values in these shapes. */
function transaction(accesses: readonly (readonly [shape: number, value: number])[], offset = 0): OpenTransaction {
  const open = newOpenTransaction(0, offset, 0);
  for (const [shape, value] of accesses) {
    addStatement(open, shape, false, 1);
    addAccess(open, shape, Float64Array.of(value), 0, 1);
  }
  return open;
}

const identity = [0, 1, 2];
const lengths = [1, 1, 1];

function contents(store: FootprintStore): string {
  const lines: string[] = [];
  store.footprints(() => 0, identity, lengths, 1).forEach(({ count, timeMicros, accessCount, shapes, codes }) => {
    lines.push(`${count} ${timeMicros} ${shapes.subarray(0, accessCount).join()} ${codes.subarray(0, accessCount).join()}`);
  });
  return `${store.keptShare}\n${lines.join("\n")}`;
}

const someTransactions = fc.array(
  fc.array(fc.tuple(fc.nat(2), fc.oneof(fc.integer({ min: -3, max: 40 }), fc.integer(), fc.constant(1.5))), {
    minLength: 2,
    maxLength: 5,
  }),
  { maxLength: 80 },
);

const type = { high: 7, low: 9 };
const add = (store: FootprintStore, open: OpenTransaction): void =>
  store.add(open, type, "committed", 1, names.codeLengths, names.shapeHashes);

test("past the limit it keeps the same share, with exact counts, whatever the cut and the order of merging", () => {
  fc.assert(
    fc.property(someTransactions, fc.array(fc.nat(3), { minLength: 80, maxLength: 80 }), (all, owners) => {
      const opens = all.map((accesses) => transaction(accesses));
      const limit = 1500;
      const whole = new FootprintStore(limit);
      for (const open of opens) add(whole, open);
      const parts = [0, 1, 2, 3].map(() => new FootprintStore(limit));
      opens.forEach((open, i) => add(parts[owners[i]!]!, open));
      const merged = new FootprintStore(limit);
      for (const part of parts)
        merged.merge(FootprintStore.fromState(structuredClone(part.toState())), identity, names.shapeHashes);
      expect(contents(merged)).toBe(contents(whole));
      const unlimited = new FootprintStore(1e9);
      for (const open of opens) add(unlimited, open);
      const exact = new Set(contents(unlimited).split("\n").slice(1));
      for (const line of contents(whole).split("\n").slice(1)) expect(exact.has(line)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test("a loop over records visits what a loop over footprints does", () => {
  fc.assert(
    fc.property(someTransactions, fc.integer({ min: 1, max: 3 }), (all, stride) => {
      const store = new FootprintStore();
      for (const accesses of all) add(store, transaction(accesses));
      const footprints = store.footprints(() => 0, identity, lengths, 1);
      const whole: string[] = [];
      footprints.forEach(({ type: number, outcome, writes, complete, count, accessCount, shapes, starts, codes }) => {
        const reached = [shapes.subarray(0, accessCount), starts.subarray(0, accessCount + 1)].join("|");
        whole.push([number, outcome, writes, complete, count, reached, codes.subarray(0, starts[accessCount])].join(" "));
      }, stride);
      const records: string[] = [];
      const visit = (skeleton: number, count: number, codes: Float64Array): void => {
        const { type: number, outcome, writes, complete, shapes, starts } = footprints.skeletons[skeleton]!;
        const reached = [shapes, starts].join("|");
        records.push([number, outcome, writes, complete, count, reached, codes.subarray(0, starts.at(-1))].join(" "));
      };
      footprints.forEachRecord(visit, () => true, stride);
      expect(records.sort()).toEqual(whole.sort());
    }),
  );
});

test("half of many footprints is kept where they need twice the room", () => {
  const store = new FootprintStore(60_000);
  for (let i = 0; i < 2000; i++) add(store, transaction([[0, i], [1, i]]));
  expect(store.keptShare).toBe(0.5);
  // Binomial: 1,000 with a standard deviation of 22.
  expect(Math.abs(store.size - 1000)).toBeLessThan(90);
});

test("ids beyond the limit are sampled, and each kept one stands for the others", () => {
  const sumsOf = (ids: IdTransactions): TransactionSums => {
    const sums = new TransactionSums(names);
    ids.resolve(sums);
    return sums;
  };
  const ids = new IdTransactions(100);
  const parts = [new IdTransactions(100), new IdTransactions(100)];
  // Ids as hashes are: spread over 52 bits.
  const idOf = (i: number): number => (Math.imul(i + 1, 0x9e3779b1) >>> 0) * 1_048_576 + ((i * 48_271) % 1_048_576);
  for (let i = 0; i < 3000; i++) {
    for (const target of [ids, parts[i % 2]!]) {
      const open = target.transactionOf(idOf(i % 1500), 0, i);
      if (open === undefined) continue;
      addStatement(open, i % 3, true, 1);
      addAccess(open, i % 3, Float64Array.of(i), 0, 1);
    }
  }
  const merged = new IdTransactions(100);
  for (const part of parts) merged.merge(part, (open) => open);
  expect(merged.keptShare).toBe(ids.keptShare);
  expect(ids.keptShare).toBeLessThan(0.1);
  const counted = sumsOf(ids).writing.committed;
  expect(sumsOf(merged).writing.committed).toBe(counted);
  // 100 kept of 1,500: a standard error of 10 %.
  expect(Math.abs(counted - 1500)).toBeLessThan(450);
});
