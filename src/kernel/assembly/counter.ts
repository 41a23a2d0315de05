import { hashOfTuple, isTextCode } from "./codes";
import { allocate, allocateZeros, blockBytes, release } from "./memory";
import { addTexts, addWantedTexts, newTexts, placeOf, releaseTexts } from "./texts";

/**
 * Exact counts of value tuples, the inner loop of `workload/value-counter.ts`. Tuples are first written down one after
 * the other, which memory does at full speed. When many have gathered they are counted: put into partitions by their
 * hash, and each partition, small enough for the processor's cache, goes through a hash table of its own. What comes out
 * is a run: records of distinct tuples (codes, count, microseconds), partition by partition.
 */
const ARITY: u32 = 0;
const LEVEL: u32 = 4;
const LIMIT: u32 = 8;
const TEXTS: u32 = 12;
/** The chunk that is being filled (each holds the address of the one before it), and where the next tuple goes. */
const CHUNK: u32 = 16;
const NEXT: u32 = 20;
const FULL: u32 = 24;
const TUPLES: u32 = 28;
const RUN: u32 = 32;
const RUN_SIZE: u32 = 36;
const TOTAL: u32 = 40;
const TOTAL_MICROS: u32 = 48;
export const counterBytes: u32 = 56;

const chunkBytes: u32 = 32768;
const chunkHead: u32 = 8;
/** Records of a partition: with its table it fits the second-level cache. */
const partitionRecords: u32 = 4096;
const mostPartitionBits: u32 = 11;
/** Fewer tuples than this are not counted yet. */
const leastTuples: u32 = 32768;

/** Where runs are made, before it is known how long they are. */
let scratch: u32 = 0;
let scratchBytes: u32 = 0;

function roomInScratch(bytes: u32): u32 {
  if (bytes > scratchBytes) {
    release(scratch, scratchBytes);
    scratchBytes = blockBytes(bytes);
    scratch = allocate(scratchBytes);
  }
  return scratch;
}

/** Bytes of the tuples that this thread has written down and not counted yet. */
export let gatheredBytes: f64 = 0;

export function newCounter(arity: u32, limit: u32): u32 {
  const counter = allocateZeros(counterBytes);
  store<u32>(counter + ARITY, arity);
  store<u32>(counter + LIMIT, limit);
  store<u32>(counter + TEXTS, <u32>newTexts());
  return counter;
}

/** Puts in records that were counted elsewhere; returns where they are to be written. */
export function takeRun(counter: u32, size: u32, level: u32, total: f64, totalMicros: f64): u32 {
  const run = allocate(size * ((load<u32>(counter + ARITY) + 2) << 3));
  store<u32>(counter + RUN, run);
  store<u32>(counter + RUN_SIZE, size);
  store<u32>(counter + LEVEL, level);
  store<f64>(counter + TOTAL, total);
  store<f64>(counter + TOTAL_MICROS, totalMicros);
  return run;
}

@inline
export function textsOf(counter: u32): u32 {
  return load<u32>(counter + TEXTS);
}

/** Where to write the codes of the next tuple. */
@inline
export function nextTuple(counter: u32): u32 {
  const next = load<u32>(counter + NEXT);
  return next < load<u32>(counter + FULL) ? next : nextChunk(counter);
}

function nextChunk(counter: u32): u32 {
  // As many tuples as there are records: so the records are gone through again as seldom as they double.
  if (load<u32>(counter + TUPLES) >= max<u32>(leastTuples, load<u32>(counter + RUN_SIZE))) count(counter, 0);
  const chunk = allocate(chunkBytes);
  gatheredBytes += <f64>chunkBytes;
  const tupleBytes = (load<u32>(counter + ARITY) + 1) << 3;
  const room = (<u32>(chunkBytes - chunkHead) / tupleBytes) * tupleBytes;
  store<u32>(chunk, load<u32>(counter + CHUNK));
  store<u32>(counter + CHUNK, <u32>chunk);
  store<u32>(counter + NEXT, <u32>(chunk + chunkHead));
  store<u32>(counter + FULL, <u32>(chunk + chunkHead) + room);
  return chunk + chunkHead;
}

