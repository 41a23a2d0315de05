import { allocate, allocateZeros, release } from "./memory";

/**
 * Texts by their code, each kept once: their bytes one after the other. A pool is a block of these fields: number of
 * texts, room for texts, codes, ends (a text begins where the one before it ends), bytes, room for bytes, a hash table of
 * the codes with its mask, and the texts that were noted but not looked up yet.
 *
 * A table of many texts is larger than the processor's cache, and a look-up waits for memory. Noted texts are looked up
 * many at a time, so that they wait together.
 */
const SIZE: u32 = 0;
const ROOM: u32 = 4;
const CODES: u32 = 8;
const ENDS: u32 = 12;
const BYTES: u32 = 16;
const BYTES_ROOM: u32 = 20;
const TABLE: u32 = 24;
const MASK: u32 = 28;
/** Noted texts, each as code, length and bytes; and the end of the last one. */
const NOTED: u32 = 32;
const NOTED_END: u32 = 36;
export const poolBytes: u32 = 40;

const notedRoom: u32 = 8192;
/** A longer text is looked up at once. */
const longText: u32 = 1024;
const noteHead: u32 = 16;

/** What the look-ups find that are only there to bring their places near: it must seem to be wanted. */
export let broughtNear: f64 = 0;

export function newTexts(): u32 {
  return allocateZeros(poolBytes);
}

export function releaseTexts(pool: u32): void {
  release(load<u32>(pool + CODES), load<u32>(pool + ROOM) << 3);
  release(load<u32>(pool + ENDS), load<u32>(pool + ROOM) << 3);
  release(load<u32>(pool + BYTES), load<u32>(pool + BYTES_ROOM));
  if (load<u32>(pool + MASK) > 0) release(load<u32>(pool + TABLE), (load<u32>(pool + MASK) + 1) << 3);
  if (load<u32>(pool + NOTED) !== 0) release(load<u32>(pool + NOTED), notedRoom);
  release(pool, poolBytes);
}

/** Keeps the text in [start, end) under its code, at the latest when the noted texts are settled. */
export function noteText(pool: u32, code: f64, start: u32, end: u32): void {
  const length = end - start;
  if (length > longText) {
    addText(pool, code, start, end);
    return;
  }
  if (load<u32>(pool + NOTED) === 0) {
    const noted = allocate(notedRoom);
    store<u32>(pool + NOTED, noted);
    store<u32>(pool + NOTED_END, noted);
  }
  const bytes = noteBytes(length);
  if (load<u32>(pool + NOTED_END) + bytes > load<u32>(pool + NOTED) + notedRoom) settleTexts(pool);
  const note = load<u32>(pool + NOTED_END);
  store<f64>(note, code);
  store<u32>(note + 8, length);
  memory.copy(note + noteHead, start, length);
  store<u32>(pool + NOTED_END, note + bytes);
}

@inline
function noteBytes(length: u32): u32 {
  return (noteHead + length + 7) & ~7;
}

/** Looks the noted texts up. */
export function settleTexts(pool: u32): void {
  const from = load<u32>(pool + NOTED);
  const to = load<u32>(pool + NOTED_END);
  if (from === to) return;
  const mask = load<u32>(pool + MASK);
  const table = load<u32>(pool + TABLE);
  if (mask > 0)
    for (let note = from; note < to; note += noteBytes(load<u32>(note + 8)))
      broughtNear += load<f64>(table + ((<u32>load<u64>(note) & mask) << 3));
  for (let note = from; note < to; ) {
    const length = load<u32>(note + 8);
    addText(pool, load<f64>(note), note + noteHead, note + noteHead + length);
    note += noteBytes(length);
  }
  store<u32>(pool + NOTED_END, from);
}

/** Keeps the text in [start, end) under its code; does nothing when it is there. */
export function addText(pool: u32, code: f64, start: u32, end: u32): void {
  let mask = load<u32>(pool + MASK);
  if (load<u32>(pool + SIZE) * 2 >= mask) {
    growTable(pool);
    mask = load<u32>(pool + MASK);
  }
  const place = placeOf(load<u32>(pool + TABLE), mask, code);
  if (load<f64>(place) === code) return;
  store<f64>(place, code);
  const id = load<u32>(pool + SIZE);
  if (id === load<u32>(pool + ROOM)) growTexts(pool, id);
  const from = id === 0 ? <u32>0 : <u32>load<f64>(load<u32>(pool + ENDS) + ((id - 1) << 3));
  const to = from + end - start;
  if (to > load<u32>(pool + BYTES_ROOM)) {
    const room = to < 512 ? <u32>1024 : to * 2;
    const wider = allocate(room);
    memory.copy(wider, load<u32>(pool + BYTES), from);
    release(load<u32>(pool + BYTES), load<u32>(pool + BYTES_ROOM));
    store<u32>(pool + BYTES, wider);
    store<u32>(pool + BYTES_ROOM, room);
  }
  memory.copy(load<u32>(pool + BYTES) + from, start, end - start);
  store<f64>(load<u32>(pool + CODES) + (id << 3), code);
  store<f64>(load<u32>(pool + ENDS) + (id << 3), <f64>to);
  store<u32>(pool + SIZE, id + 1);
}

