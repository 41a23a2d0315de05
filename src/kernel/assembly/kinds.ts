import { addFootprint } from "./footprints";
import { allocate, allocateZeros } from "./memory";

/**
 * Finished transactions by their kind: the same statements, in the same order, which reach the same shapes and end the
 * same way. What transactions of a kind have in common the other side works out once (`workload/kinds.ts`); here they are
 * counted, and their values kept as footprints.
 */

/** Shows the other side a transaction of a new kind; answers 2^32 times the number of its skeleton plus that one's hash. Negative:
 * it leaves no footprint. */
@external("lane", "kind")
declare function newKindElsewhere(start: u32, end: u32, outcome: u32): f64;

/** `transactionOutcomes` of `workload/transactions.ts`. */
export const committed: u32 = 0;
export const rolledBack: u32 = 1;

/** A kind begins with its sums. */
const COUNT: u32 = 0;
const TOTAL_MICROS: u32 = 8;
const HASH: u32 = 16;
const LENGTH: u32 = 20;
const WORDS: u32 = 24;
const SKELETON: u32 = 28;
const SKELETON_HASH: u32 = 32;
const LEAVES_FOOTPRINT: u32 = 36;
const kindBytes: u32 = 40;

/** More kinds than this are for the other side, and so are transactions of more distinct accesses or statements. */
const mostKinds: u32 = 16384;
const mostAccesses: u32 = 96;
const mostStatements: u32 = 96;
/** No script is longer. */
const mostCodeBytes: u32 = 65536 + 4096;

export let kindCount: u32 = 0;
/** Addresses of the kinds by their numbers, and a hash table of the numbers. */
let kinds: u32 = 0;
let table: u32 = 0;
const tableMask: u32 = mostKinds * 2 - 1;

/** The present transaction: its kind as words, and its distinct accesses as shape, where its codes begin, how many. */
let words: u32 = 0;
let accesses: u32 = 0;
let codes: u32 = 0;

export function kindAt(number: u32): u32 {
  return load<u32>(kinds + (number << 2));
}

/** Counts a transaction, given its script; false, with nothing done, when it is not for us. */
export function finishTransaction(start: u32, end: u32, outcome: u32): bool {
  if (start === end) return true;
  if (words === 0) prepare();
  let wordCount: u32 = 1;
  let accessCount: u32 = 0;
  let codesEnd: u32 = 0;
  let micros: f64 = 0;
  store<u32>(words, outcome);
  for (let at = start; at < end; ) {
    if (wordCount > mostStatements) return false;
    store<u32>(words + (wordCount++ << 2), load<u32>(at));
    micros += load<f64>(at + 8);
    let left = load<u32>(at + 4);
    at += 16;
    for (; left > 0; left--) {
      const count = load<u32>(at + 4);
      if (!isAmong(accessCount, load<u32>(at), at + 8, count)) {
        if (accessCount === mostAccesses) return false;
        const access = accesses + accessCount++ * 12;
        store<u32>(access, load<u32>(at));
        store<u32>(access + 4, codesEnd);
        store<u32>(access + 8, count);
        memory.copy(codes + (codesEnd << 3), at + 8, count << 3);
        codesEnd += count;
      }
      at += 8 + (count << 3);
    }
  }
  // No plan has this number.
  store<u32>(words + (wordCount++ << 2), 0xffffffff);
  for (let access: u32 = 0; access < accessCount; access++)
    store<u32>(words + (wordCount++ << 2), load<u32>(accesses + access * 12));
  const kind = kindOf(wordCount, start, end, outcome);
  if (kind === 0) return false;
  store<f64>(kind + COUNT, load<f64>(kind + COUNT) + 1);
  store<f64>(kind + TOTAL_MICROS, load<f64>(kind + TOTAL_MICROS) + micros);
  if (load<u32>(kind + LEAVES_FOOTPRINT) !== 0)
    addFootprint(load<u32>(kind + SKELETON), load<u32>(kind + SKELETON_HASH), codes, codesEnd, micros);
  return true;
}

function prepare(): void {
  words = allocate((mostStatements + mostAccesses + 3) << 2);
  accesses = allocate(mostAccesses * 12);
  codes = allocate(mostCodeBytes);
  kinds = allocate(mostKinds << 2);
  table = allocateZeros((tableMask + 1) << 1);
}

/** As `addAccess` of `workload/open-transaction.ts`: an access that the transaction has already adds nothing. */
@inline
function isAmong(accessCount: u32, shape: u32, from: u32, count: u32): bool {
  for (let access: u32 = 0; access < accessCount; access++) {
    const at = accesses + access * 12;
    if (load<u32>(at) !== shape || load<u32>(at + 8) !== count) continue;
    const own = codes + (load<u32>(at + 4) << 3);
    let same: u32 = 0;
    while (same < count && load<f64>(own + (same << 3)) === load<f64>(from + (same << 3))) same++;
    if (same === count) return true;
  }
  return false;
}

/** The kind that `words` spell; 0 when there are too many. */
function kindOf(wordCount: u32, start: u32, end: u32, outcome: u32): u32 {
  let hash: u32 = wordCount;
  for (let word: u32 = 0; word < wordCount; word++) {
    hash = (hash ^ load<u32>(words + (word << 2))) * 0x85ebca6b;
    hash ^= hash >>> 15;
  }
  let place = hash & tableMask;
  while (true) {
    const number = <u32>load<u16>(table + (place << 1));
    if (number === 0) break;
    const kind = kindAt(number - 1);
    if (load<u32>(kind + HASH) === hash && isSpelt(kind, wordCount)) return kind;
    place = (place + 1) & tableMask;
  }
  if (kindCount === mostKinds) return 0;
  const skeleton = newKindElsewhere(start, end, outcome);
  const kind = allocateZeros(kindBytes);
  store<u32>(kind + HASH, hash);
  store<u32>(kind + LENGTH, wordCount);
  const own = allocate(wordCount << 2);
  memory.copy(own, words, wordCount << 2);
  store<u32>(kind + WORDS, own);
  if (skeleton >= 0) {
    const number = Math.floor(skeleton / 4294967296.0);
    store<u32>(kind + LEAVES_FOOTPRINT, 1);
    store<u32>(kind + SKELETON, <u32>number);
    store<u32>(kind + SKELETON_HASH, <u32>(skeleton - number * 4294967296.0));
  }
  store<u32>(kinds + (kindCount << 2), kind);
  store<u16>(table + (place << 1), <u16>++kindCount);
  return kind;
}

function isSpelt(kind: u32, wordCount: u32): bool {
  if (load<u32>(kind + LENGTH) !== wordCount) return false;
  const own = load<u32>(kind + WORDS);
  for (let at: u32 = 0; at < wordCount << 2; at += 4) if (load<u32>(own + at) !== load<u32>(words + at)) return false;
  return true;
}
