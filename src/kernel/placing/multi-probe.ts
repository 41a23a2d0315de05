import { finalizeFour } from "./finalize-four";
import { HASHES, OWNERS, TABLE } from "./memory";

/**
 * Multi-probe, four probes at a time. The table has, for each of `1 << (32 - shift)` cells of the ring, two tokens: the
 * first one at or above the cell's start and the one after that; then, cell by cell, these tokens' owners; then, for every
 * four probes after the first one, what they add to the low word, and their numbers; then all tokens, and their owners.
 *
 * Where a cell holds one token at most, the distance from a place in it is the smaller one to its two tokens, for a token
 * that lies before the place is almost a whole ring away. A smaller one that is almost a whole ring, too, says that the
 * cell is crowded: such a key is looked up in the list of all tokens.
 */
export function placeProbes(count: i32, probes: i32, tokens: u32, shift: u32): void {
  const cells = <usize>1 << (32 - shift);
  const pairOwners = TABLE + (cells << 3);
  const offsets = pairOwners + (cells << 3);
  const groups = <usize>((probes + 2) >> 2);
  const list = offsets + (groups << 5);
  const owners = list + (<usize>tokens << 2);
  const crowded = i32x4.splat((0 - (1 << shift)) ^ 0x80000000);
  const sign = i32x4.splat(0x80000000);
  const whole = i32x4.splat(~7);
  for (let entry = 0; entry < count; entry++) {
    const at = HASHES + (<usize>entry << 3);
    const low = load<u32>(at);
    const high = load<u32>(at, 4);
    const highs = i32x4.splat(high);
    const lows = i32x4.splat(low);
    const first = i32x4.splat(high);
    // The first probe, in all lanes; distances have their sign turned, so that signed comparison orders them as unsigned.
    const start = TABLE + (<usize>(high >> shift) << 3);
    let best = v128.xor(i32x4.min_u(i32x4.sub(v128.load32_splat(start), first), i32x4.sub(v128.load32_splat(start, 4), first)), sign);
    let farthest = best;
    let closest = i32x4.splat(0);
    for (let group: usize = offsets; group < list; group += 32) {
      const places = v128.xor(highs, finalizeFour(i32x4.add(lows, v128.load(group))));
      // Eight bytes a cell; two cells in one number of 64 bits.
      const cell = v128.and(i32x4.shr_u(places, shift - 3), whole);
      const first = i64x2.extract_lane(cell, 0);
      const last = i64x2.extract_lane(cell, 1);
      const even = v128.load64_lane(<usize>(<u64>first >> 32), v128.load64_zero(<usize>(<u32>first), TABLE), 1, TABLE);
      const odd = v128.load64_lane(<usize>(<u64>last >> 32), v128.load64_zero(<usize>(<u32>last), TABLE), 1, TABLE);
      const nearer = i32x4.sub(v128.shuffle<i32>(even, odd, 0, 2, 4, 6), places);
      const further = i32x4.sub(v128.shuffle<i32>(even, odd, 1, 3, 5, 7), places);
      const distance = v128.xor(i32x4.min_u(nearer, further), sign);
      const better = i32x4.lt_s(distance, best);
      farthest = i32x4.max_s(farthest, distance);
      best = i32x4.min_s(best, distance);
      closest = v128.bitselect(v128.load(group, 16), closest, better);
    }
    let owner: usize;
    if (v128.any_true(i32x4.gt_s(farthest, crowded))) {
      const place = closestPlace(low, high, probes, tokens, list);
      owner = owners + (<usize>tokenFrom(place, tokens, list) << 2);
    } else {
      const place = placeOf(low, high, firstProbe(best, closest));
      const pair = <usize>(place >> shift) << 3;
      const nearer = load<u32>(TABLE + pair) - place;
      const further = load<u32>(TABLE + pair, 4) - place;
      owner = pairOwners + pair + (nearer <= further ? 0 : 4);
    }
    store<u32>(OWNERS + (<usize>entry << 2), load<u32>(owner));
  }
}

/** The place that a probe looks at. */
// @ts-ignore: decorator
@inline
function placeOf(low: u32, high: u32, probe: u32): u32 {
  if (probe == 0) return high;
  let mixed: u32 = low + probe * <u32>0x9e3779b1;
  mixed = (mixed ^ (mixed >> 16)) * <u32>0x85ebca6b;
  mixed = (mixed ^ (mixed >> 13)) * <u32>0xc2b2ae35;
  return high ^ mixed ^ (mixed >> 16);
}

/** The probe with the smallest distance of four lanes; of equal ones the earliest. */
// @ts-ignore: decorator
@inline
function firstProbe(best: v128, probes: v128): u32 {
  // Distance above probe, so that one comparison decides; the distance's sign is turned back.
  const zero = ranked(i32x4.extract_lane(best, 0), i32x4.extract_lane(probes, 0));
  const one = ranked(i32x4.extract_lane(best, 1), i32x4.extract_lane(probes, 1));
  const two = ranked(i32x4.extract_lane(best, 2), i32x4.extract_lane(probes, 2));
  const three = ranked(i32x4.extract_lane(best, 3), i32x4.extract_lane(probes, 3));
  const early = select<u64>(zero, one, zero < one);
  const late = select<u64>(two, three, two < three);
  return <u32>select<u64>(early, late, early < late);
}

// @ts-ignore: decorator
@inline
function ranked(distance: u32, probe: u32): u64 {
  return (<u64>(distance ^ 0x80000000) << 32) | <u64>probe;
}

/** The place that comes closest before a token, whatever the cells hold. */
function closestPlace(low: u32, high: u32, probes: i32, tokens: u32, list: usize): u32 {
  let found = high;
  let closest: u64 = 0x100000000;
  for (let probe = 0; probe < probes; probe++) {
    const place = placeOf(low, high, probe);
    // In 32 bits, so that it wraps around the ring.
    const gap: u32 = load<u32>(list + (<usize>tokenFrom(place, tokens, list) << 2)) - place;
    if (<u64>gap < closest) {
      closest = gap;
      found = place;
    }
  }
  return found;
}

/** Index of the first token at or above a place, past the top the first. */
function tokenFrom(place: u32, tokens: u32, list: usize): u32 {
  let from: u32 = 0;
  let to = tokens;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (load<u32>(list + (<usize>middle << 2)) < place) from = middle + 1;
    else to = middle;
  }
  return from == tokens ? 0 : from;
}
