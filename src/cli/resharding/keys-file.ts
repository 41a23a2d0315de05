import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { createGunzip } from "node:zlib";
import { InputError } from "../../base/input-error.ts";
import { KeyCounts } from "../../reshard/key-counts.ts";
import type { ColumnType } from "../../sql/schema.ts";
import type { Value } from "../../workload/value.ts";
import { openInput } from "../inputs.ts";
import { linePieces, linesOf } from "../placing/key-lines.ts";
import { guessTypes, keyArray } from "../placing/key-reader.ts";
import type { Surroundings } from "../surroundings.ts";
import { fieldsOf, separatorOf } from "../../ingest/csv/separated-fields.ts";

/** The keys of a table out of a file, with their rows and, where the file has them, bytes. */
export interface KeysFile {
  readonly name: string;
  readonly digest: string;
  readonly lines: number;
  readonly counts: KeyCounts;
  readonly types: readonly ColumnType[];
  readonly guessed: boolean;
  readonly hasBytes: boolean;
}

export interface KeysFileRequest {
  readonly name: string;
  /** The key's columns in order, lower case; with a change of the key those of both keys. */
  readonly columns: readonly string[];
  /** Undefined: told by the first keys. */
  readonly types: readonly ColumnType[] | undefined;
  readonly countColumn: string | undefined;
  readonly bytesColumn: string | undefined;
}

/** Names that a column of rows per key goes by, and one of bytes, the likeliest first. */
const countNames = ["count", "rows", "row_count", "n", "cnt"];
const bytesNames = ["bytes", "size_bytes", "total_bytes", "size"];

/**
 * Reads keys: one a line (a JSON array for a compound key), each a row; or CSV or TSV whose first line names the key's
 * columns, with a column of rows per line and one of bytes if there are such. Plain or gzip. Throws InputError with the
 * line at what can't be read, and with exit code 3 when there is no key.
 */
export async function readKeysFile(request: KeysFileRequest, around: Surroundings): Promise<KeysFile> {
  const digest = createHash("sha256");
  const shown = request.name === "-" ? "stdin" : request.name;
  let reading: LineReader | undefined;
  let types = request.types;
  let counts: KeyCounts | undefined;
  let lineCount = 0;
  for await (const piece of linePieces(await chunksOf(request.name, digest, around), shown)) {
    const lines = linesOf(piece);
    let first = 0;
    if (reading === undefined) {
      reading = readerFor(lines[0]!, request, shown);
      first = reading.headerLines;
    }
    if (types === undefined) types = guessedTypes(reading, lines.slice(first), request.columns.length);
    counts ??= new KeyCounts(request.columns, types);
    for (let at = first; at < lines.length; at++) {
      if (lines[at] === "") counts.leaveOut("an empty line", 1);
      else addLine(counts, reading, lines[at]!, `${shown}:${piece.firstLine + at}`);
    }
    lineCount += lines.length;
  }
  if (reading === undefined || counts === undefined || counts.finished().size === 0)
    throw new InputError(`${shown}: no key in it`, { hint: "give one key a line, or CSV with a header", exitCode: 3 });
  return {
    name: shown,
    digest: `sha256:${digest.digest("hex")}`,
    lines: lineCount,
    counts,
    types: types!,
    guessed: request.types === undefined,
    hasBytes: reading.hasBytes,
  };
}

/** What a line says: its values, rows and bytes. */
interface LineReader {
  readonly headerLines: 0 | 1;
  readonly hasBytes: boolean;
  valuesOf(line: string, where: string): readonly Value[];
  sumsOf(line: string, where: string): readonly [rows: number, bytes: number];
}

async function chunksOf(
  name: string,
  digest: ReturnType<typeof createHash>,
  around: Surroundings,
): Promise<AsyncIterable<Uint8Array | string>> {
  if (name === "-") return digested(around.stdin as AsyncIterable<Uint8Array | string>, digest);
  const input = await openInput(name, around.stdin);
  const stored = digested(createReadStream(name, { highWaterMark: 1 << 20 }), digest);
  return input.kind === "file" ? stored : unpacked(stored, name);
}

async function* digested(
  chunks: AsyncIterable<Uint8Array | string>,
  digest: ReturnType<typeof createHash>,
): AsyncGenerator<Uint8Array | string> {
  for await (const chunk of chunks) {
    digest.update(chunk);
    yield chunk;
  }
}

async function* unpacked(chunks: AsyncIterable<Uint8Array | string>, name: string): AsyncGenerator<Uint8Array> {
  const { Readable } = await import("node:stream");
  try {
    yield* Readable.from(chunks).pipe(createGunzip());
  } catch (error) {
    throw new InputError(`${name}: the gzip file is damaged (${(error as NodeJS.ErrnoException).code ?? "unknown"})`, {
      hint: "pack it again; half of the keys would say half of what moves",
    });
  }
}

