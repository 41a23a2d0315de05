import { strategyNames } from "../design.ts";
import { strategies } from "../strategies.ts";
import { columnTypeNames } from "../table-options.ts";
import type { Target } from "../target.ts";

/** No product: shards are numbered, keys hashed with XXH64 (`key-hash.ts`), and every strategy is on offer. */
export const generic: Target = {
  name: "generic",
  summary: "no particular product: every strategy over our own documented hash",
  placement: "exact",
  defaultStrategy: "hash",
  strategies: strategyNames,
  options: (strategy) => ["type", ...strategies[strategy].options],
  keyTypes: () => columnTypeNames,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: (request) => strategies[request.strategy].shardMap(request),
};

export function numberedShards(count: number): readonly string[] {
  return Array.from({ length: count }, (_, shard) => String(shard));
}
