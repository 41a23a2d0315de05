import { InputError } from "../../base/input-error.ts";
import type { Head, ReaderOptions } from "../format.ts";
import { writingOfTime } from "../timestamp.ts";
import { parseDecimal } from "../decimal.ts";
import { CsvScanner, undoubleQuotes, unescapeBackslashes } from "./scanner.ts";
import { looksLikeSql } from "../sql-text.ts";
import { columnNames, comparableName } from "../columns.ts";

/** What the first bytes of a CSV file tell about all of it. */
export interface CsvShape {
  readonly delimiter: number;
  readonly newline: number;
  readonly backslash: boolean;
  /** Byte around fields: a double or a single quote. */
  readonly quote: number;
  readonly fieldCount: number;
  /** Names of the columns, undefined when the file has no header. */
  readonly header: readonly string[] | undefined;
  /** Offset of the first record behind byte-order mark and header. */
  readonly dataStart: number;
  /** The first records as text, for a look at the values; without the header. */
  readonly samples: readonly (readonly string[])[];
}

/** Finds the shape; undefined when no delimiter gives two records or more with the same number of fields. */
export function csvShape(head: Head, options: ReaderOptions): CsvShape | undefined {
  const bodyStart = hasByteOrderMark(head.bytes) ? 3 : 0;
  const newline = head.bytes.includes(lineFeed)
    ? lineFeed
    : head.bytes.includes(carriageReturn)
      ? carriageReturn
      : lineFeed;
  const candidates = options.delimiter === undefined ? delimiters : [delimiterByte(options.delimiter)];
  let best: Sample | undefined;
  for (const delimiter of candidates) {
    for (const backslash of head.bytes.includes(backslashByte) ? [false, true] : [false]) {
      for (const quote of delimiter === singleQuote ? [doubleQuote] : [doubleQuote, singleQuote]) {
        const sample = sampleRecords(head, bodyStart, delimiter, newline, backslash, quote);
        if (sample !== undefined && (best === undefined || sample.score > best.score)) best = sample;
      }
    }
  }
  if (best === undefined) return undefined;
  const [first] = best.records;
  if (first === undefined) return undefined;
  const hasHeader = options.header ?? looksLikeHeader(first, best.records.slice(1), options);
  return {
    delimiter: best.delimiter,
    newline,
    backslash: best.backslash,
    quote: best.quote,
    // The header rules; without one the most common number of fields.
    fieldCount: hasHeader ? first.length : best.fieldCount,
    header: hasHeader ? first : undefined,
    dataStart: hasHeader ? best.firstRecordEnd : bodyStart,
    samples: hasHeader ? best.records.slice(1) : best.records,
  };
}

interface Sample {
  readonly delimiter: number;
  readonly backslash: boolean;
  /** Byte around fields: a double or a single quote. */
  readonly quote: number;
  readonly records: readonly (readonly string[])[];
  readonly fieldCount: number;
  readonly firstRecordEnd: number;
  readonly score: number;
}

/** Reads the first records with one delimiter. The score says how well they agree on a number of fields. */
function sampleRecords(
  head: Head,
  from: number,
  delimiter: number,
  newline: number,
  backslash: boolean,
  quote: number,
): Sample | undefined {
  const scanner = new CsvScanner(delimiter, newline, undefined, backslash, quote);
  scanner.open(head.bytes, head.bytes.length, head.atEnd);
  const records: string[][] = [];
  const countOfCounts = new Map<number, number>();
  let faults = 0;
  let firstRecordEnd = from;
  let escapes = 0;
  let quotedFields = 0;
  let quotedStatements = 0;
  let position = from;
  while (position < head.bytes.length && records.length < recordsSampled && faults < recordsSampled) {
    const next = scanner.next(position);
    if (next === -1) break;
    if (scanner.malformed === undefined) {
      const blank = scanner.fieldCount === 1 && scanner.starts[0] === scanner.ends[0];
      if (!blank) {
        for (let index = 0; index < Math.min(scanner.fieldCount, scanner.starts.length); index++) {
          if (scanner.quoting[index] === 3) escapes += 1;
          if (scanner.quoting[index] !== 0 && head.bytes[scanner.starts[index]! - 1] === quote) quotedFields += 1;
        }
        const texts = fieldTexts(scanner, head.bytes);
        quotedStatements += Number(texts.some((text, index) => scanner.quoting[index] !== 0 && looksLikeSql(text)));
        records.push(texts);
        countOfCounts.set(scanner.fieldCount, (countOfCounts.get(scanner.fieldCount) ?? 0) + 1);
        if (records.length === 1) firstRecordEnd = next;
      }
      position = next;
    } else {
      faults += 1;
      // What follows a last record that was cut off is the rest of it, and says nothing.
      if (next === head.bytes.length && records.length > 1) break;
      position = Math.min(next, scanner.newlineAfter(position) + 1);
    }
  }
  // Values in single quotes are part of what a field holds; no statement begins with one.
  if (records.length === 0 || (quote === singleQuote && quotedStatements * 2 < records.length + faults)) return undefined;
  let fieldCount = 1;
  let agreeing = 0;
  for (const [count, times] of countOfCounts) {
    if (times > agreeing || (times === agreeing && count > fieldCount)) [fieldCount, agreeing] = [count, times];
  }
  const agreement = agreeing / (records.length + faults);
  // One field per record always agrees, so any delimiter that mostly splits alike is better than none.
  const score =
    fieldCount === 1 ? 0 : agreement + Math.min(fieldCount, 64) / 1000 + (knownNames(records[0]!) > 0 ? 1 : 0);
  // A backslash is mostly part of the SQL. It escapes where the records don't agree otherwise, and in the unquoted,
  // tab-separated text that PostgreSQL's COPY and MySQL write: that has no other way to hold a newline.
  const bonus = !backslash ? 0 : escapes > 0 && quotedFields === 0 && delimiter === tab ? 1e-6 : -1e-6;
  const quoteBonus = quote === singleQuote ? 1 : 0;
  return { delimiter, backslash, quote, records, fieldCount, firstRecordEnd, score: score + bonus + quoteBonus };
}

