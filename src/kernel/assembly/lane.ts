import {
  canonicalInteger,
  mix32,
  mixInteger,
  nullCode,
  textCodeOf,
} from "./codes";
import { addTuple, isKept, newCounter, nextTuple, textsOf } from "./counter";
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
/** A session that was not seen lately. */
@external("lane", "session")
declare function addSession(high: u32, low: u32): void;
/** The time lies outside of the load window: takes over its sums and sets the window that it lies in. */
@external("lane", "window")
declare function moveWindow(time: f64): void;
/** The access is wanted for its shape's sample. */
@external("lane", "sample")
declare function sampleElsewhere(access: i32, offset: f64, time: f64, micros: f64): void;
/** The access has values that are written in a rare way. */
@external("lane", "count")
declare function countElsewhere(access: i32, offset: f64, time: f64, micros: f64, inTransaction: bool): void;
/** Puts the statement among its session's; answers `quiet` and `open`, added up. No session, no id: 0. */
@external("lane", "join")
declare function joinTransaction(
  plan: u32,
  offset: f64,
  micros: f64,
  sessionStart: u32,
  sessionEnd: u32,
  idStart: u32,
  idEnd: u32,
  high: u32,
  low: u32,
): u32;
/** Adds an access with the codes at `tuple` to the transaction that the statement joined. */
@external("lane", "add")
declare function addToTransaction(access: i32, tuple: u32): void;

/** Adds what was gathered of a transaction, from the session at this place of the table. */
@external("lane", "replay")
declare function replayElsewhere(slot: u32, start: u32, end: u32): void;

/** The session's next statement is a transaction of its own, unless it says otherwise. */
const quiet: u32 = 1;
/** The statement is part of a transaction. */
const open: u32 = 2;
/** The next one is part of a transaction, too: it is written down here until the transaction ends. */
const gathers: u32 = 4;

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

/** Sessions seen lately, by their hash: a table that forgets. */
let recentSessions: u32 = 0;
/** `quiet` or `gathers`; 0: not known. */
let recentStates: u32 = 0;
/** What is gathered of their transactions: a block each, 0 for none. */
let recentScripts: u32 = 0;
export const recentCount: u32 = 16384;
/** A script is replayed when it is longer than this. */
const longScript: u32 = 65536;
/** The block of the present statement's script, and where in it the number of its accesses is; 0: none. */
let script: u32 = 0;
let scriptAccesses: u32 = 0;
let scriptSlot: u32 = 0;

/** The load window: from, to, and as `workload/load-windows.ts` has them reads, their micros, writes, theirs. */
export let loadWindow: u32 = 0;

let plans: u32 = 0;
let planRoom: u32 = 0;
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
  recentSessions = allocate(recentCount << 3);
  recentStates = allocateZeros(recentCount);
  recentScripts = allocateZeros(recentCount << 2);
  for (let at: u32 = 0; at < recentCount; at++) store<f64>(recentSessions + (at << 3), -1);
  loadWindow = allocateZeros(6 << 3);
  store<f64>(loadWindow, Infinity);
  store<f64>(loadWindow + 8, -Infinity);
  heads = allocate(slotRoom << 2);
  tails = allocate(slotRoom << 2);
  lengths = allocate(slotRoom << 2);
  cursors = allocate(slotRoom << 2);
  nexts = allocate(literalRoom << 2);
}

// ---- plans: what a template's executions add to

const EXECUTIONS: u32 = 0;
const TIMED: u32 = 8;
const MICROS: u32 = 16;
const MOST_MICROS: u32 = 24;
const ROWS: u32 = 32;
/** Executions that were a transaction each; and those with neither session nor id. */
const ALONE: u32 = 40;
const UNGROUPED: u32 = 48;
const IS_WRITE: u32 = 56;
const SLOT_COUNT: u32 = 60;
const IS_PLAIN: u32 = 64;
const ACCESS_COUNT: u32 = 68;
/** 1: about rows of tables; 2: begins or ends a transaction. */
const ROLE: u32 = 72;
const PLAN_NUMBER: u32 = 76;
const ACCESSES: u32 = 80;

/** An access: its number for the other side, its shape, its slots, the positions of those that hold lists. */
const NUMBER: u32 = 0;
const SHAPE: u32 = 4;
const EQUAL_COUNT: u32 = 8;
const LIST_COUNT: u32 = 12;
const IS_PAIRED: u32 = 16;
const SLOTS: u32 = 20;
const LISTS: u32 = 24;
const accessBytes: u32 = 32;

/** A shape: the threshold of its sample, executions without values, its counter, executions by list length. */
const THRESHOLD: u32 = 0;
const UNVALUED: u32 = 8;
const COUNTER: u32 = 16;
const LIST_LENGTHS: u32 = 20;
const shapeBytes: u32 = 24;
/** Lists of as many values or more are counted elsewhere. */
export const longList: u32 = 1024;
/** `combinationLimit` of `workload/builder.ts`. */
const combinationLimit: u32 = 256;

