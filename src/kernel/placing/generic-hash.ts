import { ENDS, HASHES, KEYS, TEXTS } from "./memory";

const PRIME1: u64 = 0x9e3779b185ebca87;
const PRIME2: u64 = 0xc2b2ae3d27d4eb4f;
const PRIME3: u64 = 0x165667b19e3779f9;
const PRIME4: u64 = 0x85ebca77c2b2ae63;
const PRIME5: u64 = 0x27d4eb2f165667c5;

// @ts-ignore: decorator
@inline
function avalanche(start: u64): u64 {
  let hash = start;
  hash = (hash ^ (hash >> 33)) * PRIME2;
  hash = (hash ^ (hash >> 29)) * PRIME3;
  return hash ^ (hash >> 32);
}

// @ts-ignore: decorator
@inline
function round(accumulator: u64, lane: u64): u64 {
  return rotl(accumulator + lane * PRIME2, 31) * PRIME1;
}

// @ts-ignore: decorator
@inline
function xxh64OfInteger(key: u64): u64 {
  const mixed = (PRIME5 + 8) ^ round(0, key);
  return avalanche(rotl(mixed, 27) * PRIME1 + PRIME4);
}

function xxh64(start: usize, end: usize): u64 {
  const length = <u64>(end - start);
  let at = start;
  let hash: u64;
  if (length >= 32) {
    let one = PRIME1 + PRIME2;
    let two = PRIME2;
    let three: u64 = 0;
    let four = 0 - PRIME1;
    for (; at + 32 <= end; at += 32) {
      one = round(one, load<u64>(at));
      two = round(two, load<u64>(at, 8));
      three = round(three, load<u64>(at, 16));
      four = round(four, load<u64>(at, 24));
    }
    hash = rotl(one, 1) + rotl(two, 7) + rotl(three, 12) + rotl(four, 18);
    hash = (hash ^ round(0, one)) * PRIME1 + PRIME4;
    hash = (hash ^ round(0, two)) * PRIME1 + PRIME4;
    hash = (hash ^ round(0, three)) * PRIME1 + PRIME4;
    hash = (hash ^ round(0, four)) * PRIME1 + PRIME4;
  } else hash = PRIME5;
  hash += length;
  for (; at + 8 <= end; at += 8) hash = rotl(hash ^ round(0, load<u64>(at)), 27) * PRIME1 + PRIME4;
  if (at + 4 <= end) {
    hash = rotl(hash ^ (<u64>load<u32>(at) * PRIME1), 23) * PRIME2 + PRIME3;
    at += 4;
  }
  for (; at < end; at++) hash = rotl(hash ^ (<u64>load<u8>(at) * PRIME5), 11) * PRIME1;
  return avalanche(hash);
}

/** XXH64 of whole numbers, as our generic hash has it. */
export function hashIntegers(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = <usize>entry << 3;
    store<u64>(HASHES + at, xxh64OfInteger(<u64>(<i64>load<f64>(KEYS + at))));
  }
}

/** XXH64 of texts: `count` of them, each from the end of the one before. */
export function hashTexts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    store<u64>(HASHES + (<usize>entry << 3), xxh64(TEXTS + load<u32>(at), TEXTS + load<u32>(at, 4)));
  }
}

/** Turns the bytes of hashes around: who stores a hash from its lowest byte up compares it so. */
export function swapHashes(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = HASHES + (<usize>entry << 3);
    store<u64>(at, bswap<u64>(load<u64>(at)));
  }
}

/** The first eight bytes of texts, as who compares texts byte by byte has them: what is shorter ends in zeros. */
export function leadingBytes(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    const start = load<u32>(at);
    const length = load<u32>(at, 4) - start;
    const bytes = bswap<u64>(load<u64>(TEXTS + start));
    store<u64>(HASHES + (<usize>entry << 3), length >= 8 ? bytes : length == 0 ? 0 : bytes & (<u64>0 - (<u64>1 << (<u64>(8 - length) << 3))));
  }
}
