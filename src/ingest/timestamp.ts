/** How the values of a time column are written; decided once per column from its first values. */
export type TimeWriting = "date" | "epoch-s" | "epoch-ms" | "epoch-us" | "epoch-ns";

/** Reads one time from bytes, in microseconds since the Unix epoch, or NaN when it is none. */
export type ParseTime = (bytes: Uint8Array, start: number, end: number) => number;

/**
 * A reader of times for one column.
 *
 * "date" takes `2026-11-20 07:44:09.071 UTC`, `2026-11-20T07:44:09Z`, `2026-11-20 09:44:09+02:00`, with `/` for `-`,
 * any number of decimals (cut to microseconds), a date alone, and `20/Nov/2026:07:44:09 +0000`. A time without a zone
 * is read as UTC, and so is one with a zone name that is not in `zoneMinutes`: names are ambiguous between countries,
 * and one constant offset changes no measure.
 *
 * The "epoch" writings take a decimal number of seconds, milliseconds, microseconds or nanoseconds.
 */
export function timeParser(writing: TimeWriting): ParseTime {
  if (writing === "date") return dateParser();
  const microsPerUnit = { "epoch-s": 1e6, "epoch-ms": 1e3, "epoch-us": 1, "epoch-ns": 1e-3 }[writing];
  return (bytes, start, end) => parseEpoch(bytes, start, end, microsPerUnit);
}

/**
 * Says how the time in `bytes[start, end)` is written, or undefined when it is not a time. A number is a time when it
 * falls between 2001 and 2286 in one of the units: the units are a factor of 1000 apart, so that only one can fit.
 */
export function writingOfTime(bytes: Uint8Array, start: number, end: number): TimeWriting | undefined {
  if (!Number.isNaN(parseDate(bytes, start, end))) return "date";
  const seconds = parseEpoch(bytes, start, end, 1e6) / 1e6;
  if (seconds >= 1e9 && seconds < 1e10) return "epoch-s";
  if (seconds >= 1e12 && seconds < 1e13) return "epoch-ms";
  if (seconds >= 1e15 && seconds < 1e16) return "epoch-us";
  if (seconds >= 1e18 && seconds < 1e19) return "epoch-ns";
  return undefined;
}

/**
 * Most records of a log are of the same minute as the one before: its 16 bytes `2026-11-20 07:44` are compared as four
 * words with those of the last time, and only seconds and what follows are read anew.
 */
function dateParser(): ParseTime {
  let bytesViewed: Uint8Array | undefined;
  let view: DataView = new DataView(new ArrayBuffer(0));
  let [word0, word1, word2, word3] = [0, 0, 0, 0];
  let minuteMicros = NaN;
  return (bytes, start, end) => {
    if (end - start < 19 || bytes[start + 16] !== colon) return parseDate(bytes, start, end);
    if (bytes !== bytesViewed) {
      bytesViewed = bytes;
      view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    }
    const [first, second, third, fourth] = [
      view.getInt32(start),
      view.getInt32(start + 4),
      view.getInt32(start + 8),
      view.getInt32(start + 12),
    ];
    if (first !== word0 || second !== word1 || third !== word2 || fourth !== word3) {
      minuteMicros = parseDate(bytes, start, start + 16);
      word0 = first;
      word1 = second;
      word2 = third;
      word3 = fourth;
    }
    return minuteMicros + secondsMicros(bytes, start + 16, end);
  };
}

/** A date, with or without a time of day, read from its first byte on. */
function parseDate(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 10) return NaN;
  let position: number;
  let day: number; // yyyymmdd
  if (isDigit(bytes[start + 2]!)) {
    const separator = bytes[start + 4]!;
    if ((separator !== 45 && separator !== 47) || bytes[start + 7] !== separator) return NaN;
    day =
      (pair(bytes, start) * 100 + pair(bytes, start + 2)) * 10000 +
      pair(bytes, start + 5) * 100 +
      pair(bytes, start + 8);
    position = start + 10;
  } else {
    // 20/Nov/2026:07:44:09
    if (bytes[start + 2] !== 47 || bytes[start + 6] !== 47 || end - start < 11) return NaN;
    const month = months.get(
      String.fromCharCode(bytes[start + 3]!, bytes[start + 4]!, bytes[start + 5]!).toLowerCase(),
    );
    if (month === undefined) return NaN;
    day = (pair(bytes, start + 7) * 100 + pair(bytes, start + 9)) * 10000 + month * 100 + pair(bytes, start);
    position = start + 11;
  }
  const dayMicros = microsOfDay(day);
  if (position === end) return dayMicros;
  const between = bytes[position]!;
  if ((between !== 32 && between !== 84 && between !== 116 && between !== colon) || end - position < 6) return NaN;
  const hour = pair(bytes, position + 1);
  const minute = pair(bytes, position + 4);
  if (bytes[position + 3] !== colon || !(hour < 24) || !(minute < 60)) return NaN;
  return dayMicros + (hour * 60 + minute) * 60e6 + secondsMicros(bytes, position + 6, end);
}

