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
}

/**
 * 0.1 ms is what a primary-key lookup takes on a warm PostgreSQL. A separated access pays a prepare and a commit more
 * (two-phase commit); a moved row is deleted here, inserted there, under a two-phase commit.
 */
export const defaultCostWeights: CostWeights = { perShardMs: 0.1, perShardShare: 0.5, separation: 2, keyUpdate: 3 };
