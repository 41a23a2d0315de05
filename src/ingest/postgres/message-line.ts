import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span } from "../entry.ts";
import { decodePostgresParameters } from "../parameters.ts";
import { LinePrefixMatcher } from "./line-prefix.ts";
import { decodeMessage, isParameters, serverMessage, severityReason } from "./message.ts";
import { continuationLine } from "./session-reader.ts";
import type { MessageLines } from "./session-reader.ts";
import { joinLines, noPrefix, prefixFields, transactionOf } from "./stderr-reader.ts";

/**
 * Reads one line of a log that carries what stderr would have, but line by line, each in an envelope of its own: in
 * syslog and in Cloud Logging. The line is the first of a message, or goes on with one.
 */
export class MessageLineDecoder implements MessageLines {
  readonly entry: LogEntry = newEntry("statement");
  chunk = 0;
  message = -1;
  readonly text: Span = { start: -1, end: -1 };
  newline = false;
  begins: "detail" | "other" | undefined;
  readonly #prefix: LinePrefixMatcher;
  readonly #inner: LinePrefixMatcher;
  readonly #fill = prefixFields();

  constructor(prefix: string) {
    this.#prefix = new LinePrefixMatcher(prefix);
    this.#inner = new LinePrefixMatcher(prefix);
  }

  /**
   * Decodes the text `[start, end)` of a line, with control characters in it resolved; these may be newlines. `backend` names the session when
   * the envelope does; `timeMicros` is the envelope's time, for prefixes without one.
   */
  decode(
    bytes: Uint8Array,
    start: number,
    end: number,
    severalLines: boolean,
    backend: Span,
    timeMicros: number,
  ): SkipReason | undefined {
    const { entry, text } = this;
    const prefix = this.#prefix;
    entry.session.start = backend.start;
    entry.session.end = backend.end;
    const lineEnd = severalLines ? endOfLine(bytes, start, end) : end;
    const headed = bytes[start] !== tab && prefix.match(bytes, start, lineEnd);
    if (!headed || prefix.heading.isPart || this.chunk > 1) {
      if (!headed && this.chunk === 1) return noPrefix;
      if (headed && backend.start < 0) this.#sessionOfPrefix();
      this.begins = headed && prefix.heading.isPart ? (prefix.heading.word === "DETAIL" ? "detail" : "other") : undefined;
      // A line longer than the server's limit is split without a newline.
      const indented = bytes[start] === tab;
      this.newline = this.begins === undefined && (indented || this.chunk === 0);
      text.start = this.begins === undefined ? (indented ? start + 1 : start) : prefix.textStart;
      text.end = severalLines ? joinLines(bytes, text.start, end) : end;
      return continuationLine;
    }
    if (backend.start < 0) this.#sessionOfPrefix();
    transactionOf(prefix, entry);
    if (prefix.heading.word !== "LOG") return severityReason(prefix.heading.word);
    const textEnd = lineEnd === end ? end : this.#endOfText(bytes, lineEnd, end);
    const reason = decodeMessage(bytes, prefix.textStart, textEnd, entry);
    if (reason !== undefined) return reason === serverMessage ? severityReason("LOG") : reason;
    entry.sql.end = lineEnd === end ? end : joinLines(bytes, entry.sql.start, textEnd);
    this.#fill(prefix, bytes, entry);
    if (Number.isNaN(entry.timeMicros)) entry.timeMicros = timeMicros;
    entry.parameters.count = 0;
    if (textEnd < end) this.#decodeParts(bytes, textEnd + 1, end);
    return undefined;
  }

  #sessionOfPrefix(): void {
    const { session, process: pid } = this.#prefix;
    const from = session.start >= 0 ? session : pid;
    this.entry.session.start = from.start;
    this.entry.session.end = from.end;
  }

  /** In a text of several lines, where the first line stands that begins another part. */
  #endOfText(bytes: Uint8Array, lineEnd: number, end: number): number {
    let newline = lineEnd;
    while (newline < end) {
      const next = endOfLine(bytes, newline + 1, end);
      if (bytes[newline + 1] !== tab && this.#inner.match(bytes, newline + 1, next) && this.#inner.heading.isPart)
        return newline;
      newline = next;
    }
    return end;
  }

  #decodeParts(bytes: Uint8Array, start: number, end: number): void {
    if (!this.#inner.match(bytes, start, endOfLine(bytes, start, end)) || this.#inner.heading.word !== "DETAIL") return;
    const detailStart = this.#inner.textStart;
    const detailEnd = this.#endOfText(bytes, endOfLine(bytes, start, end), end);
    if (isParameters(bytes, detailStart, detailEnd))
      decodePostgresParameters(bytes, detailStart, joinLines(bytes, detailStart, detailEnd), this.entry.parameters);
  }
}

function endOfLine(bytes: Uint8Array, from: number, end: number): number {
  let at = from;
  while (at < end && bytes[at] !== 10) at += 1;
  return at;
}

const tab = 9;
