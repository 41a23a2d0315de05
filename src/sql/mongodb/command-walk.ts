import type { LiteralSpans } from "../literal-spans.ts";
import { literalForm } from "../scan.ts";
import { CommandSink, type CommandSpans } from "./command-sink.ts";
import { FilterWalk } from "./filter-walk.ts";
import {
  closeBrace,
  closeBracket,
  comma,
  isText,
  newField,
  nextField,
  nextItem,
  openBrace,
  openBracket,
  quote,
} from "./json-cursor.ts";
import { PipelineWalk } from "./pipeline-walk.ts";
import { type Skeleton, slotMark } from "./skeleton.ts";

/**
 * Takes one command apart, in one walk over its bytes: what all executions of its kind have in common, the skeleton, and
 * the values in which they differ. The skeleton has what decides where the command goes (collection, filter, changed
 * fields, joined collections), in a fixed order, and nothing else: no projection, no sort, no session.
 */
export class CommandWalk {
  readonly #sink = new CommandSink();
  readonly #filters = new FilterWalk(this.#sink);
  readonly #pipelines = new PipelineWalk(this.#sink, this.#filters);
  /** Where the fields of a command that matter start and end: name -> [start, end]. */
  readonly #fields = new Map<string, readonly [number, number]>();
  #entry: CommandSpans | undefined;

  get literals(): LiteralSpans {
    return this.#sink.literals;
  }

  /** Why the last walk failed. */
  get failure(): string {
    return this.#sink.failure;
  }

  /** The skeleton is valid until the next walk; undefined when this is no command that reads or writes documents. */
  walk(entry: CommandSpans): Skeleton | undefined {
    const { bytes, sql, operation } = entry;
    this.#entry = entry;
    this.#sink.open(entry);
    if (sql.start < 0 || bytes[sql.start] !== openBrace) return undefined;
    const word = this.#sink.text(operation.start, operation.end);
    const done =
      word === "getMore" ? this.#getMore(sql.start, sql.end) : this.#operation(word, sql.start, sql.end);
    return done ? this.#sink.out.skeleton : undefined;
  }

  #getMore(start: number, end: number): boolean {
    this.#sink.out.text('{"getMore":');
    if (!this.#operation("command", start, end)) return false;
    this.#sink.out.text("}");
    return true;
  }

