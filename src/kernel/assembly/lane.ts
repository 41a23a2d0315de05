import {
  canonicalInteger,
  mix32,
  mixInteger,
  nullCode,
  textCodeOf,
} from "./codes";
import { addTuple, isKept, nextTuple, textsOf } from "./counter";
import {
  fieldEnd,
  fieldQuoting,
  fieldStart,
  incomplete,
  isNullField,
  nextRecord,
  odd,
  plainDecimal,
  plainSeconds,
} from "./csv";
import { allocate, allocateZeros, release } from "./memory";
import {
  ACCESS_COUNT,
  accessBytes,
  ACCESSES,
  COUNTER,
  EQUAL_COUNT,
  EXECUTIONS,
  IS_PAIRED,
  IS_PLAIN,
  IS_WRITE,
  LIST_COUNT,
  LIST_LENGTHS,
  LISTS,
  longList,
  lowerThreshold,
  MICROS,
  MOST_MICROS,
  NUMBER,
  planOf,
  ROWS,
  SAMPLE,
  SAMPLED,
  SHAPE,
  SHAPE_NUMBER,
  SLOT_COUNT,
  SLOTS,
  THRESHOLD,
  TIMED,
} from "./plans";
import { addBytes, addEvent, addNumber, isFull, prune } from "./samples";
import { open, setSessions, settleOwnScript, takeSession, tell } from "./sessions";
import { noteText } from "./texts";
import {
  integerForm,
  literalCount,
  literalEnds,
  literalForms,
  literalIntegers,
  literalSlots,
  literalStarts,
  match,
  nullForm,
  stringForm,
} from "./trie";

/**
 * The way of a plain record through the program in one loop: fields, time, template, sums, counters. What it does is what
 * `ingest/csv` and `workload/builder.ts` do; where a record is out of the ordinary it stops in front of it and leaves it
 * to them. See `workload/fast-lane.ts` for the other side.
 */

// ---- what the other side does

/** Microseconds since the epoch, as the log's own time parser reads them. */
@external("lane", "time")
declare function timeElsewhere(start: u32, end: u32): f64;
@external("lane", "duration")
declare function durationElsewhere(start: u32, end: u32): f64;
@external("lane", "rows")
declare function rowsElsewhere(start: u32, end: u32): f64;
/** The time lies outside of the load window: takes over its sums and sets the window that it lies in. */
@external("lane", "window")
declare function moveWindow(time: f64): void;
/** The access is wanted for its shape's sample, and has values that are written in a rare way. */
@external("lane", "sample")
declare function sampleElsewhere(access: i32, offset: f64, time: f64, micros: f64): void;
/** The access has values that are written in a rare way. */
@external("lane", "count")
declare function countElsewhere(access: i32, offset: f64, time: f64, micros: f64, inTransaction: bool): void;

// ---- settings

let sqlField: i32 = -1;
let timeField: i32 = -1;
let durationField: i32 = -1;
let rowsField: i32 = -1;
let sessionField: i32 = -1;
let transactionField: i32 = -1;
let datesAreText: bool = false;
let millisPerDuration: f64 = 1;
let headerLength: u32 = 0;
let inputNumber: u32 = 0;
let longestRecord: u32 = 0;

/** The load window: from, to, and as `workload/load-windows.ts` has them reads, their micros, writes, theirs. */
export let loadWindow: u32 = 0;

/** SQL whose doubled quotes are resolved. */
let resolved: u32 = 0;
let resolvedRoom: u32 = 0;
/** Literals by slot, as `workload/builder.ts` chains them: first, last, how many; and per literal the next. */
let heads: u32 = 0;
let tails: u32 = 0;
let lengths: u32 = 0;
let cursors: u32 = 0;
let nexts: u32 = 0;
const slotRoom: u32 = 4096;
const literalRoom: u32 = 16384;
/** `combinationLimit` of `workload/builder.ts`. */
const combinationLimit: u32 = 256;

