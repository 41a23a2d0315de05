import type { Dialect, Language } from "./template.ts";

/**
 * The lexical rules that the tokenizer and the trie must agree on to the byte: where a number, a quoted text or a
 * comment ends. All positions are byte offsets; the text is UTF-8, whose bytes from 0x80 on only ever stand in names
 * and in quotes.
 */

/** Letters, digits, `_`, `$` and everything beyond ASCII: what continues a word. */
export const WORD = 1;
/** What begins a word: as above without digits and `$`. */
export const WORD_START = 2;
export const SPACE = 4;
export const DIGIT = 8;
export const OPERATOR = 16;

export const byteClass: Uint8Array = classifyBytes();

/** How a literal is written; it says how to read the bytes of its span (see `decodeLiteral`). */
export const literalForm = {
  /** Decimal digits with an optional sign, at most 2^53 - 1 in size. */
  integer: 0,
  /** Any other number, sign included. */
  number: 1,
  /** The span is the text. */
  string: 2,
  /** Quotes inside are doubled. */
  doubled: 3,
  /** Backslash escapes, and doubled quotes. */
  escaped: 4,
  /** PostgreSQL's U&'...'. */
  unicode: 5,
  /** X'...' and MySQL's 0x...: the span is the hex digits. */
  hex: 6,
  /** B'...' and MySQL's 0b...: the span is the binary digits. */
  bits: 7,
  /** Several adjacent strings that count as one: the span runs from inside the first quote to inside the last. */
  adjacent: 8,
  /** NULL where any value could stand. */
  null: 9,
  /**
   * A placeholder: no value here. The span is its name; the integer is its number (a bare one's ordinal), 0 if it has
   * a name.
   */
  parameter: 10,
  /** A JSON string with backslash escapes. */
  json: 11,
  /** Digits: milliseconds since 1970, a date. */
  millis: 12,
  /** Binary data in base64. */
  base64: 13,
  /** A UUID's sixteen bytes in base64. */
  base64Uuid: 14,
} as const;

/** A larger number behind `$` is no placeholder's (PostgreSQL stops at 65,535). */
export const maximumParameter = 999_999_999;

export type LiteralForm = (typeof literalForm)[keyof typeof literalForm];

/** What `scanNumber` found besides the end: reused, because a log has hundreds of millions of numbers. */
export const foundNumber: { form: LiteralForm; integer: number; contentStart: number } = {
  form: literalForm.integer,
  integer: 0,
  contentStart: 0,
};

/**
 * The end of the number that begins at `at` (with its sign, if the caller decided that there is one), or -1 when what
 * stands there is no number, such as MySQL's name `2020_orders`.
 */
export function scanNumber(bytes: Uint8Array, at: number, end: number, dialect: Dialect): number {
  let p = at;
  if (bytes[p] === 0x2d || bytes[p] === 0x2b) p++;
  foundNumber.contentStart = at;
  if (bytes[p] === 0x30 && p + 2 < end && isRadixLetter(bytes[p + 1]!)) {
    return scanRadixNumber(bytes, at, p, end, dialect);
  }
  const digits = p;
  let value = 0;
  while (p < end && (byteClass[bytes[p]!]! & DIGIT) !== 0) value = value * 10 + (bytes[p++]! - 0x30);
  let integer = p - digits <= 16 && value <= Number.MAX_SAFE_INTEGER;
  let hasDigits = p > digits;
  // PostgreSQL 16 allows an underscore between two digits.
  while (dialect === "postgres" && hasDigits && p + 1 < end && bytes[p] === 0x5f && isDigit(bytes[p + 1]!)) {
    integer = false;
    p++;
    while (p < end && isDigit(bytes[p]!)) p++;
  }
  if (p < end && bytes[p] === 0x2e) {
    integer = false;
    p++;
    while (p < end && isDigit(bytes[p]!)) {
      p++;
      hasDigits = true;
    }
  }
  if (!hasDigits) return -1;
  if (p < end && (bytes[p]! | 0x20) === 0x65) {
    let q = p + 1;
    if (q < end && (bytes[q] === 0x2d || bytes[q] === 0x2b)) q++;
    if (q < end && isDigit(bytes[q]!)) {
      integer = false;
      while (q < end && isDigit(bytes[q]!)) q++;
      p = q;
    }
  }
  if (p < end && (byteClass[bytes[p]!]! & WORD) !== 0) return -1;
  foundNumber.form = integer ? literalForm.integer : literalForm.number;
  foundNumber.integer = integer ? (bytes[at] === 0x2d ? 0 - value : value) : 0;
  return p;
}

