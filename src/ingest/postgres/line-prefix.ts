import { InputError } from "../../base/input-error.ts";
import type { Span } from "../entry.ts";
import { headingAt } from "./severity.ts";
import type { Heading } from "./severity.ts";

/** What an escape of log_line_prefix stands for, as far as we tell it apart. */
const escapes = {
  a: "text",
  u: "text",
  d: "text",
  b: "text",
  i: "text",
  r: "remote",
  h: "host",
  L: "host",
  p: "digits",
  P: "digits",
  l: "digits",
  x: "digits",
  Q: "digits",
  t: "time",
  m: "time",
  s: "time",
  n: "epoch",
  c: "session",
  v: "transaction",
  e: "state",
  // Not PostgreSQL's: text of which the meaning was not told.
  "?": "text",
} as const;

type Escape = keyof typeof escapes;
type Shape = (typeof escapes)[Escape] | "literal" | "session-only";

/** One part of a prefix; all of them have one form, because they are walked for every line. */
interface Part {
  readonly shape: Shape;
  /** The text of a literal; empty for a field. */
  readonly literal: Uint8Array;
  /** What the field is an escape for; "" for a literal. */
  readonly escape: Escape | "";
  /** With a width, as in `%-10u`, the value is filled up with spaces. */
  readonly padded: boolean;
}

/** The fields of a line that are used. A field that the line has not has start -1. */
export interface LinePrefix {
  readonly user: Span;
  readonly database: Span;
  readonly time: Span;
  readonly epoch: Span;
  readonly process: Span;
  readonly session: Span;
  readonly transaction: Span;
  /** Where the text behind the heading starts. */
  textStart: number;
  heading: Heading;
}

const kept = { u: "user", d: "database", t: "time", m: "time", n: "epoch", p: "process", c: "session", v: "transaction" } as const;

/**
 * Matches lines with a log_line_prefix
 * (https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-LOG-LINE-PREFIX), which must be followed by a
 * heading such as `LOG:  `. Fields of free text end at the first place from which the rest fits, so that an
 * application's name may hold anything.
 */
export class LinePrefixMatcher implements LinePrefix {
  readonly user: Span = { start: -1, end: -1 };
  readonly database: Span = { start: -1, end: -1 };
  readonly time: Span = { start: -1, end: -1 };
  readonly epoch: Span = { start: -1, end: -1 };
  readonly process: Span = { start: -1, end: -1 };
  readonly session: Span = { start: -1, end: -1 };
  readonly transaction: Span = { start: -1, end: -1 };
  textStart = -1;
  heading: Heading = noHeading;
  readonly #parts: readonly Part[];
  /** Where each part's value is kept; undefined for what is not used. */
  readonly #spans: readonly (Span | undefined)[];
  readonly #kept: readonly Span[];
  /** The line ended at %q, as those of background processes do. */
  #cutShort = false;
  #bytes: Uint8Array = new Uint8Array(0);
  #end = 0;
  #steps = 0;

