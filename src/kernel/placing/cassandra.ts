import { ENDS, HASHES, KEYS, TEXTS } from "./memory";
import { FIRST, fmix, SECOND } from "./murmur3";

/** The first half of MurmurHash3 x64 128 with the tail sign-extended; the smallest number becomes the largest. */
function cassandraToken(start: usize, end: usize): u64 {
  if (start == end) return 0x8000000000000000;
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
  let k: u64 = 0;
  if (rest > 8) {
    for (let index = rest - 1; index >= 8; index--) k ^= <u64>(<i64>load<i8>(at + index)) << ((index - 8) << 3);
    h2 ^= rotl(k * SECOND, 33) * FIRST;
  }
  if (rest > 0) {
    k = 0;
    for (let index: usize = 0; index < min(rest, 8); index++) k ^= <u64>(<i64>load<i8>(at + index)) << (index << 3);
    h1 ^= rotl(k * FIRST, 31) * SECOND;
  }
  const length = <u64>(end - start);
  h1 ^= length;
  h2 ^= length;
  h1 += h2;
  h2 += h1;
  h1 = fmix(h1) + fmix(h2);
  return h1 == 0x8000000000000000 ? 0x7fffffffffffffff : h1;
}

/** Tokens of 64-bit integers, which are hashed as eight big-endian bytes. */
export function cassandraIntegers(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = <usize>entry << 3;
    store<u64>(TEXTS, bswap<u64>(<u64>(<i64>load<f64>(KEYS + at))));
    store<u64>(HASHES + at, cassandraToken(TEXTS, TEXTS + 8));
  }
}

export function cassandraTexts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    store<u64>(HASHES + (<usize>entry << 3), cassandraToken(TEXTS + load<u32>(at), TEXTS + load<u32>(at, 4)));
  }
}
