import { redisSlot } from "../hashes/crc16.ts";
import { keyText, keyTextFastPaths, keyTextTypes } from "../key-text.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { withTable } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import type { ShardMap } from "../shard-map.ts";
import { slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * Redis Cluster: CRC-16 of the key, or of what stands in its first braces, names one of 16,384 slots; masters hold
 * consecutive slots, as evenly as can be. The value of the key column is taken for the Redis key, so that it should be
 * written as the application writes it (`user:{42}`).
 */
export const redis: Target = {
  name: "redis",
  summary: "Redis Cluster: 16,384 hash slots with hash tags",
  placement: "exact",
  caveat: "slots are assumed to be dealt evenly and in order, as after creation",
  defaultStrategy: "fixed-slots",
  strategies: ["fixed-slots"],
  options: () => ["type"],
  keyTypes: () => keyTextTypes,
  hashes: () => [],
  shardNames: numberedShards,
  shardMap: slots,
  slotLayout: (request) =>
    slotLayout(
      request,
      { unit: "slot", count: SLOTS, grain: "slots", balancedBy: "count" },
      (slot) => redisMaster(slot, request.shards.length),
      slots,
    ),
};

const SLOTS = 16_384;

/** Master of a slot: master i has the slots from i * 16384 / n, rounded, to just below the next one's first. */
export function redisMaster(slot: number, masters: number): number {
  let master = Math.min(masters - 1, Math.floor((slot * masters) / SLOTS));
  while (master > 0 && slot < firstSlot(master, masters)) master--;
  while (master < masters - 1 && slot >= firstSlot(master + 1, masters)) master++;
  return master;
}

function firstSlot(master: number, masters: number): number {
  return Math.round((master * SLOTS) / masters);
}

function slots(request: MapRequest): ShardMap {
  requireOneColumn(request, "Redis Cluster");
  const masters = request.shards.length;
  const owners = Uint32Array.from({ length: SLOTS }, (_, slot) => redisMaster(slot, masters));
  return {
    ...placedMap(request, "redis/slots", ([value]) => {
      const bytes = Buffer.from(keyText(request, value!), "utf8");
      const slot = redisSlot(bytes, 0, bytes.length);
      return { shard: redisMaster(slot, masters), steps: [{ what: "slot", value: String(slot) }] };
    }),
    ...keyTextFastPaths(request, (bytes, start, end) => owners[redisSlot(bytes, start, end)]!, {
      hash: ({ run }, count) => run.crc16Texts(count),
      place: withTable([owners], ({ run }, count) => run.placeByTable(count, SLOTS)),
      // Only digits never have braces.
      texts: false,
    }),
  };
}
