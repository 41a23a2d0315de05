import { finalizeFour } from "./finalize-four";
import { HASHES, OWNERS, TABLE } from "./memory";

/**
 * Rendezvous, four shards at a time. The table has the low words of the shards' seeds, then the high ones, each rounded
 * up to four; scores are compared as signed numbers with the sign turned, which orders them as unsigned.
 */
export function placeRendezvous(count: i32, shards: i32): void {
  const rounded = (shards + 3) & ~3;
  const highs = TABLE + (<usize>rounded << 2);
  const sign = i32x4.splat(0x80000000);
  for (let entry = 0; entry < count; entry++) {
    const at = HASHES + (<usize>entry << 3);
    const low = i32x4.splat(load<i32>(at));
    const high = i32x4.splat(load<i32>(at, 4));
    let best = sign;
    let owner = i32x4.splat(0);
    let index = i32x4(0, 1, 2, 3);
    for (let shard = 0; shard < rounded; shard += 4) {
      const place = <usize>shard << 2;
      const mixed = v128.xor(finalizeFour(v128.xor(low, v128.load(TABLE + place))), v128.xor(high, v128.load(highs + place)));
      let score = v128.xor(finalizeFour(mixed), sign);
      // What rounds up the number is no shard.
      if (shard + 4 > shards) score = v128.bitselect(score, sign, i32x4.lt_s(index, i32x4.splat(shards)));
      const better = i32x4.gt_s(score, best);
      best = v128.bitselect(score, best, better);
      owner = v128.bitselect(index, owner, better);
      index = i32x4.add(index, i32x4.splat(4));
    }
    let highest = i32x4.extract_lane(best, 0);
    let found = i32x4.extract_lane(owner, 0);
    for (let lane = 1; lane < 4; lane++) {
      const score = lane == 1 ? i32x4.extract_lane(best, 1) : lane == 2 ? i32x4.extract_lane(best, 2) : i32x4.extract_lane(best, 3);
      const shard = lane == 1 ? i32x4.extract_lane(owner, 1) : lane == 2 ? i32x4.extract_lane(owner, 2) : i32x4.extract_lane(owner, 3);
      if (score > highest || (score == highest && shard < found)) {
        highest = score;
        found = shard;
      }
    }
    store<u32>(OWNERS + (<usize>entry << 2), found);
  }
}
