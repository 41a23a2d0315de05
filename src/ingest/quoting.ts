/** How strings and comments are written in a text: the dialects differ. */
export interface Quoting {
  /** Backslashes escape in '...' and "...": MySQL. In PostgreSQL only in E'...'. */
  readonly backslash: boolean;
  /** `#` begins a comment: MySQL. In PostgreSQL it is an operator. */
  readonly hashComment: boolean;
  /** $$...$$ and $name$...$name$ are strings, and comments nest: PostgreSQL. */
  readonly dollarQuote: boolean;
}

export const mysqlQuoting: Quoting = { backslash: true, hashComment: true, dollarQuote: false };
export const postgresQuoting: Quoting = { backslash: false, hashComment: false, dollarQuote: true };

/**
 * Position behind the string or comment that opens at `at` in SQL text; `at + 1` when none does, and -1 when it does
 * not close before `end`. A doubled quote is one of the string's own. A comment from `--` or `#` to the line's end may
 * end with the text.
 */
export function skipQuoted(bytes: Uint8Array, at: number, end: number, quoting: Quoting): number {
  const byte = bytes[at]!;
  switch (byte) {
    case apostrophe:
      return behindQuote(bytes, at, end, byte, quoting.backslash || isEscapeString(bytes, at));
    case quote:
      return behindQuote(bytes, at, end, byte, quoting.backslash);
    case backtick:
      return quoting.dollarQuote ? at + 1 : behindQuote(bytes, at, end, byte, false);
    case hash:
      return quoting.hashComment ? behindLine(bytes, at, end) : at + 1;
    case dash:
      return isDashComment(bytes, at, end, quoting) ? behindLine(bytes, at, end) : at + 1;
    case slash:
      return bytes[at + 1] === star && at + 1 < end ? behindComment(bytes, at, end, quoting.dollarQuote) : at + 1;
    case dollar:
      return quoting.dollarQuote ? behindDollarQuote(bytes, at, end) : at + 1;
    default:
      return at + 1;
  }
}

/** E'...': the E is no part of a longer word. */
const isEscapeString = (bytes: Uint8Array, at: number): boolean =>
  at > 0 && (bytes[at - 1]! | 32) === 101 && (at === 1 || !isWord(bytes[at - 2]!));

/** In MySQL two dashes begin a comment only with a space or a control character behind them. */
function isDashComment(bytes: Uint8Array, at: number, end: number, { backslash }: Quoting): boolean {
  if (at + 1 >= end || bytes[at + 1] !== dash) return false;
  return !backslash || at + 2 >= end || bytes[at + 2]! <= 32;
}

function behindLine(bytes: Uint8Array, at: number, end: number): number {
  const newline = bytes.indexOf(10, at);
  return newline === -1 || newline >= end ? end : newline + 1;
}

function behindComment(bytes: Uint8Array, at: number, end: number, nested: boolean): number {
  let depth = 1;
  for (let position = at + 2; position + 1 < end; position++) {
    if (bytes[position] === star && bytes[position + 1] === slash) {
      position += 1;
      depth -= 1;
      if (depth === 0) return position + 1;
    } else if (nested && bytes[position] === slash && bytes[position + 1] === star) {
      position += 1;
      depth += 1;
    }
  }
  return -1;
}

function behindQuote(bytes: Uint8Array, at: number, end: number, mark: number, escapes: boolean): number {
  for (let position = at + 1; position < end; position++) {
    const byte = bytes[position]!;
    // A doubled quote closes one string and opens the next, which comes to the same.
    if (byte === mark) return position + 1;
    if (byte === backslash && escapes) position += 1;
  }
  return -1;
}

/** `$1` and `a$b` open nothing. */
function behindDollarQuote(bytes: Uint8Array, at: number, end: number): number {
  if (at > 0 && isWord(bytes[at - 1]!)) return at + 1;
  let tagEnd = at + 1;
  while (tagEnd < end && isWord(bytes[tagEnd]!)) tagEnd += 1;
  if (tagEnd >= end || bytes[tagEnd] !== dollar || isDigit(bytes[at + 1]!)) return at + 1;
  const length = tagEnd + 1 - at;
  for (let position = tagEnd + 1; position + length <= end; position++) {
    if (bytes[position] !== dollar) continue;
    let same = 1;
    while (same < length && bytes[position + same] === bytes[at + same]) same += 1;
    if (same === length) return position + length;
  }
  return -1;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isWord = (byte: number): boolean =>
  isDigit(byte) || byte === 95 || byte >= 128 || ((byte | 32) >= 97 && (byte | 32) <= 122);
const quote = 34;
const hash = 35;
const dollar = 36;
const apostrophe = 39;
const star = 42;
const dash = 45;
const slash = 47;
const backslash = 92;
const backtick = 96;

/** 1 for bytes that may open a string or a comment: the others need no look. */
export const mayOpenQuote = new Uint8Array(256);
for (const byte of [hash, quote, dollar, apostrophe, dash, slash, backtick]) mayOpenQuote[byte] = 1;