/** Texts that are looked up together. */
const together: u32 = 128;

/** Takes over the texts of another pool. */
export function addTexts(pool: u32, other: u32): void {
  settleTexts(pool);
  settleTexts(other);
  const size = load<u32>(other + SIZE);
  for (let from: u32 = 0; from < size; from += together) {
    const to = min<u32>(size, from + together);
    const mask = load<u32>(pool + MASK);
    if (mask > 0)
      for (let id = from; id < to; id++)
        broughtNear += load<f64>(load<u32>(pool + TABLE) + ((<u32>load<u64>(load<u32>(other + CODES) + (id << 3)) & mask) << 3));
    for (let id = from; id < to; id++) addTextOf(pool, other, id);
  }
}

function addTextOf(pool: u32, other: u32, id: u32): void {
  const bytes = load<u32>(other + BYTES);
  const ends = load<u32>(other + ENDS);
  const from = id === 0 ? <u32>0 : <u32>load<f64>(ends + ((id - 1) << 3));
  const code = load<f64>(load<u32>(other + CODES) + (id << 3));
  addText(pool, code, bytes + from, bytes + <u32>load<f64>(ends + (id << 3)));
}

/** Takes over those texts of another pool whose codes stand in `wanted`, a table as below. */
export function addWantedTexts(pool: u32, other: u32, wanted: u32, mask: u32): void {
  settleTexts(other);
  const size = load<u32>(other + SIZE);
  for (let id: u32 = 0; id < size; id++) {
    const code = load<f64>(load<u32>(other + CODES) + (id << 3));
    if (load<f64>(placeOf(wanted, mask, code)) === code) addTextOf(pool, other, id);
  }
}

/** Where a code stands in a hash table of codes, or the free place (0) for it. */
@inline
export function placeOf(table: u32, mask: u32, code: f64): u32 {
  let slot = <u32>reinterpret<u64>(code) & mask;
  while (true) {
    const place = table + (slot << 3);
    const there = load<f64>(place);
    if (there === code || there === 0.0) return place;
    slot = (slot + 1) & mask;
  }
}

function growTable(pool: u32): void {
  const size = load<u32>(pool + SIZE);
  const old = load<u32>(pool + TABLE);
  const oldSlots = load<u32>(pool + MASK) === 0 ? 0 : load<u32>(pool + MASK) + 1;
  const slots: u32 = size < 16 ? 64 : size < 65536 ? oldSlots * 4 : oldSlots * 2;
  const table = allocateZeros(slots << 3);
  const codes = load<u32>(pool + CODES);
  for (let id: u32 = 0; id < size; id++) {
    const code = load<f64>(codes + (id << 3));
    store<f64>(placeOf(table, slots - 1, code), code);
  }
  if (oldSlots > 0) release(old, oldSlots << 3);
  store<u32>(pool + TABLE, table);
  store<u32>(pool + MASK, slots - 1);
}

function growTexts(pool: u32, room: u32): void {
  const wider: u32 = room === 0 ? 64 : room * 2;
  for (let field = CODES; field <= ENDS; field += 4) {
    const array = allocate(wider << 3);
    memory.copy(array, load<u32>(pool + field), room << 3);
    release(load<u32>(pool + field), room << 3);
    store<u32>(pool + field, array);
  }
  store<u32>(pool + ROOM, wider);
}

/** How many texts there are; noted ones among them, which this settles. */
export function textCount(pool: u32): u32 {
  settleTexts(pool);
  return load<u32>(pool + SIZE);
}

export function textCodes(pool: u32): u32 {
  return load<u32>(pool + CODES);
}

export function textEnds(pool: u32): u32 {
  return load<u32>(pool + ENDS);
}

export function textBytes(pool: u32): u32 {
  return load<u32>(pool + BYTES);
}