  #operation(word: string, start: number, end: number): boolean {
    const verb = this.#collect(start, end);
    if (verb === undefined) return false;
    if ((word === "update" || word === "remove") && !verbs.has(verb)) return this.#singleWrite(word, start, end);
    if (word === "query" && !verbs.has(verb)) return this.#legacyFind(verb, start, end);
    if (!verbs.has(verb) && verbs.has(word)) return this.#shape(word);
    if (!verbs.has(verb)) {
      this.#sink.failure = "MongoDB command of a kind that is not known";
      return false;
    }
    const [collectionStart, collectionEnd] = this.#fields.get(verb)!;
    this.#sink.out.text(`{"${verb === "findandmodify" ? "findAndModify" : verb}":`);
    if (this.#sink.bytes[collectionStart] === quote) this.#sink.collection(collectionStart + 1, collectionEnd - 1);
    else if (verb === "aggregate") this.#sink.out.text("1");
    else if (verb === "commitTransaction" || verb === "abortTransaction") this.#sink.out.text("1");
    else return false;
    if (!this.#parts(verb)) return false;
    this.#sink.out.text("}");
    return true;
  }

  /** A query shape of $queryStats: the parts of a command whose name stands apart. */
  #shape(verb: string): boolean {
    const { table } = this.#entry!;
    this.#sink.out.text(`{"${verb}":`);
    this.#sink.collection(table.start, table.end);
    if (!this.#parts(verb)) return false;
    this.#sink.out.text("}");
    return true;
  }

  /** Notes where the fields stand that matter, and gives the name of the first: the command's. */
  #collect(start: number, end: number): string | undefined {
    this.#fields.clear();
    const field = newField();
    let verb: string | undefined;
    let position = start + 1;
    while ((position = nextField(this.#sink.bytes, position, end, field)) > 0) {
      const name = this.#sink.text(field.nameStart, field.nameEnd);
      if (verb === undefined || relevant.has(name)) this.#fields.set(name, [field.valueStart, field.valueEnd]);
      verb ??= name;
    }
    return position === 0 ? verb : undefined;
  }

  /** `{q, u}` and `{q, limit}`: one write of a command that may hold many, as the server runs and logs it. */
  #singleWrite(word: "update" | "remove", start: number, end: number): boolean {
    const { table } = this.#entry!;
    this.#sink.out.text(word === "update" ? '{"update":' : '{"delete":');
    this.#sink.collection(table.start, table.end);
    this.#sink.out.text(word === "update" ? ',"updates":[' : ',"deletes":[');
    // Before 3.6 the profiler logged the filter alone.
    const whole = this.#fields.has("q");
    const written = whole ? this.#write() : this.#bareFilter(start, end);
    this.#sink.out.text("]}");
    return written;
  }

  #bareFilter(start: number, end: number): boolean {
    this.#sink.out.text('{"q":');
    if (!this.#filters.filter(start, end)) return false;
    this.#sink.out.text("}");
    return true;
  }

  /** Before 3.2 a query was logged as its filter, or as `{$query: filter, $orderby: ...}`, also with `query`. */
  #legacyFind(verb: string, start: number, end: number): boolean {
    const { table } = this.#entry!;
    if (this.#fields.has("$explain")) {
      this.#sink.failure = "explain command";
      return false;
    }
    this.#sink.out.text('{"find":');
    this.#sink.collection(table.start, table.end);
    this.#sink.out.text(',"filter":');
    const wrapped = verb === "$query" || verb === "query" ? this.#fields.get(verb)! : undefined;
    const [from, to] = wrapped !== undefined && this.#sink.bytes[wrapped[0]] === openBrace ? wrapped : [start, end];
    if (!this.#filters.filter(from, to)) return false;
    this.#sink.out.text("}");
    return true;
  }

  #parts(verb: string): boolean {
    if (verb === "insert") return this.#documents();
    if (verb === "update" || verb === "delete") return this.#writes(verb === "update" ? "updates" : "deletes");
    for (const name of ["filter", "query"] as const) {
      if (!this.#part(name, (start, end) => this.#filters.filter(start, end))) return false;
    }
    return (
      this.#part("pipeline", (start, end) => this.#pipelines.pipeline(start, end)) &&
      (verb === "aggregate" || this.#part("update", (start, end) => this.#change(start, end))) &&
      this.#part("let", (start, end) => this.#pipelines.variables(start, end)) &&
      this.#part("collation", (start, end) => this.#collation(start, end)) &&
      this.#part("remove", (start, end) => this.#sink.verbatim(start, end)) &&
      this.#part("upsert", (start, end) => this.#sink.verbatim(start, end)) &&
      (verb !== "find" || this.#part("limit", (start, end) => this.#sink.slotOf(start, end)))
    );
  }

  #part(name: string, write: (start: number, end: number) => boolean): boolean {
    const found = this.#fields.get(name);
    if (found === undefined || this.#isOff(found[0], found[1])) return true;
    this.#sink.out.text(`,"${name}":`);
    return write(found[0], found[1]);
  }

  #isOff(start: number, end: number): boolean {
    return isText(this.#sink.bytes, start, end, "null") || isText(this.#sink.bytes, start, end, "false");
  }

  // Writes

  /**
   * Entries of a bulk write that are alike become one whose slots hold a value per entry: a thousand updates by id are
   * one template, whatever their number. Where two differ all are written out.
   */
  #writes(name: "updates" | "deletes"): boolean {
    const found = this.#fields.get(name);
    if (found === undefined) {
      this.#sink.failure = "write command without its writes, which have lines of their own";
      return false;
    }
    this.#sink.out.text(`,"${name}":[`);
    const ok = this.#rows(found[0], found[1], (start, end) => this.#collect(start, end) !== undefined && this.#write());
    this.#sink.out.text("]");
    return ok;
  }

  #rows(start: number, end: number, write: (start: number, end: number) => boolean): boolean {
    if (this.#sink.bytes[start] !== openBracket) return false;
    const out = this.#sink.out;
    const field = newField();
    const firstSlot = this.#sink.slots;
    const firstAt = out.length;
    let firstEnd = 0;
    let collapsed = false;
    let alike = true;
    let position = start + 1;
    while ((position = nextItem(this.#sink.bytes, position, end, field)) > 0) {
      if (this.#sink.bytes[field.valueStart] !== openBrace) return false;
      const at = out.length;
      const slotsBefore = this.#sink.slots;
      const literalsBefore = this.#sink.literals.count;
      if (at > firstAt) out.byte(comma);
      const entryAt = out.length;
      if (!write(field.valueStart, field.valueEnd)) return false;
      if (at === firstAt) {
        firstEnd = out.length;
        alike = !out.hasLists(firstAt, firstEnd);
        continue;
      }
      if (!alike || !out.isSame(firstAt, firstEnd, entryAt)) {
        // What was taken together so far stays together: it still says "any of these".
        alike = false;
        continue;
      }
      out.length = at;
      this.#sink.slots = slotsBefore;
      for (let literal = literalsBefore; literal < this.#sink.literals.count; literal++)
        this.#sink.literals.slot[literal]! += firstSlot - slotsBefore;
      collapsed = true;
    }
    if (collapsed) out.markRows(firstAt, firstEnd);
    return position === 0;
  }

  /** One write; its fields were collected. */
  #write(): boolean {
    const fields = new Map(this.#fields);
    const at = (name: string) => fields.get(name);
    const filter = at("q");
    if (filter === undefined) return false;
    this.#sink.out.text('{"q":');
    if (!this.#filters.filter(filter[0], filter[1])) return false;
    const change = at("u");
    if (change !== undefined) {
      this.#sink.out.text(',"u":');
      if (!this.#change(change[0], change[1])) return false;
    }
    for (const name of ["multi", "upsert"]) {
      const found = at(name);
      if (found === undefined || this.#isOff(found[0], found[1])) continue;
      this.#sink.out.text(`,"${name}":`);
      this.#sink.verbatim(found[0], found[1]);
    }
    const limit = at("limit");
    if (limit !== undefined && this.#sink.value.read(this.#sink.bytes, limit[0], limit[1]) === "number" && this.#sink.value.integer === 1)
      this.#sink.out.text(',"limit":1');
    const collation = at("collation");
    if (collation !== undefined) {
      this.#sink.out.text(',"collation":');
      if (!this.#collation(collation[0], collation[1])) return false;
    }
    this.#sink.out.byte(closeBrace);
    return true;
  }

  /** What an update changes: the names of the fields, and the values that $set gives them. */
  #change(start: number, end: number): boolean {
    const out = this.#sink.out;
    const field = newField();
    if (this.#sink.bytes[start] === openBracket) {
      out.byte(openBracket);
      let item = start + 1;
      for (let count = 0; (item = nextItem(this.#sink.bytes, item, end, field)) > 0; count++) {
        if (count > 0) out.byte(comma);
        if (this.#sink.bytes[field.valueStart] !== openBrace || !this.#operators(field.valueStart, field.valueEnd, false))
          return false;
      }
      out.byte(closeBracket);
      return item === 0;
    }
    if (this.#sink.bytes[start] !== openBrace) return false;
    const first = nextField(this.#sink.bytes, start + 1, end, field);
    if (first < 0) return false;
    if (first > 0 && this.#sink.bytes[field.nameStart] === dollar) return this.#operators(start, end, true);
    return this.#replacement(start, end);
  }

  /** `{$set: {a: 1}, $inc: {b: 1}}`; without `values` (in a pipeline) they are expressions, and left out. */
  #operators(start: number, end: number, values: boolean): boolean {
    const out = this.#sink.out;
    const operator = newField();
    const field = newField();
    out.byte(openBrace);
    let position = start + 1;
    for (let count = 0; (position = nextField(this.#sink.bytes, position, end, operator)) > 0; count++) {
      if (count > 0) out.byte(comma);
      this.#sink.name(operator);
      if (this.#sink.bytes[operator.valueStart] !== openBrace) {
        out.text("{}");
        continue;
      }
      const sets = values && isText(this.#sink.bytes, operator.nameStart, operator.nameEnd, "$set");
      out.byte(openBrace);
      let inner = operator.valueStart + 1;
      for (let fields = 0; (inner = nextField(this.#sink.bytes, inner, operator.valueEnd, field)) > 0; fields++) {
        if (fields > 0) out.byte(comma);
        this.#sink.name(field);
        if (!sets || !this.#sink.slotOf(field.valueStart, field.valueEnd)) out.text("{}");
      }
      if (inner < 0) return false;
      out.byte(closeBrace);
    }
    out.byte(closeBrace);
    return position === 0;
  }

  #replacement(start: number, end: number): boolean {
    const leaves: Leaf[] = [];
    if (!this.#leaves(start, end, "", leaves)) return false;
    this.#sink.out.byte(openBrace);
    for (const [index, leaf] of leaves.slice(0, fieldLimit).entries()) {
      if (index > 0) this.#sink.out.byte(comma);
      this.#sink.path(leaf.path);
      this.#sink.slotOf(leaf.start, leaf.end);
    }
    this.#sink.out.byte(closeBrace);
    return true;
  }

  /** All documents of an insert as one, with every field that any of them has; a field that one lacks is null there. */
  #documents(): boolean {
    const found = this.#fields.get("documents");
    const { rows } = this.#entry!;
    if (found === undefined || this.#sink.bytes[found[0]] !== openBracket) {
      // The server leaves documents out of its log, and gives their number.
      if (rows === 1) this.#sink.out.text(',"documents":[{}]');
      return true;
    }
    const documents: Map<string, Leaf>[] = [];
    const paths = new Map<string, "number" | "string" | "unlogged">();
    const field = newField();
    let position = found[0] + 1;
    while ((position = nextItem(this.#sink.bytes, position, found[1], field)) > 0) {
      const leaves: Leaf[] = [];
      if (this.#sink.bytes[field.valueStart] !== openBrace) return false;
      if (!this.#leaves(field.valueStart, field.valueEnd, "", leaves)) return false;
      documents.push(new Map(leaves.map((leaf) => [leaf.path, leaf])));
      for (const { path, sort } of leaves) {
        const known = paths.get(path);
        if (known === undefined || (known !== sort && sort !== "null"))
          paths.set(path, sort === "null" ? "string" : known === undefined || known === sort ? sort : "string");
      }
    }
    if (position < 0) return false;
    if (paths.size > fieldLimit || documents.length === 0) return true;
    this.#writeDocuments(documents, [...paths]);
    return true;
  }

  #writeDocuments(
    documents: readonly ReadonlyMap<string, Leaf>[],
    paths: readonly (readonly [string, "number" | "string" | "unlogged"])[],
  ): void {
    const mark = documents.length === 1 ? 0 : slotMark.rows;
    this.#sink.out.text(',"documents":[{');
    const firstSlot = this.#sink.slots;
    for (const [index, [path, sort]] of paths.entries()) {
      if (index > 0) this.#sink.out.byte(comma);
      this.#sink.path(path);
      this.#sink.out.byte(slotMark[sort] | mark);
    }
    this.#sink.slots += paths.length;
    this.#sink.out.text("}]");
    for (const document of documents) {
      for (const [index, [path]] of paths.entries()) {
        const leaf = document.get(path);
        if (leaf === undefined) this.#sink.literals.add(firstSlot + index, 0, 0, literalForm.null, 0);
        else {
          const value = this.#sink.value;
          value.read(this.#sink.bytes, leaf.start, leaf.end);
          this.#sink.literals.add(firstSlot + index, value.start, value.end, value.form, value.integer);
        }
      }
    }
  }

  /** The values of a document by dotted path, into embedded documents and not into arrays. */
  #leaves(start: number, end: number, prefix: string, leaves: Leaf[]): boolean {
    if (prefix.length > 1000) return true;
    const field = newField();
    let position = start + 1;
    while ((position = nextField(this.#sink.bytes, position, end, field)) > 0) {
      const { nameStart, nameEnd, valueStart, valueEnd } = field;
      const path = `${prefix}${this.#sink.bytes.toString("utf8", nameStart, nameEnd)}`;
      const sort = this.#sink.value.read(this.#sink.bytes, valueStart, valueEnd);
      if (sort !== "none") leaves.push({ path, start: valueStart, end: valueEnd, sort });
      else if (this.#sink.bytes[valueStart] === openBrace && !this.#leaves(valueStart, valueEnd, `${path}.`, leaves))
        return false;
    }
    return position === 0;
  }


  #collation(start: number, end: number): boolean {
    if (this.#sink.bytes[start] !== openBrace) return this.#sink.out.text("{}");
    const field = newField();
    let position = start + 1;
    while ((position = nextField(this.#sink.bytes, position, end, field)) > 0) {
      if (!isText(this.#sink.bytes, field.nameStart, field.nameEnd, "locale")) continue;
      this.#sink.out.text('{"locale":');
      this.#sink.verbatim(field.valueStart, field.valueEnd);
      return this.#sink.out.text("}");
    }
    return position === 0 && this.#sink.out.text("{}");
  }
}

interface Leaf {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  readonly sort: "number" | "string" | "unlogged" | "null";
}

/** Documents with more fields than this are not taken apart. */
const fieldLimit = 200;
const dollar = 36;

const verbs: ReadonlySet<string> = new Set(
  `find count distinct aggregate update delete findAndModify findandmodify insert commitTransaction abortTransaction`.split(
    " ",
  ),
);

const relevant: ReadonlySet<string> = new Set([
  ...verbs,
  ...["filter", "query", "$explain", "q", "u", "pipeline", "updates", "deletes", "documents", "update", "let"],
  ...["collation", "remove", "upsert", "multi", "limit"],
]);
