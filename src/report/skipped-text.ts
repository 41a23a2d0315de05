import { plural, wholeText } from "./number-text.ts";
import type { ReportOrigin } from "./finding-schema.ts";
import type { Report } from "./schema.ts";

/** What was skipped, in words. */
export interface SkippedText {
  /** Records that are about no execution, so that nothing is lost with them; the most frequent first. */
  readonly notExecutions: string | undefined;
  /** Records that may have been executions, with their places. */
  readonly losses: readonly string[];
}

/** Parts what a log has beside executions from what was lost, so that a warning is read as one. */
export function skippedText(skipped: Report["read"]["skipped"]): SkippedText {
  const others: { count: number; text: string }[] = [];
  const losses: string[] = [];
  for (const { reason, count, first } of skipped) {
    const words = wordsOf(reason);
    if (words !== undefined) {
      others.push({ count, text: plural(count, ...words) });
      continue;
    }
    const more = count > first.length ? ", ..." : "";
    losses.push(`${plural(count, "record")} skipped: ${reason} (${originsText(first)}${more})`);
  }
  others.sort((a, b) => b.count - a.count);
  return {
    notExecutions: others.length === 0 ? undefined : `not executions: ${others.map(({ text }) => text).join(", ")}`,
    losses,
  };
}

/** A reason of the readers in one and many; undefined when an execution may be lost with it. */
function wordsOf(reason: string): readonly [string, string] | undefined {
  if (/^([A-Z]+[1-5]? )?message of the server$/.test(reason)) {
    return [reason, reason.replace("message", "messages")];
  }
  // MongoDB's commands of drivers, monitoring and administration; not those that read documents in ways of their own.
  if (/^(?!(?:mapReduce|mapreduce|geoNear|geoSearch|group|eval|bulkWrite) )[A-Za-z]+ command$/.test(reason)) return [reason, `${reason}s`];
  return notExecutions.get(reason);
}

/** Reasons of `ingest/`: what a statement is parsed, bound and fetched with, and what the server says of itself. */
const notExecutions: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["bind line of the extended protocol", ["bind line", "bind lines"]],
  ["parse line of the extended protocol", ["parse line", "parse lines"]],
  ["duration on a line of its own", ["duration on a line of its own", "durations on lines of their own"]],
  ["continuation line of a message", ["continuation line", "continuation lines"]],
  ["line of another program (syslog)", ["line of another program", "lines of other programs"]],
  ["record of another program", ["record of another program", "records of other programs"]],
  ["check of a foreign key by the server", ["check of a foreign key", "checks of foreign keys"]],
  ["audit line (pgaudit)", ["audit line (pgaudit)", "audit lines (pgaudit)"]],
  ["fetch from an open portal", ["fetch from an open portal", "fetches from open portals"]],
  ["plan of a statement (auto_explain)", ["plan (auto_explain)", "plans (auto_explain)"]],
  ["connection line", ["connection line", "connection lines"]],
  ["checkpoint line", ["checkpoint line", "checkpoint lines"]],
  ["autovacuum line", ["autovacuum line", "autovacuum lines"]],
  ["temporary file line", ["temporary file line", "temporary file lines"]],
  ["lock wait line", ["lock wait line", "lock wait lines"]],
  ["repeated header", ["repeated header", "repeated headers"]],
  ["operation in a system database", ["operation in a system database", "operations in system databases"]],
  ["operation on a system collection", ["operation on a system collection", "operations on system collections"]],
  ["operation of the server's own threads", ["operation of the server itself", "operations of the server itself"]],
  [
    "inner write of a time-series collection",
    ["inner write of a time-series collection", "inner writes of time-series collections"],
  ],
  [
    "command that neither reads nor writes documents by key",
    ["command that reads no documents by key", "commands that read no documents by key"],
  ],
  [
    "write command without its writes, which have lines of their own",
    ["write command whose writes have lines of their own", "write commands whose writes have lines of their own"],
  ],
  ["no execution of a statement (command_type)", ["other command (command_type)", "other commands (command_type)"]],
]);

/** Names a file once: log.csv lines 3, 7, b.csv line 2. */
function originsText(origins: readonly ReportOrigin[]): string {
  const places = new Map<string, { input: string; unit: string; numbers: string[] }>();
  for (const { input, line, offset } of origins) {
    const unit = line === null ? "byte" : "line";
    const name = `${unit} ${input}`;
    const known = places.get(name) ?? { input, unit, numbers: [] };
    known.numbers.push(line === null ? wholeText(offset) : String(line));
    places.set(name, known);
  }
  return [...places.values()]
    .map(({ input, unit, numbers }) => `${input} ${unit}${numbers.length === 1 ? "" : "s"} ${numbers.join(", ")}`)
    .join(", ");
}
