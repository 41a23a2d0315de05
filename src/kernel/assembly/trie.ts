import { allocate } from "./memory";

/**
 * Walks a statement down the trie of `sql/trie.ts`, which learns it and says what the fields and kinds mean: the same
 * steps as `TemplateTrie.match`. Where a rare form would need more than that, it answers `unsure`, and the caller takes
 * the other way.
 */
const HEAD: u32 = 0;
const LABEL: u32 = 4;
const SIBLING: u32 = 8;
const CHILD: u32 = 12;
const NUMBER: u32 = 16;
const TARGET: u32 = 20;
const FORM: u32 = 24;
const TEMPLATE: u32 = 28;
const SLOT: u32 = 0;
const KEY: u32 = 4;
const OTHER: u32 = 8;
const COLLAPSED: u32 = 24;
const root: u32 = 8;

const STRING: u32 = 1;
const ESCAPED_STRING: u32 = 2;
const BLOCK_COMMENT: u32 = 3;
const LINE_COMMENT: u32 = 4;
const NUMBERED: u32 = 5;
const BARE: u32 = 6;
const NAMED: u32 = 7;
const NULL: u32 = 8;
const RADIX: u32 = 9;

/** `literalForm` of `sql/scan.ts`. */
export const integerForm: u32 = 0;
const numberForm: u32 = 1;
export const stringForm: u32 = 2;
const doubledForm: u32 = 3;
const escapedForm: u32 = 4;
const hexForm: u32 = 6;
export const nullForm: u32 = 9;
export const parameterForm: u32 = 10;

const maximumParameter: i64 = 999999999;

export const unknown: i32 = -1;
export const unsure: i32 = -2;

/** More values than this in one statement are for the caller. */
export const literalRoom: u32 = 16384;
export let literalSlots: u32 = 0;
export let literalStarts: u32 = 0;
export let literalEnds: u32 = 0;
export let literalForms: u32 = 0;
export let literalIntegers: u32 = 0;
export let literalCount: u32 = 0;

let nodes: u32 = 0;
let tables: u32 = 0;
let mysql: bool = false;

export function setTrie(nodesAt: u32, tablesAt: u32, isMysql: bool): void {
  nodes = nodesAt;
  tables = tablesAt;
  mysql = isMysql;
  if (literalSlots !== 0) return;
  literalSlots = allocate(literalRoom << 2);
  literalStarts = allocate(literalRoom << 2);
  literalEnds = allocate(literalRoom << 2);
  literalForms = allocate(literalRoom);
  literalIntegers = allocate(literalRoom << 3);
}