/** Whether the tuple at `codes` is one of those that the counter keeps. */
@inline
export function isKept(counter: u32, codes: u32): bool {
  const level = load<u32>(counter + LEVEL);
  return level === 0 || hashOfTuple(codes, load<u32>(counter + ARITY)) >>> (32 - level) === 0;
}

/** Counts the tuple that was written to `nextTuple`. */
@inline
export function addTuple(counter: u32, tuple: u32, micros: f64, kept: bool): void {
  store<f64>(counter + TOTAL, load<f64>(counter + TOTAL) + 1.0);
  store<f64>(counter + TOTAL_MICROS, load<f64>(counter + TOTAL_MICROS) + micros);
  if (!kept) return;
  const end = tuple + (load<u32>(counter + ARITY) << 3);
  store<f64>(end, micros);
  store<u32>(counter + NEXT, <u32>(end + 8));
  store<u32>(counter + TUPLES, load<u32>(counter + TUPLES) + 1);
}

/** Counts what two counters of the same columns hold (`other` may be 0) into the run of the first; empties the other. */
export function count(counter: u32, other: u32): void {
  let level = load<u32>(counter + LEVEL);
  let records = load<u32>(counter + TUPLES) + load<u32>(counter + RUN_SIZE);
  if (other !== 0) {
    const otherLevel = load<u32>(other + LEVEL);
    if (otherLevel > level) level = otherLevel;
    records += load<u32>(other + TUPLES) + load<u32>(other + RUN_SIZE);
    store<f64>(counter + TOTAL, load<f64>(counter + TOTAL) + load<f64>(other + TOTAL));
    store<f64>(counter + TOTAL_MICROS, load<f64>(counter + TOTAL_MICROS) + load<f64>(other + TOTAL_MICROS));
    addTexts(textsOf(counter), textsOf(other));
    releaseTexts(textsOf(other));
    store<u32>(other + TEXTS, 0);
  }
  store<u32>(counter + LEVEL, level);
  if (records === 0 || (other === 0 && load<u32>(counter + TUPLES) === 0)) return;
  let bits: u32 = 0;
  while (records >>> bits > partitionRecords && bits < mostPartitionBits) bits++;
  const partitions: u32 = 1 << bits;
  const starts = allocateZeros((partitions + 1) << 2);
  addSizes(counter, level, starts, partitions - 1);
  if (other !== 0) addSizes(other, level, starts, partitions - 1);
  let kept: u32 = 0;
  let largest: u32 = 0;
  for (let partition: u32 = 0; partition < partitions; partition++) {
    const size = load<u32>(starts + (partition << 2));
    store<u32>(starts + (partition << 2), kept);
    kept += size;
    if (size > largest) largest = size;
  }
  const arity = load<u32>(counter + ARITY);
  const recordBytes: u32 = (arity + 2) << 3;
  const run = roomInScratch(kept * recordBytes);
  spread(counter, level, starts, partitions - 1, run);
  if (other !== 0) spread(other, level, starts, partitions - 1, run);
  releaseGathered(counter);
  if (other !== 0) releaseGathered(other);
  const size = addUp(run, starts, partitions, bits, largest, arity);
  release(starts, (partitions + 1) << 2);
  keepRun(counter, run, size);
  if (size > load<u32>(counter + LIMIT)) raiseLevel(counter);
}

function keepRun(counter: u32, run: u32, size: u32): void {
  const bytes: u32 = size * ((load<u32>(counter + ARITY) + 2) << 3);
  const kept = allocate(bytes);
  memory.copy(kept, run, bytes);
  store<u32>(counter + RUN, <u32>kept);
  store<u32>(counter + RUN_SIZE, size);
}

/** Adds to `sizes` how many records each partition gets. */
function addSizes(counter: u32, level: u32, sizes: u32, mask: u32): void {
  const arity = load<u32>(counter + ARITY);
  const tupleBytes: u32 = (arity + 1) << 3;
  for (let chunk: u32 = load<u32>(counter + CHUNK); chunk !== 0; chunk = load<u32>(chunk)) {
    const end = endOfChunk(counter, chunk, tupleBytes);
    for (let tuple = chunk + chunkHead; tuple < end; tuple += tupleBytes) addSize(tuple, arity, level, sizes, mask);
  }
  const recordBytes: u32 = (arity + 2) << 3;
  const end = load<u32>(counter + RUN) + load<u32>(counter + RUN_SIZE) * recordBytes;
  for (let record: u32 = load<u32>(counter + RUN); record < end; record += recordBytes)
    addSize(record, arity, level, sizes, mask);
}

