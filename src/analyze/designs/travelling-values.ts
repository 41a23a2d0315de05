import { byName } from "../../base/order.ts";
import { isNullCode } from "../../workload/value-code.ts";
import type { Workload } from "../../workload/workload.ts";
import type { Relation } from "../relations.ts";

/** Footprints that are looked at; of more, evenly chosen ones. */
const footprintsLookedAt = 1024;
/** Two columns travel together when they share a value in this share of the transactions that have both. */
const leastShare = 0.9;
/** Transactions and distinct shared values below which it may be chance: a status has few values. */
const leastTransactions = 20;
const leastValues = 10;

/**
 * Columns of two tables that have the same value in nearly every transaction that reaches both: what a foreign key would
 * say, had anyone declared it. Without the pairs that `known` has already.
 */
export function travellingTogether(
  { transactions, shapes }: Pick<Workload, "transactions" | "shapes">,
  known: readonly Relation[],
): readonly Relation[] {
  const stride = Math.max(1, Math.ceil(transactions.footprints.size / footprintsLookedAt));
  const pairs = new Map<string, { readonly both: { transactions: number; shared: number }; readonly values: Set<number> }>();
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
        if (pair === undefined) pairs.set(name, (pair = { both: { transactions: 0, shared: 0 }, values: new Set() }));
        pair.both.transactions++;
        const shared = [...columns.get(a)!].find((value) => columns.get(b)!.has(value));
        if (shared === undefined) continue;
        pair.both.shared++;
        pair.values.add(shared);
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
      ([name, { both, values }]) =>
        !declared.has(name) &&
        both.transactions >= leastTransactions &&
        values.size >= leastValues &&
        both.shared >= leastShare * both.transactions,
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

const tableOf = (name: string): string => name.slice(0, name.lastIndexOf("."));
const columnOf = (name: string): string => name.slice(name.lastIndexOf(".") + 1);
