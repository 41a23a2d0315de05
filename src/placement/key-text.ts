import { type KeyValue, keyTypeOf, textOfKey, typeOfKey } from "../workload/key-value.ts";
import { ofDigits } from "./hashes/integer-digits.ts";
import type { MapRequest } from "./map-request.ts";
import { digitsThrough, type KernelStep, textsThrough } from "./place-all.ts";
import { refuseKey } from "./refuse-key.ts";
import type { ShardMap } from "./shard-map.ts";

/**
 * The key as the string that key-value stores know it by: digits of an integer, a uuid in lower case, text as it is.
 */
export function keyText({ where }: MapRequest, value: KeyValue): string {
  if (typeOfKey(value) === "null") refuseKey(where, value, "a missing key names nothing", "give every row a key");
  return textOfKey(value);
}

/** How the kernel hashes and places keys that are strings. */
export interface KeyTextSteps {
  /** Hashes of texts; they may be other texts than digits too when `texts` is true. */
  readonly hash: KernelStep;
  readonly place: KernelStep;
  readonly texts: boolean;
}

/** Fast paths of a system that knows its keys as strings, from the shard of one in UTF-8. */
export function keyTextFastPaths(
  { types }: MapRequest,
  shardOfText: NonNullable<ShardMap["shardOfText"]>,
  many?: KeyTextSteps,
): Pick<ShardMap, "shardOfText" | "shardOfInteger" | "placeIntegers" | "placeTexts"> {
  const keyType = keyTypeOf[types[0]!];
  return {
    ...(keyType === "text" && { shardOfText }),
    ...(keyType === "int" && { shardOfInteger: ofDigits(shardOfText) }),
    ...(keyType === "int" && many !== undefined && { placeIntegers: digitsThrough(many.hash, many.place) }),
    ...(keyType === "text" && many?.texts === true && { placeTexts: textsThrough(many.hash, many.place, shardOfText) }),
  };
}

export const keyTextTypes = ["int16", "int32", "int64", "text", "uuid"] as const;