export function setLane(
  sql: i32,
  time: i32,
  duration: i32,
  rows: i32,
  session: i32,
  transaction: i32,
  timesAreDates: bool,
  durationMillis: f64,
  lengthOfHeader: u32,
  input: u32,
  longest: u32,
): void {
  sqlField = sql;
  timeField = time;
  durationField = duration;
  rowsField = rows;
  sessionField = session;
  transactionField = transaction;
  datesAreText = timesAreDates;
  millisPerDuration = durationMillis;
  headerLength = lengthOfHeader;
  inputNumber = input;
  longestRecord = longest;
  setSessions(session, transaction);
  loadWindow = allocateZeros(6 << 3);
  store<f64>(loadWindow, Infinity);
  store<f64>(loadWindow + 8, -Infinity);
  heads = allocate(slotRoom << 2);
  tails = allocate(slotRoom << 2);
  lengths = allocate(slotRoom << 2);
  cursors = allocate(slotRoom << 2);
  nexts = allocate(literalRoom << 2);
}

// ---- the loop

export let recordCount: f64 = 0;
export let earliest: f64 = Infinity;
export let latest: f64 = -Infinity;
/** Why `run` stopped: `atLimit`, `needsBytes` or `needsOther`. */
export let stopped: i32 = 0;
export const atLimit: i32 = 0;
export const needsBytes: i32 = 1;
export const needsOther: i32 = 2;

/** The minute of the last time: its 16 bytes, and its microseconds. */
let minuteLow: u64 = 0;
let minuteHigh: u64 = 0;
let minuteMicros: f64 = NaN;

/**
 * Reads plain records that start in [from, stopAt), out of bytes that end at `to`. `base` is the offset in the input of
 * address 0. Returns where it stopped: in front of a record.
 */
export function run(from: u32, stopAt: u32, to: u32, base: f64): u32 {
  let position = from;
  while (true) {
    if (position >= stopAt) {
      stopped = atLimit;
      return position;
    }
    const next = nextRecord(position, to);
    if (next === incomplete) {
      stopped = needsBytes;
      return position;
    }
    if (next === odd || next - position > longestRecord || !take(base + <f64>position)) {
      stopped = needsOther;
      return position;
    }
    position = next;
  }
}

/** Adds the record whose fields were found; false, with nothing done, when it is not for us. */
function take(offset: f64): bool {
  let start = fieldStart(sqlField);
  let end = fieldEnd(sqlField);
  // Too short for anything but an empty field or a word for NULL; or the header once more.
  if (end - start <= 4 || end - start === headerLength) return false;
  if (sessionField >= 0 && fieldQuoting(sessionField) > 1) return false;
  if (transactionField >= 0 && fieldQuoting(transactionField) > 1) return false;
  if (fieldQuoting(sqlField) > 1) {
    end = resolve(start, end);
    start = resolved;
  }
  const plan = planOf(match(start, end));
  if (plan === 0) return false;

  recordCount += 1;
  add(plan + EXECUTIONS, 1);
  let micros: f64 = 0;
  if (durationField >= 0) {
    const durationMs = duration(fieldStart(durationField), fieldEnd(durationField));
    if (durationMs >= 0) {
      micros = rounded(durationMs * 1000);
      add(plan + TIMED, 1);
      add(plan + MICROS, micros);
      if (micros > load<f64>(plan + MOST_MICROS)) store<f64>(plan + MOST_MICROS, micros);
    }
  }
  if (rowsField >= 0) {
    const rows = plainDecimal(fieldStart(rowsField), fieldEnd(rowsField));
    if (rows >= 0) add(plan + ROWS, rounded(rows));
    else if (fieldEnd(rowsField) > fieldStart(rowsField)) {
      const other = rowsElsewhere(fieldStart(rowsField), fieldEnd(rowsField));
      if (other >= 0) add(plan + ROWS, rounded(other));
    }
  }
  let time: f64 = NaN;
  if (timeField >= 0) {
    time = timeOf(fieldStart(timeField), fieldEnd(timeField));
    if (time === time) {
      if (time < earliest) earliest = time;
      if (time > latest) latest = time;
      if (time < load<f64>(loadWindow) || time >= load<f64>(loadWindow + 8)) moveWindow(time);
      const cell = loadWindow + 16 + (<u32>load<u32>(plan + IS_WRITE) << 4);
      add(cell, 1);
      add(cell + 8, micros);
    }
  }
  const inTransaction = (takeSession(plan, offset, micros) & open) !== 0;
  const accesses = load<u32>(plan + ACCESS_COUNT);
  if (accesses === 0) return true;
  const isPlain = load<u32>(plan + IS_PLAIN) !== 0;
  if (!isPlain) chainLiterals(load<u32>(plan + SLOT_COUNT));
  const hash = <f64>mix32(mixInteger(offset, 0x51ed270b) ^ (inputNumber * 0x9e3779b1));
  for (let index: u32 = 0; index < accesses; index++) {
    const access = plan + ACCESSES + index * accessBytes;
    const shape: u32 = load<u32>(access + SHAPE);
    if (hash <= load<f64>(shape + THRESHOLD) && !addToSample(access, shape, isPlain, hash, offset, time, micros))
      sampleElsewhere(load<i32>(access + NUMBER), offset, time, micros);
    if (load<u32>(access + EQUAL_COUNT) === 0) {
      if (inTransaction) tell(load<i32>(shape + SHAPE_NUMBER), 0, 0);
      continue;
    }
    const told = inTransaction ? load<i32>(shape + SHAPE_NUMBER) : -1;
    const counted =
      load<u32>(access + LIST_COUNT) > 0
        ? countLists(access, shape, micros, told)
        : isPlain
          ? countLiterals(access, shape, micros, told)
          : countHeads(access, shape, micros, told);
    if (counted) continue;
    settleOwnScript();
    countElsewhere(load<i32>(access + NUMBER), offset, time, micros, inTransaction);
  }
  return true;
}

