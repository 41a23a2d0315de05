import type { ColumnType } from "../sql/schema.ts";
import type { Literal } from "../sql/template.ts";

/**
 * One value of a key column: its type and every digit, as a plain string so that it can key a Map. On an integer
 * column `42`, `'42'` and `42::bigint` are one key; on a text column `'42'` is another. The column's type decides,
 * here, once.
 *
 * The text after the colon is canonical, so that equal values are equal strings:
 * - `int`: decimal digits without leading zeros or "+", of any width (`int:-7`). The column's width is no limit,
 *   because `int4_column = 3000000000` is a legal comparison that every router hashes like any other.
 * - `decimal`: plain notation without trailing zeros (`1.50` is `decimal:1.5`), or `NaN`, `Infinity`, `-Infinity`.
 * - `float`: the shortest digits that give the same double, as JavaScript prints it; -0 is 0.
 * - `text`: as is. `uuid`: lower case, 8-4-4-4-12. `bytes`: lower-case hex. `boolean`: `true` or `false`.
 * - `date`: `2024-02-29`. `timestamp`: `2024-02-29T12:34:56.789` to the microsecond, without trailing zeros; a time
 *   zone offset is taken off, so that it is UTC. Both know `infinity` and `-infinity`.
 * - `null`: nothing after the colon.
 */
export type KeyValue = `${KeyType}:${string}`;

export type KeyType =
  "int" | "decimal" | "float" | "text" | "uuid" | "bytes" | "boolean" | "date" | "timestamp" | "null";

export const nullKey: KeyValue = "null:";

/**
 * The key type that values of a column have (NULL aside). Columns of other types (enum, inet, ...) are keyed by their
 * text.
 */
export const keyTypeOf = {
  int16: "int",
  int32: "int",
  int64: "int",
  decimal: "decimal",
  float: "float",
  text: "text",
  uuid: "uuid",
  bytes: "bytes",
  boolean: "boolean",
  date: "date",
  timestamp: "timestamp",
  other: "text",
} as const satisfies Record<ColumnType, KeyType>;

/**
 * The key that a literal is on a column of this type, or undefined when it can't be a value of the type (`'abc'` or
 * `3.5` on an integer column, 30 February). NULL is a key of every type.
 *
 * @example
 * keyValueOf({ kind: "string", text: "+0042" }, "int64"); // => "int:42" keyValueOf({ kind: "string", text: "42" },
 * "text"); // => "text:42"
 */
export function keyValueOf(literal: Literal, type: ColumnType): KeyValue | undefined {
  if (literal.kind === "null") return nullKey;
  const keyType = keyTypeOf[type];
  const text = canonical[keyType](literal.text, literal.kind);
  return text === undefined ? undefined : `${keyType}:${text}`;
}

/** The type in front of the colon. */
export function typeOfKey(key: KeyValue): KeyType {
  return key.slice(0, key.indexOf(":")) as KeyType;
}

/** The canonical text after the colon. */
export function textOfKey(key: KeyValue): string {
  return key.slice(key.indexOf(":") + 1);
}

/**
 * A total order; 0 only for equal keys. NULL comes first (as in MySQL and MongoDB). Numbers compare by value whatever
 * their type, NaN after every number (as in PostgreSQL). Text compares by code point, which is the order of its UTF-8
 * bytes ("C" collation); a column with a language's collation sorts differently. Uuids and bytes compare bytewise,
 * dates and timestamps by time, false before true. Values of unlike types, which one column never mixes, are ordered
 * by type.
 */
export function compareKeyValues(a: KeyValue, b: KeyValue): number {
  if (a === b) return 0;
  const typeA = typeOfKey(a);
  const typeB = typeOfKey(b);
  if (isNumeric(typeA) && isNumeric(typeB)) return compareNumbers(a, typeA, b, typeB);
  if (typeA !== typeB) return rank[typeA] - rank[typeB];
  if (typeA === "date" || typeA === "timestamp") return compareTimes(textOfKey(a), textOfKey(b));
  return compareCodePoints(a, b);
}

