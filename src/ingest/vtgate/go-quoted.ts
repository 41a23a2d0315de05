/**
 * Resolves the escapes of a string as Go's `%q` writes it (https://pkg.go.dev/strconv#Quote) in `bytes[start, end)`,
 * in place, and returns the new end: what an escape stands for is never longer in UTF-8 than the escape. An escape that
 * Go does not write keeps its backslash.
 */
export function unescapeGoString(bytes: Uint8Array, start: number, end: number): number {
  let read = start;
  while (read < end && bytes[read] !== backslash) read += 1;
  let write = read;
  while (read < end) {
    const byte = bytes[read]!;
    const escape = read + 1 < end ? bytes[read + 1]! : 0;
    const plain = byte === backslash ? escapes[escape]! : 0;
    const digits = byte !== backslash ? 0 : escape === 120 ? 2 : escape === 117 ? 4 : escape === 85 ? 8 : 0;
    const code = digits === 0 ? -1 : hexadecimal(bytes, read + 2, digits, end);
    if (plain !== 0) {
      bytes[write++] = plain;
      read += 2;
    } else if (code >= 0) {
      if (digits === 2) bytes[write++] = code;
      else write = writeUtf8(bytes, write, code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ? 0xfffd : code);
      read += 2 + digits;
    } else {
      bytes[write++] = byte;
      read += 1;
    }
  }
  return write;
}

function writeUtf8(bytes: Uint8Array, at: number, code: number): number {
  let write = at;
  if (code < 0x80) {
    bytes[write++] = code;
    return write;
  }
  const continuations = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  bytes[write++] = [0xc0, 0xe0, 0xf0][continuations - 1]! | (code >> (6 * continuations));
  for (let shift = 6 * (continuations - 1); shift >= 0; shift -= 6) bytes[write++] = 0x80 | ((code >> shift) & 63);
  return write;
}

function hexadecimal(bytes: Uint8Array, at: number, digits: number, end: number): number {
  if (at + digits > end) return -1;
  let code = 0;
  for (let index = at; index < at + digits; index++) {
    const byte = bytes[index]!;
    const digit = byte >= 48 && byte <= 57 ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

const backslash = 92;
/** What the byte behind a backslash stands for; 0 where it stands for nothing. */
const escapes = new Uint8Array(256);
for (const [letter, code] of [
  ["a", 7],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
  ["v", 11],
  ["\\", 92],
  ['"', 34],
  ["'", 39],
] as const) {
  escapes[letter.charCodeAt(0)] = code;
}
