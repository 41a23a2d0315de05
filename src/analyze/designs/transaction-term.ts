import type { Footprint, TransactionSummary } from "../../workload/transactions.ts";
import type { ColumnValues } from "../column-values.ts";
import { hashCodes } from "../key-hashes.ts";
import type { HashMap } from "../placing.ts";
import { unitsPerExecution } from "../table-load.ts";
import type { Term } from "./design-problem.ts";
import type { TableOption } from "./table-option.ts";
import { noCost, type ExplainedCost, type TemplateTermContext } from "./template-term.ts";

/** How transactions of several statements fare under a design. */
export interface TransactionCounts {
  readonly reading: CrossingCounts;
  readonly writing: CrossingCounts;
}

export interface CrossingCounts {
  readonly transactions: number;
  /** Those that touch more than one shard. */
  readonly crossing: number;
  /** Those that may, because not all that they reached is known. */
  readonly unknown: number;
  /** Shards (and the server of unsharded tables) that they touch, summed. */
  readonly participants: number;
}

export interface TransactionCost extends ExplainedCost {
  readonly counts: TransactionCounts;
}

export interface TransactionTerm extends Term {
  readonly costOf: (options: readonly number[]) => TransactionCost;
}

/** Where an access goes that no key places. */
const anywhere = -1;
const everywhere = -2;

/** The transactions of one type that reached the same, as many as it stands for. */
interface Sample {
  readonly counts: Float64Array;
  readonly writes: Uint8Array;
  readonly complete: Uint8Array;
  /** Where each one's accesses begin, and where the last one's end. */
  readonly starts: Int32Array;
  /** Per access: the table (as an index into the term's), and its place among the table's accesses. */
  readonly tables: Int32Array;
  readonly places: Int32Array;
}

/** One table's accesses in a sample. */
interface TableAccesses {
  readonly shapes: readonly number[];
  readonly codes: readonly Float64Array[];
}

export interface TransactionTermContext extends TemplateTermContext {
  /** Values of a table's column, as its candidates see them. */
  readonly columnsOf: (table: number, column: string) => ColumnValues;
  readonly placeOf: HashMap["shardOfHash"];
}

/**
 * One term for each type of transaction: those whose rows are on several shards need a two-phase commit if they write.
 * `limit`: footprints that are looked at; of more, evenly chosen ones stand for the others. Those that were rolled back
 * are left out, and so are statements that could not be parsed. None when the log does not group statements.
 */
export function transactionTerms(
  transactions: TransactionSummary,
  context: TransactionTermContext,
  limit: number,
): readonly TransactionTerm[] {
  if (transactions.grouping.by === "none" || limit === 0) return [];
  const stride = Math.max(1, Math.ceil(transactions.footprints.size / limit));
  const byType = new Map<number, TypeSample>();
  transactions.footprints.forEach((footprint) => {
    if (footprint.outcome === "rolled-back") return;
    let sample = byType.get(footprint.type);
    if (sample === undefined) byType.set(footprint.type, (sample = new TypeSample(context)));
    sample.add(footprint);
  }, stride);
  return [...byType]
    .sort(([a], [b]) => a - b)
    .map(([type, sample]) => {
      const { committed, open } = transactions.types[type] ?? transactions.otherTypes;
      return sample.term(committed + open);
    });
}

class TypeSample {
  readonly #context: TransactionTermContext;
  readonly #tables: number[] = [];
  readonly #accesses: { shapes: number[]; codes: Float64Array[] }[] = [];
  readonly #counts: number[] = [];
  readonly #writes: number[] = [];
  readonly #complete: number[] = [];
  readonly #starts: number[] = [0];
  readonly #accessTables: number[] = [];
  readonly #places: number[] = [];

  constructor(context: TransactionTermContext) {
    this.#context = context;
  }

  add({ count, writes, complete, accessCount, shapes, starts, codes }: Footprint): void {
    for (let access = 0; access < accessCount; access++) {
      const shape = shapes[access]!;
      const { table } = this.#context.workload.shapes[shape]!.shape;
      const place = this.#context.loads.findIndex((load) => load.table === table);
      if (place < 0) continue;
      let index = this.#tables.indexOf(place);
      if (index < 0) {
        index = this.#tables.push(place) - 1;
        this.#accesses.push({ shapes: [], codes: [] });
      }
      const accesses = this.#accesses[index]!;
      this.#accessTables.push(index);
      this.#places.push(accesses.shapes.length);
      accesses.shapes.push(shape);
      accesses.codes.push(codes.slice(starts[access]!, starts[access + 1]!));
    }
    this.#counts.push(count);
    this.#writes.push(writes ? 1 : 0);
    this.#complete.push(complete ? 1 : 0);
    this.#starts.push(this.#places.length);
  }

