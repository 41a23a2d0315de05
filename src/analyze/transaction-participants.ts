import type { FootprintSkeleton } from "../workload/transactions.ts";
import type { Workload } from "../workload/workload.ts";
import type { Known } from "./known.ts";
import { everyShard, unknownShard, unshardedServer, type KeyPlace, type PlacedAccesses } from "./placed-accesses.ts";

/** Where a design puts what transactions reach, on one or several numbers of shards. */
export interface TransactionPlacement {
  readonly shardCounts: readonly number[];
  /** One way for each of the shard counts. */
  readonly accesses: PlacedAccesses;
  /** For each shard count: shards that a statement of the template touches when it is a transaction of its own. */
  participantsOf(template: number): readonly StatementParticipants[];
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

/** Sums over transactions, from which a fate follows, as (weighted) numbers of transactions. */
class Tally {
  unknown = 0;
  /** Over those that are known. */
  touched = 0;
  max = 0;
  /** Known ones with 1, 2, 3, and 4 or more shards. */
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
    const shards = participants > 1 ? participants : 1;
    this.touched += shards * count;
    this.counts[shards < 4 ? shards - 1 : 3]! += count;
    if (shards > this.max) this.max = shards;
    if (shards > 1) this.crossSquares += count * count;
  }

  addAll(other: Tally): void {
    this.unknown += other.unknown;
    this.touched += other.touched;
    this.max = Math.max(this.max, other.max);
    this.squares += other.squares;
    this.crossSquares += other.crossSquares;
    other.counts.forEach((count, place) => (this.counts[place]! += count));
  }

  get cross(): number {
    return this.counts[1] + this.counts[2] + this.counts[3];
  }

  get known(): number {
    return this.counts[0] + this.cross;
  }

