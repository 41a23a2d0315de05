import { byName } from "../../base/order.ts";
import type { Footprint, TransactionSummary } from "../../workload/transactions.ts";
import type { Term } from "./design-problem.ts";
import { anywhere, placeAccess, type TransactionCost, type TransactionTermContext } from "./transaction-crossings.ts";
import { TransactionSample } from "./transaction-sample.ts";

export interface TransactionTerm extends Term {
  readonly costOf: (options: readonly number[]) => TransactionCost;
}

/** Footprints of transactions that a search looks at: a share over 1,024 has a standard error of at most 1.6 %. */
const searchedFootprints = 1024;
/** The same for the figures of the recommended design: of at most 0.28 %. */
const judgedFootprints = 32_768;

/** What stands for a table that has no option yet. */
const undecided = -1;

/**
 * One term for each set of tables that transactions reach together. A transaction whose rows are on several shards needs a two-phase commit on each that it
 * writes, if those are several; each access away from the shard with most of them is a hop, and so is the end of a
 * transaction that a shard only reads for.
 * Of very many footprints evenly chosen ones stand for the others. Those that were rolled back are left out. None when the
 * log does not group statements.
 */
export function transactionTerms(
  transactions: TransactionSummary,
  context: TransactionTermContext,
): readonly TransactionTerm[] {
  if (transactions.grouping.by === "none") return [];
  const stride = Math.max(1, Math.ceil(transactions.footprints.size / searchedFootprints));
  const byTables = new Map<string, { readonly tables: readonly number[]; readonly sample: TransactionSample }>();
  const { loads, workload } = context;
  const tableOf = workload.shapes.map(({ shape }) => loads.findIndex((load) => load.table === shape.table));
  let sampled = 0;
  forEachKept(transactions, stride, (footprint) => {
    const reached = new Set<number>();
    for (let access = 0; access < footprint.accessCount; access++) reached.add(tableOf[footprint.shapes[access]!]!);
    reached.delete(-1);
    const tables = [...reached].sort((x, y) => x - y);
    const name = tables.join();
    let of = byTables.get(name);
    if (of === undefined) {
      const names = tables.map((table) => loads[table]!.table);
      byTables.set(name, (of = { tables, sample: new TransactionSample(names, workload.shapes) }));
    }
    of.sample.add(footprint);
    sampled += footprint.count;
  });
  const scale = sampled === 0 ? 0 : committedOrOpen(transactions) / sampled;
  return [...byTables]
    .sort(([x], [y]) => byName(x, y))
    .map(([, { tables, sample }]) => termOf(tables, sample, scale, context));
}

/** Transactions of several statements that were not rolled back. */
function committedOrOpen({ types, otherTypes }: TransactionSummary): number {
  return [...types, otherTypes].reduce((sum, { committed, open }) => sum + committed + open, 0);
}

/** Of transactions that reach the same tables. `scale`: the transactions that each one of the sample stands for. */
function termOf(
  tables: readonly number[],
  sample: TransactionSample,
  scale: number,
  context: TransactionTermContext,
): TransactionTerm {
  const shardsOf = tables.map(() => new Map<number, Int32Array>());
  const known = new Map<number | string, TransactionCost>();
  const radix = tables.map((table) => context.options[table]!.length + 1);
  const countable = radix.reduce((product, count) => product * count, 1) < 2 ** 52;
  const placed = (index: number, option: number): Int32Array => {
    const table = tables[index]!;
    return sample.shardsOf(index, (shape) =>
      option === undecided ? () => anywhere : placeAccess(table, context.options[table]![option]!, shape, context),
    );
  };
  const costOf = (options: readonly number[]): TransactionCost => {
    const id = countable ? numberOf(options, radix) : options.join();
    let cost = known.get(id);
    if (cost === undefined) {
      const shards = options.map((option, index) => {
        let own = shardsOf[index]!.get(option);
        if (own === undefined) shardsOf[index]!.set(option, (own = placed(index, option)));
        return own;
      });
      known.set(id, (cost = sample.costOf(shards, scale, context)));
    }
    return cost;
  };
  // Tables without an option could only add shards.
  return { tables, costOf, least: (options) => costOf(options).least };
}

/** One number for each combination of options, `undecided` among them. */
function numberOf(options: readonly number[], radix: readonly number[]): number {
  let id = 0;
  for (let place = 0; place < options.length; place++) id = id * radix[place]! + options[place]! + 1;
  return id;
}

/**
 * The transactions of several statements under whole designs, where every table has one option: many more of them than a
 * search looks at. What one design after the other asks for again is placed once.
 */
export class JudgedTransactions {
  readonly #transactions: TransactionSummary;
  /** By table and option: where its accesses go. */
  readonly #shards = new Map<string, Int32Array>();
  #sample: TransactionSample | undefined;

  constructor(transactions: TransactionSummary) {
    this.#transactions = transactions;
  }

  /** One term for all of them. The contexts of one workload may differ in their options alone. */
  terms(context: TransactionTermContext): readonly TransactionTerm[] {
    if (this.#transactions.grouping.by === "none") return [];
    const sample = (this.#sample ??= this.#unpacked(context));
    const { transactions } = sample;
    const scale = transactions === 0 ? 0 : committedOrOpen(this.#transactions) / transactions;
    const shards = context.loads.map((_, table) => this.#shardsOf(sample, table, context));
    const cost = sample.costOf(shards, scale, context);
    return [{ tables: [], costOf: () => cost }];
  }

  #unpacked({ loads, workload }: TransactionTermContext): TransactionSample {
    const sample = new TransactionSample(loads.map(({ table }) => table), workload.shapes);
    const stride = Math.max(1, Math.ceil(this.#transactions.footprints.size / judgedFootprints));
    forEachKept(this.#transactions, stride, (footprint) => sample.add(footprint));
    return sample;
  }

  #shardsOf(sample: TransactionSample, table: number, context: TransactionTermContext): Int32Array {
    const option = context.options[table]![0]!;
    const name = JSON.stringify([table, option.kind, option.kind === "sharded" ? option.key : []]);
    let shards = this.#shards.get(name);
    if (shards === undefined) {
      shards = sample.shardsOf(table, (shape) => placeAccess(table, option, shape, context));
      this.#shards.set(name, shards);
    }
    return shards;
  }
}

/** Every `stride`th footprint, unless it was rolled back. */
function forEachKept(
  { footprints }: TransactionSummary,
  stride: number,
  visit: (footprint: Footprint) => void,
): void {
  footprints.forEach((footprint) => {
    if (footprint.outcome !== "rolled-back") visit(footprint);
  }, stride);
}
