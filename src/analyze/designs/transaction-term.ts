import { byName } from "../../base/order.ts";
import type { Footprint, TransactionSummary } from "../../workload/transactions.ts";
import type { Term } from "./design-problem.ts";
import {
  anywhere,
  CrossingSums,
  placeAccess,
  type PlaceAccess,
  type TransactionCost,
  type TransactionTermContext,
} from "./transaction-crossings.ts";

export interface TransactionTerm extends Term {
  readonly costOf: (options: readonly number[]) => TransactionCost;
}

/** Footprints of transactions that a search looks at: a share over 1,024 has a standard error of at most 1.6 %. */
const searchedFootprints = 1024;
/** The same for the figures of the recommended design: of at most 0.28 %. */
const judgedFootprints = 32_768;

/** What stands for a table that has no option yet. */
const undecided = -1;

/** Transactions in columns; of equal ones, how many there are. */
interface Sample {
  readonly counts: Float64Array;
  readonly writes: Uint8Array;
  readonly complete: Uint8Array;
  /** Where each one's accesses begin, and where the last one's end. */
  readonly starts: Int32Array;
  /** Per access: the table (as an index into the term's), and its place among the table's accesses. */
  readonly tables: Int32Array;
  readonly places: Int32Array;
  readonly accessWrites: Uint8Array;
}

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
  const byTables = new Map<string, TablesSample>();
  const tableOf = context.workload.shapes.map(({ shape }) =>
    context.loads.findIndex((load) => load.table === shape.table),
  );
  let sampled = 0;
  forEachKept(transactions, stride, (footprint) => {
    const tables = new Set<number>();
    for (let access = 0; access < footprint.accessCount; access++) tables.add(tableOf[footprint.shapes[access]!]!);
    tables.delete(-1);
    const ordered = [...tables].sort((x, y) => x - y);
    const name = ordered.join();
    let sample = byTables.get(name);
    if (sample === undefined) byTables.set(name, (sample = new TablesSample(ordered, tableOf, context)));
    sample.add(footprint);
    sampled += footprint.count;
  });
  const scale = sampled === 0 ? 0 : committedOrOpen(transactions) / sampled;
  return [...byTables].sort(([x], [y]) => byName(x, y)).map(([, sample]) => sample.term(scale));
}

/** Transactions of several statements that were not rolled back. */
function committedOrOpen({ types, otherTypes }: TransactionSummary): number {
  return [...types, otherTypes].reduce((sum, { committed, open }) => sum + committed + open, 0);
}

/** Transactions that reach the same tables. */
class TablesSample {
  readonly #context: TransactionTermContext;
  readonly #tables: readonly number[];
  readonly #tableOf: readonly number[];
  readonly #accesses: readonly { readonly shapes: number[]; readonly codes: Float64Array[] }[];
  readonly #counts: number[] = [];
  readonly #writes: number[] = [];
  readonly #complete: number[] = [];
  readonly #starts: number[] = [0];
  readonly #accessTables: number[] = [];
  readonly #places: number[] = [];
  readonly #accessWrites: number[] = [];

  constructor(tables: readonly number[], tableOf: readonly number[], context: TransactionTermContext) {
    this.#context = context;
    this.#tables = tables;
    this.#tableOf = tableOf;
    this.#accesses = tables.map(() => ({ shapes: [], codes: [] }));
  }

  add({ count, writes, complete, accessCount, shapes, starts, codes }: Footprint): void {
    for (let access = 0; access < accessCount; access++) {
      const shape = shapes[access]!;
      const { use } = this.#context.workload.shapes[shape]!.shape;
      const index = this.#tables.indexOf(this.#tableOf[shape]!);
      if (index < 0) continue;
      const accesses = this.#accesses[index]!;
      this.#accessTables.push(index);
      this.#places.push(accesses.shapes.length);
      this.#accessWrites.push(use === "read" ? 0 : 1);
      accesses.shapes.push(shape);
      accesses.codes.push(codes.slice(starts[access]!, starts[access + 1]!));
    }
    this.#counts.push(count);
    this.#writes.push(writes ? 1 : 0);
    this.#complete.push(complete ? 1 : 0);
    this.#starts.push(this.#places.length);
  }

