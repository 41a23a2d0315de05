import { murmur3_32, murmur3_32OfUtf16 } from "./murmur3.ts";

/** Elasticsearch's routing hash: MurmurHash3 x86 32 with seed 0 of the UTF-16 code units, little-endian; signed. */
export function elasticsearchHash(routing: string): number {
  const bytes = Buffer.from(routing, "utf16le");
  return murmur3_32(bytes, 0, bytes.length);
}

/** The same of text in UTF-8. */
export function elasticsearchHashOfUtf8(bytes: Uint8Array, start: number, end: number): number {
  return murmur3_32OfUtf16(bytes, start, end) ?? elasticsearchHash(Buffer.from(bytes.subarray(start, end)).toString("utf8"));
}

/** Default of `number_of_routing_shards`: the primaries doubled at least once and up to 1024. */
export function defaultRoutingShards(primaries: number): number {
  return primaries * 2 ** Math.max(1, 10 - Math.ceil(Math.log2(primaries)));
}

/** The shard of a routing hash: its remainder over the routing shards, of which each primary has equally many. */
export function elasticsearchShard(hash: number, primaries: number, routingShards: number): number {
  const remainder = ((hash % routingShards) + routingShards) % routingShards;
  return Math.floor(remainder / (routingShards / primaries));
}