@inline
function add(sum: u32, amount: f64): void {
  store<f64>(sum, load<f64>(sum) + amount);
}

/** `Math.round`. */
@inline
function rounded(value: f64): f64 {
  const below = Math.floor(value);
  return value - below >= 0.5 ? below + 1 : below;
}

@inline
function duration(start: u32, end: u32): f64 {
  const value = plainDecimal(start, end);
  if (value === value) return value * millisPerDuration;
  return start === end ? NaN : durationElsewhere(start, end);
}

function timeOf(start: u32, end: u32): f64 {
  if (!datesAreText || end - start < 19) return timeElsewhere(start, end);
  const low = load<u64>(start);
  const high = load<u64>(start + 8);
  if (low !== minuteLow || high !== minuteHigh) {
    minuteMicros = timeElsewhere(start, start + 16);
    minuteLow = low;
    minuteHigh = high;
  }
  const time = minuteMicros + plainSeconds(start + 16, end);
  return time === time ? time : timeElsewhere(start, end);
}

/** Copies text and makes each doubled quote one. */
function resolve(start: u32, end: u32): u32 {
  if (end - start + 16 > resolvedRoom) {
    release(resolved, resolvedRoom);
    resolvedRoom = (end - start) * 2 + 64;
    resolved = allocate(resolvedRoom);
  }
  let to = resolved;
  const quotes = i8x16.splat(0x22);
  for (let from = start; from < end; ) {
    const bytes = v128.load(from);
    v128.store(to, bytes);
    const found = i8x16.bitmask(i8x16.eq(bytes, quotes));
    const count: u32 = found === 0 ? 16 : <u32>ctz<i32>(found) + 1;
    if (from + count >= end) return to + end - from;
    to += count;
    // Of two quotes the second is passed over.
    from += found === 0 ? count : count + 1;
  }
  return to;
}

function chainLiterals(slots: u32): void {
  for (let slot: u32 = 0; slot < slots; slot++) {
    store<i32>(heads + (slot << 2), -1);
    store<u32>(lengths + (slot << 2), 0);
  }
  for (let literal: u32 = 0; literal < literalCount; literal++) {
    const slot = load<u32>(literalSlots + (literal << 2)) << 2;
    if (load<i32>(heads + slot) < 0) store<u32>(heads + slot, literal);
    else store<u32>(nexts + (load<u32>(tails + slot) << 2), literal);
    store<u32>(tails + slot, literal);
    store<i32>(nexts + (literal << 2), -1);
    store<u32>(lengths + slot, load<u32>(lengths + slot) + 1);
  }
}