/** Compound keys, column by column; a key that is a prefix of another comes first. */
export function compareKeys(a: readonly KeyValue[], b: readonly KeyValue[]): number {
  const shared = Math.min(a.length, b.length);
  for (let column = 0; column < shared; column++) {
    const order = compareKeyValues(a[column]!, b[column]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

type Canonical = (text: string, kind: "number" | "string") => string | undefined;

const canonical = {
  int: canonicalInteger,
  decimal: canonicalDecimal,
  float: canonicalFloat,
  text: (text) => text,
  uuid: canonicalUuid,
  bytes: canonicalBytes,
  boolean: canonicalBoolean,
  date: canonicalDate,
  timestamp: canonicalTimestamp,
  null: () => undefined,
} satisfies Record<KeyType, Canonical>;

function canonicalInteger(text: string, kind: "number" | "string"): string | undefined {
  // The common case, a plain integer literal, costs one pass over its characters.
  if (isPlainInteger(text)) return text;
  const trimmed = text.trim().replace(/(?<=\d)_(?=\d)/g, "");
  const based = /^([+-]?)(0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+)$/.exec(trimmed);
  if (based !== null) {
    const value = BigInt(based[2]!.toLowerCase());
    return (based[1] === "-" ? -value : value).toString();
  }
  if (/^[+-]?\d+$/.test(trimmed)) return BigInt(trimmed.replace(/^\+/, "")).toString();
  // `id = 42.0` compares numbers and finds the row 42; the string '42.0' is not an integer to PostgreSQL.
  if (kind === "string") return undefined;
  const decimal = canonicalDecimal(trimmed);
  return decimal !== undefined && /^-?\d+$/.test(decimal) ? decimal : undefined;
}

function isPlainInteger(text: string): boolean {
  const start = text.charCodeAt(0) === 45 ? 1 : 0;
  const first = text.charCodeAt(start);
  if (!(first >= 49 && first <= 57)) return text === "0";
  for (let index = start + 1; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code < 48 || code > 57) return false;
  }
  return true;
}

function canonicalDecimal(text: string): string | undefined {
  const trimmed = text.trim();
  const special = specialNumber(trimmed);
  if (special !== undefined) return special;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,6}))?$/.exec(trimmed);
  if (match === null) return undefined;
  const whole = match[2]!;
  const fraction = match[3] ?? "";
  if (whole === "" && fraction === "") return undefined;
  const digits = whole + fraction;
  const point = whole.length + Number(match[4] ?? "0");
  const left = (point > 0 ? digits.slice(0, point).padEnd(point, "0") : "").replace(/^0+/, "");
  const right = (point > 0 ? digits.slice(point) : "0".repeat(-point) + digits).replace(/0+$/, "");
  if (left === "" && right === "") return "0";
  return `${match[1] === "-" ? "-" : ""}${left === "" ? "0" : left}${right === "" ? "" : `.${right}`}`;
}

function canonicalFloat(text: string): string | undefined {
  const trimmed = text.trim();
  const special = specialNumber(trimmed);
  if (special !== undefined) return special;
  if (!/^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(trimmed)) return undefined;
  const value = Number(trimmed);
  return value === 0 ? "0" : String(value);
}

function specialNumber(text: string): string | undefined {
  const match = /^(?:(nan)|([+-]?)(?:inf|infinity))$/i.exec(text);
  if (match === null) return undefined;
  return match[1] !== undefined ? "NaN" : match[2] === "-" ? "-Infinity" : "Infinity";
}

