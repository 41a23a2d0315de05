import { allocate, allocateZeros, release } from "./memory";

/**
 * The sampled accesses of a shape, as `workload/event-sample.ts` chooses them: those whose place hashes lowest. They are
 * gathered here, up to twice as many as are wanted, and handed over in the end.
 */
const SIZE: u32 = 0;
const ROOM: u32 = 4;
const EVENTS: u32 = 8;
/** The values of the events, one after the other: per column their number; each as its code, a text's length and bytes behind it. */
const BODY: u32 = 12;
const BODY_END: u32 = 16;
const BODY_ROOM: u32 = 20;
const LIMIT: u32 = 24;
const sampleBytes: u32 = 32;

/** An event: hash, time, microseconds, offset, and where its values end. */
const HASH: u32 = 0;
const TIME: u32 = 8;
const MICROS: u32 = 16;
const OFFSET: u32 = 24;
const END: u32 = 32;
const eventBytes: u32 = 40;

export function newSample(limit: u32): u32 {
  const sample = allocateZeros(sampleBytes);
  store<u32>(sample + LIMIT, limit);
  return sample;
}

export function addEvent(sample: u32, hash: f64, time: f64, micros: f64, offset: f64): void {
  const size = load<u32>(sample + SIZE);
  if (size === load<u32>(sample + ROOM)) growEvents(sample);
  const event = load<u32>(sample + EVENTS) + size * eventBytes;
  store<f64>(event + HASH, hash);
  store<f64>(event + TIME, time);
  store<f64>(event + MICROS, micros);
  store<f64>(event + OFFSET, offset);
  store<u32>(event + END, load<u32>(sample + BODY_END));
  store<u32>(sample + SIZE, size + 1);
}

/** A number or a code of the event that was added last. */
export function addNumber(sample: u32, number: f64): void {
  store<f64>(roomInBody(sample, 8), number);
}

/** The text of the code that was added last. */
export function addBytes(sample: u32, start: u32, end: u32): void {
  const length = end - start;
  const at = roomInBody(sample, 8 + ((length + 7) & ~7));
  store<f64>(at, <f64>length);
  memory.copy(at + 8, start, length);
}

function roomInBody(sample: u32, bytes: u32): u32 {
  const end = load<u32>(sample + BODY_END);
  const room = load<u32>(sample + BODY_ROOM);
  if (end + bytes > room) {
    const wider: u32 = max<u32>(1024, (end + bytes) * 2);
    const larger = allocate(wider);
    const body = load<u32>(sample + BODY);
    if (body !== 0) memory.copy(larger, body, end);
    release(body, room);
    store<u32>(sample + BODY, larger);
    store<u32>(sample + BODY_ROOM, wider);
  }
  const event = load<u32>(sample + EVENTS) + (load<u32>(sample + SIZE) - 1) * eventBytes;
  store<u32>(event + END, end + bytes);
  store<u32>(sample + BODY_END, end + bytes);
  return load<u32>(sample + BODY) + end;
}

function growEvents(sample: u32): void {
  const room = load<u32>(sample + ROOM);
  const wider: u32 = room === 0 ? 32 : room * 2;
  const larger = allocate(wider * eventBytes);
  const events = load<u32>(sample + EVENTS);
  if (events !== 0) memory.copy(larger, events, room * eventBytes);
  release(events, room * eventBytes);
  store<u32>(sample + EVENTS, larger);
  store<u32>(sample + ROOM, wider);
}

@inline
export function isFull(sample: u32): bool {
  return load<u32>(sample + SIZE) >= load<u32>(sample + LIMIT) * 2;
}

/** Keeps the events that hash lowest, those that share the last hash among them; returns it, or Infinity while all are kept. */
export function prune(sample: u32): f64 {
  const size = load<u32>(sample + SIZE);
  const limit = load<u32>(sample + LIMIT);
  if (size <= limit) return Infinity;
  const events = load<u32>(sample + EVENTS);
  const body = load<u32>(sample + BODY);
  const last = lowest(events, size, limit);
  let kept: u32 = 0;
  let from: u32 = 0;
  let to: u32 = 0;
  for (let at: u32 = 0; at < size; at++) {
    const event = events + at * eventBytes;
    const end = load<u32>(event + END);
    if (load<f64>(event + HASH) <= last) {
      memory.copy(body + to, body + from, end - from);
      to += end - from;
      const place = events + kept++ * eventBytes;
      if (place !== event) memory.copy(place, event, eventBytes);
      store<u32>(place + END, to);
    }
    from = end;
  }
  store<u32>(sample + SIZE, kept);
  store<u32>(sample + BODY_END, to);
  return last;
}

/** The hash below or at which there are `count` events: Hoare's selection. */
function lowest(events: u32, size: u32, count: u32): f64 {
  const hashes = allocate(size << 3);
  for (let at: u32 = 0; at < size; at++) store<f64>(hashes + (at << 3), load<f64>(events + at * eventBytes + HASH));
  const wanted = hashes + ((count - 1) << 3);
  let left = hashes;
  let right = hashes + ((size - 1) << 3);
  while (left < right) {
    const pivot = load<f64>(wanted);
    let i = left;
    let j = right;
    while (i <= j) {
      while (load<f64>(i) < pivot) i += 8;
      while (load<f64>(j) > pivot) j -= 8;
      if (i > j) break;
      const moved = load<f64>(i);
      store<f64>(i, load<f64>(j));
      store<f64>(j, moved);
      i += 8;
      j -= 8;
    }
    if (j < wanted) left = i;
    if (wanted < i) right = j;
  }
  const last = load<f64>(wanted);
  release(hashes, size << 3);
  return last;
}

/** How many events there are. They lie at `sampleEvents`, their values at `sampleBody`. */
export function sampleSize(sample: u32): u32 {
  return load<u32>(sample + SIZE);
}

export function sampleEvents(sample: u32): u32 {
  return load<u32>(sample + EVENTS);
}

export function sampleBody(sample: u32): u32 {
  return load<u32>(sample + BODY);
}