  /** `scale`: the transactions that each one stands for. */
  term(scale: number): TransactionTerm {
    const sample: Sample = {
      counts: Float64Array.from(this.#counts, (count) => count * scale),
      writes: Uint8Array.from(this.#writes),
      complete: Uint8Array.from(this.#complete),
      starts: Int32Array.from(this.#starts),
      tables: Int32Array.from(this.#accessTables),
      places: Int32Array.from(this.#places),
      accessWrites: Uint8Array.from(this.#accessWrites),
    };
    const tables = this.#tables;
    const shardsOf = tables.map(() => new Map<number, Int32Array>());
    const known = new Map<number | string, TransactionCost>();
    const radix = tables.map((table) => this.#context.options[table]!.length + 1);
    const countable = radix.reduce((product, count) => product * count, 1) < 2 ** 52;
    const costOf = (options: readonly number[]): TransactionCost => {
      const id = countable ? numberOf(options, radix) : options.join();
      let cost = known.get(id);
      if (cost === undefined) {
        const shards = options.map((option, index) => {
          let placed = shardsOf[index]!.get(option);
          if (placed === undefined) shardsOf[index]!.set(option, (placed = this.#shardsOf(index, option)));
          return placed;
        });
        known.set(id, (cost = costOfSample(sample, shards, this.#context)));
      }
      return cost;
    };
    // Tables without an option could only add shards.
    return { tables, costOf, least: (options) => costOf(options).least };
  }

  #shardsOf(index: number, option: number): Int32Array {
    const { shapes, codes } = this.#accesses[index]!;
    if (option === undecided) return new Int32Array(shapes.length).fill(anywhere);
    const table = this.#tables[index]!;
    const places = new Map<number, PlaceAccess>();
    return Int32Array.from(shapes, (shape, access) => {
      let place = places.get(shape);
      if (place === undefined)
        places.set(
          shape,
          (place = placeAccess(table, this.#context.options[table]![option]!, shape, this.#context)),
        );
      const values = codes[access]!;
      return place(values, 0, values.length);
    });
  }
}

/** One number for each combination of options, `undecided` among them. */
function numberOf(options: readonly number[], radix: readonly number[]): number {
  let id = 0;
  for (let place = 0; place < options.length; place++) id = id * radix[place]! + options[place]! + 1;
  return id;
}

function costOfSample(
  sample: Sample,
  shards: readonly Int32Array[],
  context: TransactionTermContext,
): TransactionCost {
  const sums = new CrossingSums(context);
  for (let transaction = 0; transaction < sample.counts.length; transaction++) {
    sums.begin();
    for (let access = sample.starts[transaction]!; access < sample.starts[transaction + 1]!; access++)
      sums.access(shards[sample.tables[access]!]![sample.places[access]!]!, sample.accessWrites[access]!);
    sums.end(
      sample.counts[transaction]!,
      sample.writes[transaction] === 1,
      sample.complete[transaction] === 1,
    );
  }
  return sums.cost();
}

/**
 * One term for all transactions of several statements, where every table has one option: they are looked at one after the
 * other, so that many more can be.
 */
export function judgedTransactions(
  transactions: TransactionSummary,
  context: TransactionTermContext,
): readonly TransactionTerm[] {
  if (transactions.grouping.by === "none") return [];
  const { shapes } = context.workload;
  const places = shapes.map(({ shape }, index): PlaceAccess => {
    const table = context.loads.findIndex((load) => load.table === shape.table);
    return table < 0 ? () => anywhere : placeAccess(table, context.options[table]![0]!, index, context);
  });
  const writes = shapes.map(({ shape }) => (shape.use === "read" ? 0 : 1));
  const stride = Math.max(1, Math.ceil(transactions.footprints.size / judgedFootprints));
  let sampled = 0;
  forEachKept(transactions, stride, ({ count }) => (sampled += count));
  const scale = sampled === 0 ? 0 : committedOrOpen(transactions) / sampled;
  const sums = new CrossingSums(context);
  forEachKept(transactions, stride, (footprint) => {
    sums.begin();
    for (let access = 0; access < footprint.accessCount; access++) {
      const shape = footprint.shapes[access]!;
      sums.access(
        places[shape]!(footprint.codes, footprint.starts[access]!, footprint.starts[access + 1]!),
        writes[shape]!,
      );
    }
    sums.end(footprint.count * scale, footprint.writes, footprint.complete);
  });
  const cost = sums.cost();
  return [{ tables: [], costOf: () => cost }];
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
