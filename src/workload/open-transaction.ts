import { assert } from "../base/assert.ts";
import { mix32 } from "../stats/mix.ts";

/** Distinct accesses that are kept of one transaction; a batch that reaches more is not `complete`. */
export const accessLimit = 256;

/**
 * A stretch of one session's statements that may become a transaction, or a part of one: which templates were run, and
 * what was reached, without repetitions. Plain data, so that it goes to another thread as it is. Templates and shapes
 * are numbers of its part (`PartNames`).
 */
export interface OpenTransaction {
  /** Where its first statement stands. */
  readonly input: number;
  offset: number;
  /** Hash of the transaction's id in the log; 0: none. */
  id: number;
  statements: number;
  timeMicros: number;
  writes: boolean;
  complete: boolean;
  /**
   * A statement failed: whatever ends the transaction, it is rolled back. False: a savepoint was returned to after that.
   * Undefined: this stretch says neither.
   */
  failed: boolean | undefined;
  /** Distinct templates and how often each was run. */
  templates: number[];
  executions: number[];
  accessCount: number;
  shapes: Int32Array<ArrayBuffer>;
  hashes: Int32Array<ArrayBuffer>;
  /** Codes of access i: `codes[starts[i], starts[i + 1])`. */
  starts: Int32Array<ArrayBuffer>;
  codes: Float64Array<ArrayBuffer>;
}

export function newOpenTransaction(input: number, offset: number, id: number): OpenTransaction {
  return {
    input,
    offset,
    id,
    statements: 0,
    timeMicros: 0,
    writes: false,
    complete: true,
    failed: undefined,
    templates: [],
    executions: [],
    accessCount: 0,
    shapes: new Int32Array(8),
    hashes: new Int32Array(8),
    starts: new Int32Array(9),
    codes: new Float64Array(16),
  };
}

/** The same object with nothing in it, for the next transaction of its session. */
export function emptied(open: OpenTransaction, offset: number, id: number): OpenTransaction {
  open.offset = offset;
  open.id = id;
  open.statements = 0;
  open.timeMicros = 0;
  open.writes = false;
  open.complete = true;
  open.failed = undefined;
  open.templates = [];
  open.executions = [];
  open.accessCount = 0;
  return open;
}

/** Counts a statement; its accesses follow. */
export function addStatement(open: OpenTransaction, template: number, writes: boolean, micros: number): void {
  open.statements++;
  open.timeMicros += micros;
  open.writes ||= writes;
  addTemplate(open, template, 1);
}

function addTemplate({ templates, executions }: OpenTransaction, template: number, count: number): void {
  const at = templates.indexOf(template);
  if (at >= 0) executions[at]! += count;
  else {
    templates.push(template);
    executions.push(count);
  }
}

/** Adds an access with the codes `from[start, start + count)`, unless the transaction has it already. */
export function addAccess(
  open: OpenTransaction,
  shape: number,
  from: Float64Array,
  start: number,
  count: number,
): void {
  // A batch has nothing more to tell, and its accesses are many.
  if (open.accessCount === accessLimit && !open.complete) return;
  let hash = mix32(shape + count);
  for (let i = 0; i < count; i++) hash = (Math.imul(hash, 31) + hashOfCode(from[start + i]!)) | 0;
  hash |= 0;
  const { hashes, shapes, starts } = open;
  for (let access = 0; access < open.accessCount; access++) {
    if (hashes[access] === hash && shapes[access] === shape && isSame(open, access, from, start, count)) return;
  }
  if (open.accessCount === accessLimit) {
    open.complete = false;
    return;
  }
  const access = open.accessCount++;
  if (access === shapes.length) growAccesses(open);
  const to = starts[access]!;
  if (to + count > open.codes.length) growCodes(open, to + count);
  open.shapes[access] = shape;
  open.hashes[access] = hash;
  for (let i = 0; i < count; i++) open.codes[to + i] = from[start + i]!;
  open.starts[access + 1] = to + count;
}

function isSame(open: OpenTransaction, access: number, from: Float64Array, start: number, count: number): boolean {
  const at = open.starts[access]!;
  if (open.starts[access + 1]! - at !== count) return false;
  for (let i = 0; i < count; i++) if (open.codes[at + i] !== from[start + i]) return false;
  return true;
}

function growAccesses(open: OpenTransaction): void {
  const length = open.shapes.length * 2;
  const grown = (array: Int32Array, size: number): Int32Array<ArrayBuffer> => {
    const larger = new Int32Array(size);
    larger.set(array);
    return larger;
  };
  open.shapes = grown(open.shapes, length);
  open.hashes = grown(open.hashes, length);
  open.starts = grown(open.starts, length + 1);
}

function growCodes(open: OpenTransaction, least: number): void {
  const larger = new Float64Array(Math.max(least, open.codes.length * 2));
  larger.set(open.codes);
  open.codes = larger;
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

/** A hash of a value code (`value-code.ts`). */
export function hashOfCode(code: number): number {
  const whole = code | 0;
  if (whole === code) return mix32(whole);
  double[0] = code;
  return mix32(words[0]! ^ Math.imul(words[1]!, 0x9e3779b1));
}

/** Adds what `next`, the following stretch of the same transaction, has. */
export function appendTransaction(open: OpenTransaction, next: OpenTransaction): void {
  assert(open !== next, "a stretch follows another one");
  open.statements += next.statements;
  open.timeMicros += next.timeMicros;
  open.writes ||= next.writes;
  next.templates.forEach((template, i) => addTemplate(open, template, next.executions[i]!));
  for (let access = 0; access < next.accessCount; access++) {
    const start = next.starts[access]!;
    addAccess(open, next.shapes[access]!, next.codes, start, next.starts[access + 1]! - start);
  }
  if (!next.complete) open.complete = false;
  if (next.failed !== undefined) open.failed = next.failed;
}

/** The same with other numbers for its templates and shapes. */
export function renumbered(
  open: OpenTransaction,
  templates: readonly number[],
  shapes: readonly number[],
): OpenTransaction {
  const copy = newOpenTransaction(open.input, open.offset, open.id);
  copy.statements = open.statements;
  copy.timeMicros = open.timeMicros;
  copy.writes = open.writes;
  copy.templates = open.templates.map((template) => templates[template]!);
  copy.executions = [...open.executions];
  for (let access = 0; access < open.accessCount; access++) {
    const start = open.starts[access]!;
    addAccess(copy, shapes[open.shapes[access]!]!, open.codes, start, open.starts[access + 1]! - start);
  }
  copy.complete = open.complete;
  copy.failed = open.failed;
  return copy;
}
