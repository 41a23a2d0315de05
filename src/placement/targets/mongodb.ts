import { InputError } from "../../base/input-error.ts";
import { type KeyValue, keyTypeOf, textOfKey, typeOfKey } from "../../workload/key-value.ts";
import { type BsonValue, mongodbHash, mongodbNumber, mongodbSplitPoints } from "../hashes/mongodb.ts";
import type { MapRequest } from "../map-request.ts";
import { requireOneColumn } from "../one-column.ts";
import { integersThrough, textsThrough, withTable } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import { microsOfTimestamp } from "../micros-of-timestamp.ts";
import type { ShardMap } from "../shard-map.ts";
import { rangesOf } from "../strategies/range.ts";
import { columnTypeNames } from "../table-options.ts";
import { sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";

/**
 * MongoDB. Hashed: the 64-bit hash of the key falls into one of the initial chunks (`slots`, by default one per
 * shard), which are dealt to the shards in blocks of equal length. Ranged: chunks of the key itself, cut at `splits`.
 * The balancer moves chunks later on; which shard of the cluster is called the first is the server's choice.
 */
export const mongodb: Target = {
  name: "mongodb",
  summary: "MongoDB: chunks of the hashed or of the plain shard key, as they are created at first",
  placement: "exact",
  caveat: "the order of shards is shuffled by the server, and the balancer moves chunks afterwards",
  defaultStrategy: "hash",
  strategies: ["hash", "range"],
  options: (strategy) => (strategy === "hash" ? ["type", "slots"] : ["type", "splits"]),
  keyTypes: () => columnTypeNames.filter((type) => type !== "other"),
  hashes: () => [],
  shardNames: (count) => Array.from({ length: count }, (_, shard) => `shard${shard}`),
  slotLayout: (request) => {
    if (request.strategy !== "hash") return undefined;
    const count = sliceCount(request.shards.length);
    const mapOf = (slots: MapRequest) => hashedChunks({ ...slots, options: { ...slots.options, slots: count } });
    const ownerOf = (slice: number) => Math.floor((slice * request.shards.length) / count);
    return slotLayout(request, { unit: "range", count, grain: "slices", balancedBy: "data" }, ownerOf, mapOf);
  },
  shardMap: (request) => (request.strategy === "hash" ? hashedChunks(request) : rangesOf(request, "mongodb")),
};

function hashedChunks(request: MapRequest): ShardMap {
  const { where, options, shards } = request;
  requireOneColumn(request, "a hashed shard key");
  const shardCount = shards.length;
  const chunks = options.slots ?? shardCount;
  if (chunks % shardCount !== 0) {
    throw new InputError(`${where}: ${chunks} chunks don't go evenly into ${shardCount} shards`, {
      hint: `give "slots: ${Math.ceil(chunks / shardCount) * shardCount}", or leave it out`,
    });
  }
  const chunksPerShard = chunks / shardCount;
  const splits = BigInt64Array.from(mongodbSplitPoints(chunks));
  const shardOfHash = (hash: bigint) => Math.floor((splits.findLastIndex((split) => split <= hash) + 1) / chunksPerShard);
  const map = placedMap(request, `mongodb/hashed/${chunks}`, ([value]) => {
    const hash = mongodbHash(bsonOf(value!));
    const chunk = splits.findLastIndex((split) => split <= hash) + 1;
    const steps = [
      { what: "hash", value: String(hash) },
      { what: "chunk", value: `${chunk} of ${chunks}` },
    ];
    return { shard: shardOfHash(hash), steps };
  });
  // The kernel's hashes have their sign turned; a shard begins with the first of its chunks.
  const starts = splits.filter((_, split) => (split + 1) % chunksPerShard === 0);
  const bounds = BigUint64Array.from([0n, ...starts.map((split) => BigInt.asUintN(64, split) ^ (1n << 63n))]);
  const many = withTable([bounds], ({ run }, count) => run.placeByBounds(count, bounds.length));
  const keyType = keyTypeOf[request.types[0]!];
  return {
    ...map,
    ...(keyType === "int" && { placeIntegers: integersThrough(({ run }, count) => run.mongodbIntegers(count), many) }),
    ...(keyType === "text" && {
      placeTexts: textsThrough(
        ({ run }, count) => run.mongodbTexts(count),
        many,
        (bytes, start, end) => shardOfHash(mongodbHash({ bson: "string", text: Buffer.from(bytes.subarray(start, end)).toString("utf8") })),
      ),
    }),
  };
}

/** Integers and decimals are hashed alike, without their fraction; a uuid is binary data of subtype 4. */
export function bsonOf(value: KeyValue): BsonValue {
  const text = textOfKey(value);
  switch (typeOfKey(value)) {
    case "null":
      return { bson: "null" };
    case "int":
      return { bson: "number", value: clamp(BigInt(text)) };
    case "decimal":
      return {
        bson: "number",
        value: /^-?\d/.test(text) ? clamp(BigInt(text.split(".")[0]!)) : mongodbNumber(Number(text)),
      };
    case "float":
      return { bson: "number", value: mongodbNumber(Number(text)) };
    case "text":
      return { bson: "string", text };
    case "uuid":
      return { bson: "binData", subtype: 4, bytes: Buffer.from(text.replaceAll("-", ""), "hex") };
    case "bytes":
      return { bson: "binData", subtype: 0, bytes: Buffer.from(text, "hex") };
    case "boolean":
      return { bson: "bool", value: text === "true" };
    case "date":
      return { bson: "date", millis: microsOfTimestamp(`${text}T00:00:00`) / 1000n };
    case "timestamp": {
      // A BSON date has milliseconds; what is finer is cut off, downwards as the drivers do.
      const micros = microsOfTimestamp(text);
      return { bson: "date", millis: (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n };
    }
  }
}

function clamp(integer: bigint): bigint {
  const max = (1n << 63n) - 1n;
  return integer > max ? max : integer < -max - 1n ? -max - 1n : integer;
}
