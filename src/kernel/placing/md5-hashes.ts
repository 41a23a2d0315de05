import { md5Of, md5OfEight, RESULTS } from "./md5";
import { ENDS, HASHES, KEYS, SCRATCH, TEXTS } from "./memory";

/** Canonical types of BSON that MongoDB hashes before a value. */
const NUMBER: u32 = 10;
const STRING: u32 = 15;

// @ts-ignore: decorator
@inline
const SIGN: u64 = 0x8000000000000000;

/**
 * MongoDB's hash of whole numbers, with the sign turned, so that it orders as unsigned: the MD5 of the seed 0, the type
 * and the number as 64 bits. Eight at a time.
 */
export function mongodbIntegers(count: i32): void {
  memory.fill(SCRATCH, 0, 512);
  for (let half: usize = 0; half < 32; half += 16) {
    v128.store(SCRATCH + 32 + half, i32x4.splat(NUMBER));
    v128.store(SCRATCH + 4 * 32 + half, i32x4.splat(0x80));
    v128.store(SCRATCH + 14 * 32 + half, i32x4.splat(128));
  }
  for (let entry = 0; entry < count; entry += 8) {
    for (let lane: usize = 0; lane < 8; lane++) {
      const key = <u64>(<i64>load<f64>(KEYS + ((<usize>entry + lane) << 3)));
      store<u32>(SCRATCH + 2 * 32 + (lane << 2), <u32>key);
      store<u32>(SCRATCH + 3 * 32 + (lane << 2), <u32>(key >> 32));
    }
    md5OfEight();
    for (let lane: usize = 0; lane < 8; lane++) {
      const hash = (<u64>load<u32>(RESULTS + 32 + (lane << 2)) << 32) | <u64>load<u32>(RESULTS + (lane << 2));
      store<u64>(HASHES + ((<usize>entry + lane) << 3), hash ^ SIGN);
    }
  }
}

/** The same of texts: their length with the end mark, the text, the end mark. */
export function mongodbTexts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    const start = TEXTS + load<u32>(at);
    const end = TEXTS + load<u32>(at, 4);
    store<u32>(SCRATCH, 0);
    store<u32>(SCRATCH, STRING, 4);
    store<u32>(SCRATCH, <u32>(end - start) + 1, 8);
    store<u64>(HASHES + (<usize>entry << 3), md5Of(12, start, end, 1) ^ SIGN);
  }
}

/** The first eight bytes of texts' MD5, big-endian, as Vitess compares keyspace ids. */
export function md5Texts(count: i32): void {
  for (let entry = 0; entry < count; entry++) {
    const at = ENDS + (<usize>entry << 2);
    store<u64>(HASHES + (<usize>entry << 3), bswap<u64>(md5Of(0, TEXTS + load<u32>(at), TEXTS + load<u32>(at, 4), 0)));
  }
}
