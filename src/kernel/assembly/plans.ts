import { newCounter } from "./counter";
import { newSample, prune } from "./samples";
import { allocate, allocateZeros, release } from "./memory";

/** What a template's executions add to, and how its accesses are counted: made by `workload/fast-lane.ts`. */

/** A plan begins with its sums. */
export const EXECUTIONS: u32 = 0;
export const TIMED: u32 = 8;
export const MICROS: u32 = 16;
export const MOST_MICROS: u32 = 24;
export const ROWS: u32 = 32;
/** Executions that were a transaction each, or part of one in a session; and those with neither session nor id. */
export const IN_SESSION: u32 = 40;
export const UNGROUPED: u32 = 48;
export const IS_WRITE: u32 = 56;
export const SLOT_COUNT: u32 = 60;
export const IS_PLAIN: u32 = 64;
export const ACCESS_COUNT: u32 = 68;
/** `aboutRows` and the like, added up. */
export const ROLE: u32 = 72;
export const PLAN_NUMBER: u32 = 76;
export const ACCESSES: u32 = 80;

/** Roles in transactions. A statement that ends or begins one crosses; in which plain way, the others say. */
export const aboutRows: u32 = 1;
export const crosses: u32 = 2;
export const begins: u32 = 4;
export const commits: u32 = 8;
export const rollsBack: u32 = 16;

/** An access: its number for the other side, its shape, its slots, the positions of those that hold lists. */
export const NUMBER: u32 = 0;
export const SHAPE: u32 = 4;
export const EQUAL_COUNT: u32 = 8;
export const LIST_COUNT: u32 = 12;
export const IS_PAIRED: u32 = 16;
export const SLOTS: u32 = 20;
export const LISTS: u32 = 24;
/** Slots of the sampled values: those of `SLOTS` and of ranges. */
export const SAMPLED: u32 = 28;
export const accessBytes: u32 = 32;

/** A shape: the threshold of its sample, its number among transactions, its sample, its counter, executions by list length. */
export const THRESHOLD: u32 = 0;
export const SHAPE_NUMBER: u32 = 8;
export const SAMPLE: u32 = 12;
export const COUNTER: u32 = 16;
export const LIST_LENGTHS: u32 = 20;
const shapeBytes: u32 = 24;
/** Lists of as many values or more are counted elsewhere. */
export const longList: u32 = 1024;

/** Addresses of the plans by their template's index. */
let plans: u32 = 0;
let planRoom: u32 = 0;

export function newShape(arity: u32, limit: u32, number: u32, sampleLimit: u32): u32 {
  const shape = allocateZeros(shapeBytes);
  store<f64>(shape + THRESHOLD, Infinity);
  store<u32>(shape + SHAPE_NUMBER, number);
  store<u32>(shape + SAMPLE, <u32>newSample(sampleLimit));
  store<u32>(shape + COUNTER, <u32>newCounter(arity, limit));
  store<u32>(shape + LIST_LENGTHS, <u32>allocateZeros(longList << 3));
  return shape;
}

/** Accesses whose place hashes above this are not wanted any more. */
export function lowerThreshold(shape: u32, threshold: f64): void {
  if (threshold < load<f64>(shape + THRESHOLD)) store<f64>(shape + THRESHOLD, threshold);
}

/** The shape's sample, with no more events than it takes. */
export function shapeSample(shape: u32): u32 {
  const sample: u32 = load<u32>(shape + SAMPLE);
  prune(sample);
  return sample;
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
  role: u32,
  slots: u32,
  accesses: u32,
): u32 {
  const plan = allocateZeros(ACCESSES + accesses * accessBytes);
  store<u32>(plan + IS_WRITE, isWrite);
  store<u32>(plan + IS_PLAIN, isPlain);
  store<u32>(plan + ROLE, role);
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

/** Returns where the slots go, of equal columns and then of ranges, followed by the positions of lists: 32-bit numbers. */
export function setAccess(
  plan: u32,
  index: u32,
  number: u32,
  shape: u32,
  equals: u32,
  ranges: u32,
  lists: u32,
  isPaired: bool,
): u32 {
  const access = plan + ACCESSES + index * accessBytes;
  const slots = allocate((equals + ranges + lists) << 2);
  store<u32>(access + NUMBER, number);
  store<u32>(access + SHAPE, <u32>shape);
  store<u32>(access + EQUAL_COUNT, equals);
  store<u32>(access + LIST_COUNT, lists);
  store<u32>(access + IS_PAIRED, isPaired);
  store<u32>(access + SLOTS, <u32>slots);
  store<u32>(access + SAMPLED, equals + ranges);
  store<u32>(access + LISTS, <u32>(slots + ((equals + ranges) << 2)));
  return slots;
}

/** The plan of a template by its index; 0 when it has none. */
@inline
export function planOf(template: i32): u32 {
  if (template < 0 || <u32>template >= planRoom) return 0;
  return load<u32>(plans + (<u32>template << 2));
}