  /** Shards of those that cross. */
  get preparedParts(): number {
    return this.touched - this.counts[0];
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
 * How many shards each transaction of the workload touches under a design, for each of the placement's shard counts.
 * Footprints that were left out, here or before (`Footprints.keptShare`), are spoken for by the kept ones, with the
 * standard error that this has.
 */
export function transactionFates(
  workload: Workload,
  placement: TransactionPlacement,
): readonly Known<TransactionFates>[] {
  const { shardCounts } = placement;
  const { grouping } = workload.transactions;
  if (grouping.by === "none") return shardCounts.map(() => ({ unknown: grouping.because }));
  const stride = Math.max(1, Math.ceil(workload.transactions.footprints.size / mostFootprints));
  const tallies = tallyFootprints(workload.transactions.footprints, placement, stride);
  const alone = aloneTallies(workload, placement);
  return shardCounts.map((shardCount, nth) => fatesOf(shardCount, workload, tallies[nth]!, alone[nth]!, stride));
}

function fatesOf(
  shardCount: number,
  { transactions: { several, footprints, types } }: Workload,
  tallies: FootprintTallies,
  alone: { readonly reading: Tally; readonly writing: Tally },
  stride: number,
): TransactionFates {
  const keptShare = footprints.keptShare / stride;
  const sampled = (tally: Tally, all: number): Stratum => ({
    tally,
    transactions: all,
    variance: tally.variance(keptShare),
  });
  const exact = (tally: Tally): Stratum => ({ tally, transactions: tally.total, variance: 0 });
  const reading = [sampled(tallies.committed("reading"), several.committed.reading), exact(alone.reading)];
  const writing = [sampled(tallies.committed("writing"), several.committed.writing), exact(alone.writing)];
  const undone = several.rolledBack.reading + several.rolledBack.writing;
  return {
    shardCount,
    all: fateOf([...reading, ...writing]),
    reading: fateOf(reading),
    writing: fateOf(writing),
    rolledBack: fateOf([sampled(tallies.rolledBack, undone)]),
    byType: types.map(({ committed }, type) => ({ type, fate: fateOf([sampled(tallies.ofType(type), committed)]) })),
    preparedParts: writing.reduce(
      (sum, { tally, transactions: all }) => sum + (tally.total === 0 ? 0 : (tally.preparedParts * all) / tally.total),
      0,
    ),
  };
}

/** Statements that are transactions of their own, for each shard count. */
function aloneTallies(
  { templates, transactions, shapes }: Workload,
  { shardCounts, participantsOf }: TransactionPlacement,
): readonly { readonly reading: Tally; readonly writing: Tally }[] {
  const tallies = shardCounts.map(() => ({ reading: new Tally(), writing: new Tally() }));
  templates.forEach((use, template) => {
    const count = transactions.alone[template]!;
    if (count === 0) return;
    const writes = use.shapes.some((shape) => shapes[shape]!.shape.use !== "read");
    participantsOf(template).forEach(({ shares, unknownShare }, nth) => {
      const tally = tallies[nth]![writes ? "writing" : "reading"];
      for (const { shards, share } of shares) tally.add(shards, share * count);
      if (unknownShare > 0) tally.add(-1, unknownShare * count);
    });
  });
  return tallies;
}

/** Footprints on one number of shards: those that were committed by type, reading and writing ones apart. */
class FootprintTallies {
  readonly rolledBack = new Tally();
  readonly #reading: Tally[] = [];
  readonly #writing: Tally[] = [];

  /** Undefined: of transactions that were left open. `type` is -1 for those without one. */
  tallyOf({ outcome, writes, type }: FootprintSkeleton): Tally | undefined {
    if (outcome === "rolled-back") return this.rolledBack;
    return outcome === "committed" ? ((writes ? this.#writing : this.#reading)[type + 1] ??= new Tally()) : undefined;
  }

  committed(use: "reading" | "writing"): Tally {
    return sumOf(use === "reading" ? this.#reading : this.#writing);
  }

  ofType(type: number): Tally {
    return sumOf([this.#reading[type + 1], this.#writing[type + 1]]);
  }
}

function sumOf(tallies: readonly (Tally | undefined)[]): Tally {
  const sum = new Tally();
  for (const tally of tallies) if (tally !== undefined) sum.addAll(tally);
  return sum;
}

/** An access whose key decides, and where its codes begin among a footprint's. */
interface KeyedAccess {
  readonly shape: number;
  readonly place: KeyPlace;
  readonly start: number;
}

/** What follows for all footprints of a skeleton, whatever their values are. */
interface SkeletonPlan {
  /** One for each shard count; undefined where the outcome is in no rate. */
  readonly tallies: readonly Tally[] | undefined;
  /** It reaches a table that no key narrows: then the values are of no interest. */
  readonly everywhere: boolean;
  /** It may touch more than is known. */
  readonly unknown: boolean;
  /** Not a shard, but it takes part: 0 or 1. */
  readonly servers: number;
  readonly keyed: readonly KeyedAccess[];
}

function planOf(
  skeleton: FootprintSkeleton,
  { places }: PlacedAccesses,
  tallies: readonly Tally[] | undefined,
): SkeletonPlan {
  const keyed: KeyedAccess[] = [];
  let unknown = !skeleton.complete;
  let everywhere = false;
  let servers = 0;
  skeleton.shapes.forEach((shape, access) => {
    const place = places[shape]!;
    if (typeof place !== "number") {
      if (skeleton.valued[access]) keyed.push({ shape, place, start: skeleton.starts[access]! });
      else unknown = true;
    } else if (place === everyShard) everywhere = true;
    else if (place === unknownShard) unknown = true;
    else if (place === unshardedServer) servers = 1;
  });
  return { tallies, everywhere, unknown, servers, keyed: everywhere || tallies === undefined ? [] : keyed };
}

/**
 * Counts each footprint's shards; -1: not known. What is known to touch two shards crosses, whatever else it does. All
 * shard counts are counted in one pass: a footprint is unpacked and its keys are looked up once.
 */
function tallyFootprints(
  footprints: Workload["transactions"]["footprints"],
  { shardCounts, accesses }: TransactionPlacement,
  stride: number,
): readonly FootprintTallies[] {
  const sums = shardCounts.map(() => new FootprintTallies());
  const plans = footprints.skeletons.map((skeleton) => {
    const tallies = sums.map((sum) => sum.tallyOf(skeleton)).filter((tally) => tally !== undefined);
    return planOf(skeleton, accesses, tallies.length === 0 ? undefined : tallies);
  });
  const shardsOf = new DistinctShards(accesses, shardCounts);
  footprints.forEachRecord(
    (skeleton, count, codes) => {
      const { tallies, everywhere, keyed, servers, unknown } = plans[skeleton]!;
      if (tallies === undefined) return;
      if (accesses.areAllKnown && isOneKey(keyed, codes)) {
        const participants = unknown && servers === 0 ? -1 : servers + 1;
        for (let nth = 0; nth < tallies.length; nth++) tallies[nth]!.add(participants, count);
        return;
      }
      shardsOf.begin(unknown);
      for (let access = 0; access < keyed.length; access++) {
        const { shape, place, start } = keyed[access]!;
        shardsOf.add(accesses.keyOf(shape, place, codes, start));
      }
      for (let nth = 0; nth < tallies.length; nth++)
        tallies[nth]!.add(everywhere ? shardCounts[nth]! : shardsOf.participants(nth, servers), count);
    },
    (skeleton) => plans[skeleton]!.keyed.length > 0,
    stride,
  );
  return sums;
}

/** Whether all accesses whose key decides ask for the same one, as most transactions do. */
function isOneKey(keyed: readonly KeyedAccess[], codes: Float64Array): boolean {
  if (keyed.length === 0) return false;
  const first = keyed[0]!;
  for (let access = 1; access < keyed.length; access++) {
    const { place, start } = keyed[access]!;
    if (place.family !== first.place.family) return false;
    const { positions } = place;
    for (let column = 0; column < positions.length; column++)
      if (codes[start + positions[column]!] !== codes[first.start + first.place.positions[column]!]) return false;
  }
  return true;
}

/** The keys of one footprint, and on how many shards they are. */
class DistinctShards {
  readonly #accesses: PlacedAccesses;
  readonly #keys: number[] = [];
  /** For each shard count and shard: the last footprint that reached it. */
  readonly #seenBy: readonly Int32Array[];
  #size = 0;
  #footprint = 0;
  #unknown = false;

  constructor(accesses: PlacedAccesses, shardCounts: readonly number[]) {
    this.#accesses = accesses;
    this.#seenBy = shardCounts.map((shardCount) => new Int32Array(shardCount));
  }

  begin(unknown: boolean): void {
    this.#size = 0;
    this.#footprint++;
    this.#unknown = unknown;
  }

  /** -1: a key that is not known. */
  add(key: number): void {
    if (key < 0) this.#unknown = true;
    // Statements of one transaction mostly ask for the same key again.
    else if (this.#size === 0 || this.#keys[this.#size - 1] !== key) this.#keys[this.#size++] = key;
  }

  /** Shards under the nth shard count, with so many servers beside them; -1: not known. */
  participants(nth: number, servers: number): number {
    const seenBy = this.#seenBy[nth]!;
    let shards = servers;
    let unknown = this.#unknown;
    for (let at = 0; at < this.#size; at++) {
      const shard = this.#accesses.shardOf(this.#keys[at]!, nth);
      if (shard < 0) unknown = true;
      else if (seenBy[shard] !== this.#footprint) {
        seenBy[shard] = this.#footprint;
        shards++;
      }
    }
    return unknown && shards < 2 ? -1 : shards;
  }
}
