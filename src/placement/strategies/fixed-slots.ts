import { wordsModulo } from "../hashes/words.ts";
import { hashedMap } from "../hashed-map.ts";
import { withTable } from "../place-all.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Fixed slots: the hash modulo a number of slots that never changes, and a table that says which shard owns which
 * slot, as in Redis Cluster (16,384) or Couchbase. Resharding moves whole slots. The table is the one that comes
 * about by growing from one shard to N, each new shard taking just its share from the fullest ones, so that from N to
 * N+1 no more than 1/(N+1) of the slots move.
 */
export const fixedSlots: Strategy = {
  name: "fixed-slots",
  summary: "hash modulo a fixed number of slots, slots assigned to shards",
  source: 'Redis Cluster Specification, "Keys distribution model" (16,384 slots)',
  options: ["slots"],
  shardMap: (request) => {
    const slots = request.options.slots ?? defaultSlots;
    const owners = slotOwners(slots, request.shards.length);
    return hashedMap(
      request,
      `fixed-slots/${slots}`,
      (low, high) => owners[wordsModulo(low, high, slots)]!,
      (low, high) => [{ what: "slot", value: String(wordsModulo(low, high, slots)) }],
      withTable([owners], ({ run }, count) => run.placeByTable(count, slots)),
    );
  },
};

export const defaultSlots = 16_384;

/**
 * The owner of each slot. Shards' slot counts differ by at most one. With more shards than slots the last ones own
 * none.
 */
export function slotOwners(slots: number, shardCount: number): Uint32Array {
  const owners = new Uint32Array(slots);
  const owned: number[][] = [Array.from({ length: slots }, (_, slot) => slot)];
  for (let newcomer = 1; newcomer < shardCount; newcomer++) {
    const share = Math.floor(slots / (newcomer + 1));
    const taken: number[] = [];
    // Whoever has more than the share plus one is above the new balance; the last such shards give first.
    for (const limit of [share + 1, share]) {
      for (let giver = newcomer - 1; giver >= 0 && taken.length < share; giver--) {
        const slotsOfGiver = owned[giver]!;
        while (slotsOfGiver.length > limit && taken.length < share) taken.push(slotsOfGiver.pop()!);
      }
    }
    for (const slot of taken) owners[slot] = newcomer;
    owned.push(taken.sort((a, b) => a - b));
  }
  return owners;
}
