import { byName } from "../../base/order.ts";
import { InputError } from "../../base/input-error.ts";
import type { KeyValue } from "../../workload/key-value.ts";
import { hashedMap } from "../hashed-map.ts";
import { wordsModulo, wordsToHex, zeroWords } from "../hashes/words.ts";
import { textHashInto } from "../key-hash.ts";
import { keyTupleOf } from "../key-tuple.ts";
import type { MapRequest, PlacementExtra } from "../map-request.ts";
import type { ShardMap } from "../shard-map.ts";
import type { Strategy } from "../strategy.ts";

/**
 * A table that says for each key where it lives (`directory: {acme: 3}`), or, when none is given, one made from the
 * weights of the keys: heaviest first, each to the shard with the least so far (Graham's longest-processing-time
 * rule, at most 4/3 - 1/(3N) of the best possible maximum). Keys that the table doesn't know go to the `default`
 * shard, or by hash modulo. It can balance what no hash can, a few heavy tenants, at the price of a look-up per
 * request.
 */
export const directory: Strategy = {
  name: "directory",
  summary: "an explicit table of keys, given or balanced by weight; unknown keys by default or hash",
  source: "Graham: Bounds on Multiprocessing Timing Anomalies, SIAM J. Appl. Math. 17(2), 1969",
  options: ["directory", "default"],
  shardMap: (request) => {
    const entries = request.options.directory === undefined ? balanced(request) : given(request);
    return directoryMap(request, entries);
  },
};

/**
 * Shards of weighted keys by the longest-processing-time rule; equal weights in the order of the keys' text, equal
 * loads to the first shard, so that the outcome does not depend on the order given.
 */
export function balanceByWeight(
  weights: NonNullable<PlacementExtra["weights"]>,
  shardCount: number,
): ReadonlyMap<string, number> {
  const heaviestFirst = weights
    .map(({ key, weight }) => ({ name: directoryName(key), weight }))
    .sort((a, b) => b.weight - a.weight || byName(a.name, b.name));
  const owners = balanceInOrder(heaviestFirst.map(({ weight }) => weight), shardCount);
  return new Map(heaviestFirst.map(({ name }, index) => [name, owners[index]!]));
}

/** The shard of each weight, one after the other to the shard with the least so far. */
export function balanceInOrder(heaviestFirst: readonly number[], shardCount: number): Uint32Array {
  const loads = new Float64Array(shardCount);
  return Uint32Array.from(heaviestFirst, (weight) => {
    let least = 0;
    for (let shard = 1; shard < shardCount; shard++) if (loads[shard]! < loads[least]!) least = shard;
    loads[least]! += weight;
    return least;
  });
}

/** A compound key as one string; the separator can't occur in a key's canonical text of any type but text. */
export function directoryName(key: readonly KeyValue[]): string {
  return key.length === 1 ? key[0]! : JSON.stringify(key);
}

function balanced({ extra, shards }: MapRequest): ReadonlyMap<string, number> {
  return extra.weights === undefined ? new Map() : balanceByWeight(extra.weights, shards.length);
}

function given(request: MapRequest): ReadonlyMap<string, number> {
  const entries = new Map<string, number>();
  for (const [value, shard] of Object.entries(request.options.directory ?? {})) {
    const key = keyTupleOf(value, request.types, `${request.where} directory`);
    if (key.length !== request.types.length) {
      throw new InputError(
        `${request.where} directory: "${value}" has ${key.length} of ${request.types.length} key columns`,
        {
          hint: "a directory places whole keys: separate the columns' values by commas",
        },
      );
    }
    entries.set(directoryName(key), shardIndex(request, shard));
  }
  return entries;
}

function shardIndex({ shards, where }: MapRequest, shard: string | number): number {
  const index = shards.indexOf(String(shard));
  if (index >= 0) return index;
  throw new InputError(`${where}: no shard "${shard}"`, { hint: `shards are ${shards.join(", ")}` });
}

function directoryMap(request: MapRequest, entries: ReadonlyMap<string, number>): ShardMap {
  const shardCount = request.shards.length;
  const fallback = request.options.default;
  const fallbackShard = fallback === undefined || fallback === "hash" ? undefined : shardIndex(request, fallback);
  const unknown = hashedMap(
    request,
    `directory/${digest(entries)}/${fallback ?? "hash"}`,
    (low, high) => fallbackShard ?? wordsModulo(low, high, shardCount),
  );
  return {
    shardCount,
    identity: unknown.identity,
    keeps: "hash",
    shardOf: (key) => entries.get(directoryName(key)) ?? unknown.shardOf(key),
    shardsOfRange: unknown.shardsOfRange,
    trace: (key) => [{ what: "directory", value: entries.has(directoryName(key)) ? "listed" : "not listed" }],
  };
}

function digest(entries: ReadonlyMap<string, number>): string {
  const lines = [...entries].sort(([a], [b]) => byName(a, b)).map(([name, shard]) => `${name}=${shard}`);
  const bytes = Buffer.from(lines.join("\n"), "utf8");
  const words = zeroWords();
  textHashInto(bytes, 0, bytes.length, words);
  return wordsToHex(words);
}
