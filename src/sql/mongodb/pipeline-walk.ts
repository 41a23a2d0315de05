import type { CommandSink } from "./command-sink.ts";
import type { FilterWalk } from "./filter-walk.ts";
import { closeBrace, comma, isText, newField, nextField, openBrace, quote } from "./json-cursor.ts";

/**
 * Writes pipelines: the filters of $match and the collections that are joined, of other stages the name alone. False
 * when the JSON is broken.
 */
export class PipelineWalk {
  readonly #sink: CommandSink;
  readonly #filters: FilterWalk;

  constructor(sink: CommandSink, filters: FilterWalk) {
    this.#sink = sink;
    this.#filters = filters;
  }

  pipeline(start: number, end: number): boolean {
    return this.#sink.deeper() && this.#sink.each(start, end, (from, to) => this.#stage(from, to)) && this.#sink.shallower();
  }

  #stage(start: number, end: number): boolean {
    const bytes = this.#sink.bytes;
    const out = this.#sink.out;
    const field = newField();
    if (bytes[start] !== openBrace) return out.text("{}");
    const first = nextField(bytes, start + 1, end, field);
    if (first <= 0) return first === 0 && out.text("{}");
    out.byte(openBrace);
    this.#sink.name(field);
    const { nameStart, nameEnd, valueStart, valueEnd } = field;
    const is = (name: string): boolean => isText(bytes, nameStart, nameEnd, name);
    const written = is("$match")
      ? this.#filters.filter(valueStart, valueEnd)
      : is("$unionWith") && bytes[valueStart] === quote
        ? this.#sink.verbatim(valueStart, valueEnd)
        : is("$lookup") || is("$unionWith") || is("$graphLookup")
          ? this.#joined(valueStart, valueEnd)
          : is("$facet")
            ? this.#facet(valueStart, valueEnd)
            : out.text("{}");
    out.byte(closeBrace);
    return written;
  }

  #joined(start: number, end: number): boolean {
    const bytes = this.#sink.bytes;
    const out = this.#sink.out;
    if (bytes[start] !== openBrace) return out.text("{}");
    const field = newField();
    out.byte(openBrace);
    let position = start + 1;
    let count = 0;
    while ((position = nextField(bytes, position, end, field)) > 0) {
      const name = this.#sink.text(field.nameStart, field.nameEnd);
      if (!joinFields.has(name)) continue;
      if (count++ > 0) out.byte(comma);
      this.#sink.name(field);
      const { valueStart, valueEnd } = field;
      const collection = (name === "from" || name === "coll") && bytes[valueStart] === quote;
      const written = collection
        ? this.#sink.collection(valueStart + 1, valueEnd - 1)
        : name === "pipeline"
          ? this.pipeline(valueStart, valueEnd)
          : name === "let"
            ? this.variables(valueStart, valueEnd)
            : bytes[valueStart] === quote
              ? this.#sink.verbatim(valueStart, valueEnd)
              : out.text("{}");
      if (!written) return false;
    }
    out.byte(closeBrace);
    return position === 0;
  }

  #facet(start: number, end: number): boolean {
    return this.#named(start, end, (from, to) => this.pipeline(from, to));
  }

  variables(start: number, end: number): boolean {
    return this.#named(start, end, (from, to) => this.#filters.expression(from, to));
  }

  #named(start: number, end: number, write: (start: number, end: number) => boolean): boolean {
    if (this.#sink.bytes[start] !== openBrace) return this.#sink.out.text("{}");
    const field = newField();
    this.#sink.out.byte(openBrace);
    let position = start + 1;
    for (let count = 0; (position = nextField(this.#sink.bytes, position, end, field)) > 0; count++) {
      if (count > 0) this.#sink.out.byte(comma);
      this.#sink.name(field);
      if (!write(field.valueStart, field.valueEnd)) return false;
    }
    this.#sink.out.byte(closeBrace);
    return position === 0;
  }
}

const joinFields: ReadonlySet<string> = new Set(["from", "coll", "localField", "foreignField", "let", "pipeline"]);
