/** What stands behind a name in a JSON object. */
export type ValueKind = "string" | "number" | "word" | "object" | "array";

/** A field that is looked for: one name, or two for a field of an object inside. */
export interface WantedField {
  readonly path: readonly string[];
}

/** What was found at the n-th name of the line before: most lines of a log have the same names in the same order. */
interface SeenName {
  /** The bytes from the opening quote of the name up to its value. */
  readonly text: Uint8Array;
  readonly parent: number;
  /** Index of the wanted field with this name, -1 when it is none. */
  readonly wanted: number;
}

/**
 * Finds some fields of a JSON object in bytes, by one walk over them and without building the object: numbers keep
 * every digit, invalid UTF-8 stays as it is, and nothing is allocated per line. Of a repeated name the last one counts,
 * as in JSON.parse.
 */
export class JsonWalk {
  /** Bounds of each wanted field's value: inside the quotes for a string, its JSON text otherwise. -1 when absent. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  readonly kinds: (ValueKind | undefined)[];

  /** The names that are looked for in the object itself (0) and in the objects inside it (from 1), with their numbers. */
  readonly #wantedIn: readonly (readonly { readonly name: Uint8Array; readonly wanted: number }[])[];
  readonly #wantedCount: number;
  #bytes: Buffer = Buffer.alloc(0);
  #end = 0;
  readonly #seen: SeenName[] = [];
  #nameIndex = 0;
  #misses = 0;
  /** Did the string that was walked last hold a backslash, as far as is known? */
  #mayBeEscaped = false;

