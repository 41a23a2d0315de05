import type { Footprint } from "../../workload/transactions.ts";
import type { Workload } from "../../workload/workload.ts";
import { CrossingSums, type PlaceAccess, type TransactionCost, type TransactionTermContext } from "./transaction-crossings.ts";

/**
 * Some transactions with what they reached of some tables, in columns: unpacked once, and then placed under one design after
 * the other.
 */
export class TransactionSample {
  readonly #shapes: Workload["shapes"];
  /** Index of a shape's table among the sample's; -1: none of them. */
  readonly #tableOf: readonly number[];
  readonly #counts: number[] = [];
  /** Where each one's accesses begin, and where the last one's end. */
  readonly #starts: number[] = [0];
  /** Per access: its table, its place among the table's accesses, and whether it writes. */
  readonly #tables: number[] = [];
  readonly #places: number[] = [];
  readonly #accessWrites: number[] = [];
  /** By table, per access: its shape, and its value codes. */
  readonly #accesses: readonly { readonly shapes: number[]; readonly starts: number[]; readonly codes: number[] }[];

  /** `tables` are the names of the tables. */
  constructor(tables: readonly string[], shapes: Workload["shapes"]) {
    this.#shapes = shapes;
    this.#tableOf = shapes.map(({ shape }) => tables.indexOf(shape.table));
    this.#accesses = tables.map(() => ({ shapes: [], starts: [0], codes: [] }));
  }

  add({ count, accessCount, shapes, starts, codes }: Footprint): void {
    for (let access = 0; access < accessCount; access++) {
      const shape = shapes[access]!;
      const table = this.#tableOf[shape]!;
      if (table < 0) continue;
      const accesses = this.#accesses[table]!;
      this.#tables.push(table);
      this.#places.push(accesses.shapes.length);
      this.#accessWrites.push(this.#shapes[shape]!.shape.use === "read" ? 0 : 1);
      accesses.shapes.push(shape);
      for (let at = starts[access]!; at < starts[access + 1]!; at++) accesses.codes.push(codes[at]!);
      accesses.starts.push(accesses.codes.length);
    }
    this.#counts.push(count);
    this.#starts.push(this.#places.length);
  }

  /** Transactions that the sample's ones are of. */
  get transactions(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Where the accesses of a table go; `placeOf` says how those of a shape are placed. */
  shardsOf(table: number, placeOf: (shape: number) => PlaceAccess): Int32Array {
    const { shapes, starts, codes } = this.#accesses[table]!;
    const places = new Map<number, PlaceAccess>();
    const values = Float64Array.from(codes);
    const shards = new Int32Array(shapes.length);
    shapes.forEach((shape, access) => {
      let place = places.get(shape);
      if (place === undefined) places.set(shape, (place = placeOf(shape)));
      shards[access] = place(values, starts[access]!, starts[access + 1]!);
    });
    return shards;
  }

  /** What they cost when the accesses of each table go where `shards` says; each of them stands for `scale` like it. */
  costOf(shards: readonly Int32Array[], scale: number, context: TransactionTermContext): TransactionCost {
    const sums = new CrossingSums(context);
    for (let transaction = 0; transaction < this.#counts.length; transaction++) {
      sums.begin();
      for (let access = this.#starts[transaction]!; access < this.#starts[transaction + 1]!; access++)
        sums.access(shards[this.#tables[access]!]![this.#places[access]!]!, this.#accessWrites[access]!);
      sums.end(this.#counts[transaction]! * scale);
    }
    return sums.cost();
  }
}
