/**
 * How the objects of a JSON input stand. "lines": one object per line; a flaw in one line can't reach into the next.
 * "objects": one after the other, in an array or not, on one line or over many; they are told apart by their braces.
 */
export type ObjectLayout = "lines" | "objects";

export type JsonObject = Readonly<Record<string, unknown>>;

/** The objects at the beginning of an input, and how they stand; no objects when it does not begin with one. */
export interface FirstObjects {
  readonly objects: readonly JsonObject[];
  readonly layout: ObjectLayout;
}

/** Looks at the first hundred objects in the first bytes of an input; `atEnd` says that these are all. */
export function firstJsonObjects(bytes: Uint8Array, atEnd: boolean): FirstObjects {
  const start = hasByteOrderMark(bytes) ? 3 : 0;
  const first = skipSpace(bytes, start);
  if (bytes[first] === openBracket) return { objects: objectsFrom(bytes, first + 1), layout: "objects" };
  if (bytes[first] !== openBrace) return { objects: [], layout: "lines" };
  const lines = objectsOnLines(bytes, start, atEnd);
  if (lines.length > 0) return { objects: lines, layout: "lines" };
  return { objects: objectsFrom(bytes, first), layout: "objects" };
}

/** Position behind the object that opens at `start`; -1 when it does not end before `to`. */
export function endOfObject(bytes: Uint8Array, start: number, to: number): number {
  let depth = 0;
  for (let position = start; position < to; position++) {
    const byte = bytes[position]!;
    if (byte === quote) {
      position += 1;
      while (position < to && bytes[position] !== quote) position += bytes[position] === backslash ? 2 : 1;
    } else if (byte === openBrace || byte === openBracket) {
      depth += 1;
    } else if (byte === closeBrace || byte === closeBracket) {
      depth -= 1;
      if (depth === 0) return position + 1;
    }
  }
  return -1;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

export const hasByteOrderMark = (bytes: Uint8Array): boolean =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

function objectsOnLines(bytes: Uint8Array, from: number, atEnd: boolean): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  let position = from;
  for (let line = 0; line < objectsSampled && position < bytes.length; line++) {
    const newline = bytes.indexOf(10, position);
    if (newline === -1 && !atEnd) break;
    const end = newline === -1 ? bytes.length : newline;
    const text = decoder.decode(bytes.subarray(position, end)).trim();
    position = end + 1;
    const value = text.startsWith("{") ? parsed(text) : undefined;
    if (isJsonObject(value)) objects.push(value);
  }
  return objects;
}

function objectsFrom(bytes: Uint8Array, from: number): readonly JsonObject[] {
  const objects: JsonObject[] = [];
  let position = from;
  while (objects.length < objectsSampled) {
    position = skipSpace(bytes, position);
    if (bytes[position] === comma) position = skipSpace(bytes, position + 1);
    if (bytes[position] !== openBrace) break;
    const end = endOfObject(bytes, position, bytes.length);
    if (end === -1) break;
    const value = parsed(decoder.decode(bytes.subarray(position, end)));
    if (isJsonObject(value)) objects.push(value);
    position = end;
  }
  return objects;
}

function skipSpace(bytes: Uint8Array, from: number): number {
  let position = from;
  while (position < bytes.length && bytes[position]! <= 32) position += 1;
  return position;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // one bad object is the reader's to report
  }
}

const decoder = new TextDecoder();
const objectsSampled = 100;
const quote = 34;
const comma = 44;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