function canonicalUuid(text: string): string | undefined {
  const inner = /^\{(.*)\}$/.exec(text.trim())?.[1] ?? text.trim();
  // PostgreSQL takes a hyphen after any group of four digits.
  if (!/^[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}$/.test(inner)) return undefined;
  const hex = inner.replaceAll("-", "").toLowerCase();
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

/** `\xDEAD` and `0xDEAD` are hex; anything else stands for the bytes of its UTF-8 text. */
function canonicalBytes(text: string, kind: "number" | "string"): string | undefined {
  const hex = (kind === "number" ? /^0[xX]([0-9a-fA-F]+)$/ : /^\\x([0-9a-fA-F]*)$/).exec(text)?.[1];
  // MySQL reads an odd number of hex digits as if a zero stood in front; PostgreSQL refuses them.
  if (hex !== undefined && hex.length % 2 === 1) return kind === "number" ? `0${hex}`.toLowerCase() : undefined;
  if (hex !== undefined) return hex.toLowerCase();
  return kind === "number" ? undefined : Buffer.from(text, "utf8").toString("hex");
}

function canonicalBoolean(text: string): string | undefined {
  const word = text.trim().toLowerCase();
  if (/^(t|tr|tru|true|y|ye|yes|on|1)$/.test(word)) return "true";
  return /^(f|fa|fal|fals|false|n|no|of|off|0)$/.test(word) ? "false" : undefined;
}

function canonicalDate(text: string): string | undefined {
  const timestamp = canonicalTimestamp(text);
  // A time of day can't be part of a date; PostgreSQL would cut it off, MySQL would find no row.
  return timestamp?.endsWith("infinity") === true ? timestamp : /^(.*)T00:00:00$/.exec(timestamp ?? "")?.[1];
}

const dateText = /^([+-]?\d{4,6})-(\d{1,2})-(\d{1,2})|^(\d{4})(\d{2})(\d{2})(?!\d)/;
const timeText = /^[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)?/i;
const zoneText = /^\s*(?:(z|utc|gmt)|([+-])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)$/i;

function canonicalTimestamp(text: string): string | undefined {
  let rest = text.trim();
  if (/^[+-]?infinity$/i.test(rest)) return rest.startsWith("-") ? "-infinity" : "infinity";
  const date = dateText.exec(rest);
  if (date === null) return undefined;
  rest = rest.slice(date[0].length);
  const year = Number(date[1] ?? date[4]);
  const month = Number(date[2] ?? date[5]);
  const day = Number(date[3] ?? date[6]);
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return undefined;
  const time = timeText.exec(rest);
  if (time !== null) rest = rest.slice(time[0].length);
  const zone = zoneText.exec(rest);
  if (zone === null && rest !== "") return undefined;
  const [hour, minute, second] = [Number(time?.[1] ?? 0), Number(time?.[2] ?? 0), Number(time?.[3] ?? 0)];
  if (hour > 24 || minute > 59 || second > 60 || (hour === 24 && (minute > 0 || second > 0))) return undefined;
  const offset = zoneOffsetSeconds(zone);
  if (offset === undefined) return undefined;
  const micros = Math.round(Number(`0.${time?.[4] ?? "0"}`) * 1e6);
  const seconds = (hour * 60 + minute) * 60 + second - offset + (micros === 1_000_000 ? 1 : 0);
  return timestampText(daysFromCivil(year, month, day), seconds, micros % 1_000_000);
}

function zoneOffsetSeconds(zone: RegExpExecArray | null): number | undefined {
  if (zone === null || zone[1] !== undefined) return 0;
  const [hours, minutes, seconds] = [Number(zone[3]), Number(zone[4] ?? 0), Number(zone[5] ?? 0)];
  if (hours > 15 || minutes > 59 || seconds > 59) return undefined;
  return (zone[2] === "-" ? -1 : 1) * ((hours * 60 + minutes) * 60 + seconds);
}

function timestampText(day: number, seconds: number, micros: number): string {
  const carry = Math.floor(seconds / 86_400);
  const left = seconds - carry * 86_400;
  const two = (value: number) => String(value).padStart(2, "0");
  const clock = `${two(Math.floor(left / 3600))}:${two(Math.floor(left / 60) % 60)}:${two(left % 60)}`;
  const fraction = micros === 0 ? "" : `.${String(micros).padStart(6, "0").replace(/0+$/, "")}`;
  return `${civilText(day + carry)}T${clock}${fraction}`;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 ? (leap ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31;
}

/** Days since 1970-01-01 in the proleptic Gregorian calendar. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return (
    era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
  );
}

function civilText(days: number): string {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthShifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * monthShifted + 2) / 5) + 1;
  const month = monthShifted < 10 ? monthShifted + 3 : monthShifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const sign = year < 0 ? "-" : "";
  const padded = (value: number, digits: number) => String(value).padStart(digits, "0");
  return `${sign}${padded(Math.abs(year), 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

const rank: Record<KeyType, number> = {
  null: 0,
  boolean: 1,
  int: 2,
  decimal: 3,
  float: 4,
  date: 5,
  timestamp: 6,
  uuid: 7,
  bytes: 8,
  text: 9,
};

function isNumeric(type: KeyType): boolean {
  return type === "int" || type === "decimal" || type === "float";
}

/**
 * Rounding to a double keeps the order of exact numbers, so comparing doubles first is right for every mix of types;
 * exact digits decide between numbers that round to one double.
 */
function compareNumbers(a: KeyValue, typeA: KeyType, b: KeyValue, typeB: KeyType): number {
  const textA = textOfKey(a);
  const textB = textOfKey(b);
  const valueA = Number(textA);
  const valueB = Number(textB);
  if (Number.isNaN(valueA) !== Number.isNaN(valueB)) return Number.isNaN(valueA) ? 1 : -1;
  if (valueA < valueB) return -1;
  if (valueA > valueB) return 1;
  const exact = typeA !== "float" && typeB !== "float" ? compareExact(textA, textB) : 0;
  return exact !== 0 ? exact : rank[typeA] - rank[typeB];
}

function compareExact(a: string, b: string): number {
  if (a === b) return 0;
  const negative = a.startsWith("-");
  if (negative !== b.startsWith("-")) return negative ? -1 : 1;
  const [wholeA, fractionA] = splitAtPoint(negative ? a.slice(1) : a);
  const [wholeB, fractionB] = splitAtPoint(negative ? b.slice(1) : b);
  const magnitude = wholeA.length - wholeB.length || byCodeUnit(wholeA, wholeB) || byCodeUnit(fractionA, fractionB);
  return negative ? -magnitude : magnitude;
}

function splitAtPoint(text: string): [string, string] {
  const point = text.indexOf(".");
  return point < 0 ? [text, ""] : [text.slice(0, point), text.slice(point + 1)];
}

const byCodeUnit = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** Years before 0 and after 9999 break the order of the text, so years compare as numbers. */
function compareTimes(a: string, b: string): number {
  const yearA = yearOf(a);
  const yearB = yearOf(b);
  return yearA < yearB ? -1 : yearA > yearB ? 1 : byCodeUnit(afterYear(a), afterYear(b));
}

function yearOf(text: string): number {
  if (text.endsWith("infinity")) return text.startsWith("-") ? -Infinity : Infinity;
  return Number(text.slice(0, text.indexOf("-", 1)));
}

const afterYear = (text: string): string => text.slice(text.indexOf("-", 1));

/** JavaScript compares UTF-16 units, in which the code points above U+FFFF come before U+E000 to U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const unitA = a.charCodeAt(index);
    const unitB = b.charCodeAt(index);
    if (unitA === unitB) continue;
    const surrogateA = unitA >= 0xd800 && unitA <= 0xdfff;
    const surrogateB = unitB >= 0xd800 && unitB <= 0xdfff;
    if (surrogateA !== surrogateB) {
      if (surrogateA && unitB >= 0xe000) return 1;
      if (surrogateB && unitA >= 0xe000) return -1;
    }
    return unitA - unitB;
  }
  return a.length - b.length;
}