@inline
function addSize(codes: u32, arity: u32, level: u32, sizes: u32, mask: u32): void {
  const hash = hashOfTuple(codes, arity);
  if (level > 0 && hash >>> (32 - level) !== 0) return;
  const size = sizes + ((hash & mask) << 2);
  store<u32>(size, load<u32>(size) + 1);
}

@inline
function endOfChunk(counter: u32, chunk: u32, tupleBytes: u32): u32 {
  if (chunk === load<u32>(counter + CHUNK)) return load<u32>(counter + NEXT);
  return chunk + chunkHead + ((chunkBytes - chunkHead) / tupleBytes) * tupleBytes;
}

/** Writes each tuple and record to its partition. */
function spread(counter: u32, level: u32, starts: u32, mask: u32, into: u32): void {
  const arity = load<u32>(counter + ARITY);
  const tupleBytes: u32 = (arity + 1) << 3;
  const recordBytes: u32 = (arity + 2) << 3;
  for (let chunk: u32 = load<u32>(counter + CHUNK); chunk !== 0; chunk = load<u32>(chunk)) {
    const end = endOfChunk(counter, chunk, tupleBytes);
    for (let tuple = chunk + chunkHead; tuple < end; tuple += tupleBytes) {
      const record = placeInPartition(tuple, arity, level, starts, mask, into, recordBytes);
      if (record === 0) continue;
      for (let field: u32 = 0; field < tupleBytes - 8; field += 8) store<f64>(record + field, load<f64>(tuple + field));
      store<f64>(record + tupleBytes - 8, 1.0);
      store<f64>(record + tupleBytes, load<f64>(tuple + tupleBytes - 8));
    }
  }
  const end = load<u32>(counter + RUN) + load<u32>(counter + RUN_SIZE) * recordBytes;
  for (let from: u32 = load<u32>(counter + RUN); from < end; from += recordBytes) {
    const record = placeInPartition(from, arity, level, starts, mask, into, recordBytes);
    if (record === 0) continue;
    for (let field: u32 = 0; field < recordBytes; field += 8) store<f64>(record + field, load<f64>(from + field));
  }
}

@inline
function placeInPartition(
  codes: u32,
  arity: u32,
  level: u32,
  starts: u32,
  mask: u32,
  into: u32,
  recordBytes: u32,
): u32 {
  const hash = hashOfTuple(codes, arity);
  if (level > 0 && hash >>> (32 - level) !== 0) return 0;
  const start = starts + ((hash & mask) << 2);
  const place = load<u32>(start);
  store<u32>(start, place + 1);
  return into + place * recordBytes;
}

/**
 * Adds up equal tuples, partition by partition (`ends` says where each ends), and closes the gaps. Returns how many
 * records are left.
 */
function addUp(run: u32, ends: u32, partitions: u32, bits: u32, largest: u32, arity: u32): u32 {
  const recordBytes: u32 = (arity + 2) << 3;
  const codeBytes: u32 = arity << 3;
  let slots: u32 = 16;
  while (slots < largest * 2) slots *= 2;
  const table = allocate(slots << 2);
  let written: u32 = 0;
  let from: u32 = 0;
  for (let partition: u32 = 0; partition < partitions; partition++) {
    const end = load<u32>(ends + (partition << 2));
    let mask: u32 = 16;
    while (mask < (end - from) * 2) mask *= 2;
    memory.fill(table, 0, mask << 2);
    mask--;
    for (; from < end; from++) {
      const record = run + from * recordBytes;
      let slot = (hashOfTuple(record, arity) >>> bits) & mask;
      while (true) {
        const there = load<u32>(table + (slot << 2));
        if (there === 0) {
          const to = run + written * recordBytes;
          if (to !== record)
            for (let field: u32 = 0; field < recordBytes; field += 8) store<f64>(to + field, load<f64>(record + field));
          store<u32>(table + (slot << 2), ++written);
          break;
        }
        const known = run + (there - 1) * recordBytes;
        if (isSame(known, record, codeBytes)) {
          store<f64>(known + codeBytes, load<f64>(known + codeBytes) + load<f64>(record + codeBytes));
          store<f64>(known + codeBytes + 8, load<f64>(known + codeBytes + 8) + load<f64>(record + codeBytes + 8));
          break;
        }
        slot = (slot + 1) & mask;
      }
    }
  }
  release(table, slots << 2);
  return written;
}

