import { mix32 } from "./codes";
import { fieldEnd, fieldStart, isNullField } from "./csv";
import { allocate, allocateZeros, release } from "./memory";
import { aboutRows, begins, commits, crosses, IN_SESSION, PLAN_NUMBER, ROLE, rollsBack, UNGROUPED } from "./plans";
import { committed, finishTransaction, rolledBack } from "./kinds";

/**
 * The sessions seen lately, and the transactions that they are in. A transaction of plain statements, from BEGIN to COMMIT,
 * stays here from its beginning to its end; whatever is out of the ordinary, `workload/transaction-tracker.ts` decides.
 */

/** A session that was not seen lately. */
@external("lane", "session")
declare function addSession(high: u32, low: u32): void;
/** Puts the statement among its session's; answers `quiet` and the like, added up. No session, no id: 0. */
@external("lane", "join")
declare function joinTransaction(
  plan: u32,
  offset: f64,
  micros: f64,
  sessionStart: u32,
  sessionEnd: u32,
  idStart: u32,
  idEnd: u32,
  slot: u32,
  high: u32,
  low: u32,
): u32;
/** The session at this place of the table has begun a transaction at this offset. */
@external("lane", "begin")
declare function beginElsewhere(slot: u32, offset: f64): void;
/** Adds what was gathered of a transaction, from the session at this place of the table. */
@external("lane", "replay")
declare function replayElsewhere(slot: u32, start: u32, end: u32): void;
/** Adds an access with the codes at `tuple` to the transaction that the statement joined. */
@external("lane", "add")
declare function addToTransaction(shape: i32, tuple: u32, codes: u32): void;

/** The session's next statement is a transaction of its own, unless it says otherwise. */
const quiet: u32 = 1;
/** The statement is part of a transaction. */
export const open: u32 = 2;
/** The next one is part of a transaction, too: it is written down here until the transaction ends. */
const gathers: u32 = 4;
/** The other side knows the session, and need not hear of what begins and ends here. */
const known: u32 = 8;
/** As `gathers`, and the other side does not know of the transaction. */
const begun: u32 = 16;
const quietAndKnown: u32 = 9;

let sessionField: i32 = -1;
let transactionField: i32 = -1;

/** Sessions by their hash: a table that forgets, of sets of four. */
let recentSessions: u32 = 0;
/** `quiet` and the like; 0: not known. */
let recentStates: u32 = 0;
/** What is gathered of their transactions: a block each, 0 for none. */
let recentScripts: u32 = 0;
const recentCount: u32 = 16384;
/** A script is replayed when it is longer than this. */
const longScript: u32 = 65536;
/** The block of the present statement's script, and where in it the number of its accesses is; 0: none. */
export let script: u32 = 0;
let scriptAccesses: u32 = 0;
let scriptSlot: u32 = 0;

export function setSessions(session: i32, transaction: i32): void {
  sessionField = session;
  transactionField = transaction;
  recentSessions = allocate(recentCount << 3);
  recentStates = allocateZeros(recentCount);
  recentScripts = allocateZeros(recentCount << 2);
  for (let at: u32 = 0; at < recentCount; at++) store<f64>(recentSessions + (at << 3), -1);
}

/** Counts the session, and puts the statement among its others; see `joinTransaction`. */
export function takeSession(plan: u32, offset: f64, micros: f64): u32 {
  script = 0;
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
    if (idStart !== 0) return joinTransaction(load<u32>(plan + PLAN_NUMBER), offset, micros, 0, 0, idStart, idEnd, 0, 0, 0);
    if ((role & aboutRows) !== 0) store<f64>(plan + UNGROUPED, load<f64>(plan + UNGROUPED) + 1);
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
  let slot = slotOf(first, second);
  if (slot === recentCount) {
    slot = slotFor(second);
    forget(slot);
    store<f64>(recentSessions + (slot << 3), hashOf(first, second));
    addSession(first, second);
  }
  if (role === 0) return 0;
  const stateAt = recentStates + slot;
  const state = <u32>load<u8>(stateAt);
  if (idStart === 0 && state !== 0) {
    if (role === aboutRows) {
      store<f64>(plan + IN_SESSION, load<f64>(plan + IN_SESSION) + 1);
      if ((state & quiet) !== 0) return quiet;
      beginStatement(slot, load<u32>(plan + PLAN_NUMBER), micros);
      return open;
    }
    if (crossesHere(role, slot, offset)) return 0;
  }
  settleScript(slot);
  const joined = joinTransaction(load<u32>(plan + PLAN_NUMBER), offset, micros, start, end, idStart, idEnd, slot, first, second);
  store<u8>(stateAt, joined & (quiet | gathers | known));
  return joined;
}