function readerFor(firstLine: string, request: KeysFileRequest, shown: string): LineReader {
  const separator = separatorOf(firstLine);
  const header = separator === undefined ? [firstLine.trim()] : fieldsOf(firstLine, separator, `${shown}:1`);
  const names = header.map((name) => name.trim().toLowerCase());
  const positions = request.columns.map((column) => names.indexOf(column));
  if (positions.every((position) => position >= 0)) return tableReader(names, positions, separator ?? ",", request, shown);
  for (const [flag, column] of [
    ["--keys-count", request.countColumn],
    ["--keys-bytes", request.bytesColumn],
  ] as const)
    if (column !== undefined)
      throw new InputError(`${flag} ${column}: ${shown} has no header with ${request.columns.join(", ")}`, {
        hint: "the first line of a CSV file names its columns",
      });
  if (request.columns.length > 1 && keyArray(firstLine) === undefined)
    throw new InputError(`${shown}:1: neither a header with ${request.columns.join(", ")} nor a JSON array`, {
      hint: `give CSV with these columns, or each key as [value, value]`,
    });
  return plainReader(request.columns.length);
}

function tableReader(
  names: readonly string[],
  positions: readonly number[],
  separator: string,
  request: KeysFileRequest,
  shown: string,
): LineReader {
  const isKey = (name: string): boolean => request.columns.includes(name);
  const find = (flag: string, asked: string | undefined, usual: readonly string[]): number => {
    if (asked === undefined) return names.indexOf(usual.find((name) => names.includes(name) && !isKey(name)) ?? "");
    const at = names.indexOf(asked.toLowerCase());
    if (at >= 0) return at;
    throw new InputError(`${flag} ${asked}: ${shown} has no such column`, { hint: `it has ${names.join(", ")}` });
  };
  const countAt = find("--keys-count", request.countColumn, countNames);
  const bytesAt = find("--keys-bytes", request.bytesColumn, bytesNames);
  // The two questions about a line come one after the other.
  let last: { readonly line: string; readonly fields: readonly string[] } | undefined;
  const fields = (line: string, where: string): readonly string[] => {
    if (last?.line === line) return last.fields;
    last = { line, fields: fieldsOf(line, separator, where) };
    if (last.fields.length === names.length) return last.fields;
    throw new InputError(`${where}: ${last.fields.length} fields, the header has ${names.length}`, {
      hint: "each line is one key; put text with separators into quotes",
    });
  };
  const numberAt = (all: readonly string[], at: number, what: string, where: string): number => {
    const number = Number(all[at]);
    if (/^\s*\d+\s*$/.test(all[at]!) && Number.isSafeInteger(number)) return number;
    throw new InputError(`${where}: "${all[at]!}" is no number of ${what}`, { hint: "give a whole number from 0" });
  };
  return {
    headerLines: 1,
    hasBytes: bytesAt >= 0,
    valuesOf: (line, where) => {
      const all = fields(line, where);
      return positions.map((position) => valueOf(all[position]!));
    },
    sumsOf: (line, where) => {
      const all = fields(line, where);
      return [
        countAt < 0 ? 1 : numberAt(all, countAt, "rows", where),
        bytesAt < 0 ? 0 : numberAt(all, bytesAt, "bytes", where),
      ];
    },
  };
}

function plainReader(columns: number): LineReader {
  return {
    headerLines: 0,
    hasBytes: false,
    valuesOf: (line, where) => {
      const array = line.startsWith("[") ? keyArray(line) : undefined;
      if (array === undefined && columns === 1) return [valueOf(line)];
      if (array?.length === columns) return array.map((part) => (part.kind === "null" ? null : valueOf(part.text)));
      throw new InputError(`${where}: no key of ${columns} columns`, {
        hint: `give a JSON array of ${columns} values`,
      });
    },
    sumsOf: () => [1, 0],
  };
}

/** Digits that a double holds are a number, as a log has them too; all else is text. */
function valueOf(text: string): Value {
  if (!/^(?:0|-?[1-9]\d{0,15})$/.test(text)) return text;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : text;
}

function addLine(counts: KeyCounts, reading: LineReader, line: string, where: string): void {
  const values = reading.valuesOf(line, where);
  const [rows, bytes] = reading.sumsOf(line, where);
  if (rows === 0) counts.leaveOut("a key without rows", 1);
  else counts.add(values, rows, bytes);
}

/** How many keys tell the types. */
const guessLimit = 1000;

function guessedTypes(reading: LineReader, lines: readonly string[], columns: number): readonly ColumnType[] {
  const keys = lines.slice(0, guessLimit).filter((line) => line !== "").map((line) => reading.valuesOf(line, ""));
  return Array.from({ length: columns }, (_, column) => {
    const texts = keys.flatMap((values) => (values[column] == null ? [] : [String(values[column])]));
    return guessTypes(texts, ["int64", "text"])[0]!;
  });
}
