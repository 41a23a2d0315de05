import type { Workload } from "../workload/workload.ts";
import type { Known } from "./known.ts";

/** Where an access goes, besides the number of a shard. */
export const everyShard = -1;
/** To whichever shard the transaction is on: a read of a copied table. */
export const anyShard = -2;
/** Its values are not logged, or do not decide. */
export const unknownShard = -3;
/** The one server of the tables that are not sharded: it takes part like a shard. */
export const unshardedServer = -4;

/** Where a design puts what transactions reach. */
export interface TransactionPlacement {
  readonly shardCount: number;
  /**
   * Shard of an access of the shape (index into `Workload.shapes`) whose value codes start at `codes[start]`, or one of
   * the above. `valued` is false when the log does not have the values.
   */
  shardOf(shape: number, codes: Float64Array, start: number, valued: boolean): number;
  /** Shards that a statement of the template touches when it is a transaction of its own. */
  participantsOf(template: number): StatementParticipants;
}

/** Of a template's statements: how many shards, and which share of the statements touches so many. */
export interface StatementParticipants {
  readonly shares: readonly { readonly shards: number; readonly share: number }[];
  readonly unknownShare: number;
}

/** How transactions of one kind fare. */
export interface TransactionFate {
  /** Transactions; an estimate where the log's ids had to be sampled. */
  readonly transactions: number;
  /** Share of them that is known to touch two shards or more. */
  readonly crossShard: number;
  /** Standard error of `crossShard`; 0 when all were looked at. */
  readonly standardError: number;
  /** Share of them of which it is not known: those may cross, too. */
  readonly unknownShare: number;
  /** Over those that are known. */
  readonly participants: {
    readonly mean: number;
    readonly max: number;
    /** Shares with 1, 2, 3, and 4 or more. */
    readonly distribution: readonly [number, number, number, number];
  };
}

export interface TransactionFates {
  readonly shardCount: number;
  /** Reading and writing together. Transactions that were rolled back, or open at the end, are in `rolledBack` alone. */
  readonly all: TransactionFate;
  readonly reading: TransactionFate;
  readonly writing: TransactionFate;
  readonly rolledBack: TransactionFate;
  /** Of several statements, by type (index into `TransactionSummary.types`), in the order of the types. */
  readonly byType: readonly { readonly type: number; readonly fate: TransactionFate }[];
  /** Shards that took part in committed writing transactions on more than one shard: each of them prepares and commits. */
  readonly preparedParts: number;
}

/** Sums over transactions, from which a fate follows. `known` etc. are numbers of transactions, weighted. */
class Tally {
  known = 0;
  unknown = 0;
  cross = 0;
  touched = 0;
  max = 0;
  preparedParts = 0;
  readonly counts: [number, number, number, number] = [0, 0, 0, 0];
  /** Sums of squared counts, of all and of those that cross: what the standard error of a sample needs. */
  squares = 0;
  crossSquares = 0;

  add(participants: number, count: number): void {
    this.squares += count * count;
    if (participants < 0) {
      this.unknown += count;
      return;
    }
    this.known += count;
    const shards = Math.max(1, participants);
    this.touched += shards * count;
    this.counts[Math.min(4, shards) - 1]! += count;
    if (shards > this.max) this.max = shards;
    if (shards < 2) return;
    this.cross += count;
    this.crossSquares += count * count;
    this.preparedParts += shards * count;
  }

  get total(): number {
    return this.known + this.unknown;
  }

  /**
   * Variance of the share that crosses when each footprint was kept with probability `keptShare` (Poisson sampling; the
   * ratio estimator, Cochran, Sampling Techniques, ch. 6): (1 - f) Σ c²(x - p)² / (Σ c)².
   */
  variance(keptShare: number): number {
    if (this.total === 0 || keptShare === 1) return 0;
    const p = this.cross / this.total;
    const spread = this.crossSquares * (1 - 2 * p) + this.squares * p * p;
    return ((1 - keptShare) * spread) / this.total ** 2;
  }
}

/** A tally of sampled footprints stands for `transactions`; one of statements alone for itself. */
interface Stratum {
  readonly tally: Tally;
  readonly transactions: number;
  readonly variance: number;
}

function fateOf(strata: readonly Stratum[]): TransactionFate {
  const transactions = strata.reduce((sum, stratum) => sum + stratum.transactions, 0);
  const scaled = (amount: (tally: Tally) => number): number =>
    strata.reduce(
      (sum, { tally, transactions: all }) => sum + (tally.total === 0 ? 0 : (amount(tally) * all) / tally.total),
      0,
    );
  const known = scaled((tally) => tally.known);
  const share = (amount: number, of: number): number => (of === 0 ? 0 : amount / of);
  const error = strata.reduce((sum, stratum) => sum + stratum.variance * stratum.transactions ** 2, 0);
  return {
    transactions,
    crossShard: share(
      scaled((tally) => tally.cross),
      transactions,
    ),
    standardError: share(Math.sqrt(error), transactions),
    unknownShare: share(
      scaled((tally) => tally.unknown),
      transactions,
    ),
    participants: {
      mean: share(
        scaled((tally) => tally.touched),
        known,
      ),
      max: Math.max(0, ...strata.map(({ tally }) => tally.max)),
      distribution: [0, 1, 2, 3].map((place) =>
        share(
          scaled((tally) => tally.counts[place]!),
          known,
        ),
      ) as unknown as readonly [number, number, number, number],
    },
  };
}

