import { strategies } from "../../placement/strategies.ts";
import type { ExportRequest, Exported, Gap } from "../exported.ts";
import { jsonFile } from "../json-file.ts";
import { keysWithinShards } from "../keys-across-shards.ts";

/**
 * Where the application places the keys (MySQL, or no product at all): the map that it must implement, complete enough to
 * do so. `shardplan place` answers for any key what it must come to.
 */
export function exportShardMap({ design, sharded, reference, unsharded }: ExportRequest): Exported {
  const tables: Record<string, object> = {};
  const gaps: Gap[] = [
    { what: "the application chooses the shard: check its answers against shardplan place --design" },
  ];
  for (const table of sharded) {
    const { name, shardKey, leader, strategy, options, types } = table;
    tables[name] =
      name === leader
        ? {
            shardKey: [...shardKey],
            strategy,
            how: strategies[strategy].summary,
            ...(types && { types: [...types] }),
            ...options,
          }
        : { shardKey: [...shardKey], colocatedWith: leader };
    gaps.push(...keysWithinShards(table));
  }
  for (const { name } of reference) tables[name] = { on: "every shard" };
  for (const { name } of unsharded) tables[name] = { on: design.shards[0] };
  const hash = "XXH64 with seed 0 over the key's canonical bytes";
  return { files: [jsonFile("shard-map.json", { shards: [...design.shards], hash, tables })], gaps };
}