  /** `total`: the transactions that the sample stands for. */
  term(total: number): TransactionTerm {
    const sampled = this.#counts.reduce((sum, count) => sum + count, 0);
    const scale = sampled === 0 ? 0 : total / sampled;
    const sample: Sample = {
      counts: Float64Array.from(this.#counts, (count) => count * scale),
      writes: Uint8Array.from(this.#writes),
      complete: Uint8Array.from(this.#complete),
      starts: Int32Array.from(this.#starts),
      tables: Int32Array.from(this.#accessTables),
      places: Int32Array.from(this.#places),
    };
    const tables = this.#tables;
    const context = this.#context;
    const shardsOf = new Map<number, Int32Array>();
    const known = new Map<number, TransactionCost>();
    const costOf = (options: readonly number[]): TransactionCost => {
      let id = 0;
      tables.forEach((table, index) => (id = id * context.options[table]!.length + options[index]!));
      let cost = known.get(id);
      if (cost === undefined) {
        const shards = tables.map((table, index) => {
          const name = index * 4096 + options[index]!;
          let placed = shardsOf.get(name);
          if (placed === undefined) {
            const option = context.options[table]![options[index]!]!;
            shardsOf.set(name, (placed = shardsOfAccesses(this.#accesses[index]!, table, option, context)));
          }
          return placed;
        });
        known.set(id, (cost = costOfTransactions(countsOf(sample, shards, context.shardCount), context)));
      }
      return cost;
    };
    return { tables, costOf };
  }
}

/** The shard of each access; `anywhere` for copies that are read, `everywhere` where no key places it. */
function shardsOfAccesses(
  { shapes, codes }: TableAccesses,
  table: number,
  option: TableOption,
  { workload, columnsOf, placeOf, shardCount }: TransactionTermContext,
): Int32Array {
  if (option.kind === "unsharded") return new Int32Array(shapes.length).fill(shardCount);
  if (option.kind === "reference")
    return Int32Array.from(shapes, (shape) =>
      workload.shapes[shape]!.shape.use === "read" ? anywhere : everywhere,
    );
  const columns = option.key.map((column) => columnsOf(table, column));
  const positions = new Map<number, readonly number[] | undefined>();
  return Int32Array.from(shapes, (shape, access) => {
    if (!positions.has(shape)) positions.set(shape, positionsOf(workload.shapes[shape]!, option.key));
    const at = positions.get(shape);
    const values = codes[access]!;
    if (at === undefined || values.length === 0) return everywhere;
    const { counter } = workload.shapes[shape]!;
    const key = columns.map((column, index) => column.codeOfRaw(values[at[index]!]!, counter));
    const { low, high } = hashCodes(columns, key);
    return placeOf(low, high);
  });
}

function positionsOf(
  { counter }: TemplateTermContext["workload"]["shapes"][number],
  key: readonly string[],
): readonly number[] | undefined {
  const positions = key.map((column) => counter.columns.indexOf(column));
  return positions.every((position) => position >= 0) ? positions : undefined;
}

function countsOf(sample: Sample, shards: readonly Int32Array[], shardCount: number): TransactionCounts {
  const empty = () => ({ transactions: 0, crossing: 0, unknown: 0, participants: 0 });
  const sums = [empty(), empty()] as const;
  // The transaction that touched a shard last; the last place is the server of the unsharded tables.
  const touched = new Int32Array(shardCount + 1).fill(-1);
  for (let transaction = 0; transaction < sample.counts.length; transaction++) {
    let participants = 0;
    for (let access = sample.starts[transaction]!; access < sample.starts[transaction + 1]!; access++) {
      const shard = shards[sample.tables[access]!]![sample.places[access]!]!;
      if (shard === everywhere) {
        participants = shardCount + (touched[shardCount] === transaction ? 1 : 0);
        touched.fill(transaction, 0, shardCount);
      } else if (shard !== anywhere && touched[shard] !== transaction) {
        touched[shard] = transaction;
        participants++;
      }
    }
    const sum = sums[sample.writes[transaction] === 1 ? 1 : 0];
    const count = sample.counts[transaction]!;
    sum.transactions += count;
    if (participants > 1) sum.crossing += count;
    else if (sample.complete[transaction] === 0) sum.unknown += count;
    sum.participants += count * Math.max(1, participants);
  }
  return { reading: sums[0], writing: sums[1] };
}

function costOfTransactions(counts: TransactionCounts, context: TransactionTermContext): TransactionCost {
  const { transactions, crossing, participants } = counts.writing;
  // Every participant of those that cross; the others have one.
  const committed = crossing === 0 ? 0 : participants - (transactions - crossing);
  return {
    ...noCost,
    overhead: committed * twoPhaseCommitWork(context),
    cause: "cross-shard-transactions",
    counts,
  };
}

/** On each shard of a transaction, in units of work. */
export function twoPhaseCommitWork({ work, weights }: Pick<TemplateTermContext, "work" | "weights">): number {
  return work === "time" ? weights.twoPhaseCommitMs * 1000 : weights.twoPhaseCommitShare * unitsPerExecution;
}
