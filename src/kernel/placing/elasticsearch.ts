import { ENDS, HASHES, TEXTS } from "./memory";

// @ts-ignore: decorator
@inline
const ONE: u32 = 0xcc9e2d51;
// @ts-ignore: decorator
@inline
const TWO: u32 = 0x1b873593;

/** MurmurHash3 x86 32 of texts in ASCII as UTF-16 code units: two characters are a word. */
export function elasticsearchAscii(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const ends = ENDS + (<usize>entry << 2);
    const start = TEXTS + load<u32>(ends);
    const end = TEXTS + load<u32>(ends, 4);
    let hash: u32 = 0;
    let at = start;
    for (; at + 2 <= end; at += 2) {
      const word = <u32>load<u8>(at) | (<u32>load<u8>(at, 1) << 16);
      hash = rotl(hash ^ (rotl(word * ONE, 15) * TWO), 13) * 5 + 0xe6546b64;
    }
    if (at < end) hash ^= rotl(<u32>load<u8>(at) * ONE, 15) * TWO;
    hash ^= <u32>(end - start) << 1;
    hash = (hash ^ (hash >> 16)) * 0x85ebca6b;
    hash = (hash ^ (hash >> 13)) * 0xc2b2ae35;
    store<u64>(HASHES + (<usize>entry << 3), <u64>(hash ^ (hash >> 16)));
  }
}
