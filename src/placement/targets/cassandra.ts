import { InputError } from "../../base/input-error.ts";
import type { KeyValue } from "../../workload/key-value.ts";
import { cassandraKeyBytes, cassandraTokenInto } from "../hashes/cassandra.ts";
import { wordsToBigInt, zeroWords } from "../hashes/words.ts";
import type { MapRequest } from "../map-request.ts";
import { integersThrough, textsThrough, withTable } from "../place-all.ts";
import { placedMap } from "../placed-map.ts";
import { refuseKey } from "../refuse-key.ts";
import type { ShardMap } from "../shard-map.ts";
import { optionsWithout, sliceCount, slotLayout } from "../slot-layout.ts";
import type { Target } from "../target.ts";

/**
 * Apache Cassandra's token ring under the Murmur3Partitioner: a key's first replica is the node with the smallest
 * token at or above the key's. Nodes' tokens are given with `tokens: {node: [token, ...]}` (as `nodetool ring` lists
 * them), else every node has one token and they stand evenly.
 */
export const cassandra: Target = {
  name: "cassandra",
  summary: "Apache Cassandra: Murmur3 token ring",
  placement: "exact",
  caveat: "without the nodes' real tokens the ring is cut evenly, one token per node",
  ...tokenRing(),
};

/** ScyllaDB with vnodes: tokens and ring are Cassandra's. Keyspaces with tablets place by other rules. */
export const scylladb: Target = {
  name: "scylladb",
  summary: "ScyllaDB with vnodes: the same tokens and ring as Cassandra",
  placement: "exact",
  caveat: "without the nodes' real tokens the ring is cut evenly, one token per node; tablets are not covered",
  ...tokenRing(),
};

function tokenRing(): Omit<Target, "name" | "summary" | "placement" | "caveat"> {
  return {
    defaultStrategy: "consistent-hash",
    strategies: ["consistent-hash"],
    options: () => ["type", "tokens"],
    keyTypes: () => ["int32", "int64", "text", "uuid", "bytes"],
    hashes: () => [],
    shardNames: (count) => Array.from({ length: count }, (_, shard) => `node${shard + 1}`),
    shardMap: ring,
    slotLayout: (request) => {
      const { tokens, owners } = ringOf(request);
      const count = sliceCount(request.shards.length);
      // A slice reaches up to its own token, and belongs to the node with the first token from there on.
      const ownerOf = (slice: number) => {
        const token = evenToken(slice, count);
        const at = tokens.findIndex((other) => other >= token);
        return owners[at === -1 ? 0 : at]!;
      };
      const mapOf = (slices: MapRequest) => ring({ ...slices, options: optionsWithout(slices.options, "tokens") });
      return slotLayout(request, { unit: "token range", count, grain: "slices", balancedBy: "count" }, ownerOf, mapOf);
    },
  };
}

function ring(request: MapRequest): ShardMap {
  const { where, types } = request;
  const { tokens, owners } = ringOf(request);
  const highs = Int32Array.from(tokens, (token) => Number(token >> 32n));
  const lows = Uint32Array.from(tokens, (token) => Number(BigInt.asUintN(32, token)));
  const words = zeroWords();
  const ownerAt = (bytes: Uint8Array, start: number, end: number): number => {
    cassandraTokenInto(bytes, start, end, words);
    return tokenAt(highs, lows, words.low, words.high);
  };
  const label = tokens.map((token, index) => `${token}=${owners[index]!}`).join(" ");
  const many = withTable([BigInt64Array.from(tokens), Uint32Array.from(owners)], ({ run }, count) =>
    run.placeByTokens(count, tokens.length),
  );
  const eight = Buffer.alloc(8);
  const only = types.length === 1 ? types[0] : undefined;
  return {
    ...placedMap(request, `murmur3/${label}`, (key) => {
      const bytes = cassandraKeyBytes(key, types) ?? refuse(where, key);
      const at = ownerAt(bytes, 0, bytes.length);
      const token = BigInt.asIntN(64, wordsToBigInt(words));
      const steps = [
        { what: "token", value: String(token) },
        { what: "owner's token", value: String(tokens[at]!) },
      ];
      return { shard: owners[at]!, steps };
    }),
    ...(only === "int64" && {
      shardOfInteger: (low: number, high: number) => {
        eight.writeInt32BE(high);
        eight.writeInt32BE(low, 4);
        return owners[ownerAt(eight, 0, 8)]!;
      },
      placeIntegers: integersThrough(({ run }, count) => run.cassandraIntegers(count), many),
    }),
    ...(only === "text" && {
      shardOfText: (bytes: Uint8Array, start: number, end: number) => owners[ownerAt(bytes, start, end)]!,
      placeTexts: textsThrough(
        ({ run }, count) => run.cassandraTexts(count),
        many,
        (bytes, start, end) => owners[ownerAt(bytes, start, end)]!,
      ),
    }),
  };
}

/** Index of the smallest token at or above the given one, past the top the first. */
function tokenAt(highs: Int32Array, lows: Uint32Array, low: number, high: number): number {
  let from = 0;
  let to = highs.length;
  while (from < to) {
    const middle = (from + to) >>> 1;
    const token = highs[middle]!;
    if (token < high || (token === high && lows[middle]! < low >>> 0)) from = middle + 1;
    else to = middle;
  }
  return from === highs.length ? 0 : from;
}

function ringOf({ where, shards, options }: MapRequest): { tokens: readonly bigint[]; owners: readonly number[] } {
  const given = shards.flatMap((name, owner) => {
    if (options.tokens === undefined) {
      return [{ owner, token: evenToken(owner, shards.length) }];
    }
    const list = options.tokens[name];
    if (list !== undefined) return list.map((token) => ({ owner, token: tokenOf(where, token) }));
    throw new InputError(`${where}: shard ${name} has no tokens`, {
      hint: "list the tokens of every node, or leave them out",
    });
  });
  const sorted = given.sort((a, b) => (a.token < b.token ? -1 : a.token > b.token ? 1 : a.owner - b.owner));
  return { tokens: sorted.map(({ token }) => token), owners: sorted.map(({ owner }) => owner) };
}

/** Token of the nth of so many even parts of the ring. */
const evenToken = (nth: number, count: number): bigint => -(1n << 63n) + (BigInt(nth) * (1n << 64n)) / BigInt(count);

function tokenOf(where: string, token: string | number): bigint {
  if (/^-?\d+$/.test(String(token)) && BigInt.asIntN(64, BigInt(token)) === BigInt(token)) return BigInt(token);
  throw new InputError(`${where}: "${token}" is no token`, { hint: "a token is a signed 64-bit integer" });
}

function refuse(where: string, key: readonly KeyValue[]): never {
  const value = key.find((part) => part === "null:") ?? key[0]!;
  const reason = value === "null:" ? "a partition key has no NULL" : "it does not fit the type of its column";
  return refuseKey(where, value, reason, "give a value of the column's type");
}