// ---- counting

// `told` is the number of the shape if the statement's transaction is to be told of it, else -1.

/** The code of a literal; NaN for one that is to be read elsewhere. A text's bytes are at `textStart`. */
let textStart: u32 = 0;
let textEnd: u32 = 0;

@inline
function codeOf(literal: u32): f64 {
  const form = <u32>load<u8>(literalForms + literal);
  if (form === integerForm) return load<f64>(literalIntegers + (literal << 3));
  if (form === nullForm) return nullCode;
  if (form !== stringForm) return NaN;
  textStart = load<u32>(literalStarts + (literal << 2));
  textEnd = load<u32>(literalEnds + (literal << 2));
  const integer = canonicalInteger(textStart, textEnd);
  return integer === integer ? integer : textCodeOf(textStart, textEnd);
}

@inline
function isText(code: f64): bool {
  return code < 1.0 && code > -1.0 && code !== 0.0;
}

/** Literal i is the one at slot i. */
function countLiterals(access: u32, shape: u32, micros: f64, told: i32): bool {
  const counter: u32 = load<u32>(shape + COUNTER);
  const columns = load<u32>(access + EQUAL_COUNT);
  const slots: u32 = load<u32>(access + SLOTS);
  const tuple = nextTuple(counter);
  for (let column: u32 = 0; column < columns; column++) {
    const code = codeOf(load<u32>(slots + (column << 2)));
    if (code !== code) return false;
    store<f64>(tuple + (column << 3), code);
  }
  if (told >= 0) tell(told, tuple, columns);
  const kept = isKept(counter, tuple);
  addTuple(counter, tuple, micros, kept);
  if (kept) {
    for (let column: u32 = 0; column < columns; column++) {
      if (isText(load<f64>(tuple + (column << 3)))) keepText(counter, tuple, column, load<u32>(slots + (column << 2)));
    }
  }
  return true;
}

@inline
function keepText(counter: u32, tuple: u32, column: u32, literal: u32): void {
  noteText(
    textsOf(counter),
    load<f64>(tuple + (column << 3)),
    load<u32>(literalStarts + (literal << 2)),
    load<u32>(literalEnds + (literal << 2)),
  );
}

/** One literal a slot, found through the chains. */
function countHeads(access: u32, shape: u32, micros: f64, told: i32): bool {
  const counter: u32 = load<u32>(shape + COUNTER);
  const columns = load<u32>(access + EQUAL_COUNT);
  const slots: u32 = load<u32>(access + SLOTS);
  for (let column: u32 = 0; column < columns; column++)
    store<i32>(cursors + (column << 2), load<i32>(heads + (load<u32>(slots + (column << 2)) << 2)));
  if (!areReadable(columns)) return false;
  countCursors(counter, columns, micros, told);
  return true;
}

/** Keeps the access for its shape's sample; false, with nothing done, when a value is to be read elsewhere. */
function addToSample(access: u32, shape: u32, isPlain: bool, hash: f64, offset: f64, time: f64, micros: f64): bool {
  const slots: u32 = load<u32>(access + SLOTS);
  const count = load<u32>(access + SAMPLED);
  for (let nth: u32 = 0; nth < count; nth++) {
    const slot = load<u32>(slots + (nth << 2));
    for (let literal = firstOf(slot, isPlain); literal >= 0; literal = nextOf(literal, isPlain))
      if (!isReadable(literal)) return false;
  }
  const sample: u32 = load<u32>(shape + SAMPLE);
  if (isFull(sample)) lowerThreshold(shape, prune(sample));
  addEvent(sample, hash, time, micros, offset);
  for (let nth: u32 = 0; nth < count; nth++) {
    const slot = load<u32>(slots + (nth << 2));
    addNumber(sample, isPlain ? 1 : <f64>load<u32>(lengths + (slot << 2)));
    for (let literal = firstOf(slot, isPlain); literal >= 0; literal = nextOf(literal, isPlain)) {
      const code = codeOf(literal);
      addNumber(sample, code);
      if (isText(code)) addBytes(sample, textStart, textEnd);
    }
  }
  return true;
}

