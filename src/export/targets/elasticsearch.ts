import type { ExportRequest, Exported, Gap } from "../exported.ts";
import { jsonFile } from "../json-file.ts";

/**
 * One body per index, to PUT to /NAME; documents then need `routing`, the value of the shard key.
 * https://www.elastic.co/docs/reference/elasticsearch/mapping-reference/mapping-routing-field
 */
export function exportElasticsearch({ design, sharded, reference, unsharded }: ExportRequest): Exported {
  const gaps: Gap[] = [];
  const indices: Record<string, object> = {};
  for (const { name, shardKey, options } of sharded) {
    const routingShards = options.slots === undefined ? {} : { number_of_routing_shards: options.slots };
    indices[name] = {
      settings: { index: { number_of_shards: design.shards.length, ...routingShards } },
      mappings: { _routing: { required: true } },
    };
    gaps.push({ table: name, what: `index and search with routing=<${shardKey[0]!}>: a mapping can't name the field` });
  }
  for (const { name } of unsharded) indices[name] = { settings: { index: { number_of_shards: 1 } } };
  for (const { name } of reference)
    indices[name] = { settings: { index: { number_of_shards: 1, auto_expand_replicas: "0-all" } } };
  return { files: [jsonFile("indices.json", indices)], gaps };
}
