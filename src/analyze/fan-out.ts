/**
 * Shards that a statement with `length` distinct, independently placed keys touches on average of `shardCount`:
 * S(1 - (1 - 1/S)^m), the expected number of occupied bins (W. Feller, An Introduction to Probability Theory, I.5, "the
 * occupancy problem"). Used where the log has list lengths but not the values.
 *
 * @example
 * expectedShards(2, 2); // => 1.5
 */
export function expectedShards(length: number, shardCount: number): number {
  return shardCount * (1 - (1 - 1 / shardCount) ** length);
}

/** `expectedShards` over a histogram of list lengths; an empty list touches one shard, which answers with nothing. */
export function meanExpectedShards(listLengths: ReadonlyMap<number, number>, shardCount: number): number | undefined {
  let executions = 0;
  let shards = 0;
  for (const length of [...listLengths.keys()].sort((a, b) => a - b)) {
    const count = listLengths.get(length)!;
    executions += count;
    shards += count * Math.max(1, expectedShards(length, shardCount));
  }
  return executions === 0 ? undefined : shards / executions;
}
