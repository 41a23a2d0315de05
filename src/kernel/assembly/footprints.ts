import { isTextCode, mix32, nullCode } from "./codes";
import { allocate, allocateZeros, release } from "./memory";

/**
 * Distinct footprints with their counts, in the arrays that `workload/footprint-store.ts` takes over. When they cost more
 * than the limit, the other side takes them early.
 */
@external("lane", "footprints")
declare function takeFootprints(): void;

const recordCost: u32 = 40;
/** `workload/footprint-bytes.ts`. */
const distinctLimit: u32 = 64;
const integerTag: u32 = 64;
const negativeTag: u32 = 72;
const nullTag: u32 = 80;
const doubleTag: u32 = 81;
const mostBytesOfCode: u32 = 9;

let limitBytes: f64 = 0;
export let footprintCount: u32 = 0;
/** Room for records, and for their bytes. */
export let footprintRoom: u32 = 0;
export let footprintBytesRoom: u32 = 0;
/** Per record: hash, skeleton, where its bytes end, count, microseconds. */
export let footprintHashes: u32 = 0;
export let footprintSkeletons: u32 = 0;
export let footprintEnds: u32 = 0;
export let footprintCounts: u32 = 0;
export let footprintMicros: u32 = 0;
export let footprintBytes: u32 = 0;
let bytesEnd: u32 = 0;
/** A hash table: hash, then record + 1. */
let slots: u32 = 0;
let slotMask: u32 = 0;

export function limitFootprints(bytes: f64): void {
  limitBytes = bytes;
}

/** Counts a footprint: the codes behind a skeleton. */
export function addFootprint(skeleton: u32, skeletonHash: u32, codes: u32, count: u32, micros: f64): void {
  let hash = skeletonHash;
  for (let at: u32 = 0; at < count; at++) hash = (hash * 0x01000193) ^ hashOfCode(load<f64>(codes + (at << 3)));
  hash = mix32(hash);
  if (bytesEnd + count * mostBytesOfCode > footprintBytesRoom) growBytes(bytesEnd + count * mostBytesOfCode);
  const start = bytesEnd;
  const end = encode(codes, count, footprintBytes + start) - footprintBytes;
  if (footprintCount * 2 >= slotMask) growSlots();
  let place = hash & slotMask;
  while (true) {
    const at = slots + (place << 3);
    const record = load<u32>(at + 4);
    if (record === 0) break;
    if (load<u32>(at) === hash && isRecord(record - 1, skeleton, start, end)) {
      add(footprintCounts, record - 1, 1);
      add(footprintMicros, record - 1, micros);
      return;
    }
    place = (place + 1) & slotMask;
  }
  if (footprintCount === footprintRoom) growRecords();
  const record = footprintCount++;
  store<u32>(slots + (place << 3), hash);
  store<u32>(slots + (place << 3) + 4, footprintCount);
  store<u32>(footprintHashes + (record << 2), hash);
  store<u32>(footprintSkeletons + (record << 2), skeleton);
  store<f64>(footprintEnds + (record << 3), <f64>end);
  store<f64>(footprintCounts + (record << 3), 1);
  store<f64>(footprintMicros + (record << 3), micros);
  bytesEnd = end;
  if (<f64>footprintCount * <f64>recordCost + <f64>bytesEnd < limitBytes) return;
  takeFootprints();
  footprintCount = 0;
  bytesEnd = 0;
  memory.fill(slots, 0, (slotMask + 1) << 3);
}

@inline
function add(sums: u32, record: u32, amount: f64): void {
  store<f64>(sums + (record << 3), load<f64>(sums + (record << 3)) + amount);
}

/** `hashOfCode` of `workload/open-transaction.ts`. */
@inline
function hashOfCode(code: f64): u32 {
  const whole = <i32>code;
  if (<f64>whole === code) return mix32(<u32>whole);
  const bits = reinterpret<u64>(code);
  return mix32(<u32>bits ^ (<u32>(bits >>> 32) * 0x9e3779b1));
}

function isRecord(record: u32, skeleton: u32, start: u32, end: u32): bool {
  if (load<u32>(footprintSkeletons + (record << 2)) !== skeleton) return false;
  const from: u32 = record === 0 ? 0 : <u32>load<f64>(footprintEnds + ((record - 1) << 3));
  const length = <u32>load<f64>(footprintEnds + (record << 3)) - from;
  if (length !== end - start) return false;
  for (let at: u32 = 0; at < length; at++)
    if (load<u8>(footprintBytes + from + at) !== load<u8>(footprintBytes + start + at)) return false;
  return true;
}

/** `encodeCodes` of `workload/footprint-bytes.ts`. */
function encode(codes: u32, count: u32, to: u32): u32 {
  let known: u32 = 0;
  let end = to;
  for (let i: u32 = 0; i < count; i++) {
    const code = load<f64>(codes + (i << 3));
    let place: u32 = 0;
    while (place < known && load<f64>(distinct + (place << 3)) !== code) place++;
    if (place < known) {
      store<u8>(end++, place);
      continue;
    }
    if (known < distinctLimit) store<f64>(distinct + (known++ << 3), code);
    end = encodeCode(code, end);
  }
  return end;
}

let distinct: u32 = 0;

function encodeCode(code: f64, at: u32): u32 {
  if (code === nullCode) {
    store<u8>(at, nullTag);
    return at + 1;
  }
  if (isTextCode(code)) {
    store<u8>(at, doubleTag);
    store<u64>(at + 1, bswap<u64>(reinterpret<u64>(code)));
    return at + 9;
  }
  let rest = <u64>Math.abs(code);
  let length: u32 = 0;
  for (; rest > 0; rest >>= 8) store<u8>(at + 1 + length++, <u8>rest);
  store<u8>(at, (code < 0 ? negativeTag : integerTag) + length);
  return at + 1 + length;
}

function growBytes(least: u32): void {
  if (distinct === 0) distinct = allocate(distinctLimit << 3);
  const wider: u32 = max<u32>(65536, least * 2);
  const larger = allocate(wider);
  if (footprintBytes !== 0) memory.copy(larger, footprintBytes, bytesEnd);
  release(footprintBytes, footprintBytesRoom);
  footprintBytes = larger;
  footprintBytesRoom = wider;
}

function growRecords(): void {
  const wider: u32 = footprintRoom === 0 ? 1024 : footprintRoom * 2;
  footprintHashes = grown(footprintHashes, wider, 2);
  footprintSkeletons = grown(footprintSkeletons, wider, 2);
  footprintEnds = grown(footprintEnds, wider, 3);
  footprintCounts = grown(footprintCounts, wider, 3);
  footprintMicros = grown(footprintMicros, wider, 3);
  footprintRoom = wider;
}

function grown(array: u32, wider: u32, shift: u32): u32 {
  const larger = allocate(wider << shift);
  if (array !== 0) memory.copy(larger, array, footprintRoom << shift);
  release(array, footprintRoom << shift);
  return larger;
}

function growSlots(): void {
  const count: u32 = slotMask === 0 ? 4096 : (slotMask + 1) * 2;
  if (slots !== 0) release(slots, (slotMask + 1) << 3);
  slots = allocateZeros(count << 3);
  slotMask = count - 1;
  for (let record: u32 = 0; record < footprintCount; record++) {
    const hash = load<u32>(footprintHashes + (record << 2));
    let place = hash & slotMask;
    while (load<u32>(slots + (place << 3) + 4) !== 0) place = (place + 1) & slotMask;
    store<u32>(slots + (place << 3), hash);
    store<u32>(slots + (place << 3) + 4, record + 1);
  }
}
