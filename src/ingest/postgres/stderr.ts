import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import type { Detection, Format, Head, ReaderOptions } from "../format.ts";
import { hasByteOrderMark } from "../json-objects.ts";
import { findPrefix, prefixTitle } from "./find-prefix.ts";
import type { FoundPrefix } from "./find-prefix.ts";
import { LinePrefixMatcher } from "./line-prefix.ts";
import { SessionReader } from "./session-reader.ts";
import { StderrReader } from "./stderr-reader.ts";

/** How lines begin; plain data. */
export interface StderrSettings {
  readonly prefix: string;
}

/** PostgreSQL's log as the server writes it to stderr, with any log_line_prefix; Amazon RDS gives it so too. */
export const postgresStderr: Format = {
  title: "PostgreSQL's plain log (stderr), with any log_line_prefix",

  detect(head, options) {
    const lines = firstLines(head);
    const found = settledPrefix(lines, options);
    if (found === undefined || !mostlyHeaded(lines, found)) {
      if (options.format !== "postgres-stderr") return undefined;
      throw new InputError(`${head.name}: no log_line_prefix fits its lines`, {
        hint: "pass the server's own with --log-line-prefix; SHOW log_line_prefix gives it",
      });
    }
    return {
      format: "postgres-stderr",
      dialect: "postgres",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings: { prefix: found.prefix },
      roles: {},
      because: `its lines begin with log_line_prefix ${JSON.stringify(prefixTitle(found.prefix))} and a severity`,
      notes: prefixNotes(found.prefix),
    };
  },

  createReader: (detection) => new SessionReader(new StderrReader(settingsOf(detection).prefix)),

  /** The first line behind the cut that begins a message: not a tab, not a part of one. */
  guessRecordStart(bytes, from, _atEnd, detection) {
    const matcher = new LinePrefixMatcher(settingsOf(detection).prefix);
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let start = buffer.indexOf(10, from - 1) + 1; start > 0 && start < bytes.length;) {
      const newline = buffer.indexOf(10, start);
      const end = newline === -1 ? bytes.length : newline;
      if (bytes[start] !== 9 && matcher.match(bytes, start, end) && !matcher.heading.isPart) return start;
      start = newline + 1;
    }
    return -1;
  },
};

function settingsOf({ settings }: Detection): StderrSettings {
  assert(settings !== undefined && "prefix" in settings, "a detected log of PostgreSQL has a prefix");
  return settings;
}

/** The prefix that the user names, else the one that fits the lines. */
export function settledPrefix(lines: readonly string[], { logLinePrefix }: ReaderOptions): FoundPrefix | undefined {
  const found = findPrefix(lines);
  if (logLinePrefix === undefined) return found;
  // A mistake in it is told whatever the lines are.
  const matcher = new LinePrefixMatcher(logLinePrefix);
  const encoder = new TextEncoder();
  const matched = lines.reduce((sum, line) => {
    const bytes = encoder.encode(line);
    return sum + Number(matcher.match(bytes, 0, bytes.length));
  }, 0);
  return matched === 0 ? undefined : { prefix: logLinePrefix, headed: Math.max(matched, found?.headed ?? 0), matched };
}

/** What the user may want to know of a prefix. */
export function prefixNotes(prefix: string): readonly string[] {
  const notes: string[] = [];
  if (prefix.includes("%?"))
    notes.push(
      `log_line_prefix was taken for ${JSON.stringify(prefixTitle(prefix))}: what the dots stand for is not told by the ` +
        `lines; --log-line-prefix says it`,
    );
  if (!/%-?\d*[pc]/.test(prefix))
    notes.push("log_line_prefix has neither %p nor %c: a duration on a line of its own can't be given to its statement");
  return notes;
}

/** Of the lines that don't go on with a message, most must begin with the prefix. */
function mostlyHeaded(lines: readonly string[], { matched }: FoundPrefix): boolean {
  const starts = lines.filter((line) => line !== "" && !line.startsWith("\t")).length;
  return matched * 2 > starts || matched >= 20;
}

export function firstLines({ bytes, atEnd }: Head): readonly string[] {
  const text = new TextDecoder().decode(bytes.subarray(hasByteOrderMark(bytes) ? 3 : 0, 1 << 18));
  const lines = text.split("\n", mostLines + 1);
  // The last line may be cut off.
  const whole = lines.length > mostLines || (atEnd && bytes.length <= 1 << 18) ? lines.slice(0, mostLines) : lines.slice(0, -1);
  return whole.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
}

const mostLines = 300;
