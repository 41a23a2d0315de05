import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
} from "yaml";
import { InputError } from "../base/input-error.ts";

/** Steps from the top of the file to a value in it, such as `["tables", "orders", "shardKey", 0]`. */
export type SourcePath = readonly (string | number)[];

export interface SourcePlace {
  readonly line: number;
  readonly column: number;
}

/** What a design file says, as plain values, and the way back from a path in it to a line and column. */
export interface DesignSource {
  readonly value: unknown;
  has(path: SourcePath): boolean;
  /**
   * Throws an InputError at the place of `path`, of its key if asked, or of the nearest thing around it that is
   * there.
   */
  fail(path: SourcePath, message: string, hint: string, at?: "key" | "value"): never;
  /** Where a path's key stands, or the nearest thing around it that is there; line and column count from 1. */
  placeOf(path: SourcePath): SourcePlace;
}

const designFile = { kind: "design", digits: true, beginning: 'begin with "version: 1", "shards: 4" and "tables:"' };

/**
 * Parses YAML or JSON. `file` says what it is, what to write into an empty one, and whether a number of more digits than
 * a double holds keeps them as text. Throws InputError with the line and column of a syntax error.
 */
export function readDesignSource(text: string, origin: string, file = designFile): DesignSource {
  const lines = new LineCounter();
  const document = parseDocument(text, { intAsBigInt: true, lineCounter: lines, prettyErrors: false });
  const place = (offset: number): string => {
    const { line, col } = lines.linePos(offset);
    return `${origin}:${Math.max(1, line)}:${Math.max(1, col)}`;
  };
  const broken = document.errors[0];
  if (broken !== undefined) {
    throw new InputError(`${place(broken.pos[0])}: ${broken.message}`, {
      hint: "the file must be valid YAML or JSON",
    });
  }
  if (document.contents === null) {
    throw new InputError(`${origin}: the ${file.kind} file is empty`, { hint: file.beginning });
  }
  const offsets: Offsets = new Map();
  const refuse: Refuse = (offset, message, hint) => {
    throw new InputError(`${place(offset)}: ${message}`, { hint });
  };
  const value = valueReader(document, offsets, refuse, file.digits)(document.contents, [], document.contents.range?.[0] ?? 0);
  const offsetOf = (path: SourcePath, at: "key" | "value"): number => {
    for (let length = path.length; length > 0; length--) {
      const found = offsets.get(pathName(path.slice(0, length)));
      if (found !== undefined) return found[at];
    }
    return 0;
  };
  return {
    value,
    has: (path) => offsets.has(pathName(path)),
    placeOf: (path) => {
      const { line, col } = lines.linePos(offsetOf(path, "key"));
      return { line: Math.max(1, line), column: Math.max(1, col) };
    },
    fail: (path, message, hint, at = "value") => {
      throw new InputError(`${place(offsetOf(path, at))}: ${message}`, { hint });
    },
  };
}

/** Where each path's key and value stand in the text. */
type Offsets = Map<string, { readonly key: number; readonly value: number }>;

const pathName = (path: SourcePath): string => path.map(String).join("\u0000");

type Refuse = (offset: number, message: string, hint: string) => never;

/** Aliases that a file may use: enough for people, too few for a file that doubles itself or contains itself. */
const aliasLimit = 1000;

/** Turns nodes into plain values and notes where they stand. */
function valueReader(document: Document.Parsed, offsets: Offsets, refuse: Refuse, digits: boolean) {
  let aliases = 0;
  return function read(node: Node | null, path: SourcePath, keyOffset: number): unknown {
    if (isAlias(node)) {
      if (++aliases > aliasLimit) {
        refuse(keyOffset, `more than ${aliasLimit} aliases`, "write the values out; an alias may not contain itself");
      }
      return read(node.resolve(document) ?? null, path, keyOffset);
    }
    offsets.set(pathName(path), { key: keyOffset, value: node?.range?.[0] ?? keyOffset });
    if (isMap(node)) {
      const entries = node.items.map((item): [string, unknown] => {
        const key = item.key as Node;
        const name = keyName(key);
        const offset = key.range?.[0] ?? keyOffset;
        // The checks that follow leave this name out, without a word.
        if (name === "__proto__") refuse(offset, '"__proto__" can\'t be a name here', "choose another name");
        return [name, read(item.value as Node | null, [...path, name], offset)];
      });
      return Object.fromEntries(entries);
    }
    if (isSeq(node)) {
      return node.items.map((item, index) => {
        const offset = (item as Node | null)?.range?.[0] ?? keyOffset;
        return read(item as Node | null, [...path, index], offset);
      });
    }
    return isScalar(node) ? plainScalar(node, digits) : null;
  };
}

/** Keys are text, as written: the key `007` of a directory is not 7. */
function keyName(key: Node): string {
  return isScalar(key) ? String(key.type === "PLAIN" ? (key.source ?? key.value) : key.value) : String(key);
}

/** Numbers that a double can't hold keep their digits as text. */
function plainScalar(node: Scalar, digits: boolean): unknown {
  const { value, source } = node;
  if (!digits) return typeof value === "bigint" ? Number(value) : value;
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value.toString();
  }
  return typeof value === "number" && source !== undefined && source.replace(/\D/g, "").length > 15 ? source : value;
}
