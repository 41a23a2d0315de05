import type { ColumnValues } from "../column-values.ts";
import { keyHasher } from "../key-hashes.ts";
import type { HashMap } from "../placing.ts";
import { unitsPerExecution } from "../table-load.ts";
import { anyShard, unshardedServer } from "../placed-accesses.ts";
import type { TransactionPlacement } from "../transaction-participants.ts";
import type { TableOption } from "./table-option.ts";
import { noCost, type ExplainedCost, type TemplateTermContext } from "./template-term.ts";

/** What those that cross cost, summed over them. */
interface Crossings {
  /** Shards written, of transactions that write on several. */
  readonly commits: number;
  /** Accesses away from the shard with most of the transaction's. */
  readonly hops: number;
  /** Shards that are only read beside it. */
  readonly readers: number;
}

export interface TransactionCost extends ExplainedCost {
  /** Overhead that more accesses could not make less. */
  readonly least: number;
}

/** Where an access goes that no key places. */
export const anywhere = -1;
export const everywhere = -2;

export interface TransactionTermContext extends TemplateTermContext {
  /** Values of a table's column, as its candidates see them. */
  readonly columnsOf: (table: number, column: string) => ColumnValues;
  readonly placeOf: HashMap["shardOfHash"];
  /** Of a given design, on its number of shards: then it alone says where accesses go. */
  readonly placement?: TransactionPlacement;
}

/** Where an access goes whose codes are `codes[from, to)`. */
export type PlaceAccess = (codes: Float64Array, from: number, to: number) => number;

export function placeAccess(
  table: number,
  option: TableOption,
  shape: number,
  { workload, columnsOf, placeOf, shardCount, placement }: TransactionTermContext,
): PlaceAccess {
  const { counter, shape: access } = workload.shapes[shape]!;
  if (placement !== undefined)
    return (codes, from, to) => placedAccess(placement, shape, codes, from, access.equal.length === 0 || to > from);
  if (option.kind === "unsharded") return () => shardCount;
  if (option.kind === "reference") return access.use === "read" ? () => anywhere : () => everywhere;
  const positions = option.key.map((column) => counter.columns.indexOf(column));
  if (positions.some((position) => position < 0)) return () => everywhere;
  const columns = option.key.map((column) => columnsOf(table, column));
  const key = new Float64Array(columns.length);
  const hash = keyHasher(columns);
  return (codes, from, to) => {
    if (to === from) return everywhere;
    for (let column = 0; column < key.length; column++)
      key[column] = columns[column]!.codeOfRaw(codes[from + positions[column]!]!, counter);
    const { low, high } = hash(key);
    return placeOf(low, high);
  };
}

function placedAccess(
  { accesses, shardCounts }: TransactionPlacement,
  shape: number,
  codes: Float64Array,
  from: number,
  valued: boolean,
): number {
  const shard = accesses.shardOfAccess(shape, codes, from, valued);
  if (shard === anyShard) return anywhere;
  if (shard === unshardedServer) return shardCounts[0]!;
  // Of what is not known, the worst is taken.
  return shard < 0 ? everywhere : shard;
}

/** One transaction's accesses by shard; the last place is the server of the unsharded tables. */
class Touched {
  readonly #accesses: Int32Array;
  readonly #writes: Int32Array;

  constructor(shardCount: number) {
    this.#accesses = new Int32Array(shardCount + 1);
    this.#writes = new Int32Array(shardCount + 1);
  }

  clear(): void {
    this.#accesses.fill(0);
    this.#writes.fill(0);
  }

  add(shard: number, write: number): void {
    if (shard !== everywhere) {
      this.#accesses[shard]! += 1;
      this.#writes[shard]! += write;
      return;
    }
    for (let each = 0; each < this.#accesses.length - 1; each++) this.add(each, write);
  }

  sums(): Crossings {
    let participants = 0;
    let written = 0;
    let accesses = 0;
    let most = 0;
    for (let shard = 0; shard < this.#accesses.length; shard++) {
      const here = this.#accesses[shard]!;
      if (here === 0) continue;
      participants++;
      accesses += here;
      if (here > most) most = here;
      if (this.#writes[shard]! > 0) written++;
    }
    const commits = written > 1 ? written : 0;
    return { commits, hops: accesses - most, readers: Math.max(0, participants - Math.max(1, commits)) };
  }
}

/** Adds transactions up, one after the other. */
export class CrossingSums {
  readonly #context: TransactionTermContext;
  readonly #touched: Touched;
  #commits = 0;
  #hops = 0;
  #readers = 0;

  constructor(context: TransactionTermContext) {
    this.#context = context;
    this.#touched = new Touched(context.shardCount);
  }

  begin(): void {
    this.#touched.clear();
  }

  access(shard: number, write: number): void {
    if (shard !== anywhere) this.#touched.add(shard, write);
  }

  end(count: number): void {
    const { commits, hops, readers } = this.#touched.sums();
    this.#commits += count * commits;
    this.#hops += count * hops;
    this.#readers += count * readers;
  }

  cost(): TransactionCost {
    const crossings = { commits: this.#commits, hops: this.#hops, readers: this.#readers };
    const overhead = overheadOf(crossings, this.#context);
    const least = overheadOf({ ...crossings, readers: 0 }, this.#context);
    return { ...noCost, overhead, cause: "cross-shard-transactions", least };
  }
}

function overheadOf({ commits, hops, readers }: Crossings, context: TransactionTermContext): number {
  const { work, weights } = context;
  const hop = work === "time" ? weights.perShardMs * 1000 : weights.perShardShare * unitsPerExecution;
  return commits * twoPhaseCommitWork(context) + (hops + readers) * hop;
}

/** On each shard of a transaction, in units of work. */
export function twoPhaseCommitWork({ work, weights }: Pick<TemplateTermContext, "work" | "weights">): number {
  return work === "time" ? weights.twoPhaseCommitMs * 1000 : weights.twoPhaseCommitShare * unitsPerExecution;
}
