import { ENDS, HASHES, KEYS, TEXTS } from "./memory";

/** YugabyteDB's 16-bit hash code of 64-bit integers, which are hashed as eight big-endian bytes. */
export function yugabyteIntegers(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = <usize>entry << 3;
    store<u64>(TEXTS, bswap<u64>(<u64>(<i64>load<f64>(KEYS + at))));
    store<u64>(HASHES + at, yugabyteCode(TEXTS, TEXTS + 8));
  }
}

export function yugabyteTexts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    store<u64>(HASHES + (<usize>entry << 3), yugabyteCode(TEXTS + load<u32>(at), TEXTS + load<u32>(at, 4)));
  }
}

const START: u64 = 0xe08c1d668b756f82;

let a: u64 = 0;
let b: u64 = 0;
let c: u64 = 0;

/** Jenkins' 64-bit lookup with the seed 97, folded to 16 bits. */
function yugabyteCode(start: usize, end: usize): u64 {
  a = START;
  b = START;
  c = 97;
  let at = start;
  for (; at + 24 <= end; at += 24) {
    a += load<u64>(at);
    b += load<u64>(at, 8);
    c += load<u64>(at, 16);
    mix();
  }
  c += <u64>(end - start);
  const rest = end - at;
  for (let index: usize = 0; index < rest; index++) {
    const byte = <u64>load<u8>(at + index);
    if (index < 8) a += byte << (index << 3);
    else if (index < 16) b += byte << ((index - 8) << 3);
    // The lowest byte of c is the length's.
    else c += byte << ((index - 15) << 3);
  }
  mix();
  return ((c >> 48) ^ (3 * (c >> 32)) ^ (5 * (c >> 16)) ^ (7 * (c & 0xffff))) & 0xffff;
}

function mix(): void {
  a = (a - b - c) ^ (c >> 43);
  b = (b - c - a) ^ (a << 9);
  c = (c - a - b) ^ (b >> 8);
  a = (a - b - c) ^ (c >> 38);
  b = (b - c - a) ^ (a << 23);
  c = (c - a - b) ^ (b >> 5);
  a = (a - b - c) ^ (c >> 35);
  b = (b - c - a) ^ (a << 49);
  c = (c - a - b) ^ (b >> 11);
  a = (a - b - c) ^ (c >> 12);
  b = (b - c - a) ^ (a << 18);
  c = (c - a - b) ^ (b >> 22);
}
