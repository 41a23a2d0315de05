import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { maxRecordBytes } from "../entry.ts";
import type { LogEntry, SkipReason, Visit, VisitSkipped } from "../entry.ts";
import type { Detection, Format, Head, ReaderOptions } from "../format.ts";
import { hasByteOrderMark } from "../json-objects.ts";
import { prefixTitle } from "./find-prefix.ts";
import { MessageLineDecoder } from "./message-line.ts";
import { SessionReader } from "./session-reader.ts";
import type { MessageReader } from "./session-reader.ts";
import { firstLines, prefixNotes, settledPrefix } from "./stderr.ts";
import { assumedYear, SyslogEnvelope, unescapeOctal } from "./syslog-envelope.ts";
import type { SyslogSettings } from "./syslog-envelope.ts";

/** PostgreSQL's messages in a syslog file, or in Heroku's logplex. Each line is a record; other programs' are skipped. */
export const postgresSyslog: Format = {
  title: "PostgreSQL in syslog (RFC 3164, RFC 5424) or in Heroku's logplex",

  detect(head, options) {
    const found = settle(head, options);
    if (found === undefined) {
      if (options.format !== "postgres-syslog") return undefined;
      throw new InputError(`${head.name}: no syslog lines of PostgreSQL among its first`, {
        hint: "pass the server's log_line_prefix with --log-line-prefix; SHOW log_line_prefix gives it",
      });
    }
    const { settings, undated } = found;
    return {
      format: "postgres-syslog",
      dialect: "postgres",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      roles: {},
      because:
        `its lines are those of syslog, and those of ${settings.ident} have log_line_prefix ` +
        JSON.stringify(prefixTitle(settings.prefix)),
      notes: [
        ...prefixNotes(`${settings.prefix}%p`),
        ...(undated ? [`its times have no year: they are taken as of ${assumedYear}`] : []),
      ],
    };
  },

  createReader(detection) {
    const settings = settingsOf(detection);
    const line = new MessageLineDecoder(settings.prefix);
    return new SessionReader(new SyslogReader(settings, line), line);
  },

  guessRecordStart(bytes, from) {
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

function settingsOf({ settings }: Detection): SyslogSettings {
  assert(settings !== undefined && "ident" in settings, "a detected syslog has settings");
  return settings;
}

function settle(head: Head, options: ReaderOptions): { settings: SyslogSettings; undated: boolean } | undefined {
  const envelope = new SyslogEnvelope();
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  const bodies = new Map<string, string[]>();
  const lines = firstLines(head);
  let enveloped = 0;
  let firstMonth = -1;
  for (const line of lines) {
    const bytes = encoder.encode(line);
    if (!envelope.open(bytes, 0, bytes.length)) continue;
    enveloped += 1;
    if (firstMonth === -1) firstMonth = envelope.month;
    const { start, end } = envelope.ident;
    const ident = decoder.decode(bytes.subarray(start, end));
    const text = unescapeOctal(bytes, envelope.bodyStart, bytes.length);
    bodies.set(ident, [...(bodies.get(ident) ?? []), decoder.decode(bytes.subarray(envelope.bodyStart, text))]);
  }
  if (enveloped * 2 < lines.filter((line) => line.trim() !== "").length) return undefined;
  let best: { settings: SyslogSettings; matched: number; undated: boolean } | undefined;
  for (const [ident, texts] of bodies) {
    const found = settledPrefix(texts, options);
    if (found === undefined || (best !== undefined && found.matched <= best.matched)) continue;
    const undated = firstMonth !== -1 && !/%-?\d*[tmn]/.test(found.prefix);
    best = { settings: { prefix: found.prefix, ident, firstMonth: Math.max(0, firstMonth) }, matched: found.matched, undated };
  }
  return best;
}

/** One record per line. */
class SyslogReader implements MessageReader {
  until = Infinity;
  readonly keyColumns: readonly string[] = [];
  readonly entry: LogEntry;
  readonly #settings: SyslogSettings;
  readonly #line: MessageLineDecoder;
  readonly #envelope = new SyslogEnvelope();
  readonly #ident: Uint8Array;
  #lost = false;
  /** The first `#` at or after the place that was last asked for: most lines have none. */
  #nextEscape = -1;

  constructor(settings: SyslogSettings, line: MessageLineDecoder) {
    this.#settings = settings;
    this.#line = line;
    this.entry = line.entry;
    this.#ident = new TextEncoder().encode(settings.ident);
  }

  read(
    bytes: Uint8Array,
    from: number,
    to: number,
    atEnd: boolean,
    baseOffset: number,
    visit: Visit,
    skipped: VisitSkipped,
  ): number {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, to);
    const { entry } = this;
    const stopAt = Math.min(to, this.until - baseOffset);
    entry.bytes = bytes;
    this.#nextEscape = -1;
    let position = from;
    while (position < stopAt || this.#lost) {
      const newline = buffer.indexOf(10, position);
      if (newline === -1 && !atEnd) {
        if (!this.#lost) {
          if (to - position <= maxRecordBytes) return position;
          skipped(baseOffset + position, tooLong);
          this.#lost = true;
        }
        this.until = Math.max(this.until, baseOffset + to + 1);
        return to;
      }
      const next = newline === -1 ? to : newline + 1;
      if (this.#lost) this.#lost = false;
      else if (next - position > maxRecordBytes) skipped(baseOffset + position, tooLong);
      else {
        let end = newline === -1 ? to : newline;
        if (end > position && bytes[end - 1] === 13) end -= 1;
        if (end > position) {
          entry.offset = baseOffset + position;
          const reason = this.#decode(buffer, position, end);
          if (reason === undefined) visit(entry);
          else skipped(entry.offset, reason);
        }
      }
      position = next;
    }
    return position;
  }

  #decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const envelope = this.#envelope;
    if (!envelope.open(bytes, start, end)) return "no syslog line";
    if (!envelope.hasIdent(this.#ident)) return "line of another program (syslog)";
    let textEnd = end;
    if (this.#nextEscape < envelope.bodyStart) {
      const found = bytes.indexOf(35, envelope.bodyStart);
      this.#nextEscape = found === -1 ? bytes.length : found;
    }
    if (this.#nextEscape < end) textEnd = unescapeOctal(bytes, envelope.bodyStart, end);
    this.#line.chunk = envelope.chunk;
    this.#line.message = envelope.message;
    const reason = this.#line.decode(bytes, envelope.bodyStart, textEnd, textEnd !== end, envelope.process, NaN);
    if (reason === undefined && Number.isNaN(this.entry.timeMicros))
      this.entry.timeMicros = envelope.timeMicros(this.#settings.firstMonth);
    return reason;
  }
}

const tooLong: SkipReason = "record longer than 64 MiB";