/**
 * The closing quote of the text whose first byte inside the quotes is `at`, or -1 when there is none. A doubled quote
 * does not close; with `backslash`, neither does an escaped one.
 */
export function scanQuoted(bytes: Uint8Array, at: number, end: number, quote: number, backslash: boolean): number {
  let p = at;
  while (p < end) {
    const byte = bytes[p]!;
    if (byte === quote) {
      if (p + 1 >= end || bytes[p + 1] !== quote) return p;
      p += 2;
    } else {
      p += backslash && byte === 0x5c ? 2 : 1;
    }
  }
  return -1;
}

/** The end of the block comment whose first byte after its opening is `at`, or -1. PostgreSQL nests them. */
export function scanBlockComment(bytes: Uint8Array, at: number, end: number, dialect: Language): number {
  let depth = 1;
  for (let p = at; p + 1 < end; p++) {
    if (bytes[p] === 0x2a && bytes[p + 1] === 0x2f) {
      p++;
      if (--depth === 0) return p + 1;
    } else if (dialect === "postgres" && bytes[p] === 0x2f && bytes[p + 1] === 0x2a) {
      p++;
      depth++;
    }
  }
  return -1;
}

/** The end of the line, its newline not included. */
export function scanLine(bytes: Uint8Array, at: number, end: number): number {
  let p = at;
  while (p < end && bytes[p] !== 0x0a && bytes[p] !== 0x0d) p++;
  return p;
}

export function isDigit(byte: number): boolean {
  return (byteClass[byte]! & DIGIT) !== 0;
}

export function isSpace(byte: number): boolean {
  return (byteClass[byte]! & SPACE) !== 0;
}

export function isWord(byte: number): boolean {
  return (byteClass[byte]! & WORD) !== 0;
}

export function isWordStart(byte: number): boolean {
  return (byteClass[byte]! & WORD_START) !== 0;
}

export function isHexDigit(byte: number): boolean {
  return isDigit(byte) || ((byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x66);
}

function isRadixLetter(byte: number): boolean {
  const lower = byte | 0x20;
  return lower === 0x78 || lower === 0x62 || lower === 0x6f;
}

/** 0x1F, 0o17, 0b101: integers in PostgreSQL 16; in MySQL the first and the last are strings of bytes. */
function scanRadixNumber(bytes: Uint8Array, at: number, zero: number, end: number, dialect: Dialect): number {
  // MySQL reads 0X1F and 0B1 as names: only the small letter makes a literal.
  const letter = dialect === "mysql" ? bytes[zero + 1]! : bytes[zero + 1]! | 0x20;
  const digits = zero + 2;
  let p = digits;
  for (; p < end; p++) {
    const byte = bytes[p]!;
    const fits = letter === 0x78 ? isHexDigit(byte) : byte >= 0x30 && byte <= (letter === 0x62 ? 0x31 : 0x37);
    if (!fits && (dialect !== "postgres" || byte !== 0x5f)) break;
  }
  if (p === digits || (p < end && isWord(bytes[p]!))) return -1;
  foundNumber.integer = 0;
  if (dialect === "postgres") {
    foundNumber.form = literalForm.number;
    return p;
  }
  if ((letter !== 0x78 && letter !== 0x62) || zero !== at) return -1;
  foundNumber.form = letter === 0x78 ? literalForm.hex : literalForm.bits;
  foundNumber.contentStart = digits;
  return p;
}

function classifyBytes(): Uint8Array {
  const classes = new Uint8Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const character = String.fromCharCode(byte);
    if (byte >= 0x80 || /[A-Za-z_]/.test(character)) classes[byte] = WORD | WORD_START;
    else if (/[0-9]/.test(character)) classes[byte] = WORD | DIGIT;
    else if (character === "$") classes[byte] = WORD;
    else if (/[ \t\n\r\f\v]/.test(character)) classes[byte] = SPACE;
    else if ("+-*/<>=~!@#%^&|?`".includes(character)) classes[byte] = OPERATOR;
  }
  return classes;
}