  constructor(wanted: readonly WantedField[]) {
    this.#wantedCount = wanted.length;
    const outer = [...new Set(wanted.filter(({ path }) => path.length === 2).map(({ path }) => path[0]!))];
    this.#wantedIn = [undefined, ...outer].map((parent, index) => [
      ...wanted.flatMap(({ path }, number) =>
        path.length === (parent === undefined ? 1 : 2) && (parent === undefined || path[0] === parent)
          ? [{ name: encoder.encode(path.at(-1)), wanted: number }]
          : [],
      ),
      // Objects that hold wanted fields are numbered behind the fields.
      ...(index > 0 ? [] : outer.map((name, inner) => ({ name: encoder.encode(name), wanted: wanted.length + inner }))),
    ]);
    this.starts = new Int32Array(wanted.length);
    this.ends = new Int32Array(wanted.length);
    this.kinds = wanted.map(() => undefined);
  }

  open(bytes: Uint8Array): void {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Walks the object in `[start, end)`. False when it is not one well-formed object. */
  find(start: number, end: number): boolean {
    for (let index = 0; index < this.starts.length; index++) {
      this.starts[index] = -1;
      this.ends[index] = -1;
      this.kinds[index] = undefined;
    }
    this.#nameIndex = 0;
    this.#end = end;
    const from = this.#skipSpace(start);
    if (from >= end || this.#bytes[from] !== openBrace) return false;
    const after = this.#object(from, 0);
    return after !== -1 && this.#skipSpace(after) === end;
  }

  /**
   * Walks the object that opens at `at`; `parent` says which it is in `#wantedIn`. Returns the position behind it, -1 on
   * a fault.
   */
  #object(at: number, parent: number): number {
    const bytes = this.#bytes;
    let position = this.#skipSpace(at + 1);
    if (position < this.#end && bytes[position] === closeBrace) return position + 1;
    while (position < this.#end) {
      let wanted: number;
      let valueStart: number;
      const seen = this.#seen[this.#nameIndex++];
      if (seen !== undefined && seen.parent === parent && this.#startsWith(position, seen.text)) {
        wanted = seen.wanted;
        valueStart = position + seen.text.length;
        if (isSpace(bytes[valueStart]!)) valueStart = this.#skipSpace(valueStart);
      } else {
        if (bytes[position] !== quote) return -1;
        const nameEnd = this.#endOfString(position + 1);
        if (nameEnd === -1) return -1;
        wanted = this.#wantedNamed(position + 1, nameEnd, parent);
        valueStart = this.#skipSpace(nameEnd + 1);
        if (valueStart >= this.#end || bytes[valueStart] !== colon) return -1;
        valueStart = this.#skipSpace(valueStart + 1);
        this.#remember(position, valueStart, parent, wanted);
      }
      if (valueStart >= this.#end) return -1;
      const first = bytes[valueStart]!;
      const inside = wanted - this.#wantedCount;
      const after =
        inside >= 0 && first === openBrace ? this.#object(valueStart, inside + 1) : this.#skipValue(valueStart);
      if (after === -1) return -1;
      if (wanted !== -1 && inside < 0) this.#keep(wanted, valueStart, after, first);
      position = this.#skipSpace(after);
      if (position >= this.#end) return -1;
      if (bytes[position] === closeBrace) return position + 1;
      if (bytes[position] !== comma) return -1;
      position = this.#skipSpace(position + 1);
    }
    return -1;
  }

  #keep(wanted: number, start: number, end: number, first: number): void {
    const inQuotes = first === quote ? 1 : 0;
    this.starts[wanted] = start + inQuotes;
    this.ends[wanted] = end - inQuotes;
    this.kinds[wanted] =
      first === quote
        ? "string"
        : first === openBrace
          ? "object"
          : first === openBracket
            ? "array"
            : isLetter(first)
              ? "word"
              : "number";
  }

  #startsWith(at: number, text: Uint8Array): boolean {
    if (at + text.length >= this.#end) return false;
    for (let index = 0; index < text.length; index++) if (this.#bytes[at + index] !== text[index]) return false;
    return true;
  }

  #remember(start: number, end: number, parent: number, wanted: number): void {
    // Where every line is different, remembering costs more than it saves.
    this.#misses += 1;
    if (this.#misses > 1000 || this.#nameIndex > 100) return;
    this.#seen[this.#nameIndex - 1] = { text: Uint8Array.from(this.#bytes.subarray(start, end)), parent, wanted };
  }

  /** Number of the wanted field, or of the object that holds some, with this name; -1 when none has it. */
  #wantedNamed(start: number, end: number, parent: number): number {
    const escaped = this.#mayBeEscaped;
    const candidates = this.#wantedIn[parent]!;
    for (let index = 0; index < candidates.length; index++) {
      const { name, wanted } = candidates[index]!;
      if (this.#isName(start, end, escaped, name)) return wanted;
    }
    return -1;
  }

  #isName(start: number, end: number, escaped: boolean, name: Uint8Array): boolean {
    const length = end - start;
    if (length === name.length) {
      for (let index = 0; index < length; index++) if (this.#bytes[start + index] !== name[index]) return false;
      return true;
    }
    // A name written with escapes is longer than what it stands for, and rare.
    if (!escaped || length < name.length) return false;
    try {
      return JSON.parse(`"${this.#bytes.toString("utf8", start, end)}"`) === Buffer.from(name).toString();
    } catch {
      return false; // an escape that JSON does not know names no field of ours
    }
  }

  /** Where the string that starts behind its quote ends, at the closing quote; -1 when it does not end. */
  #endOfString(start: number): number {
    const bytes = this.#bytes;
    let position = start;
    // Names and short values end within a few bytes; a native search costs about as much as walking them.
    const near = start + walkBytes < this.#end ? start + walkBytes : this.#end;
    let escaped = false;
    while (position < near) {
      const byte = bytes[position]!;
      if (byte === quote) {
        this.#mayBeEscaped = escaped;
        return position;
      }
      if (byte === backslash) {
        escaped = true;
        position += 1;
      }
      position += 1;
    }
    this.#mayBeEscaped = true;
    let close = position;
    for (;;) {
      close = bytes.indexOf(quote, close);
      if (close === -1 || close >= this.#end) return -1;
      let slashes = close;
      while (slashes > position && bytes[slashes - 1] === backslash) slashes -= 1;
      if ((close - slashes) % 2 === 0) return close;
      close += 1;
    }
  }

  /** Position behind the value that starts at `start`, or -1. */
  #skipValue(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start]!;
    if (first === quote) {
      const close = this.#endOfString(start + 1);
      return close === -1 ? -1 : close + 1;
    }
    if (first === openBrace || first === openBracket) {
      let depth = 0;
      for (let position = start; position < this.#end; position++) {
        const byte = bytes[position]!;
        if (byte === quote) {
          position = this.#endOfString(position + 1);
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
    let position = start;
    while (position < this.#end) {
      const byte = bytes[position]!;
      if (byte === comma || byte === closeBrace || byte === closeBracket || isSpace(byte)) break;
      position += 1;
    }
    return position === start ? -1 : position;
  }

  #skipSpace(from: number): number {
    let position = from;
    while (position < this.#end && isSpace(this.#bytes[position]!)) position += 1;
    return position;
  }
}

const isSpace = (byte: number): boolean => byte === 32 || byte === 9 || byte === 10 || byte === 13;
const isLetter = (byte: number): boolean => byte >= 97 && byte <= 122;
const encoder = new TextEncoder();
const quote = 34;
const comma = 44;
const colon = 58;
const openBracket = 91;
const backslash = 92;
const closeBracket = 93;
const openBrace = 123;
const closeBrace = 125;
const walkBytes = 24;
