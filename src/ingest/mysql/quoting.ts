/**
 * Position behind the string or comment that opens at `at`, in SQL text as MySQL reads it; `at + 1` when none does, and
 * -1 when it does not close before `end`. Backslashes escape in '...' and "...", a doubled quote is one of the string's
 * own, and comments run from `#` or `-- ` to the line's end, which may be the text's, or over a pair of slash and star.
 */
export function skipQuoted(bytes: Uint8Array, at: number, end: number): number {
  const byte = bytes[at]!;
  if (byte === apostrophe || byte === quote || byte === backtick) return behindQuote(bytes, at, end, byte);
  if (byte === hash || (byte === dash && isDashComment(bytes, at, end))) {
    const newline = bytes.indexOf(10, at);
    return newline === -1 || newline >= end ? end : newline + 1;
  }
  if (byte === slash && bytes[at + 1] === star && at + 1 < end) {
    for (let position = at + 3; position < end; position++) {
      if (bytes[position] === slash && bytes[position - 1] === star) return position + 1;
    }
    return -1;
  }
  return at + 1;
}

/** Two dashes begin a comment only with a space or a control character behind them. */
function isDashComment(bytes: Uint8Array, at: number, end: number): boolean {
  return at + 1 < end && bytes[at + 1] === dash && (at + 2 >= end || bytes[at + 2]! <= 32);
}

function behindQuote(bytes: Uint8Array, at: number, end: number, mark: number): number {
  for (let position = at + 1; position < end; position++) {
    const byte = bytes[position]!;
    // A doubled quote closes one string and opens the next, which comes to the same.
    if (byte === mark) return position + 1;
    if (byte === backslash && mark !== backtick) position += 1;
  }
  return -1;
}

const hash = 35;
const quote = 34;
const apostrophe = 39;
const star = 42;
const dash = 45;
const slash = 47;
const backslash = 92;
const backtick = 96;

/** 1 for bytes that may open a string or a comment: the others need no look. */
export const mayOpenQuote = new Uint8Array(256);
for (const byte of [hash, quote, apostrophe, dash, slash, backtick]) mayOpenQuote[byte] = 1;
