import { yugabyteHashCode } from "../hashes/jenkins64.ts";
import { yugabyteKeyBytes } from "../hashes/yugabytedb.ts";
import type { MapRequest } from "../map-request.ts";
import { integersThrough, textsThrough, withTable } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import { rangesOf } from "../strategies/range.ts";
import { columnTypeNames } from "../table-options.ts";
import { sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";
import { numberedShards } from "./generic.ts";

/**
 * YugabyteDB (YSQL): the 16-bit hash code of the HASH columns falls into one of `SPLIT INTO n TABLETS` equal ranges,
 * one tablet per shard, or `slots` tablets dealt to the shards in turn. Ranges of the key are cut at `splits`.
 */
export const yugabytedb: Target = {
  name: "yugabytedb",
  summary: "YugabyteDB: equal ranges of the 16-bit hash code, or ranges of the key",
  placement: "exact",
  caveat: "exact while the number of tablets is a power of two and none was split since",
  defaultStrategy: "hash",
  strategies: ["hash", "range"],
  options: (strategy) => (strategy === "hash" ? ["type", "slots"] : ["type", "splits"]),
  keyTypes: (strategy) => (strategy === "hash" ? ["int16", "int32", "int64", "text"] : columnTypeNames),
  hashes: () => [],
  shardNames: numberedShards,
  slotLayout: (request) => {
    if (request.strategy !== "hash") return undefined;
    const { slots: stated } = request.options;
    const nodes = request.shards.length;
    // Tablets that nobody counted are split in place as they grow, and then moved.
    const count = stated ?? sliceCount(nodes);
    const mapOf = (slots: MapRequest) => tablets({ ...slots, options: { ...slots.options, slots: count } });
    return stated === undefined
      ? slotLayout(request, { unit: "tablet", count, grain: "slices", balancedBy: "count" }, (slice) => Math.floor((slice * nodes) / count), mapOf)
      : slotLayout(request, { unit: "tablet", count, grain: "slots", balancedBy: "count" }, (tablet) => tablet % nodes, mapOf);
  },
  shardMap: (request) => (request.strategy === "hash" ? tablets(request) : rangesOf(request, "yugabytedb")),
};

function tablets(request: MapRequest): ShardMap {
  const { where, shards, types, options } = request;
  const count = options.slots ?? shards.length;
  const tabletOf = (code: number): number => Math.floor((code * count) / hashCodes);
  const map = placedMap(request, `yugabytedb/${count}`, (key) => {
    const bytes = yugabyteKeyBytes(key, types);
    if (bytes === undefined) {
      const value = key.find((part) => part === "null:") ?? key[0]!;
      const reason = value === "null:" ? "a hash column has no NULL" : "it does not fit the type of its column";
      refuseKey(where, value, reason, "give a value of the column's type");
    }
    const code = yugabyteHashCode(bytes);
    const tablet = tabletOf(code);
    const steps = [
      { what: "hash code", value: String(code) },
      { what: "tablet", value: `${tablet} of ${count}` },
    ];
    return { shard: tablet % shards.length, steps };
  });
  const owners = Uint32Array.from({ length: hashCodes }, (_, code) => tabletOf(code) % shards.length);
  const many = withTable([owners], ({ run }, some) => run.placeByTable(some, hashCodes));
  const only = types.length === 1 ? types[0] : undefined;
  return {
    ...map,
    ...(only === "int64" && { placeIntegers: integersThrough(({ run }, some) => run.yugabyteIntegers(some), many) }),
    ...(only === "text" && {
      placeTexts: textsThrough(
        ({ run }, some) => run.yugabyteTexts(some),
        many,
        (bytes, start, end) => owners[yugabyteHashCode(bytes.subarray(start, end))]!,
      ),
    }),
  };
}

/** Hash codes have 16 bits. */
const hashCodes = 65_536;
