import { InputError } from "../../base/input-error.ts";
import { compareKeys, type KeyValue } from "../../workload/key-value.ts";
import { keyTupleOf } from "../key-tuple.ts";
import type { MapRequest } from "../map-request.ts";
import { rangeMap } from "../range-map.ts";
import type { KeyRange, ShardMap } from "../shard-map.ts";
import type { Strategy } from "../strategy.ts";
import { allShards } from "../hashed-map.ts";

/**
 * Ranges of the key in order. Split points are given (`splits:`, one fewer than shards), or are the quantiles of the
 * data, so that every shard gets as many rows. Range queries stay on few shards; keys that grow with time all land on
 * the last.
 */
export const range: Strategy = {
  name: "range",
  summary: "ranges of the key in order, split at given points or at the data's quantiles",
  source: "Bigtable: Chang et al., OSDI 2006; MongoDB ranged sharding",
  options: ["splits"],
  shardMap: (request) => rangesOf(request, "generic"),
};

/** The map of plain ranges, shard 0 lowest. Without split points and without data it knows the order but no shard. */
export function rangesOf(request: MapRequest, system: string): ShardMap {
  const shardCount = request.shards.length;
  const splits = splitsOf(request);
  if (splits === undefined) return unsplit(request, system);
  const owners = Array.from({ length: splits.length + 1 }, (_, piece) => piece);
  return { ...rangeMap(request, { splits, owners }, system), shardCount };
}

/**
 * Split points at the quantiles of a sorted sample of keys. A key that spans several quantiles can't be cut, so the
 * next larger key follows; with fewer distinct keys than shards the last shards stay empty.
 */
export function splitsAtQuantiles(
  sample: readonly (readonly KeyValue[])[],
  shardCount: number,
): readonly (readonly KeyValue[])[] {
  const splits: (readonly KeyValue[])[] = [];
  let lowest = sample[0];
  for (let split = 1; split < shardCount && lowest !== undefined; split++) {
    let index = Math.floor((sample.length * split) / shardCount);
    while (index < sample.length && compareKeys(sample[index]!, lowest) <= 0) index++;
    lowest = sample[index];
    if (lowest !== undefined) splits.push(lowest);
  }
  return splits;
}

function splitsOf(request: MapRequest): readonly (readonly KeyValue[])[] | undefined {
  const { options, extra, shards, types, where } = request;
  if (options.splits !== undefined) {
    if (options.splits.length !== shards.length - 1) {
      throw new InputError(
        `${where}: ${shards.length} shards need ${shards.length - 1} splits, not ${options.splits.length}`,
        {
          hint: "a split is the first key of the next shard",
        },
      );
    }
    return options.splits.map((split) => keyTupleOf(split, types, `${where} splits`));
  }
  if (shards.length === 1) return [];
  return extra.quantiles === undefined ? undefined : splitsAtQuantiles(extra.quantiles, shards.length);
}

function unsplit(request: MapRequest, system: string): ShardMap {
  const shardCount = request.shards.length;
  const refuse = (): never => {
    throw new InputError(`${request.where}: the ranges have no split points, so no key can be placed`, {
      hint: `give ${shardCount - 1} split points with "splits:", or a workload to take the quantiles from`,
    });
  };
  return {
    shardCount,
    identity: `${system}/range/${request.shards.join(",")}/${request.where}`,
    keeps: "order",
    shardOf: refuse,
    shardsOfRange: (keys: KeyRange) =>
      keys.prefix.length === 0 && !keys.from && !keys.to ? allShards(shardCount) : refuse(),
  };
}