  constructor(prefix: string) {
    this.#parts = partsOf(prefix);
    this.#spans = this.#parts.map(({ escape }) =>
      escape in kept ? this[kept[escape as keyof typeof kept]] : undefined,
    );
    this.#kept = [...new Set(this.#spans)].filter((span) => span !== undefined);
  }

  /** Does the line `[start, end)` begin with the prefix and a heading? Sets the fields when it does. */
  match(bytes: Uint8Array, start: number, end: number): boolean {
    this.#bytes = bytes;
    this.#end = end;
    this.#steps = 0;
    this.#cutShort = false;
    for (const span of this.#kept) span.start = -1;
    return this.#from(0, start);
  }

  /** Does the rest of the line fit the parts from `first` on? */
  #from(first: number, start: number): boolean {
    const parts = this.#parts;
    let at = start;
    for (let index = first; index < parts.length; index++) {
      if (this.#steps++ > mostSteps) return false;
      const part = parts[index]!;
      const { shape } = part;
      if (shape === "literal") {
        at = this.#literal(part.literal, at);
        if (at === -1) return false;
      } else if (shape === "text" || shape === "host") {
        return this.#free(part, index, at);
      } else if (shape === "session-only") {
        if (this.#from(index + 1, at)) return true;
        for (const span of this.#spans.slice(index)) if (span !== undefined) span.start = -1;
        this.#cutShort = true;
        break;
      } else {
        const end = this.#fixedEnd(part, at);
        if (end === -1) return false;
        const span = this.#spans[index];
        if (span !== undefined) this.#keep(span, part.padded, at, end);
        at = part.padded ? this.#skipSpaces(end) : end;
      }
    }
    return this.#heading(at);
  }

  /** Ends free text at each place where the next part may begin, the nearest first. */
  #free(part: Part, index: number, at: number): boolean {
    const next = this.#parts[index + 1];
    const first = next !== undefined && next.shape === "literal" ? next.literal[0]! : -1;
    const most = Math.min(this.#end, at + longestText);
    for (let end = at; end <= most; end++) {
      if (first !== -1) {
        while (end < most && this.#bytes[end] !== first) end += 1;
        if (end < this.#end && this.#bytes[end] !== first) return false;
      }
      if (this.#from(index + 1, end)) {
        const span = this.#spans[index];
        if (span !== undefined) this.#keep(span, part.padded, at, end);
        return true;
      }
      if (this.#steps > mostSteps) return false;
      if (part.shape === "host" && this.#bytes[end] === 32) return false;
    }
    return false;
  }

  #heading(at: number): boolean {
    const heading = headingAt(this.#bytes, at, this.#end);
    if (heading === undefined) return false;
    this.heading = heading;
    let text = at + heading.bytes.length;
    if (this.#bytes[text] === 32 && text < this.#end) text += 1;
    if (this.#bytes[text] === 32 && text < this.#end) text += 1;
    this.textStart = this.#behindState(text);
    return true;
  }

  /** With log_error_verbosity = verbose the SQLSTATE stands before the message: `LOG:  00000: duration`. */
  #behindState(at: number): number {
    const bytes = this.#bytes;
    if (at + 7 > this.#end || bytes[at + 5] !== 58 || bytes[at + 6] !== 32) return at;
    let digits = 0;
    for (let index = at; index < at + 5; index++) {
      const byte = bytes[index]!;
      if (isDigit(byte)) digits += 1;
      else if (byte < 65 || byte > 90) return at;
    }
    // Every SQLSTATE has a digit; `AUDIT: ` is a message of pgaudit.
    return digits > 0 ? at + 7 : at;
  }

  #literal(literal: Uint8Array, at: number): number {
    const { length } = literal;
    if (at + length > this.#end) return -1;
    for (let index = 0; index < length; index++) if (this.#bytes[at + index] !== literal[index]) return -1;
    return at + length;
  }

  #keep(span: Span, padded: boolean, start: number, end: number): void {
    span.start = start;
    span.end = end;
    if (padded) {
      while (span.start < span.end && this.#bytes[span.start] === 32) span.start += 1;
      while (span.end > span.start && this.#bytes[span.end - 1] === 32) span.end -= 1;
    }
    if (span.start === span.end || this.#isUnknown(span)) span.start = -1;
  }

  /** Before a session has logged in, its names are `[unknown]`. */
  #isUnknown({ start, end }: Span): boolean {
    return end - start === 9 && this.#bytes[start] === 91 && this.#bytes[start + 1] === 117 && this.#bytes[end - 1] === 93;
  }

  /** Where a field ends whose form says so; -1 when it does not have the form. */
  #fixedEnd({ shape, padded }: Part, start: number): number {
    const at = padded ? this.#skipSpaces(start) : start;
    switch (shape) {
      case "digits":
        return this.#behindDigits(this.#bytes[at] === 45 ? at + 1 : at);
      case "epoch": {
        const point = this.#behindDigits(at);
        return point > at && this.#bytes[point] === 46 ? this.#behindDigits(point + 1) : -1;
      }
      case "session": {
        const point = this.#behindHex(at);
        return point > at && this.#bytes[point] === 46 ? this.#behindHex(point + 1) : at;
      }
      case "transaction": {
        const slash = this.#behindDigits(at);
        return slash > at && this.#bytes[slash] === 47 ? this.#behindDigits(slash + 1) : at;
      }
      case "state":
        return at + 5 <= this.#end ? at + 5 : -1;
      case "time":
        return this.#behindTime(at);
      default:
        return this.#behindRemote(at);
    }
  }

  #behindDigits(from: number): number {
    let at = from;
    while (at < this.#end && isDigit(this.#bytes[at]!)) at += 1;
    return at;
  }

  #behindHex(from: number): number {
    let at = from;
    while (at < this.#end && isHex(this.#bytes[at]!)) at += 1;
    return at;
  }

  /** `2026-11-20 07:44:09.277 UTC`, `+03`, `+05:30`. */
  #behindTime(at: number): number {
    const bytes = this.#bytes;
    if (at + 19 > this.#end) return -1;
    if (bytes[at + 4] !== 45 || bytes[at + 7] !== 45 || bytes[at + 13] !== 58 || bytes[at + 16] !== 58) return -1;
    for (const digit of dateDigits) if (!isDigit(bytes[at + digit]!)) return -1;
    let end = at + 19;
    if (bytes[end] === 46) end = this.#behindDigits(end + 1);
    let zone = bytes[end] === 32 ? end + 1 : end;
    const sign = bytes[zone];
    if (zone < this.#end && (sign === 43 || sign === 45)) {
      const hours = this.#behindDigits(zone + 1);
      if (hours === zone + 1) return end;
      const minutes = bytes[hours] === 58 ? this.#behindDigits(hours + 1) : hours;
      return minutes === hours + 3 ? minutes : hours;
    }
    const letters = zone;
    while (zone < this.#end && isLetter(bytes[zone]!)) zone += 1;
    // A zone is short and in capitals: what follows a time that is not logged with one is something else.
    return zone > letters && zone - letters <= 5 && bytes[letters]! < 91 && !this.#isHeading(letters) ? zone : end;
  }

  #isHeading(at: number): boolean {
    return headingAt(this.#bytes, at, this.#end) !== undefined;
  }

  /** `10.0.0.1(5432)`, `[local]`, or nothing. */
  #behindRemote(at: number): number {
    const bytes = this.#bytes;
    if (bytes[at] === 91) {
      for (let end = at; end < this.#end && bytes[end]! > 32; end++) if (bytes[end] === 93) return end + 1;
      return at;
    }
    for (let end = at; end < this.#end && bytes[end]! > 32; end++) if (bytes[end] === 41) return end + 1;
    return at;
  }

  #skipSpaces(from: number): number {
    let at = from;
    while (at < this.#end && this.#bytes[at] === 32) at += 1;
    return at;
  }

  /** How many fields of known meaning the line had that was matched last. */
  get fieldCount(): number {
    const shapes = this.#parts.map(({ shape }) => shape);
    const parts = this.#cutShort ? this.#parts.slice(0, shapes.indexOf("session-only")) : this.#parts;
    return parts.filter(({ escape }) => escape !== "" && escape !== "?").length;
  }
}

/** Parts of a prefix; throws for an escape that PostgreSQL does not have. */
function partsOf(prefix: string): readonly Part[] {
  const parts: Part[] = [];
  let literal = "";
  const add = (shape: Shape, escape: Part["escape"] = "", padded = false): void => {
    if (literal !== "")
      parts.push({ shape: "literal", literal: new TextEncoder().encode(literal), escape: "", padded: false });
    literal = "";
    if (shape !== "literal") parts.push({ shape, literal: new Uint8Array(0), escape, padded });
  };
  for (const [, text, width, escape] of prefix.matchAll(/([^%]+)|%(-?\d+)?(.?)/gsu)) {
    if (text !== undefined) literal += text;
    else if (escape === "%") literal += "%";
    else if (escape === "q") add("session-only");
    else if (escape !== undefined && Object.hasOwn(escapes, escape))
      add(escapes[escape as Escape], escape as Escape, width !== undefined);
    else {
      throw new InputError(`%${width ?? ""}${escape ?? ""} is no escape of log_line_prefix`, {
        hint: "copy the value that SHOW log_line_prefix gives; %% is a percent sign",
      });
    }
  }
  add("literal");
  return parts;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isHex = (byte: number): boolean => isDigit(byte) || (byte >= 97 && byte <= 102);
const isLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);
const noHeading: Heading = { word: "", isPart: false, bytes: new Uint8Array(0) };
const dateDigits = [0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18] as const;
const mostSteps = 4096;
const longestText = 1024;
