import { comparableName } from "./columns.ts";
import { parseDecimal } from "./decimal.ts";

export type DurationUnit = "s" | "ms" | "us" | "ns";

/** Milliseconds in one unit. */
export const millisPerUnit = { s: 1000, ms: 1, us: 1e-3, ns: 1e-6 } as const satisfies Record<DurationUnit, number>;

/**
 * The unit that a column's name states by its suffix (`duration_ms`, `elapsed_seconds`, `latencyUs`), undefined when it
 * states none. MySQL's `query_time` is in seconds.
 */
export function durationUnitOf(columnName: string): DurationUnit | undefined {
  const name = comparableName(columnName.replace(/([a-z])([A-Z])/g, "$1_$2"));
  if (name === "query_time" || name === "querytime") return "s";
  const suffix = /(?:_|\()(\w+?)\)?$/.exec(name)?.[1] ?? "";
  return suffixes.get(suffix);
}

/** A column's name without the suffix that states the unit. */
export function withoutDurationUnit(columnName: string): string {
  const name = comparableName(columnName.replace(/([a-z])([A-Z])/g, "$1_$2"));
  const suffix = /_?(?:_|\()(\w+?)\)?$/.exec(name);
  return suffix !== null && suffixes.has(suffix[1]!) ? name.slice(0, suffix.index) : name;
}

const suffixes: ReadonlyMap<string, DurationUnit> = new Map(
  Object.entries({
    s: ["s", "sec", "secs", "second", "seconds"],
    ms: ["ms", "msec", "msecs", "milli", "millis", "millisecond", "milliseconds"],
    us: ["us", "usec", "usecs", "micro", "micros", "microsecond", "microseconds"],
    ns: ["ns", "nsec", "nano", "nanos", "nanosecond", "nanoseconds"],
  }).flatMap(([unit, names]) => names.map((name) => [name, unit as DurationUnit] as const)),
);

/**
 * Reads a duration in milliseconds. A unit written behind the number (`12.5 ms`, `3s`) wins over the column's, and so
 * does the way of a clock, `00:00:01.25`, in which MySQL's slow_log table has them. NaN, which is not known, below 0.
 */
export function parseDuration(bytes: Uint8Array, start: number, end: number, millisPerColumnUnit: number): number {
  const durationMs = signedDuration(bytes, start, end, millisPerColumnUnit);
  return durationMs >= 0 ? durationMs : NaN;
}

function signedDuration(bytes: Uint8Array, start: number, end: number, millisPerColumnUnit: number): number {
  let numberEnd = end;
  while (numberEnd > start && isLetterOrSpace(bytes[numberEnd - 1]!)) numberEnd -= 1;
  if (numberEnd === end) {
    const value = parseDecimal(bytes, start, end);
    return Number.isNaN(value) ? parseClock(bytes, start, end) : value * millisPerColumnUnit;
  }
  const unit = suffixes.get(
    String.fromCharCode(...bytes.subarray(numberEnd, end))
      .trim()
      .toLowerCase(),
  );
  return unit === undefined ? NaN : parseDecimal(bytes, start, numberEnd) * millisPerUnit[unit];
}

const isLetterOrSpace = (byte: number): boolean =>
  byte === 32 || (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

/** Hours, minutes and seconds, as milliseconds. */
function parseClock(bytes: Uint8Array, start: number, end: number): number {
  if (end - start > 32) return NaN;
  const match = /^(\d+):([0-5]\d):([0-5]\d(?:\.\d*)?)$/.exec(String.fromCharCode(...bytes.subarray(start, end)));
  return match === null ? NaN : Number(match[1]) * 3_600_000 + Number(match[2]) * 60_000 + Number(match[3]) * 1000;
}
