/**
 * Resolves the escapes of a JSON string in `bytes[start, end)`, in place, and returns the new end: what an escape
 * stands for is never longer in UTF-8 than the escape. Half a surrogate pair becomes U+FFFD, as in a JavaScript
 * encoder. An escape that JSON does not know keeps its backslash.
 */
export function unescapeJsonString(bytes: Uint8Array, start: number, end: number): number {
  let read = start;
  while (read < end && bytes[read] !== backslash) read += 1;
  let write = read;
  while (read < end) {
    const byte = bytes[read]!;
    if (byte !== backslash || read + 1 >= end) {
      bytes[write++] = byte;
      read += 1;
      continue;
    }
    const escape = bytes[read + 1]!;
    const plain = escapes[escape]!;
    if (plain !== 0) {
      bytes[write++] = plain;
      read += 2;
    } else if (escape === 117) {
      let code = hex4(bytes, read + 2, end);
      if (code < 0) {
        bytes[write++] = byte;
        read += 1;
        continue;
      }
      read += 6;
      if (code >= 0xd800 && code < 0xdc00 && read + 1 < end && bytes[read] === backslash && bytes[read + 1] === 117) {
        const low = hex4(bytes, read + 2, end);
        if (low >= 0xdc00 && low < 0xe000) {
          code = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
          read += 6;
        }
      }
      if (code >= 0xd800 && code < 0xe000) code = 0xfffd;
      if (code < 0x80) {
        bytes[write++] = code;
      } else if (code < 0x800) {
        bytes[write++] = 0xc0 | (code >> 6);
        bytes[write++] = 0x80 | (code & 63);
      } else if (code < 0x10000) {
        bytes[write++] = 0xe0 | (code >> 12);
        bytes[write++] = 0x80 | ((code >> 6) & 63);
        bytes[write++] = 0x80 | (code & 63);
      } else {
        bytes[write++] = 0xf0 | (code >> 18);
        bytes[write++] = 0x80 | ((code >> 12) & 63);
        bytes[write++] = 0x80 | ((code >> 6) & 63);
        bytes[write++] = 0x80 | (code & 63);
      }
    } else {
      bytes[write++] = byte;
      read += 1;
    }
  }
  return write;
}

function hex4(bytes: Uint8Array, at: number, end: number): number {
  if (at + 4 > end) return -1;
  let code = 0;
  for (let index = at; index < at + 4; index++) {
    const byte = bytes[index]!;
    const digit =
      byte >= 48 && byte <= 57 ? byte - 48 : (byte | 32) >= 97 && (byte | 32) <= 102 ? (byte | 32) - 87 : -1;
    if (digit < 0) return -1;
    code = code * 16 + digit;
  }
  return code;
}

const backslash = 92;
/** What the byte behind a backslash stands for; 0 where it stands for nothing. */
const escapes = new Uint8Array(256);
for (const [letter, code] of [
  ['"', 34],
  ["\\", 92],
  ["/", 47],
  ["b", 8],
  ["f", 12],
  ["n", 10],
  ["r", 13],
  ["t", 9],
] as const) {
  escapes[letter.charCodeAt(0)] = code;
}
