/** A date or time as a log writes it. */
export interface LoggedTime {
  readonly year: number;
  /** Days since the first of January 1900, and microseconds of that day, in UTC where there is a zone. */
  readonly day: number;
  readonly micros: number;
  /** How it was written, to write others so. */
  readonly separator: string;
  readonly clock: "none" | "minutes" | "seconds";
  readonly fraction: string;
  readonly zone: string;
  readonly zoneMicros: number;
}

const written = /^(\d{4})-(\d\d)-(\d\d)(?:([ T])(\d\d):(\d\d)(?::(\d\d)([.,]\d{1,6})?)?( ?(?:Z|UTC|[+-]\d\d(?::?\d\d)?))?)?$/;

const millisOfDay = 86_400_000;
const firstMillis = Date.UTC(1900, 0, 1);

/** Days since the first of January 1900; undefined when there is no such day. */
export function dayOf(year: number, month: number, day: number): number | undefined {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
  return Math.round((date.getTime() - firstMillis) / millisOfDay);
}

/** Days from 1900 to 2100, in which nearly all dates lie. */
export const daysOfCore = dayOf(2101, 1, 1)!;

/** Undefined when the text is no date or time that a database prints. */
export function timeOf(text: string): LoggedTime | undefined {
  const match = written.exec(text);
  if (match === null) return undefined;
  const [, years, months, days, separator, hours, minutes, seconds, fraction, zone] = match;
  const date = dayOf(Number(years), Number(months), Number(days));
  const [hour, minute, second] = [hours, minutes, seconds].map((part) => Number(part ?? 0)) as [number, number, number];
  if (date === undefined || hour > 23 || minute > 59 || second > 59) return undefined;
  const zoneMicros = microsOfZone(zone ?? "");
  const parts = Number((fraction ?? ".0").slice(1).padEnd(6, "0"));
  const micros = ((hour * 60 + minute) * 60 + second) * 1e6 + parts - zoneMicros;
  const later = Math.floor(micros / (millisOfDay * 1000));
  return {
    year: Number(years),
    day: date + later,
    micros: micros - later * millisOfDay * 1000,
    separator: separator ?? "",
    clock: hours === undefined ? "none" : seconds === undefined ? "minutes" : "seconds",
    fraction: fraction ?? "",
    zone: zone ?? "",
    zoneMicros,
  };
}

function microsOfZone(zone: string): number {
  const match = /([+-])(\d\d):?(\d\d)?/.exec(zone);
  if (match === null) return 0;
  return (match[1] === "-" ? -1 : 1) * (Number(match[2]) * 60 + Number(match[3] ?? 0)) * 60e6;
}

/** Another time, written like `time`, with as many digits as it needs. */
export function timeText(time: LoggedTime, day: number, micros: number): string {
  const local = micros + time.zoneMicros;
  const later = Math.floor(local / (millisOfDay * 1000));
  const rest = local - later * millisOfDay * 1000;
  const date = dayText(day + later);
  if (time.clock === "none") return date;
  const seconds = Math.floor(rest / 1e6);
  const parts = String(rest % 1e6).padStart(6, "0");
  const two = (value: number): string => String(value).padStart(2, "0");
  const [hour, minute, second] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const short = seconds % 60 === 0 && rest % 1e6 === 0 && time.clock === "minutes";
  const fraction = rest % 1e6 === 0 ? time.fraction : `${time.fraction[0] ?? "."}${parts}`;
  const zeros = fraction.replace(/\d/g, "0");
  const tail = short ? "" : `:${two(second)}${rest % 1e6 === 0 ? zeros : fraction}`;
  return `${date}${time.separator}${two(hour)}:${two(minute)}${tail}${time.zone}`;
}

const dayText = (day: number): string => new Date(firstMillis + day * millisOfDay).toISOString().slice(0, 10);