/** What follows the minute, `:09.071 UTC` or any part of it, in microseconds; NaN when it is something else. */
function secondsMicros(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  let micros = 0;
  if (position < end && bytes[position] === colon) {
    if (end - position < 3) return NaN;
    const tens = bytes[position + 1]! - 48;
    const units = bytes[position + 2]! - 48;
    if (tens < 0 || tens > 6 || units < 0 || units > 9 || (tens === 6 && units > 0)) return NaN; // 60 is a leap second
    micros = (tens * 10 + units) * 1_000_000;
    position += 3;
    if (position < end && (bytes[position] === 46 || bytes[position] === 44)) {
      let scale = 100_000;
      for (position += 1; position < end; position++) {
        const digit = bytes[position]! - 48;
        if (digit < 0 || digit > 9) break;
        micros += digit * scale;
        scale = (scale / 10) | 0; // digits behind the sixth are cut off
      }
    }
  }
  if (position === end || (position + 1 === end && bytes[position] === 90)) return micros;
  return micros - zoneMicros(bytes, position, end);
}

/** Offset of the zone written in `bytes[start, end)` from UTC; NaN when it is not a zone. */
function zoneMicros(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && bytes[position] === 32) position += 1;
  if (position === end) return 0;
  const first = bytes[position]!;
  if (first === 43 || first === 45) {
    const hours = pair(bytes, position + 1);
    let minutes = 0;
    let after = position + 3;
    if (after < end) {
      if (bytes[after] === 58) after += 1;
      minutes = pair(bytes, after);
      after += 2;
    }
    if (after !== end) return NaN;
    const micros = (hours * 60 + minutes) * 60e6;
    return first === 43 ? micros : -micros;
  }
  for (let index = position; index < end; index++) if (!isZoneLetter(bytes[index]!)) return NaN;
  if (end - position === 1 || (first === 85 && end - position === 3)) return 0; // Z, UTC
  return (zoneMinutes.get(String.fromCharCode(...bytes.subarray(position, end)).toUpperCase()) ?? 0) * 60e6;
}

// Zone names that log_timezone writes and that mean one thing in practice.
const zoneMinutes: ReadonlyMap<string, number> = new Map([
  ["UTC", 0],
  ["GMT", 0],
  ["WET", 0],
  ["WEST", 60],
  ["BST", 60],
  ["CET", 60],
  ["CEST", 120],
  ["EET", 120],
  ["EEST", 180],
  ["MSK", 180],
  ["HKT", 480],
  ["SGT", 480],
  ["JST", 540],
  ["KST", 540],
  ["AEST", 600],
  ["AEDT", 660],
  ["NZST", 720],
  ["NZDT", 780],
  ["EST", -300],
  ["EDT", -240],
  ["CST", -360],
  ["CDT", -300],
  ["MST", -420],
  ["MDT", -360],
  ["PST", -480],
  ["PDT", -420],
]);

const months: ReadonlyMap<string, number> = new Map(
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"].map((name, index) => [
    name,
    index + 1,
  ]),
);

/**
 * Microseconds at the start of a day written as the number yyyymmdd; NaN when the calendar has no such day. Days are
 * counted in years that start in March, so that the leap day comes last (H. Hinnant, "chrono-compatible low-level date
 * algorithms", days_from_civil).
 */
function microsOfDay(day: number): number {
  const date = day % 100;
  const month = Math.floor(day / 100) % 100;
  const year = Math.floor(day / 10000);
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const longest = month === 2 ? (leap ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  if (month < 1 || month > 12 || date < 1 || date > longest || year < 1000) return NaN;
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + date - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146097 + dayOfEra - 719468) * 86_400e6;
}

/** Whole and fraction apart, because nanoseconds since 1970 don't fit a double. */
function parseEpoch(bytes: Uint8Array, start: number, end: number, microsPerUnit: number): number {
  let whole = 0;
  let fraction = 0;
  let scale = 1;
  let position = start;
  for (; position < end && isDigit(bytes[position]!); position++) whole = whole * 10 + (bytes[position]! - 48);
  if (position === start || position - start > 20) return NaN;
  if (position < end && bytes[position] === 46) {
    for (position += 1; position < end && isDigit(bytes[position]!); position++) {
      fraction = fraction * 10 + (bytes[position]! - 48);
      scale *= 10;
      if (scale >= 1e15) break;
    }
    while (position < end && isDigit(bytes[position]!)) position += 1;
  }
  if (position !== end) return NaN;
  const wholeMicros = microsPerUnit < 1 ? Math.floor(whole / 1000) : whole * microsPerUnit;
  return wholeMicros + Math.floor((fraction * microsPerUnit) / scale + 1e-6);
}

/** Two digits as a number; NaN when they are not digits. */
function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const units = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : NaN;
}

const colon = 58;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

const isZoneLetter = (byte: number): boolean =>
  (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122) || byte === 47 || byte === 95;
