import type { CountedKeys } from "./counted-keys.ts";
import { type Movement, movementOf, type ShardUnion, sumOfMovements } from "./movement.ts";
import { isUnknown, type Known, type Measured, measureNames, type Measures } from "./reshard-plan.ts";

/** Sizes that the user states, by table. */
export interface Sizes {
  readonly rows: ReadonlyMap<string, number>;
  /** Mean bytes of a row with its indexes. */
  readonly rowBytes: ReadonlyMap<string, number>;
}

/** What is known of a table's keys beside the keys. */
interface KeyFacts {
  readonly source: "log" | "keys-file";
  readonly keptShare: number;
  readonly unique: boolean;
  readonly inserts: number;
  readonly hasBytes: boolean;
}

interface Placement {
  readonly before: Uint32Array;
  readonly after: Uint32Array;
  readonly union: ShardUnion;
  readonly keys: CountedKeys;
}

/** What moves of a table in each measure, or why that is not known. */
export function measuresOf(table: string, facts: KeyFacts, placement: Placement, sizes: Sizes): Measures {
  const { before, after, union, keys } = placement;
  const moved = (weights?: Float64Array): Movement => movementOf(before, after, union, weights, facts.keptShare);
  const distinct = moved();
  const rows = rowsOf(table, facts, keys, distinct, moved, sizes);
  return {
    keys: measured(distinct, facts.keptShare === 1 ? "counted" : "a share of the keys, drawn by hash", facts.source === "keys-file"),
    accesses:
      facts.source === "log"
        ? measured(moved(keys.first), "statements of the log that pin the key", false)
        : { unknown: "a file of keys has no accesses" },
    rows,
    bytes: bytesOf(table, facts, keys, rows, moved, sizes),
  };
}

const measured = (movement: Movement, from: string, complete: boolean): Measured => ({ ...movement, from, complete });

function rowsOf(
  table: string,
  facts: KeyFacts,
  keys: CountedKeys,
  distinct: Movement,
  moved: (weights?: Float64Array) => Movement,
  { rows }: Sizes,
): Known<Measured> {
  if (facts.source === "keys-file") return measured(moved(keys.first), "counted in the file of keys", true);
  const inserted = facts.inserts > 0 ? moved(keys.second) : undefined;
  const stated = rows.get(table);
  if (stated !== undefined) {
    const seen = facts.unique || inserted === undefined || inserted.total === 0 ? distinct : inserted;
    const by = seen === distinct ? "distinct keys" : "inserted rows";
    return measured(scaled(seen, stated), `--rows, spread like the log's ${by}`, true);
  }
  if (facts.unique) return measured(distinct, "distinct keys of the log: the key is unique", false);
  if (inserted !== undefined && inserted.total > 0) return measured(inserted, "rows inserted in the log", false);
  return { unknown: `the log does not say how many rows a key of ${table} has: pass --rows or --keys` };
}

function bytesOf(
  table: string,
  facts: KeyFacts,
  keys: CountedKeys,
  rows: Known<Measured>,
  moved: (weights?: Float64Array) => Movement,
  { rowBytes }: Sizes,
): Known<Measured> {
  if (facts.source === "keys-file" && facts.hasBytes) return measured(moved(keys.second), "counted in the file of keys", true);
  const each = rowBytes.get(table);
  if (each === undefined) return { unknown: `the size of a row of ${table} is not known: pass --row-bytes` };
  if (isUnknown(rows)) return rows;
  return measured(times(rows, each), `rows of ${each} bytes (--row-bytes), ${rows.from}`, rows.complete);
}

/** The same movement with another total. */
function scaled(movement: Movement, total: number): Movement {
  return times(movement, movement.total === 0 ? 0 : total / movement.total);
}

function times(movement: Movement, factor: number): Movement {
  return {
    total: movement.total * factor,
    moved: movement.moved * factor,
    shareError: movement.shareError,
    before: movement.before.map((amount) => amount * factor),
    after: movement.after.map((amount) => amount * factor),
    transfers: movement.transfers.map((transfer) => ({ ...transfer, amount: transfer.amount * factor })),
    refused: movement.refused * factor,
    leastForEven: movement.leastForEven * factor,
  };
}

/** Sums over tables, measure by measure; unknown where one table's is. */
export function summed(tables: readonly Measures[]): Measures {
  return Object.fromEntries(
    measureNames.map((name) => {
      const parts = tables.map((measures) => measures[name]);
      const unknown = parts.find(isUnknown);
      if (unknown !== undefined) return [name, unknown];
      const known = parts as readonly Measured[];
      const froms = [...new Set(known.map(({ from }) => from))];
      return [name, measured(sumOfMovements(known), froms.join("; "), known.every(({ complete }) => complete))];
    }),
  ) as unknown as Measures;
}
