import { ENDS, HASHES, KEYS, SCRATCH, TEXTS } from "./memory";
import { FIRST, fmix, SECOND } from "./murmur3";

/** The second half of MurmurHash3 x64 128, which is the upper one of Cosmos DB's effective partition key. */
function secondHalf(start: usize, end: usize): u64 {
  let h1: u64 = 0;
  let h2: u64 = 0;
  let at = start;
  for (; at + 16 <= end; at += 16) {
    h1 ^= rotl(load<u64>(at) * FIRST, 31) * SECOND;
    h1 = (rotl(h1, 27) + h2) * 5 + 0x52dce729;
    h2 ^= rotl(load<u64>(at, 8) * SECOND, 33) * FIRST;
    h2 = (rotl(h2, 31) + h1) * 5 + 0x38495ab5;
  }
  const rest = end - at;
  // What is read beyond the end is masked away; the memory goes on behind the texts.
  if (rest > 8) h2 ^= rotl((load<u64>(at, 8) & lowBytes(rest - 8)) * SECOND, 33) * FIRST;
  if (rest > 0) h1 ^= rotl((load<u64>(at) & lowBytes(min(rest, 8))) * FIRST, 31) * SECOND;
  const length = <u64>(end - start);
  h1 ^= length;
  h2 ^= length;
  h1 += h2;
  h2 += h1;
  return fmix(h1) + 2 * fmix(h2);
}

// @ts-ignore: decorator
@inline
function lowBytes(count: usize): u64 {
  return 0xffffffffffffffff >> (<u64>(8 - count) << 3);
}

/** Of numbers: a mark and the double. */
export function cosmosIntegers(count: i32): void {
  store<u8>(SCRATCH, 0x05);
  for (let entry = 0; entry < count; entry++) {
    const at = <usize>entry << 3;
    // Through an integer: zero has no sign.
    store<f64>(SCRATCH + 1, <f64>(<i64>load<f64>(KEYS + at)));
    store<u64>(HASHES + at, secondHalf(SCRATCH, SCRATCH + 9));
  }
}

/** Of texts: a mark before and one behind, which lie over the neighbours' bytes for as long as it takes. */
export function cosmosTexts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    const start = TEXTS + load<u32>(at) - 1;
    const end = TEXTS + load<u32>(at, 4);
    const before = load<u8>(start);
    const behind = load<u8>(end);
    store<u8>(start, 0x08);
    store<u8>(end, 0xff);
    store<u64>(HASHES + (<usize>entry << 3), secondHalf(start, end + 1));
    store<u8>(start, before);
    store<u8>(end, behind);
  }
}