/** The index learned for the statement's template, its values in the literal arrays; or `unknown`, or `unsure`. */
export function match(start: u32, end: u32): i32 {
  let count: u32 = 0;
  let ordinal: i32 = 0;
  let highestCollapsed: i32 = 0;
  let node: u32 = nodes + (root << 2);
  let p = start;

  while (true) {
    if (p >= end) {
      literalCount = count;
      return load<i32>(node + TEMPLATE) - 1;
    }
    const byte = <u32>load<u8>(p);
    const numberField = load<i32>(node + NUMBER);
    let target: u32 = numberField & ~1;
    let valueStart = p;
    let valueEnd = p;
    let form: u32 = integerForm;
    let integer: f64 = 0;

    if (target !== 0) {
      const signAllowed = (numberField & 1) !== 0;
      const signed = (byte === 0x2d || byte === 0x2b) && signAllowed;
      const digits = signed ? p + 1 : p;
      let q = digits;
      let value: u64 = 0;
      for (let digit: u32 = 0; q < end && (digit = <u32>load<u8>(q) - 48) < 10; q++) value = value * 10 + digit;
      const after: u32 = q < end ? <u32>load<u8>(q) : 0x20;
      if (q > digits && q - digits <= 15 && !isWord(after) && after !== 0x2e) {
        integer = byte === 0x2d ? 0.0 - <f64>value : <f64>value;
        valueEnd = q;
      } else {
        const begins = byte - 48 < 10 || (signAllowed && startsNumber(digits, end));
        valueEnd = begins ? decimalEnd(p, end) : 0;
        if (begins && valueEnd === 0) return unsure;
        form = numberForm;
        if (valueEnd === 0) target = 0;
        else if (isShortInteger(p, valueEnd)) return unsure;
      }
      p = valueEnd;
    }

    if (target === 0) {
      p = valueStart;
      const firstChild = load<i32>(node + CHILD);
      let child: u32 = <u32>firstChild;
      if (firstChild < 0) child = load<u32>(tables + ((byte - <u32>firstChild) << 2));
      else while (child !== 0 && load<u8>(nodes + (child << 2)) !== byte) child = load<u32>(nodes + (child << 2) + SIBLING);
      if (child === 0) return unknown;
      node = nodes + (child << 2);
      const head = load<u32>(node + HEAD);
      const length: u32 = head >>> 14;
      if (p + length > end || !isLabel(p, nodes + load<u32>(node + LABEL), length)) return unknown;
      p += length;

      const kind = (head >> 8) & 0xf;
      if (kind === 0) continue;
      form = integerForm;
      target = load<u32>(node + TARGET);
      if (kind === STRING) {
        form = load<u32>(node + FORM);
        valueStart = p;
        while (true) {
          p = findByte(p, end, 0x27);
          if (p >= end) return unknown;
          if (p + 1 >= end || load<u8>(p + 1) !== 0x27) break;
          if (form === stringForm) form = doubledForm;
          p += 2;
        }
        valueEnd = p++;
      } else if (kind === ESCAPED_STRING) {
        const quote = load<u32>(node + FORM);
        form = stringForm;
        valueStart = p;
        while (true) {
          while (p < end && load<u8>(p) !== quote && load<u8>(p) !== 0x5c) p++;
          if (p >= end) return unknown;
          if (load<u8>(p) === 0x5c) {
            form = escapedForm;
          } else {
            if (p + 1 >= end || load<u8>(p + 1) !== quote) break;
            if (form === stringForm) form = doubledForm;
          }
          p += 2;
        }
        valueEnd = p++;
      } else if (kind === BLOCK_COMMENT) {
        // What looks like a comment may be content: MySQL's `/*!`.
        if (mysql && isExecutable(p, end)) continue;
        p = blockCommentEnd(p, end);
        if (p === 0) return unknown;
        node = nodes + (target << 2);
        continue;
      } else if (kind === LINE_COMMENT) {
        // MySQL's `--` may be two operators.
        if (mysql && load<u8>(p - 1) === 0x2d && p < end && load<u8>(p) > 0x20) continue;
        while (p < end && load<u8>(p) !== 0x0a && load<u8>(p) !== 0x0d) p++;
        node = nodes + (target << 2);
        continue;
      } else if (kind === NUMBERED) {
        valueStart = p;
        let number: i64 = 0;
        while (p < end && <u32>load<u8>(p) - 48 < 10 && p - valueStart < 17) number = number * 10 + (load<u8>(p++) - 48);
        if (p - valueStart === 17) return unsure;
        if (p === valueStart || (p < end && isWord(load<u8>(p)))) {
          p = valueStart;
          continue;
        }
        if (number > maximumParameter) return unknown;
        const position = <i32>number;
        if (load<i32>(nodes + (target << 2) + COLLAPSED) === 0) {
          const key = position <= highestCollapsed || highestCollapsed === 0 ? position : highestCollapsed - position;
          while (target !== 0 && load<i32>(nodes + (target << 2) + KEY) !== key)
            target = load<u32>(nodes + (target << 2) + OTHER);
          if (target === 0) return unknown;
        } else if (position > highestCollapsed) {
          highestCollapsed = position;
        }
        integer = <f64>position;
        valueEnd = p;
        form = parameterForm;
      } else if (kind === BARE) {
        // `%s` may be the beginning of something else; `?` is not.
        if (load<u8>(p - 1) !== 0x3f && p < end && isWord(load<u8>(p))) continue;
        integer = <f64>++ordinal;
        if (load<i32>(nodes + (target << 2) + COLLAPSED) !== 0) highestCollapsed = ordinal;
        valueStart = p - (load<u8>(p - 1) === 0x3f ? 1 : 2);
        valueEnd = p;
        form = parameterForm;
      } else if (kind === NAMED) {
        return unsure;
      } else if (kind === NULL) {
        let q = p;
        while (q < end && isSpace(load<u8>(q))) q++;
        if (q >= end) continue;
        const closing = load<u8>(q);
        if (closing !== 0x2c && closing !== 0x29 && closing !== 0x5d) continue;
        valueStart = p - 4;
        valueEnd = p;
        form = nullForm;
      } else if (kind === RADIX) {
        valueStart = p;
        form = load<u32>(node + FORM);
        if (form === hexForm) while (p < end && isHexDigit(load<u8>(p))) p++;
        else while (p < end && (load<u8>(p) === 0x30 || load<u8>(p) === 0x31)) p++;
        if (p === valueStart || (p < end && isWord(load<u8>(p)))) {
          p = valueStart;
          continue;
        }
        valueEnd = p;
      }
    }

    if (count === literalRoom) return unsure;
    node = nodes + (target << 2);
    store<i32>(literalSlots + (count << 2), ~load<i32>(node + SLOT));
    store<u32>(literalStarts + (count << 2), <u32>valueStart);
    store<u32>(literalEnds + (count << 2), <u32>valueEnd);
    store<u8>(literalForms + count, form);
    store<f64>(literalIntegers + (count << 3), integer);
    count++;
  }
}

