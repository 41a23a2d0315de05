import { assert } from "../base/assert.ts";
import { InputError } from "../base/input-error.ts";
import {
  compareKeys,
  compareKeyValues,
  type KeyValue,
  keyTypeOf,
  textOfKey,
  typeOfKey,
} from "../workload/key-value.ts";
import type { MapRequest } from "./map-request.ts";
import type { KeyRange, ShardMap } from "./shard-map.ts";
import { textSearch } from "./text-search.ts";

/**
 * Keys in order, cut at split points: piece 0 is everything below `splits[0]`, piece i begins at `splits[i - 1]`.
 * A split may pin fewer columns than the key has. `owners` says which shard has which piece.
 */
export interface Pieces {
  readonly splits: readonly (readonly KeyValue[])[];
  /** One more than splits. */
  readonly owners: readonly number[];
}

/** The shard map of ordered pieces. Throws InputError when the splits are not in ascending order. */
export function rangeMap(request: MapRequest, pieces: Pieces, system: string): ShardMap {
  const { splits, owners } = pieces;
  assert(owners.length === splits.length + 1, `${splits.length} splits make ${splits.length + 1} pieces`);
  for (let index = 1; index < splits.length; index++) {
    if (compareKeys(splits[index - 1]!, splits[index]!) <= 0) continue;
    throw new InputError(
      `${request.where}: split ${showKey(splits[index]!)} comes after ${showKey(splits[index - 1]!)}`,
      {
        hint: "list the split points in ascending order",
      },
    );
  }
  const shardOfPiece = (piece: number): number => owners[piece]!;
  const shardOfInteger = integerSearch(request, pieces);
  const shardOfText = textSearch(request, pieces);
  return {
    shardCount: request.shards.length,
    identity: `${system}/range/${request.shards.join(",")}/${splits.map(showKey).join(" ")}/${owners.join(",")}`,
    keeps: "order",
    shardOf: (key) => shardOfPiece(countSplits(splits, (split) => compareKeys(split, key) <= 0)),
    shardsOfRange: (range) => shardsOfPieces(pieces, request.types.length, range),
    trace: (key) => {
      const piece = countSplits(splits, (split) => compareKeys(split, key) <= 0);
      const from = piece === 0 ? "-infinity" : showKey(splits[piece - 1]!);
      const to = piece === splits.length ? "infinity" : showKey(splits[piece]!);
      return [{ what: "range", value: `[${from}, ${to})` }];
    },
    ...(shardOfInteger !== undefined && { shardOfInteger }),
    ...(shardOfText !== undefined && { shardOfText }),
  };
}

/** How people read a key: its values, separated by commas. */
export function showKey(key: readonly KeyValue[]): string {
  return key.map((value) => (typeOfKey(value) === "null" ? "NULL" : textOfKey(value))).join(", ");
}

/** The pieces, first to last, that may hold keys of the range; see `ShardMap.shardsOfRange`. */
export function piecesOfRange(
  splits: readonly (readonly KeyValue[])[],
  columns: number,
  range: KeyRange,
): { first: number; last: number } | undefined {
  assert(range.prefix.length <= columns, `${range.prefix.length} columns are pinned of a key of ${columns}`);
  const from = inclusiveFrom(range);
  const to = inclusiveTo(range);
  if (from !== undefined && to !== undefined) {
    const order = compareKeyValues(from.value, to.value);
    if (order > 0 || (order === 0 && !(from.inclusive && to.inclusive))) return undefined;
  }
  const { prefix } = range;
  const low = from === undefined ? prefix : [...prefix, from.value];
  const high = to === undefined ? prefix : [...prefix, to.value];
  // Splits at or below the smallest key of the range. A longer split that begins with `low` lies above its first keys.
  const first = countSplits(splits, (split) =>
    from === undefined || from.inclusive ? compareKeys(split, low) <= 0 : compareKeys(cut(split, low), low) <= 0,
  );
  // Splits at or below the largest key. One that begins with an inclusive `high` still has keys of the range above it.
  const last = countSplits(splits, (split) =>
    to === undefined || to.inclusive ? compareKeys(cut(split, high), high) <= 0 : compareKeys(split, high) < 0,
  );
  return { first, last: Math.max(first, last) };
}

function shardsOfPieces(pieces: Pieces, columns: number, range: KeyRange): readonly number[] {
  const found = piecesOfRange(pieces.splits, columns, range);
  if (found === undefined) return [];
  const shards = new Set(pieces.owners.slice(found.first, found.last + 1));
  return [...shards].sort((a, b) => a - b);
}

type Bound = NonNullable<KeyRange["from"]>;

/** No integer lies between 5 and 6, so `> 5` is `>= 6`; a split at 6 then keeps its left neighbour out. */
function inclusiveFrom({ from }: KeyRange): Bound | undefined {
  return from === undefined || from.inclusive ? from : (nextInteger(from.value, 1n) ?? from);
}

function inclusiveTo({ to }: KeyRange): Bound | undefined {
  return to === undefined || to.inclusive ? to : (nextInteger(to.value, -1n) ?? to);
}

function nextInteger(value: KeyValue, step: bigint): Bound | undefined {
  return typeOfKey(value) === "int" ? { value: `int:${BigInt(textOfKey(value)) + step}`, inclusive: true } : undefined;
}

const cut = (split: readonly KeyValue[], to: readonly KeyValue[]): readonly KeyValue[] => split.slice(0, to.length);

/** How many splits, counted from the first, satisfy a condition that holds up to some split and for none after. */
function countSplits(
  splits: readonly (readonly KeyValue[])[],
  holds: (split: readonly KeyValue[]) => boolean,
): number {
  let low = 0;
  let high = splits.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (holds(splits[middle]!)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Splits as words, for keys of one integer column; undefined when a split is no 64-bit integer. */
function integerSearch(request: MapRequest, pieces: Pieces): ((low: number, high: number) => number) | undefined {
  if (request.types.length !== 1 || keyTypeOf[request.types[0]!] !== "int") return undefined;
  const values = pieces.splits.map((split) =>
    typeOfKey(split[0]!) === "int" ? BigInt(textOfKey(split[0]!)) : undefined,
  );
  if (!values.every((value) => value !== undefined && BigInt.asIntN(64, value) === value)) return undefined;
  const splits = values as bigint[];
  const highs = Int32Array.from(splits, (split) => Number(BigInt.asIntN(32, split >> 32n)));
  const lows = Uint32Array.from(splits, (split) => Number(BigInt.asUintN(32, split)));
  const owners = Uint32Array.from(pieces.owners);
  return (low, high) => {
    const unsignedLow = low >>> 0;
    let from = 0;
    let to = highs.length;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const splitHigh = highs[middle]!;
      if (splitHigh < high || (splitHigh === high && lows[middle]! <= unsignedLow)) from = middle + 1;
      else to = middle;
    }
    return owners[from]!;
  };
}
