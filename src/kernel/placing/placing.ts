// Hashes and shards of many keys at a time, with 64-bit integers that JavaScript lacks. Nothing is decided here: each
// function computes what `src/placement` computes for one key, and test/placement/place-all.test.ts holds both together.

/** Where keys, hashes and shards lie; JavaScript writes and reads there. See `placing-kernel.ts`. */
export const KEYS: usize = 0x10000;
export const HASHES: usize = 0x18000;
export const OWNERS: usize = 0x20000;
export const ENDS: usize = 0x24000;
export const TABLE: usize = 0x30000;
export const TEXTS: usize = 0xc30000;

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

// @ts-ignore: decorator
@inline
function finalizeFour(words: v128): v128 {
  let mixed = i32x4.mul(v128.xor(words, i32x4.shr_u(words, 16)), i32x4.splat(0x85ebca6b));
  mixed = i32x4.mul(v128.xor(mixed, i32x4.shr_u(mixed, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(mixed, i32x4.shr_u(mixed, 16));
}

/**
 * Rendezvous, four shards at a time. The table has the low words of the shards' seeds, then the high ones, each rounded
 * up to four; scores are compared as signed numbers with the sign turned, which orders them as unsigned.
 */
export function placeRendezvous(count: i32, shards: i32): void {
  const rounded = (shards + 3) & ~3;
  const highs = TABLE + (<usize>rounded << 2);
  const sign = i32x4.splat(0x80000000);
  for (let entry = 0; entry < count; entry++) {
    const at = HASHES + (<usize>entry << 3);
    const low = i32x4.splat(load<i32>(at));
    const high = i32x4.splat(load<i32>(at, 4));
    let best = sign;
    let owner = i32x4.splat(0);
    let index = i32x4(0, 1, 2, 3);
    for (let shard = 0; shard < rounded; shard += 4) {
      const place = <usize>shard << 2;
      const mixed = v128.xor(finalizeFour(v128.xor(low, v128.load(TABLE + place))), v128.xor(high, v128.load(highs + place)));
      let score = v128.xor(finalizeFour(mixed), sign);
      // What rounds up the number is no shard.
      if (shard + 4 > shards) score = v128.bitselect(score, sign, i32x4.lt_s(index, i32x4.splat(shards)));
      const better = i32x4.gt_s(score, best);
      best = v128.bitselect(score, best, better);
      owner = v128.bitselect(index, owner, better);
      index = i32x4.add(index, i32x4.splat(4));
    }
    let highest = i32x4.extract_lane(best, 0);
    let found = i32x4.extract_lane(owner, 0);
    for (let lane = 1; lane < 4; lane++) {
      const score = lane == 1 ? i32x4.extract_lane(best, 1) : lane == 2 ? i32x4.extract_lane(best, 2) : i32x4.extract_lane(best, 3);
      const shard = lane == 1 ? i32x4.extract_lane(owner, 1) : lane == 2 ? i32x4.extract_lane(owner, 2) : i32x4.extract_lane(owner, 3);
      if (score > highest || (score == highest && shard < found)) {
        highest = score;
        found = shard;
      }
    }
    store<u32>(OWNERS + (<usize>entry << 2), found);
  }
}

// @ts-ignore: decorator
@inline
function mix32(value: u32): u32 {
  let mixed: u32 = (value ^ (value >> 16)) * <u32>0x85ebca6b;
  mixed = (mixed ^ (mixed >> 13)) * <u32>0xc2b2ae35;
  return mixed ^ (mixed >> 16);
}

/** Multi-probe: the table has the tokens' high words, their owners, and where a search begins (see `hash-ring.ts`). */
export function placeProbes(count: i32, probes: i32, tokens: u32, shift: u32): void {
  const owners = TABLE + (<usize>tokens << 2);
  const firsts = owners + (<usize>tokens << 2);
  for (let entry = 0; entry < count; entry++) {
    const at = HASHES + (<usize>entry << 3);
    const low = load<u32>(at);
    const high = load<u32>(at, 4);
    let place = high;
    let closest: u64 = 0x100000000;
    let owner: u32 = 0;
    for (let probe = 0; probe < probes; probe++) {
      let token = load<u32>(firsts + (<usize>(place >> shift) << 2));
      while (token < tokens && load<u32>(TABLE + (<usize>token << 2)) < place) token++;
      if (token == tokens) token = 0;
      // In 32 bits, so that it wraps around the ring.
      const gap: u32 = load<u32>(TABLE + (<usize>token << 2)) - place;
      const distance = <u64>gap;
      if (distance < closest) {
        closest = distance;
        owner = token;
      }
      place = high ^ mix32(low + <u32>(probe + 1) * <u32>0x9e3779b1);
    }
    store<u32>(OWNERS + (<usize>entry << 2), load<u32>(owners + (<usize>owner << 2)));
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

/** PostgreSQL's row hash of one integer column: lookup3 of the folded word, seeded, combined with nothing before. */
export function postgresIntegers(count: i32, seedLow: u32, seedHigh: u32): void {
  for (let entry = 0; entry < count; entry++) {
    const key = <i64>load<f64>(KEYS + (<usize>entry << 3));
    const high = <i32>(key >> 32);
    let a: u32 = 0x9e3779b9 + 4 + 3923095;
    let b = a;
    let c = a;
    a += seedHigh;
    b += seedLow;
    a = (a - c) ^ rotl(c, 4);
    c += b;
    b = (b - a) ^ rotl(a, 6);
    a += c;
    c = (c - b) ^ rotl(b, 8);
    b += a;
    a = (a - c) ^ rotl(c, 16);
    c += b;
    b = (b - a) ^ rotl(a, 19);
    a += c;
    c = (c - b) ^ rotl(b, 4);
    b += a;
    a += <u32>key ^ <u32>(high >= 0 ? high : ~high);
    c = (c ^ b) - rotl(b, 14);
    a = (a ^ c) - rotl(c, 11);
    b = (b ^ a) - rotl(a, 25);
    c = (c ^ b) - rotl(b, 16);
    a = (a ^ c) - rotl(c, 4);
    b = (b ^ a) - rotl(a, 14);
    c = (c ^ b) - rotl(b, 24);
    store<u64>(HASHES + (<usize>entry << 3), ((<u64>b << 32) | <u64>c) + 0x49a0f4dd15e5a8e3);
  }
}

// @ts-ignore: decorator
@inline
function fmix(start: u64): u64 {
  let key = start;
  key = (key ^ (key >> 33)) * 0xff51afd7ed558ccd;
  key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53;
  return key ^ (key >> 33);
}

const FIRST: u64 = 0x87c37b91114253d5;
const SECOND: u64 = 0x4cf5ad432745937f;

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

// @ts-ignore: decorator
@inline
function substitute(half: u32): u32 {
  const turned = rotr(half, 1);
  return (
    load<u32>(TABLE + (<usize>(turned >> 22) << 2)) ^
    load<u32>(TABLE + (<usize>((turned >> 14) & 1023) << 2), 4096) ^
    load<u32>(TABLE + (<usize>((turned >> 6) & 1023) << 2), 8192) ^
    load<u32>(TABLE + (<usize>(rotl(turned, 2) & 1023) << 2), 12288)
  );
}

/**
 * DES with the null key of whole numbers, which is Vitess' hash; the table has the four pairs of S-boxes. Two keys at a
 * time, for each waits for its own look-ups.
 */
export function vitessIntegers(count: i32): void {
  for (let entry = 0; entry < count; entry += 2) {
    const at = <usize>entry << 3;
    let x = <u64>(<i64>load<f64>(KEYS + at));
    let y = <u64>(<i64>load<f64>(KEYS + at, 8));
    x = permuted(x);
    y = permuted(y);
    let xl = <u32>(x >> 32);
    let xr = <u32>x;
    let yl = <u32>(y >> 32);
    let yr = <u32>y;
    for (let round = 0; round < 8; round++) {
      xl ^= substitute(xr);
      yl ^= substitute(yr);
      xr ^= substitute(xl);
      yr ^= substitute(yl);
    }
    store<u64>(HASHES + at, restored(xr, xl));
    store<u64>(HASHES + at, restored(yr, yl), 8);
  }
}

/** The initial permutation, as five swaps of bit groups between the halves. */
// @ts-ignore: decorator
@inline
function permuted(block: u64): u64 {
  let left = <u32>(block >> 32);
  let right = <u32>block;
  let swap = ((left >> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  swap = ((left >> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((right >> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((right >> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((left >> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  return (<u64>left << 32) | <u64>right;
}

/** Its inverse. */
// @ts-ignore: decorator
@inline
function restored(first: u32, second: u32): u64 {
  let left = first;
  let right = second;
  let swap = ((left >> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  swap = ((right >> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((right >> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((left >> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((left >> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  return (<u64>left << 32) | <u64>right;
}
