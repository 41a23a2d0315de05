import { hashRing, tokenAt } from "../hash-ring.ts";
import { wordsModulo, zeroWords } from "../hashes/words.ts";
import { hashedMap } from "../hashed-map.ts";
import { integerHashInto } from "../key-hash.ts";
import { withTable } from "../place-all.ts";
import type { Strategy } from "../strategy.ts";
import { defaultVirtualNodes } from "./consistent-hash.ts";
import { defaultSlots } from "./fixed-slots.ts";

/**
 * Consistent hashing with bounded loads: a ring on which no shard takes more than `loadBound` times the mean; what finds
 * its shard full goes on to the next token with room. The paper places keys one by one, so that a key's shard depends on
 * all keys that came before. To have a map of keys alone, what is placed here are `slots` equal parts of the hash, in the
 * order of their numbers, and a key goes where its slot went: the bound then holds for slots, and for keys as far as
 * these spread over the slots evenly. One hot key stays hot.
 */
export const boundedLoad: Strategy = {
  name: "bounded-load",
  summary: "ring on which no shard takes more than a bound times the mean; slots overflow to the next shard",
  source: "Mirrokni, Thorup, Zadimoghaddam: Consistent Hashing with Bounded Loads, SODA 2018 (arXiv:1608.01350)",
  options: ["loadBound", "slots", "virtualNodes"],
  shardMap: (request) => {
    const slots = request.options.slots ?? defaultSlots;
    const loadBound = request.options.loadBound ?? defaultLoadBound;
    const virtualNodes = request.options.virtualNodes ?? defaultVirtualNodes;
    const owners = boundedOwners(request.shards, slots, loadBound, virtualNodes);
    return hashedMap(
      request,
      `bounded-load/${loadBound}/${slots}/${virtualNodes}`,
      (low, high) => owners[wordsModulo(low, high, slots)]!,
      (low, high) => [{ what: "slot", value: String(wordsModulo(low, high, slots)) }],
      withTable([owners], ({ run }, count) => run.placeByTable(count, slots)),
    );
  },
};

/** What HAProxy's manual begins with (hash-balance-factor 125): a quarter above the mean. */
const defaultLoadBound = 1.25;

/** The owner of each slot. No shard owns more than ceil(loadBound * slots / shards). */
export function boundedOwners(
  shards: readonly string[],
  slots: number,
  loadBound: number,
  virtualNodes: number,
): Uint32Array {
  const ring = hashRing(shards, virtualNodes);
  const most = Math.ceil((loadBound * slots) / shards.length);
  const owned = new Uint32Array(shards.length);
  const words = zeroWords();
  return Uint32Array.from({ length: slots }, (_, slot) => {
    integerHashInto(slot, 0, words);
    let token = tokenAt(ring, words.low, words.high);
    while (owned[ring.owners[token]!]! >= most) token = token + 1 === ring.owners.length ? 0 : token + 1;
    const owner = ring.owners[token]!;
    owned[owner]!++;
    return owner;
  });
}