@inline
function isLabel(at: u32, label: u32, length: u32): bool {
  if (length <= 8) return (load<u64>(at) ^ load<u64>(label)) << (64 - (<u64>length << 3)) === 0;
  if (length <= 16)
    return (
      ((load<u64>(at) ^ load<u64>(label)) | (load<u64>(at + length - 8) ^ load<u64>(label + length - 8))) === 0
    );
  const last = length - 16;
  for (let done: u32 = 0; done < last; done += 16)
    if (v128.any_true(v128.xor(v128.load(at + done), v128.load(label + done)))) return false;
  return !v128.any_true(v128.xor(v128.load(at + last), v128.load(label + last)));
}

/** Where the byte stands first at or behind `from`; `end`, or something behind it, when it does not before `end`. */
@inline
export function findByte(from: u32, end: u32, byte: u8): u32 {
  const wanted = i8x16.splat(byte);
  for (let p = from; p < end; p += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(p), wanted));
    if (found !== 0) return p + <u32>ctz<i32>(found);
  }
  return end;
}

/** As `scanNumber` of `sql/scan.ts`, for decimal numbers that are no plain integers; 0 when it must decide. */
function decimalEnd(at: u32, end: u32): u32 {
  let p = at;
  if (load<u8>(p) === 0x2d || load<u8>(p) === 0x2b) p++;
  // 0x1F and the like, and 1_000.
  if (load<u8>(p) === 0x30 && p + 2 < end && (isWord(load<u8>(p + 1)) && <u32>load<u8>(p + 1) - 48 >= 10)) return 0;
  const digits = p;
  while (p < end && <u32>load<u8>(p) - 48 < 10) p++;
  let hasDigits = p > digits;
  if (p < end && load<u8>(p) === 0x2e) {
    p++;
    while (p < end && <u32>load<u8>(p) - 48 < 10) {
      p++;
      hasDigits = true;
    }
  }
  // Exponents, underscores, letters behind the digits.
  if (!hasDigits || (p < end && isWord(load<u8>(p)))) return 0;
  return p;
}

/** Whether the number is an integer all the same: long, but perhaps not too long for `literalForm.integer`. */
function isShortInteger(start: u32, end: u32): bool {
  if (end - start > 17) return false;
  for (let p = start; p < end; p++) if (load<u8>(p) === 0x2e) return false;
  return true;
}

function startsNumber(at: u32, end: u32): bool {
  if (at >= end) return false;
  if (<u32>load<u8>(at) - 48 < 10) return true;
  return load<u8>(at) === 0x2e && at + 1 < end && <u32>load<u8>(at + 1) - 48 < 10;
}

/** Whether what is behind `/*` makes it an executable comment: see `executableMark` in `src/base`. */
function isExecutable(at: u32, end: u32): bool {
  if (at >= end) return false;
  if (load<u8>(at) === 0x21) return true;
  if (load<u8>(at) !== 0x4d || at + 1 >= end || load<u8>(at + 1) !== 0x21) return false;
  let p = at + 2;
  while (p < end && load<u8>(p) === 0x39) p++;
  return p - at !== 8 || (p < end && <u32>load<u8>(p) - 48 < 10);
}

/** Behind the block comment that was opened before `at`; 0 when it is not closed. PostgreSQL nests them. */
function blockCommentEnd(at: u32, end: u32): u32 {
  let depth = 1;
  for (let p = at; p + 1 < end; p++) {
    const byte = load<u8>(p);
    if (byte === 0x2a && load<u8>(p + 1) === 0x2f) {
      p++;
      if (--depth === 0) return p + 1;
    } else if (!mysql && byte === 0x2f && load<u8>(p + 1) === 0x2a) {
      p++;
      depth++;
    }
  }
  return 0;
}

@inline
function isWord(byte: u32): bool {
  return (byte | 32) - 97 < 26 || byte - 48 < 10 || byte === 0x5f || byte === 0x24 || byte >= 0x80;
}

@inline
function isSpace(byte: u32): bool {
  return byte === 32 || byte - 9 < 5;
}

@inline
function isHexDigit(byte: u32): bool {
  return byte - 48 < 10 || (byte | 32) - 97 < 6;
}