/**
 * Footprints that are looked at: of more, evenly chosen ones. All of a million, because a few footprints may be of most
 * transactions, and to leave one of those out would move the share by points.
 */
const mostFootprints = 2 ** 20;

/**
 * How many shards each transaction of the workload touches under a design. Footprints that were left out, here or before
 * (`Footprints.keptShare`), are spoken for by the kept ones, with the standard error that this has.
 */
export function transactionFates(workload: Workload, placement: TransactionPlacement): Known<TransactionFates> {
  const { transactions } = workload;
  if (transactions.grouping.by === "none") return { unknown: transactions.grouping.because };
  const { several, footprints, types } = transactions;
  const tallies = { reading: new Tally(), writing: new Tally(), rolledBack: new Tally() };
  const byType = types.map(() => new Tally());
  const participantsOf = participantCounter(workload, placement);
  const stride = Math.max(1, Math.ceil(footprints.size / mostFootprints));
  footprints.forEach((footprint) => {
    const { outcome, writes, type, count } = footprint;
    const participants = participantsOf(footprint);
    if (outcome === "committed") tallies[writes ? "writing" : "reading"].add(participants, count);
    else if (outcome === "rolled-back") tallies.rolledBack.add(participants, count);
    if (outcome === "committed" && type >= 0) byType[type]!.add(participants, count);
  }, stride);
  const keptShare = footprints.keptShare / stride;
  const sampled = (tally: Tally, all: number): Stratum => ({
    tally,
    transactions: all,
    variance: tally.variance(keptShare),
  });
  const alone = aloneTallies(workload, placement);
  const exact = (tally: Tally): Stratum => ({ tally, transactions: tally.total, variance: 0 });
  const reading = [sampled(tallies.reading, several.committed.reading), exact(alone.reading)];
  const writing = [sampled(tallies.writing, several.committed.writing), exact(alone.writing)];
  const undone = several.rolledBack.reading + several.rolledBack.writing;
  return {
    shardCount: placement.shardCount,
    all: fateOf([...reading, ...writing]),
    reading: fateOf(reading),
    writing: fateOf(writing),
    rolledBack: fateOf([sampled(tallies.rolledBack, undone)]),
    byType: types.map(({ committed }, type) => ({ type, fate: fateOf([sampled(byType[type]!, committed)]) })),
    preparedParts: writing.reduce(
      (sum, { tally, transactions: all }) => sum + (tally.total === 0 ? 0 : (tally.preparedParts * all) / tally.total),
      0,
    ),
  };
}

/** Statements that are transactions of their own. */
function aloneTallies(
  { templates, transactions, shapes }: Workload,
  placement: TransactionPlacement,
): { readonly reading: Tally; readonly writing: Tally } {
  const tallies = { reading: new Tally(), writing: new Tally() };
  templates.forEach((use, template) => {
    const count = transactions.alone[template]!;
    if (count === 0) return;
    const writes = use.shapes.some((shape) => shapes[shape]!.shape.use !== "read");
    const tally = tallies[writes ? "writing" : "reading"];
    const { shares, unknownShare } = placement.participantsOf(template);
    for (const { shards, share } of shares) tally.add(shards, share * count);
    if (unknownShare > 0) tally.add(-1, unknownShare * count);
  });
  return tallies;
}

/** Counts a footprint's shards; -1: not known. What is known to touch two shards crosses, whatever else it does. */
function participantCounter(
  { shapes }: Workload,
  placement: TransactionPlacement,
): (footprint: Parameters<Parameters<Workload["transactions"]["footprints"]["forEach"]>[0]>[0]) => number {
  const { shardCount } = placement;
  // The last one is the server of unsharded tables.
  const seenBy = new Int32Array(shardCount + 1);
  const pinned = shapes.map(({ shape }) => shape.equal.length > 0);
  let number = 0;
  return ({ accessCount, shapes: reached, starts, codes, complete }) => {
    number++;
    let shards = 0;
    let unknown = !complete;
    for (let access = 0; access < accessCount; access++) {
      const shape = reached[access]!;
      const start = starts[access]!;
      const found = placement.shardOf(shape, codes, start, !pinned[shape] || starts[access + 1]! > start);
      const shard = found === unshardedServer ? shardCount : found;
      if (shard === everyShard) return shardCount;
      if (shard === unknownShard) unknown = true;
      else if (shard >= 0 && seenBy[shard] !== number) {
        seenBy[shard] = number;
        shards++;
      }
    }
    return unknown && shards < 2 ? -1 : shards;
  };
}
