import { isNullCode, isTextCode, nullCode } from "./value-code.ts";

/** Values of a footprint that later ones may point at. A tag below it is such a pointer. */
const distinctLimit = 64;
const distinct = new Float64Array(distinctLimit);
/** 64 to 71 and 72 to 79: so many bytes of an integer follow, or of a negative one. */
const integerTag = 64;
const negativeTag = 72;
const nullTag = 80;
/** Eight bytes of a double follow. */
const doubleTag = 81;

const lengthOf = (tag: number): number => (tag === nullTag ? 0 : tag === doubleTag ? 8 : (tag - integerTag) & 7);

/** Bytes that one value takes at most. */
export const mostBytesOfCode = 9;

const raw = new DataView(new ArrayBuffer(8));

function encodeCode(code: number, bytes: Uint8Array, at: number): number {
  if (isNullCode(code)) {
    bytes[at] = nullTag;
    return at + 1;
  }
  if (isTextCode(code)) {
    raw.setFloat64(0, code);
    bytes[at] = doubleTag;
    for (let i = 0; i < 8; i++) bytes[at + 1 + i] = raw.getUint8(i);
    return at + 9;
  }
  let rest = Math.abs(code);
  let length = 0;
  for (; rest > 0; rest = Math.floor(rest / 256)) bytes[at + 1 + length++] = rest % 256;
  bytes[at] = (code < 0 ? negativeTag : integerTag) + length;
  return at + 1 + length;
}

function decodeCode(bytes: Uint8Array, at: number): number {
  const tag = bytes[at]!;
  if (tag === nullTag) return nullCode;
  if (tag === doubleTag) {
    for (let i = 0; i < 8; i++) raw.setUint8(i, bytes[at + 1 + i]!);
    return raw.getFloat64(0);
  }
  let value = 0;
  for (let i = lengthOf(tag); i > 0; i--) value = value * 256 + bytes[at + i]!;
  return tag >= negativeTag ? -value : value;
}

/** Writes value codes as few bytes, from `at` on, where there is room for them; returns where they end. */
export function encodeCodes(codes: Float64Array, count: number, bytes: Uint8Array, at: number): number {
  let known = 0;
  let end = at;
  for (let i = 0; i < count; i++) {
    const code = codes[i]!;
    let place = 0;
    while (place < known && distinct[place] !== code) place++;
    if (place < known) {
      bytes[end++] = place;
      continue;
    }
    if (known < distinctLimit) distinct[known++] = code;
    end = encodeCode(code, bytes, end);
  }
  return end;
}

/** The codes that `encodeCodes` wrote to `bytes[start, end)`. */
export function decodeCodes(bytes: Uint8Array, start: number, end: number, into: Float64Array): void {
  let known = 0;
  for (let at = start, i = 0; at < end; i++) {
    const tag = bytes[at]!;
    if (tag < distinctLimit) {
      into[i] = distinct[tag]!;
      at++;
      continue;
    }
    const code = decodeCode(bytes, at);
    at += 1 + lengthOf(tag);
    if (known < distinctLimit) distinct[known++] = code;
    into[i] = code;
  }
}
