import { literalForm } from "../scan.ts";
import type { CommandSink } from "./command-sink.ts";
import {
  closeBrace,
  closeBracket,
  comma,
  type Field,
  isText,
  newField,
  nextField,
  nextItem,
  openBrace,
  openBracket,
  quote,
} from "./json-cursor.ts";
import { slotMark } from "./skeleton.ts";

/** Writes filters and expressions: names and operators stay, values become slots. False when the JSON is broken. */
export class FilterWalk {
  readonly #sink: CommandSink;

  constructor(sink: CommandSink) {
    this.#sink = sink;
  }

  filter(start: number, end: number): boolean {
    if (this.#sink.bytes[start] !== openBrace) return this.#sink.out.text("{}");
    if (!this.#sink.deeper()) return false;
    const out = this.#sink.out;
    const field = newField();
    out.byte(openBrace);
    let position = start + 1;
    for (let count = 0; (position = nextField(this.#sink.bytes, position, end, field)) > 0; count++) {
      if (count > 0) out.byte(comma);
      this.#sink.name(field);
      const { nameStart, nameEnd, valueStart, valueEnd } = field;
      if (this.#sink.bytes[nameStart] !== dollar) {
        if (!this.#condition(valueStart, valueEnd)) return false;
      } else if (isText(this.#sink.bytes, nameStart, nameEnd, "$expr")) {
        if (!this.expression(valueStart, valueEnd)) return false;
      } else if (this.#isLogical(nameStart, nameEnd)) {
        if (!this.#sink.each(valueStart, valueEnd, (from, to) => this.filter(from, to))) return false;
      } else {
        out.text("{}");
      }
    }
    out.byte(closeBrace);
    this.#sink.shallower();
    return position === 0;
  }

  #isLogical(start: number, end: number): boolean {
    return (
      isText(this.#sink.bytes, start, end, "$and") ||
      isText(this.#sink.bytes, start, end, "$or") ||
      isText(this.#sink.bytes, start, end, "$nor")
    );
  }

  /** What a field is compared with: a value, operators, or what can't pin it (an array, a document, a pattern). */
  #condition(start: number, end: number): boolean {
    if (this.#sink.slotOf(start, end)) return true;
    const out = this.#sink.out;
    if (this.#sink.bytes[start] !== openBrace) return out.text("[]");
    const field = newField();
    const first = nextField(this.#sink.bytes, start + 1, end, field);
    if (first < 0) return false;
    if (first === 0 || this.#sink.bytes[field.nameStart] !== dollar) return out.text("{}");
    if (!this.#sink.deeper()) return false;
    out.byte(openBrace);
    let position = start + 1;
    for (let count = 0; (position = nextField(this.#sink.bytes, position, end, field)) > 0; count++) {
      if (count > 0) out.byte(comma);
      this.#sink.name(field);
      if (!this.#operand(field)) return false;
    }
    out.byte(closeBrace);
    this.#sink.shallower();
    return position === 0;
  }

  #operand({ nameStart, nameEnd, valueStart, valueEnd }: Field): boolean {
    const bytes = this.#sink.bytes;
    if (isText(bytes, nameStart, nameEnd, "$in")) return this.#list(valueStart, valueEnd);
    if (isText(bytes, nameStart, nameEnd, "$eq"))
      return this.#sink.slotOf(valueStart, valueEnd) || this.#sink.out.text(bytes[valueStart] === openBracket ? "[]" : "{}");
    if (isText(bytes, nameStart, nameEnd, "$not")) return this.#condition(valueStart, valueEnd);
    if (!isComparison(bytes, nameStart, nameEnd)) return this.#sink.out.text("{}");
    if (isText(bytes, valueStart, valueEnd, "null")) return this.#sink.out.text("null");
    return this.#sink.slotOf(valueStart, valueEnd) || this.#sink.out.text("{}");
  }

  /** The values of a list are one slot; null stands apart, because it also finds what lacks the field. */
  #list(start: number, end: number): boolean {
    const bytes = this.#sink.bytes;
    const out = this.#sink.out;
    const value = this.#sink.value;
    if (bytes[start] !== openBracket) {
      // "?array<?number>" of $queryStats; anything else is no list.
      if (!isText(bytes, start, Math.min(end, start + 8), '"?array<')) return out.text("{}");
      out.byte(openBracket);
      this.#sink.literals.add(this.#sink.slots++, start, end, literalForm.parameter, 0);
      out.byte(slotMark.unlogged | slotMark.list);
      out.byte(closeBracket);
      return true;
    }
    const field = newField();
    let [nulls, others, plain, numbers, unlogged] = [false, false, 0, 0, false];
    let position = start + 1;
    while ((position = nextItem(bytes, position, end, field)) > 0) {
      const sort = value.read(bytes, field.valueStart, field.valueEnd);
      if (sort === "null") nulls = true;
      else if (sort === "none") others = true;
      else {
        plain += 1;
        if (sort === "number") numbers += 1;
        if (sort === "unlogged") unlogged = true;
        this.#sink.literals.add(this.#sink.slots, value.start, value.end, value.form, value.integer);
      }
    }
    if (position < 0) return false;
    out.byte(openBracket);
    if (plain > 0) {
      this.#sink.slots += 1;
      out.byte(slotMark[unlogged ? "unlogged" : numbers === plain ? "number" : "string"] | slotMark.list);
    }
    if (nulls) out.text(plain > 0 ? ",null" : "null");
    if (others) out.text(plain > 0 || nulls ? ",{}" : "{}");
    out.byte(closeBracket);
    return true;
  }

  /** `{$eq: ["$a", 5]}` and its like; values in it are slots, fields of documents (`"$a"`) are names. */
  expression(start: number, end: number): boolean {
    const bytes = this.#sink.bytes;
    const out = this.#sink.out;
    if (bytes[start] === quote && bytes[start + 1] === dollar) return this.#sink.verbatim(start, end);
    // Null is equal to what is missing here and there, so it pins nothing.
    if (isText(bytes, start, end, "null")) return out.text("{}");
    if (this.#sink.slotOf(start, end)) return true;
    if (bytes[start] !== openBrace) return out.text("[]");
    const field = newField();
    const first = nextField(bytes, start + 1, end, field);
    if (first < 0) return false;
    if (first === 0 || bytes[field.nameStart] !== dollar) return out.text("{}");
    if (!this.#sink.deeper()) return false;
    out.byte(openBrace);
    this.#sink.name(field);
    const { valueStart, valueEnd } = field;
    const written =
      bytes[valueStart] === openBracket
        ? this.#sink.each(valueStart, valueEnd, (from, to) => this.expression(from, to))
        : this.expression(valueStart, valueEnd);
    out.byte(closeBrace);
    this.#sink.shallower();
    return written;
  }
}

function isComparison(bytes: Uint8Array, start: number, end: number): boolean {
  return ["$gt", "$gte", "$lt", "$lte", "$ne"].some((name) => isText(bytes, start, end, name));
}

const dollar = 36;
