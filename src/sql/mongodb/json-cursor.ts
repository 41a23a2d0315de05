/** Positions in JSON bytes; -1 says that what was looked for does not end before `end`. */

export function skipSpace(bytes: Uint8Array, from: number, end: number): number {
  let position = from;
  while (position < end && bytes[position]! <= 32) position += 1;
  return position;
}

/** Position of the quote that ends the string whose text starts at `start`. */
export function endOfString(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const byte = bytes[position]!;
    if (byte === quote) return position;
    position += byte === backslash ? 2 : 1;
  }
  return -1;
}

/** Position behind the value that starts at `start`. */
export function endOfValue(bytes: Uint8Array, start: number, end: number): number {
  const first = bytes[start];
  if (first === quote) {
    const close = endOfString(bytes, start + 1, end);
    return close === -1 ? -1 : close + 1;
  }
  if (first !== openBrace && first !== openBracket) return endOfWord(bytes, start, end);
  let depth = 0;
  for (let position = start; position < end; position++) {
    const byte = bytes[position]!;
    if (byte === quote) {
      position = endOfString(bytes, position + 1, end);
      if (position === -1) return -1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return -1;
}

/** Behind a number, true, false or null. */
function endOfWord(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const byte = bytes[position]!;
    if (byte === comma || byte === closeBrace || byte === closeBracket || byte <= 32) break;
    position += 1;
  }
  return position === start ? -1 : position;
}

/** A field of an object: its name between the quotes, and its value. Reused from field to field. */
export interface Field {
  nameStart: number;
  nameEnd: number;
  valueStart: number;
  valueEnd: number;
}

/**
 * Steps through the fields of an object, and through the items of an array (whose names are empty): sets `field` to the
 * next one and returns the position to go on from; 0 at the end, -1 when the JSON is broken. Starts at the position
 * behind the opening bracket.
 */
export function nextField(bytes: Uint8Array, from: number, end: number, field: Field): number {
  let position = skipSpace(bytes, from, end);
  if (position < end && bytes[position] === comma) position = skipSpace(bytes, position + 1, end);
  if (position >= end) return -1;
  if (bytes[position] === closeBrace || bytes[position] === closeBracket) return 0;
  if (bytes[position] !== quote) return -1;
  const nameEnd = endOfString(bytes, position + 1, end);
  if (nameEnd === -1) return -1;
  field.nameStart = position + 1;
  field.nameEnd = nameEnd;
  position = skipSpace(bytes, nameEnd + 1, end);
  if (bytes[position] !== colon) return -1;
  return setValue(bytes, skipSpace(bytes, position + 1, end), end, field);
}

/** The next item of an array, as `nextField`. */
export function nextItem(bytes: Uint8Array, from: number, end: number, field: Field): number {
  let position = skipSpace(bytes, from, end);
  if (position < end && bytes[position] === comma) position = skipSpace(bytes, position + 1, end);
  if (position >= end) return -1;
  return bytes[position] === closeBracket ? 0 : setValue(bytes, position, end, field);
}

function setValue(bytes: Uint8Array, start: number, end: number, field: Field): number {
  if (start >= end) return -1;
  field.valueStart = start;
  field.valueEnd = endOfValue(bytes, start, end);
  return field.valueEnd;
}

export const newField = (): Field => ({ nameStart: 0, nameEnd: 0, valueStart: 0, valueEnd: 0 });

/** Is the text in `bytes[start, end)` this one? */
export function isText(bytes: Uint8Array, start: number, end: number, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
  return true;
}

export const quote = 34;
export const comma = 44;
export const colon = 58;
export const openBracket = 91;
const backslash = 92;
export const closeBracket = 93;
export const openBrace = 123;
export const closeBrace = 125;
