/**
 * What it costs to leave the one shard, in the unit of work (see `Work`). These are judgements, not measurements:
 * they are printed with every scale-out factor and can be set.
 */
export interface CostWeights {
  /**
   * Milliseconds of a statement's time that every shard it touches spends again: parsing, planning, one descent of an
   * index, one answer. What a statement takes beyond it is divided among the shards.
   */
  readonly perShardMs: number;
  /** The same as a share of a statement, where durations are not logged. */
  readonly perShardShare: number;
  /**
   * Work added, as a multiple of its own, to an access whose related rows (foreign keys, joins) live on other shards.
   */
  readonly separation: number;
  /** Work added, as a multiple of its own, to an update that changes the shard key: the row moves. */
  readonly keyUpdate: number;
  /**
   * Milliseconds that a two-phase commit takes on each shard of a transaction that writes on several: a prepare and a
   * commit that one shard alone would not need.
   */
  readonly twoPhaseCommitMs: number;
  /** The same in statements, where durations are not logged. */
  readonly twoPhaseCommitShare: number;
  /**
   * Where a foreign key leads to another shard, each inserted row is checked there: work added as a multiple of what a
   * statement costs on one more shard. Where the log does not group statements to transactions, as a multiple of all work
   * on the table with less of it: statements on both are then taken to be one transaction.
   */
  readonly relatedRows: number;
  /**
   * Work added, as a multiple of that on a table that is copied to every shard: the copies take memory and disk, and all
   * that is ever written to the table is written to all of them.
   */
  readonly copy: number;
  /**
   * Work added for each further column of a key, as a multiple of that on its table: a longer key routes no better where it
   * costs the same, and every statement must name all of it.
   */
  readonly keyColumn: number;
  /** How much an uneven load counts: 1 is as much as it is, the busiest shard over the mean. */
  readonly skew: number;
}

/**
 * 0.1 ms is what a primary-key lookup takes on a warm PostgreSQL. A separated access pays a prepare and a commit more
 * (two-phase commit); a moved row is deleted here, inserted there, under a two-phase commit. On each of its shards a
 * two-phase commit flushes the log twice, a quarter of a millisecond each on a solid-state disk; transactions that cross halve the
 * throughput of short ones (C. Curino et al., Schism, PVLDB 3(1), 2010, on the price of distribution).
 */
export const defaultCostWeights: CostWeights = {
  perShardMs: 0.1,
  perShardShare: 0.5,
  separation: 2,
  keyUpdate: 3,
  twoPhaseCommitMs: 0.5,
  twoPhaseCommitShare: 2,
  relatedRows: 1,
  copy: 0.2,
  keyColumn: 0.02,
  skew: 1,
};
