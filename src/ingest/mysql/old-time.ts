/**
 * Reads `071015 21:43:52`, `131128  1:05:31` or `051007   21:55:24` from `bytes[start, end)`: the time of the old MySQL
 * logs and of MariaDB's, local to the server, in microseconds since 1970 as if it were UTC; NaN when it is none. Years
 * are 1970 to 2069, as MySQL itself reads two digits
 * (https://dev.mysql.com/doc/refman/8.0/en/two-digit-years.html).
 */
export function parseOldTime(bytes: Uint8Array, start: number, end: number): number {
  if (end - start < 14) return NaN;
  const year = pair(bytes, start);
  const month = pair(bytes, start + 2);
  const date = pair(bytes, start + 4);
  let position = start + 6;
  if (bytes[position] !== 32) return NaN;
  while (position < end && bytes[position] === 32) position += 1;
  const oneDigit = bytes[position + 1] === colon;
  const hour = oneDigit ? bytes[position]! - 48 : pair(bytes, position);
  position += oneDigit ? 1 : 2;
  const minute = pair(bytes, position + 1);
  const second = pair(bytes, position + 4);
  if (position + 6 > end || bytes[position] !== colon || bytes[position + 3] !== colon) return NaN;
  if (!(month >= 1 && month <= 12 && hour >= 0 && hour < 24 && minute < 60 && second <= 60)) return NaN;
  const fullYear = year < 70 ? 2000 + year : 1900 + year;
  const days = Date.UTC(fullYear, month - 1, date) / 86_400_000;
  if (!(date >= 1) || new Date(days * 86_400_000).getUTCDate() !== date) return NaN;
  return (days * 86_400 + hour * 3600 + minute * 60 + second) * 1e6;
}

/** Where the old time that starts at `start` ends: behind `hh:mm:ss`; -1 when there is none. */
export function endOfOldTime(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end && position < start + 6 && isDigit(bytes[position]!)) position += 1;
  if (position !== start + 6) return -1;
  while (position < end && bytes[position] === 32) position += 1;
  if (position === start + 6) return -1;
  const clock = position;
  while (position < end && (isDigit(bytes[position]!) || bytes[position] === colon)) position += 1;
  return position - clock >= 7 && position - clock <= 8 ? position : -1;
}

function pair(bytes: Uint8Array, at: number): number {
  const tens = bytes[at]! - 48;
  const units = bytes[at + 1]! - 48;
  return tens >= 0 && tens <= 9 && units >= 0 && units <= 9 ? tens * 10 + units : NaN;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const colon = 58;