@inline
function isSame(a: u32, b: u32, codeBytes: u32): bool {
  for (let field: u32 = 0; field < codeBytes; field += 8)
    if (load<f64>(a + field) !== load<f64>(b + field)) return false;
  return true;
}

function releaseGathered(counter: u32): void {
  for (let chunk: u32 = load<u32>(counter + CHUNK); chunk !== 0;) {
    const before = load<u32>(chunk);
    release(chunk, chunkBytes);
    gatheredBytes -= <f64>chunkBytes;
    chunk = before;
  }
  release(load<u32>(counter + RUN), load<u32>(counter + RUN_SIZE) * ((load<u32>(counter + ARITY) + 2) << 3));
  memory.fill(counter + CHUNK, 0, TOTAL - CHUNK);
}

/** Past the limit only tuples stay whose hash is below a threshold that halves until few enough are left. */
function raiseLevel(counter: u32): void {
  const arity = load<u32>(counter + ARITY);
  const recordBytes: u32 = (arity + 2) << 3;
  const run: u32 = load<u32>(counter + RUN);
  const oldBytes = load<u32>(counter + RUN_SIZE) * recordBytes;
  let size = load<u32>(counter + RUN_SIZE);
  let level = load<u32>(counter + LEVEL);
  while (size > load<u32>(counter + LIMIT)) {
    level++;
    let written: u32 = 0;
    for (let entry: u32 = 0; entry < size; entry++) {
      const record = run + entry * recordBytes;
      if (hashOfTuple(record, arity) >>> (32 - level) !== 0) continue;
      memory.copy(run + written++ * recordBytes, record, recordBytes);
    }
    size = written;
  }
  store<u32>(counter + LEVEL, level);
  keepRun(counter, run, size);
  release(run, oldBytes);
  dropTexts(counter);
}

/** Forgets the texts of tuples that are not kept. */
function dropTexts(counter: u32): void {
  const codes = load<u32>(counter + RUN_SIZE) * load<u32>(counter + ARITY);
  let slots: u32 = 64;
  while (slots < codes * 2) slots *= 2;
  const wanted = allocateZeros(slots << 3);
  const recordBytes: u32 = (load<u32>(counter + ARITY) + 2) << 3;
  for (let entry: u32 = 0; entry < load<u32>(counter + RUN_SIZE); entry++) {
    const record = load<u32>(counter + RUN) + entry * recordBytes;
    for (let column: u32 = 0; column < load<u32>(counter + ARITY); column++) {
      const code = load<f64>(record + (column << 3));
      if (isTextCode(code)) store<f64>(placeOf(wanted, slots - 1, code), code);
    }
  }
  const texts = newTexts();
  addWantedTexts(texts, textsOf(counter), wanted, slots - 1);
  releaseTexts(textsOf(counter));
  store<u32>(counter + TEXTS, <u32>texts);
  release(wanted, slots << 3);
}

/** Gives back the memory of a counter whose run was read. */
export function releaseCounter(counter: u32): void {
  releaseGathered(counter);
  if (textsOf(counter) !== 0) releaseTexts(textsOf(counter));
  release(counter, counterBytes);
}

export function counterLevel(counter: u32): u32 {
  return load<u32>(counter + LEVEL);
}

export function counterTotal(counter: u32): f64 {
  return load<f64>(counter + TOTAL);
}

export function counterTotalMicros(counter: u32): f64 {
  return load<f64>(counter + TOTAL_MICROS);
}

export function counterRun(counter: u32): u32 {
  return load<u32>(counter + RUN);
}

export function counterRunSize(counter: u32): u32 {
  return load<u32>(counter + RUN_SIZE);
}

export function counterTexts(counter: u32): u32 {
  return load<u32>(counter + TEXTS);
}

/** Tuples and records that `count` would go through. */
export function counterTuples(counter: u32): u32 {
  return load<u32>(counter + TUPLES) + load<u32>(counter + RUN_SIZE);
}
