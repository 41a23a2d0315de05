import { HASHES, OWNERS, TABLE } from "./memory";

/** Hash modulo. */
export function placeModulo(count: i32, shards: u32): void {
  if (shards == 1 || (shards & (shards - 1)) == 0) {
    for (let entry = 0; entry < count; entry++)
      store<u32>(OWNERS + (<usize>entry << 2), load<u32>(HASHES + (<usize>entry << 3)) & (shards - 1));
    return;
  }
  const modulus = <u64>shards;
  for (let entry = 0; entry < count; entry++)
    store<u32>(OWNERS + (<usize>entry << 2), <u32>(load<u64>(HASHES + (<usize>entry << 3)) % modulus));
}

/** Hash modulo the size of a table of shards. */
export function placeByTable(count: i32, size: u32): void {
  placeModulo(count, size);
  for (let entry = 0; entry < count; entry++) {
    const at = OWNERS + (<usize>entry << 2);
    store<u32>(at, load<u32>(TABLE + (<usize>load<u32>(at) << 2)));
  }
}

/** Jump consistent hash. A step that reaches the end is told without the division. */
export function placeJump(count: i32, buckets: i32): void {
  const end = <f64>buckets;
  for (let entry = 0; entry < count; entry++) {
    let key = load<u64>(HASHES + (<usize>entry << 3));
    let bucket: f64 = 0;
    let next: f64 = 0;
    while (next < end) {
      bucket = next;
      key = key * 2862933555777941757 + 1;
      next = Math.floor((bucket + 1) * (2147483648.0 / <f64>((key >> 33) + 1)));
    }
    store<u32>(OWNERS + (<usize>entry << 2), <u32>bucket);
  }
}

/** Shards of hashes by range: the table has the lower bounds, ascending; a hash belongs to the last one at or below it. */
export function placeByBounds(count: i32, bounds: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const hash = load<u64>(HASHES + (<usize>entry << 3));
    let from = 0;
    let to = bounds - 1;
    while (from < to) {
      const middle = (from + to + 1) >> 1;
      if (load<u64>(TABLE + (<usize>middle << 3)) <= hash) from = middle;
      else to = middle - 1;
    }
    store<u32>(OWNERS + (<usize>entry << 2), from);
  }
}

/** Owners by a ring of signed tokens: the first at or above the hash, past the top the first; owners follow the tokens. */
export function placeByTokens(count: i32, tokens: i32): void {
  const owners = TABLE + (<usize>tokens << 3);
  for (let entry = 0; entry < count; entry++) {
    const hash = load<i64>(HASHES + (<usize>entry << 3));
    let from = 0;
    let to = tokens;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (load<i64>(TABLE + (<usize>middle << 3)) < hash) from = middle + 1;
      else to = middle;
    }
    store<u32>(OWNERS + (<usize>entry << 2), load<u32>(owners + (<usize>(from == tokens ? 0 : from) << 2)));
  }
}
