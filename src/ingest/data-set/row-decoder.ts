import { newEntry, pushSpan, type LogEntry, type SkipReason } from "../entry.ts";
import { notAnObject, type ObjectDecoder } from "../json-object-reader.ts";
import { unescapeJsonString } from "../json-string.ts";
import { JsonWalk } from "../jsonl/walk.ts";

/** Reads the plain values of a document: numbers keep every digit; null, objects and lists are no value. */
export class RowDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("row");
  readonly #walk: JsonWalk;

  constructor(paths: readonly (readonly string[])[]) {
    this.#walk = new JsonWalk(paths.map((path) => ({ path })));
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    if (!walk.find(start, end)) return notAnObject;
    const { starts, ends, kinds } = walk;
    const { keys } = this.entry;
    keys.count = 0;
    for (let field = 0; field < starts.length; field++) {
      const from = starts[field]!;
      const kind = kinds[field];
      const isNull = kind === "word" && bytes[from] === 110;
      if (from < 0 || isNull || kind === "object" || kind === "array") pushSpan(keys, -1, -1);
      else pushSpan(keys, from, kind === "string" ? unescapeJsonString(bytes, from, ends[field]!) : ends[field]!);
    }
    return undefined;
  }
}