export function newShape(arity: u32, limit: u32): u32 {
  const shape = allocateZeros(shapeBytes);
  store<f64>(shape + THRESHOLD, Infinity);
  store<u32>(shape + COUNTER, <u32>newCounter(arity, limit));
  store<u32>(shape + LIST_LENGTHS, <u32>allocateZeros(longList << 3));
  return shape;
}

export function setThreshold(shape: u32, threshold: f64): void {
  store<f64>(shape + THRESHOLD, threshold);
}

export function shapeUnvalued(shape: u32): f64 {
  return load<f64>(shape + UNVALUED);
}

export function shapeCounter(shape: u32): u32 {
  return load<u32>(shape + COUNTER);
}

export function shapeListLengths(shape: u32): u32 {
  return load<u32>(shape + LIST_LENGTHS);
}

/** A plan for the template of this index; it begins with its sums. Its accesses follow. */
export function newPlan(
  template: u32,
  number: u32,
  isWrite: bool,
  isPlain: bool,
  transactionRole: u32,
  slots: u32,
  accesses: u32,
): u32 {
  const plan = allocateZeros(ACCESSES + accesses * accessBytes);
  store<u32>(plan + IS_WRITE, isWrite);
  store<u32>(plan + IS_PLAIN, isPlain);
  store<u32>(plan + ROLE, transactionRole);
  store<u32>(plan + PLAN_NUMBER, number);
  store<u32>(plan + SLOT_COUNT, slots);
  store<u32>(plan + ACCESS_COUNT, accesses);
  if (template >= planRoom) {
    const room: u32 = max<u32>(planRoom * 2, max<u32>(64, template + 1));
    const wider = allocateZeros(room << 2);
    memory.copy(wider, plans, planRoom << 2);
    release(plans, planRoom << 2);
    plans = wider;
    planRoom = room;
  }
  store<u32>(plans + (template << 2), <u32>plan);
  return plan;
}

