import { byName } from "../../base/order.ts";
import { isNullCode } from "../../workload/value-code.ts";
import type { Workload } from "../../workload/workload.ts";
import type { Relation } from "../relations.ts";

/** Footprints that are looked at; of more, evenly chosen ones. */
const footprintsLookedAt = 1024;
/** Two columns travel together when they share a value in this share of the transactions that have both. */
const leastShare = 0.9;
/** Below so many transactions it may be chance. */
const leastTransactions = 20;
/** So many distinct shared values are no chance; of fewer, those of a status say, it is asked how often chance shares one. */
const leastValues = 10;
const mostByChance = 0.5;

/**
 * Columns of two tables that have the same value in nearly every transaction that reaches both: what a foreign key would
 * say, had anyone declared it. Without the pairs that `known` has already.
 */
export function travellingTogether(
  { transactions, shapes }: Pick<Workload, "transactions" | "shapes">,
  known: readonly Relation[],
): readonly Relation[] {
  const stride = Math.max(1, Math.ceil(transactions.footprints.size / footprintsLookedAt));
  const pairs = new Map<string, Pair>();
  transactions.footprints.forEach(({ accessCount, shapes: accesses, starts, codes }) => {
    const columns = new Map<string, Set<number>>();
    for (let access = 0; access < accessCount; access++) {
      const { shape, counter } = shapes[accesses[access]!]!;
      for (let at = starts[access]!; at < starts[access + 1]!; at++) {
        if (isNullCode(codes[at]!)) continue;
        const name = `${shape.table}.${counter.columns[at - starts[access]!]!}`;
        const values = columns.get(name) ?? new Set<number>();
        columns.set(name, values.add(codes[at]!));
      }
    }
    const names = [...columns.keys()].sort(byName);
    for (const [place, a] of names.entries()) {
      for (const b of names.slice(place + 1)) {
        if (tableOf(a) === tableOf(b)) continue;
        const name = `${a} ${b}`;
        let pair = pairs.get(name);
        if (pair === undefined) pairs.set(name, (pair = { transactions: 0, shared: 0, values: new Set(), ofA: new Map(), ofB: new Map() }));
        const valuesOfA = columns.get(a)!;
        const valuesOfB = columns.get(b)!;
        pair.transactions++;
        const shared = [...valuesOfA].find((value) => valuesOfB.has(value));
        if (shared !== undefined) {
          pair.shared++;
          pair.values.add(shared);
        }
        for (const value of valuesOfA) pair.ofA.set(value, (pair.ofA.get(value) ?? 0) + 1);
        for (const value of valuesOfB) pair.ofB.set(value, (pair.ofB.get(value) ?? 0) + 1);
      }
    }
  }, stride);
  const declared = new Set(
    known.flatMap(({ from, fromColumns, to, toColumns }) =>
      fromColumns.flatMap((column, place) => [
        `${from}.${column} ${to}.${toColumns[place]!}`,
        `${to}.${toColumns[place]!} ${from}.${column}`,
      ]),
    ),
  );
  return [...pairs]
    .filter(
      ([name, pair]) =>
        !declared.has(name) &&
        pair.transactions >= leastTransactions &&
        pair.shared >= leastShare * pair.transactions &&
        (pair.values.size >= leastValues || sharedByChance(pair) <= mostByChance),
    )
    .map(([name]) => name)
    .sort(byName)
    .map((name) => {
      const [a, b] = name.split(" ") as [string, string];
      return {
        from: tableOf(a),
        fromColumns: [columnOf(a)],
        to: tableOf(b),
        toColumns: [columnOf(b)],
        kind: "transaction" as const,
      };
    });
}

/** Transactions that reach two columns, those in which they share a value, and how many have each value of either. */
interface Pair {
  transactions: number;
  shared: number;
  /** The first that they share in each. */
  readonly values: Set<number>;
  readonly ofA: Map<number, number>;
  readonly ofB: Map<number, number>;
}

/** The expected number of values that both would have in a transaction if neither knew of the other: the share is at most that. */
function sharedByChance({ transactions, ofA, ofB }: Pair): number {
  let products = 0;
  for (const [value, count] of ofA) products += count * (ofB.get(value) ?? 0);
  return products / transactions ** 2;
}

const tableOf = (name: string): string => name.slice(0, name.lastIndexOf("."));
const columnOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