/** The fields of the record just scanned, as text. The head is left as it is: it is read again by the reader. */
function fieldTexts(scanner: CsvScanner, bytes: Uint8Array): string[] {
  const texts: string[] = [];
  for (let index = 0; index < Math.min(scanner.fieldCount, scanner.starts.length); index++) {
    // A copy, which the `slice` of a Buffer is not.
    const field = Uint8Array.from(bytes.subarray(scanner.starts[index], scanner.ends[index]));
    const quoting = scanner.quoting[index]!;
    const resolve = quoting === 2 ? undoubleQuotes : unescapeBackslashes;
    const isNull = quoting === 3 && field.length === 2 && field[1] === 78; // \N
    const end = quoting < 2 || isNull ? field.length : resolve(field, 0, field.length, scanner.quote);
    texts.push(decoder.decode(field.subarray(0, end)));
  }
  return texts;
}

/**
 * A header has no number, time or statement in it, and either a name that is known or that the user gave, or numbers,
 * times or statements below it.
 */
function looksLikeHeader(
  first: readonly string[],
  rest: readonly (readonly string[])[],
  options: ReaderOptions,
): boolean {
  if (
    first.some((text) => isNumber(text) || isTime(text) || (/\s/.test(text) && looksLikeSql(text)) || text.length > 128)
  )
    return false;
  if (knownNames(first) > 0) return true;
  const given = Object.values(options.columns ?? {}).map((choice) => comparableName(`${choice}`));
  if (first.some((text) => given.includes(comparableName(text)))) return true;
  const isValue = (text: string) => isNumber(text) || isTime(text) || looksLikeSql(text);
  return first.every((text) => text !== "") && rest.some((record) => record.some(isValue));
}

const knownNames = (texts: readonly string[]): number =>
  texts.filter((text) => allNames.has(comparableName(text))).length;

const allNames: ReadonlySet<string> = new Set(Object.values(columnNames).flat());

/** Is the text a decimal number? */
export function isNumber(text: string): boolean {
  const bytes = encoder.encode(text.trim());
  return !Number.isNaN(parseDecimal(bytes, 0, bytes.length));
}

/** Is the text a point in time, as a date or as a count since 1970? */
export function isTime(text: string): boolean {
  const bytes = encoder.encode(text);
  return writingOfTime(bytes, 0, bytes.length) !== undefined;
}

function delimiterByte(delimiter: string): number {
  const named =
    new Map([
      ["\\t", "\t"],
      ["tab", "\t"],
      ["comma", ","],
      ["semicolon", ";"],
      ["pipe", "|"],
    ]).get(delimiter) ?? delimiter;
  const code = named.charCodeAt(0);
  if (named.length !== 1 || code > 126 || code === 34 || code === lineFeed || code === carriageReturn) {
    throw new InputError(`--delimiter ${JSON.stringify(delimiter)}: not one byte that can stand between fields`, {
      hint: "use one of , ; | or tab",
    });
  }
  return code;
}

const hasByteOrderMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;

const tab = 9;
const delimiters = [44, tab, 59, 124];
const backslashByte = 92;
const doubleQuote = 34;
const singleQuote = 39;
const lineFeed = 10;
const carriageReturn = 13;
const recordsSampled = 200;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
