/**
 * What a server writes into its logs when it starts or reopens them:
 *
 *     /usr/sbin/mysqld, Version: 8.0.36 (MySQL Community Server - GPL). started with:
 *     Tcp port: 3306  Unix socket: /var/run/mysqld/mysqld.sock
 *     Time                 Id Command    Argument
 */

/** Position behind the banner that starts at `start`; -1 when none does, -2 when more bytes must tell. */
export function behindBanner(bytes: Buffer, start: number, to: number, atEnd: boolean): number {
  let line = start;
  for (let number = 0; number < 3; number++) {
    const newline = bytes.indexOf(10, line);
    const isComplete = newline !== -1 || atEnd;
    const end = newline === -1 ? to : newline;
    if (!isComplete && end - line <= longestLine) return -2;
    const isOurs = end - line <= longestLine && isLine(number, bytes, line, end);
    if (!isOurs) return number === 0 ? -1 : line;
    line = Math.min(to, end + 1);
  }
  return line;
}

/** Where a banner that ends at `end`, a line's start, begins; -1 when the lines before are none. */
export function startOfBannerBefore(bytes: Buffer, from: number, end: number): number {
  let line = end;
  for (let number = 2; number >= 0; number--) {
    if (line <= from) return -1;
    const lineEnd = line - 1;
    const before = lineEnd === from ? -1 : bytes.lastIndexOf(10, lineEnd - 1);
    line = Math.max(from, before + 1);
    if (lineEnd - line > longestLine || !isLine(number, bytes, line, lineEnd)) return -1;
  }
  return line;
}

/** Is this the first, second or third line of a banner? */
function isLine(number: number, bytes: Buffer, start: number, end: number): boolean {
  if (number === 0) return endsWith(bytes, start, end, startedWith);
  if (number === 1) return ports.some((text) => startsWith(bytes, start, end, text));
  return startsWith(bytes, start, end, timeColumn) && endsWith(bytes, start, end, argumentColumn);
}

function startsWith(bytes: Buffer, start: number, end: number, text: Uint8Array): boolean {
  if (end - start < text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}

function endsWith(bytes: Buffer, start: number, end: number, text: Uint8Array): boolean {
  const last = end > start && bytes[end - 1] === 13 ? end - 1 : end;
  return last - text.length >= start && startsWith(bytes, last - text.length, last, text);
}

const ascii = (text: string): Uint8Array => new TextEncoder().encode(text);
const startedWith = ascii("started with:");
const timeColumn = ascii("Time");
const argumentColumn = ascii("Argument");
/** The second line, on Unix and on Windows. */
const ports = [ascii("Tcp port:"), ascii("TCP Port:")];
const longestLine = 65_536;
