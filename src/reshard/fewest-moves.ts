/**
 * Placements that follow from an earlier one by moving as little as brings every shard to the mean. `owners` are indexes
 * of shards; `receivers` are the shards that there will be; what is on any other shard has to leave it.
 */

/** Something that moves whole: a key, a slot. */
export interface Load {
  readonly weights: Float64Array;
  readonly owners: Uint32Array;
}

/**
 * Moves whole slots until no move from the fullest to the emptiest shard makes the two more alike. Shards that go are
 * emptied first, each slot to the emptiest receiver. A slot moves at most once, the heaviest that fits the gap first, of
 * equal ones the one with the highest number. With equal weights every receiver ends within one slot of the others and
 * nothing moves that need not.
 */
export function rebalancedSlots({ weights, owners }: Load, receivers: readonly number[]): Uint32Array {
  const after = owners.slice();
  const loads = new Map(receivers.map((shard) => [shard, 0]));
  const slotsOf = new Map<number, number[]>(receivers.map((shard) => [shard, []]));
  const homeless: number[] = [];
  owners.forEach((owner, slot) => {
    const slots = slotsOf.get(owner);
    if (slots === undefined) homeless.push(slot);
    else {
      slots.push(slot);
      loads.set(owner, loads.get(owner)! + weights[slot]!);
    }
  });
  const give = (slot: number, to: number): void => {
    after[slot] = to;
    loads.set(to, loads.get(to)! + weights[slot]!);
  };
  const heaviestLast = (a: number, b: number): number => weights[a]! - weights[b]! || a - b;
  for (const slot of homeless.sort(heaviestLast).reverse()) give(slot, extreme(loads, -1));
  for (const slots of slotsOf.values()) slots.sort(heaviestLast);
  const mean = [...loads.values()].reduce((sum, load) => sum + load, 0) / receivers.length;
  const done = new Set<number>();
  while (done.size < receivers.length) {
    const fullest = extreme(loads, 1, done);
    const emptiest = extreme(loads, -1);
    const slots = slotsOf.get(fullest)!;
    const gap = loads.get(fullest)! - loads.get(emptiest)!;
    // More than the receiver lacks or than the giver has too much would only have to move on.
    const room = Math.min(loads.get(fullest)! - mean, mean - loads.get(emptiest)!);
    const at = lastBelow(slots, weights, gap, room);
    if (at === -1) {
      done.add(fullest);
      continue;
    }
    const [slot] = slots.splice(at, 1);
    loads.set(fullest, loads.get(fullest)! - weights[slot!]!);
    give(slot!, emptiest);
  }
  return after;
}

/** The heaviest slot that is no heavier than `room`, else the lightest below `gap`; -1 when no move helps. */
function lastBelow(slots: readonly number[], weights: Float64Array, gap: number, room: number): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (weights[slots[middle]!]! <= room) low = middle + 1;
    else high = middle;
  }
  // Empty slots help nobody.
  const at = low > 0 && weights[slots[low - 1]!]! > 0 ? low - 1 : low;
  const slot = slots[at];
  return slot !== undefined && weights[slot]! < gap ? at : -1;
}

/** The shard with the most (sign 1) or least (sign -1) load; of equal ones the first. */
function extreme(loads: ReadonlyMap<number, number>, sign: 1 | -1, without?: ReadonlySet<number>): number {
  let found = -1;
  let best = -Infinity;
  for (const [shard, load] of loads) {
    if (load * sign <= best || without?.has(shard) === true) continue;
    found = shard;
    best = load * sign;
  }
  return found;
}

/**
 * Moves keys from what lies above the mean to where there is room, in a given order: of each shard that has too much the
 * keys at the end of `order`, and all keys of a shard that goes. For ranges the order is that of the keys, so that a range
 * is cut at its top and what is cut off stays together, filling one receiver after the other ("in-order"); for a
 * directory it is lightest first, so that few keys move, heaviest first to whoever has least ("emptiest-first").
 */
export function cutToMean(
  { weights, owners }: Load,
  order: Uint32Array,
  receivers: readonly number[],
  fills: "in-order" | "emptiest-first",
): Uint32Array {
  const after = owners.slice();
  const loads = new Map(receivers.map((shard) => [shard, 0]));
  let total = 0;
  for (let entry = 0; entry < owners.length; entry++) {
    total += weights[entry]!;
    const load = loads.get(owners[entry]!);
    if (load !== undefined) loads.set(owners[entry]!, load + weights[entry]!);
  }
  const mean = total / receivers.length;
  const surplus: number[] = [];
  for (let at = order.length - 1; at >= 0; at--) {
    const entry = order[at]!;
    const owner = owners[entry]!;
    const load = loads.get(owner);
    const weight = weights[entry]!;
    // Half of a key may stay above the mean: it would be missing as much below.
    if (load !== undefined && load - weight < mean - weight / 2) continue;
    if (load !== undefined) loads.set(owner, load - weight);
    surplus.push(entry);
  }
  if (fills === "in-order") fillInOrder(after, weights, surplus.reverse(), loads, mean);
  else for (const entry of surplus) giveTo(extreme(loads, -1), entry, after, weights, loads);
  return after;
}

/** Fills one receiver after the other up to the mean; the last takes the rest. */
function fillInOrder(
  after: Uint32Array,
  weights: Float64Array,
  entries: readonly number[],
  loads: Map<number, number>,
  mean: number,
): void {
  const open = [...loads.keys()].filter((shard) => loads.get(shard)! < mean);
  if (open.length === 0) open.push(...loads.keys());
  let at = 0;
  for (const entry of entries) {
    const weight = weights[entry]!;
    while (at < open.length - 1 && loads.get(open[at]!)! + weight / 2 > mean) at++;
    giveTo(open[at]!, entry, after, weights, loads);
  }
}

function giveTo(
  shard: number,
  entry: number,
  after: Uint32Array,
  weights: Float64Array,
  loads: Map<number, number>,
): void {
  after[entry] = shard;
  loads.set(shard, loads.get(shard)! + weights[entry]!);
}