/** Returns where the slots go, followed by the positions of lists: 32-bit numbers. */
export function setAccess(
  plan: u32,
  index: u32,
  number: u32,
  shape: u32,
  equals: u32,
  lists: u32,
  isPaired: bool,
): u32 {
  const access = plan + ACCESSES + index * accessBytes;
  const slots = allocate((equals + lists) << 2);
  store<u32>(access + NUMBER, number);
  store<u32>(access + SHAPE, <u32>shape);
  store<u32>(access + EQUAL_COUNT, equals);
  store<u32>(access + LIST_COUNT, lists);
  store<u32>(access + IS_PAIRED, isPaired);
  store<u32>(access + SLOTS, <u32>slots);
  store<u32>(access + LISTS, <u32>(slots + (equals << 2)));
  return slots;
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
  const template = match(start, end);
  if (template < 0 || <u32>template >= planRoom) return false;
  const plan: u32 = load<u32>(plans + (<u32>template << 2));
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
  script = 0;
  const inTransaction = (takeSession(plan, offset, micros) & open) !== 0;
  const accesses = load<u32>(plan + ACCESS_COUNT);
  if (accesses === 0) return true;
  const isPlain = load<u32>(plan + IS_PLAIN) !== 0;
  if (!isPlain) chainLiterals(load<u32>(plan + SLOT_COUNT));
  const hash = <f64>mix32(mixInteger(offset, 0x51ed270b) ^ (inputNumber * 0x9e3779b1));
  for (let index: u32 = 0; index < accesses; index++) {
    const access = plan + ACCESSES + index * accessBytes;
    const shape: u32 = load<u32>(access + SHAPE);
    if (hash <= load<f64>(shape + THRESHOLD)) sampleElsewhere(load<i32>(access + NUMBER), offset, time, micros);
    if (load<u32>(access + EQUAL_COUNT) === 0) {
      if (inTransaction) tell(load<i32>(access + NUMBER), 0, 0);
      continue;
    }
    const told = inTransaction ? load<i32>(access + NUMBER) : -1;
    const counted =
      load<u32>(access + LIST_COUNT) > 0
        ? countLists(access, shape, micros, told)
        : isPlain
          ? countLiterals(access, shape, micros, told)
          : countHeads(access, shape, micros, told);
    if (counted) continue;
    if (script !== 0) replay(scriptSlot);
    script = 0;
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

/** Counts the session, and puts the statement among its others; see `joinTransaction`. */
@inline
function takeSession(plan: u32, offset: f64, micros: f64): u32 {
  const role = load<u32>(plan + ROLE);
  let idStart: u32 = 0;
  let idEnd: u32 = 0;
  if (transactionField >= 0 && !isNullField(transactionField)) {
    idStart = fieldStart(transactionField);
    idEnd = fieldEnd(transactionField);
    const first = load<u8>(idStart);
    // `0` and `-` stand for none.
    if (idEnd - idStart === 1 && (first === 48 || first === 45)) idStart = 0;
  }
  if (sessionField < 0 || isNullField(sessionField)) {
    if (role === 0) return 0;
    if (idStart !== 0) return joinTransaction(load<u32>(plan + PLAN_NUMBER), offset, micros, 0, 0, idStart, idEnd, 0, 0);
    if ((role & 1) !== 0) add(plan + UNGROUPED, 1);
    return 0;
  }
  const start = fieldStart(sessionField);
  const end = fieldEnd(sessionField);
  // The hash of `#addSession` in `workload/builder.ts`.
  let low: u32 = 0x811c9dc5;
  let high: u32 = <u32>(end - start);
  let at = start;
  for (; at + 3 < end; at += 4) {
    const word = load<u32>(at);
    low = (low ^ word) * 0x85ebca6b;
    low ^= low >>> 15;
    high = (high ^ word) * 0xc2b2ae35;
    high ^= high >>> 13;
  }
  for (; at < end; at++) {
    low = (low ^ <u32>load<u8>(at)) * 0x01000193;
    high = (high ^ <u32>load<u8>(at)) * 0x85ebca6b;
  }
  const first = mix32(high);
  const second = mix32(low);
  const hash = <f64>first * 2097152.0 + <f64>(second >>> 11);
  const place = recentSessions + ((second & (recentCount - 1)) << 3);
  const slot = second & (recentCount - 1);
  const stateAt = recentStates + slot;
  if (load<f64>(place) !== hash) {
    forgetSession(second);
    store<f64>(place, hash);
    addSession(first, second);
  }
  if (role === 0) return 0;
  const state = <u32>load<u8>(stateAt);
  if (role === 1 && idStart === 0 && state !== 0) {
    add(plan + ALONE, 1);
    if (state === quiet) return quiet;
    beginStatement(slot, load<u32>(plan + PLAN_NUMBER), micros);
    return open;
  }
  if (state === gathers) replay(slot);
  const joined = joinTransaction(load<u32>(plan + PLAN_NUMBER), offset, micros, start, end, idStart, idEnd, first, second);
  store<u8>(stateAt, joined & (quiet | gathers));
  return joined;
}

/** Its state may be another one from now on. */
export function forgetSession(low: u32): void {
  const slot = low & (recentCount - 1);
  if (load<u8>(recentStates + slot) === gathers) replay(slot);
  store<u8>(recentStates + slot, 0);
}

export function replayAll(): void {
  for (let slot: u32 = 0; slot < recentCount; slot++) forgetSession(slot);
}

// ---- scripts: statements of a transaction, as plan, number of accesses, micros; then the accesses, as number of the access,
// number of codes, codes

const USED: u32 = 0;
const ROOM: u32 = 4;
const scriptHead: u32 = 8;

function replay(slot: u32): void {
  const block = load<u32>(recentScripts + (slot << 2));
  if (block === 0 || load<u32>(block + USED) === 0) return;
  replayElsewhere(slot, block + scriptHead, block + scriptHead + load<u32>(block + USED));
  store<u32>(block + USED, 0);
}

/** Where so many bytes more go in the script of `scriptSlot`. */
function roomInScript(bytes: u32): u32 {
  const at = recentScripts + (scriptSlot << 2);
  let block = load<u32>(at);
  const used = block === 0 ? 0 : load<u32>(block + USED);
  const room = block === 0 ? 0 : load<u32>(block + ROOM);
  if (used + bytes > room) {
    const wider: u32 = max<u32>(504, (used + bytes) * 2);
    const larger = allocate(wider + scriptHead);
    memory.copy(larger + scriptHead, block + scriptHead, used);
    if (block !== 0) release(block, room + scriptHead);
    block = larger;
    store<u32>(block + ROOM, wider);
    store<u32>(at, block);
  }
  script = block;
  store<u32>(block + USED, used + bytes);
  return block + scriptHead + used;
}

function beginStatement(slot: u32, plan: u32, micros: f64): void {
  scriptSlot = slot;
  const block = load<u32>(recentScripts + (slot << 2));
  if (block !== 0 && load<u32>(block + USED) > longScript) replay(slot);
  const at = roomInScript(16);
  store<u32>(at, plan);
  store<u32>(at + 4, 0);
  store<f64>(at + 8, micros);
  scriptAccesses = at + 4 - script;
}

/** Tells the statement's transaction of an access with the codes of `tuple`. */
function tell(access: i32, tuple: u32, codes: u32): void {
  if (script === 0) {
    addToTransaction(access, tuple);
    return;
  }
  const at = roomInScript(8 + (codes << 3));
  store<i32>(at, access);
  store<u32>(at + 4, codes);
  memory.copy(at + 8, tuple, codes << 3);
  store<u32>(script + scriptAccesses, load<u32>(script + scriptAccesses) + 1);
}

/** Copies text and makes each doubled quote one. */
function resolve(start: u32, end: u32): u32 {
  if (end - start > resolvedRoom) {
    release(resolved, resolvedRoom);
    resolvedRoom = (end - start) * 2 + 64;
    resolved = allocate(resolvedRoom);
  }
  let to = resolved;
  for (let from = start; from < end; to++) {
    const byte = load<u8>(from);
    store<u8>(to, byte);
    from += byte === 0x22 ? 2 : 1;
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

// `told` is the number of the access if the statement's transaction is to be told of it, else -1.

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
