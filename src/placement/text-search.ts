import { keyTypeOf, textOfKey, typeOfKey } from "../workload/key-value.ts";
import type { MapRequest } from "./map-request.ts";
import type { Pieces } from "./range-map.ts";
import type { ShardMap } from "./shard-map.ts";

/**
 * The shard of a text among ordered pieces, without making a string of it: texts are in order of their code points, which is
 * that of their bytes in UTF-8. Undefined for keys of other types.
 */
export function textSearch({ types }: MapRequest, { splits, owners }: Pieces): ShardMap["shardOfText"] {
  if (types.length !== 1 || keyTypeOf[types[0]!] !== "text") return undefined;
  if (!splits.every(([value]) => value !== undefined && typeOfKey(value) === "text")) return undefined;
  const texts = splits.map(([value]) => Buffer.from(textOfKey(value!), "utf8"));
  return (bytes, start, end) => {
    let from = 0;
    let to = texts.length;
    // What the key has in common with the splits next to it on either side, all between them have as well.
    let sharedBelow = 0;
    let sharedAbove = 0;
    while (from < to) {
      const middle = (from + to) >>> 1;
      const split = texts[middle]!;
      const most = Math.min(split.length, end - start);
      let shared = Math.min(sharedBelow, sharedAbove);
      while (shared < most && split[shared] === bytes[start + shared]) shared++;
      const atOrBelow = shared === split.length || (shared < most && split[shared]! < bytes[start + shared]!);
      if (atOrBelow) {
        from = middle + 1;
        sharedBelow = shared;
      } else {
        to = middle;
        sharedAbove = shared;
      }
    }
    return owners[from]!;
  };
}