/** Begins or ends a transaction that is known to no one but us; false when the other side has to hear of it. */
function crossesHere(role: u32, slot: u32, offset: f64): bool {
  const stateAt = recentStates + slot;
  const state = <u32>load<u8>(stateAt);
  if (role === (crosses | begins)) {
    if (state !== quietAndKnown) return false;
    beginTransaction(slot, offset);
    store<u8>(stateAt, begun);
    return true;
  }
  if (role !== (crosses | commits) && role !== (crosses | rollsBack)) return false;
  if (state === quietAndKnown) return true;
  if (state !== begun) return false;
  const block = load<u32>(recentScripts + (slot << 2));
  const outcome = role === (crosses | commits) ? committed : rolledBack;
  const used = load<u32>(block + USED);
  if (used > longScript) return false;
  if (!finishTransaction(block + scriptHead, block + scriptHead + used, outcome)) return false;
  store<u32>(block + USED, 0);
  store<u8>(stateAt, quietAndKnown);
  return true;
}

@inline
function hashOf(high: u32, low: u32): f64 {
  return <f64>high * 2097152.0 + <f64>(low >>> 11);
}

/** Where the session stands; `recentCount` when it was not seen lately. */
@inline
function slotOf(high: u32, low: u32): u32 {
  const hash = hashOf(high, low);
  const set = low & (recentCount - 4);
  for (let slot = set; slot < set + 4; slot++) if (load<f64>(recentSessions + (slot << 3)) === hash) return slot;
  return recentCount;
}

/** Where a session may stand that is not there. */
function slotFor(low: u32): u32 {
  const set = low & (recentCount - 4);
  for (let slot = set; slot < set + 4; slot++) if (load<f64>(recentSessions + (slot << 3)) < 0) return slot;
  return set + (low & 3);
}

/** Its state may be another one from now on. */
export function forgetSession(high: u32, low: u32): void {
  const slot = slotOf(high, low);
  if (slot !== recentCount) forget(slot);
}

function forget(slot: u32): void {
  settleScript(slot);
  store<u8>(recentStates + slot, 0);
}

export function replayAll(): void {
  for (let slot: u32 = 0; slot < recentCount; slot++) forget(slot);
}

// ---- scripts: statements of a transaction, as plan, number of accesses, micros; then the accesses, as number of the shape,
// number of codes, codes

const USED: u32 = 0;
const ROOM: u32 = 4;
const BEGUN_AT: u32 = 8;
const scriptHead: u32 = 16;

/** Tells the other side all that was gathered of the session's transaction. */
function settleScript(slot: u32): void {
  const state = <u32>load<u8>(recentStates + slot);
  if (state !== gathers && state !== begun) return;
  const block = load<u32>(recentScripts + (slot << 2));
  if (state === begun) {
    beginElsewhere(slot, load<f64>(block + BEGUN_AT));
    store<u8>(recentStates + slot, gathers);
  }
  if (block === 0 || load<u32>(block + USED) === 0) return;
  replayElsewhere(slot, block + scriptHead, block + scriptHead + load<u32>(block + USED));
  store<u32>(block + USED, 0);
}

/** The same in the middle of a statement: what follows of it goes to the other side, too. */
export function settleOwnScript(): void {
  if (script !== 0) settleScript(scriptSlot);
  script = 0;
}

/** Where so many bytes more go in the script of a session. */
function roomInScript(slot: u32, bytes: u32): u32 {
  const at = recentScripts + (slot << 2);
  let block = load<u32>(at);
  const used = block === 0 ? 0 : load<u32>(block + USED);
  const room = block === 0 ? 0 : load<u32>(block + ROOM);
  if (block === 0 || used + bytes > room) {
    const wider: u32 = max<u32>(512 - scriptHead, (used + bytes) * 2);
    const larger = allocate(wider + scriptHead);
    if (block !== 0) {
      memory.copy(larger, block, scriptHead + used);
      release(block, room + scriptHead);
    }
    block = larger;
    store<u32>(block + ROOM, wider);
    store<u32>(at, block);
  }
  store<u32>(block + USED, used + bytes);
  return block + scriptHead + used;
}

function beginTransaction(slot: u32, offset: f64): void {
  roomInScript(slot, 0);
  store<f64>(load<u32>(recentScripts + (slot << 2)) + BEGUN_AT, offset);
}

function beginStatement(slot: u32, plan: u32, micros: f64): void {
  const block = load<u32>(recentScripts + (slot << 2));
  if (block !== 0 && load<u32>(block + USED) > longScript) settleScript(slot);
  const at = roomInScript(slot, 16);
  store<u32>(at, plan);
  store<u32>(at + 4, 0);
  store<f64>(at + 8, micros);
  scriptSlot = slot;
  script = load<u32>(recentScripts + (slot << 2));
  scriptAccesses = at + 4 - script;
}

/** Tells the statement's transaction of an access to a shape with the codes of `tuple`. */
export function tell(shape: i32, tuple: u32, codes: u32): void {
  if (script === 0) {
    addToTransaction(shape, tuple, codes);
    return;
  }
  const at = roomInScript(scriptSlot, 8 + (codes << 3));
  script = load<u32>(recentScripts + (scriptSlot << 2));
  store<i32>(at, shape);
  store<u32>(at + 4, codes);
  memory.copy(at + 8, tuple, codes << 3);
  store<u32>(script + scriptAccesses, load<u32>(script + scriptAccesses) + 1);
}