@inline
function firstOf(slot: u32, isPlain: bool): i32 {
  return isPlain ? <i32>slot : load<i32>(heads + (slot << 2));
}

@inline
function nextOf(literal: i32, isPlain: bool): i32 {
  return isPlain ? -1 : load<i32>(nexts + (literal << 2));
}

/** Whether the literals that the cursors stand on can be read here. */
function areReadable(columns: u32): bool {
  for (let column: u32 = 0; column < columns; column++) {
    const literal = load<i32>(cursors + (column << 2));
    if (literal < 0 || !isReadable(literal)) return false;
  }
  return true;
}

@inline
function isReadable(literal: i32): bool {
  const form = <u32>load<u8>(literalForms + literal);
  return form === integerForm || form === stringForm || form === nullForm;
}

function countCursors(counter: u32, columns: u32, micros: f64, told: i32): void {
  const tuple = nextTuple(counter);
  for (let column: u32 = 0; column < columns; column++)
    store<f64>(tuple + (column << 3), codeOf(load<u32>(cursors + (column << 2))));
  if (told >= 0) tell(told, tuple, columns);
  const kept = isKept(counter, tuple);
  addTuple(counter, tuple, micros, kept);
  if (!kept) return;
  for (let column: u32 = 0; column < columns; column++) {
    if (isText(load<f64>(tuple + (column << 3)))) keepText(counter, tuple, column, load<u32>(cursors + (column << 2)));
  }
}

/** `#countLists` of `workload/builder.ts`. */
function countLists(access: u32, shape: u32, micros: f64, told: i32): bool {
  const counter: u32 = load<u32>(shape + COUNTER);
  const columns = load<u32>(access + EQUAL_COUNT);
  const slots: u32 = load<u32>(access + SLOTS);
  const lists = load<u32>(access + LIST_COUNT);
  const listAt: u32 = load<u32>(access + LISTS);
  // All literals must be readable here before any is counted.
  for (let column: u32 = 0; column < columns; column++) {
    let literal = load<i32>(heads + (load<u32>(slots + (column << 2)) << 2));
    if (literal < 0) return false;
    for (; literal >= 0; literal = load<i32>(nexts + (literal << 2))) if (!isReadable(literal)) return false;
  }
  let product: f64 = 1;
  let longest: u32 = 0;
  for (let list: u32 = 0; list < lists; list++) {
    const slot = load<u32>(slots + (load<u32>(listAt + (list << 2)) << 2));
    const length = load<u32>(lengths + (slot << 2));
    product *= <f64>length;
    if (length > longest) longest = length;
  }
  if (longest >= longList) return false;
  const sideBySide = load<u32>(access + IS_PAIRED) !== 0 || product > <f64>combinationLimit;
  const combinations: u32 = sideBySide ? longest : <u32>product;
  add(load<u32>(shape + LIST_LENGTHS) + (combinations << 3), 1);
  for (let column: u32 = 0; column < columns; column++)
    store<i32>(cursors + (column << 2), load<i32>(heads + (load<u32>(slots + (column << 2)) << 2)));
  let spent: f64 = 0;
  for (let combination: u32 = 0; combination < combinations; combination++) {
    const until = Math.floor((micros * <f64>(combination + 1)) / <f64>combinations);
    countCursors(counter, columns, until - spent, told);
    spent = until;
    for (let list: u32 = 0; list < lists; list++) {
      const column = load<u32>(listAt + (list << 2));
      const next = load<i32>(nexts + (load<u32>(cursors + (column << 2)) << 2));
      const wraps = next < 0;
      store<i32>(
        cursors + (column << 2),
        wraps ? load<i32>(heads + (load<u32>(slots + (column << 2)) << 2)) : next,
      );
      if (!sideBySide && !wraps) break;
    }
  }
  return true;
}
