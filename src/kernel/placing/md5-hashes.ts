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

/** The first eight bytes of texts' MD5, big-endian, as Vitess compares keyspace ids. Eight at a time where they are short. */
export function md5Texts(count: i32): void {
  let entry = 0;
  for (; entry + 8 <= count; entry += 8) {
    let longest: u32 = 0;
    for (let lane = 0; lane < 8; lane++) longest = max(longest, lengthOf(entry + lane));
    if (longest > 55) for (let lane = 0; lane < 8; lane++) md5Text(entry + lane);
    else md5OfShort(entry, longest);
  }
  for (; entry < count; entry++) md5Text(entry);
}

// @ts-ignore: decorator
@inline
function lengthOf(entry: i32): u32 {
  const at = ENDS + (<usize>entry << 2);
  return load<u32>(at, 4) - load<u32>(at);
}

function md5Text(entry: i32): void {
  const at = ENDS + (<usize>entry << 2);
  store<u64>(HASHES + (<usize>entry << 3), bswap<u64>(md5Of(0, TEXTS + load<u32>(at), TEXTS + load<u32>(at, 4), 0)));
}

/** Eight texts of one block each, dealt out word by word: the text, the end mark, zeros, the length in bits. */
function md5OfShort(entry: i32, longest: u32): void {
  const words = (longest >> 2) + 1;
  memory.fill(SCRATCH + (<usize>words << 5), 0, 512 - (<usize>words << 5));
  for (let lane = 0; lane < 8; lane++) {
    const length = lengthOf(entry + lane);
    const text = TEXTS + load<u32>(ENDS + (<usize>(entry + lane) << 2));
    const to = SCRATCH + (<usize>lane << 2);
    const whole = length >> 2;
    for (let word: u32 = 0; word < whole; word++) store<u32>(to + (<usize>word << 5), load<u32>(text + (<usize>word << 2)));
    const bits = (length & 3) << 3;
    const rest = load<u32>(text + (<usize>whole << 2)) & ((1 << bits) - 1);
    store<u32>(to + (<usize>whole << 5), rest | (0x80 << bits));
    for (let word = whole + 1; word < words; word++) store<u32>(to + (<usize>word << 5), 0);
    store<u32>(to + 14 * 32, length << 3);
  }
  md5OfEight();
  for (let lane: usize = 0; lane < 8; lane++) {
    const hash = (<u64>load<u32>(RESULTS + 32 + (lane << 2)) << 32) | <u64>load<u32>(RESULTS + (lane << 2));
    store<u64>(HASHES + ((<usize>entry + lane) << 3), bswap<u64>(hash));
  }
}
