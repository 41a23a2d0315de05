import type { LogEntry, SkipReason, Span } from "../entry.ts";
import { reasonNotAccess, systemDatabases } from "./operations.ts";

/** Sets the database and the collection of `namespace`: the latter with the database in front unless it is `home`. */
export function setNamespace(entry: LogEntry, bytes: Buffer, start: number, end: number, home: Uint8Array | undefined): void {
  const dot = bytes.indexOf(46, start);
  const databaseEnd = start < 0 || dot === -1 || dot > end ? end : dot;
  setSpan(entry.database, start, databaseEnd);
  if (start < 0) setSpan(entry.table, -1, -1);
  else if (home !== undefined && isSame(bytes, start, databaseEnd, home)) setSpan(entry.table, Math.min(databaseEnd + 1, end), end);
  else setSpan(entry.table, start, end);
}

/**
 * Sets the transaction: the session's id and the number of the transaction in it, of a command with autocommit: false
 * (a number alone is a retryable write). The two stand apart in the command, so they are written together into the
 * place of the session's id, as a JSON text: what is left of that place becomes blanks.
 */
export function setTransaction(entry: LogEntry, bytes: Buffer, command: SessionFields): void {
  setSpan(entry.transaction, -1, -1);
  const { lsidStart, lsidEnd, numberStart, numberEnd, autocommitStart } = command;
  if (autocommitStart < 0 || bytes[autocommitStart] !== 102 || lsidStart < 0 || numberStart < 0) return;
  const id = sessionIdIn(bytes, lsidStart, lsidEnd);
  const number = digitsIn(bytes, numberStart, numberEnd);
  const text = `"${id}:${number}"`;
  if (id === "" || number === "" || text.length > lsidEnd - lsidStart) return;
  bytes.write(text, lsidStart, "latin1");
  bytes.fill(32, lsidStart + text.length, lsidEnd);
  setSpan(entry.transaction, lsidStart + 1, lsidStart + text.length - 1);
}

/** Where the fields of a command stand that tell its session; -1 when absent. */
export interface SessionFields {
  readonly lsidStart: number;
  readonly lsidEnd: number;
  readonly numberStart: number;
  readonly numberEnd: number;
  readonly autocommitStart: number;
}

/** `{"id": {"$uuid": "..."}}` or `{"id": {"$binary": {"base64": "..."}}}`: the first text that is no name. */
function sessionIdIn(bytes: Buffer, start: number, end: number): string {
  return /:\s*"([^"\\]{16,64})"/.exec(bytes.toString("latin1", start, end))?.[1] ?? "";
}

const digitsIn = (bytes: Buffer, start: number, end: number): string =>
  /\d+(?=\D*$)/.exec(bytes.toString("latin1", start, end))?.[0] ?? "";

/**
 * Why the operation is none of the application's; undefined when it is. `command` is the name of the command, "" for a
 * write or a query that the log has without one.
 */
export function reasonToSkip(entry: LogEntry, bytes: Buffer, command: string): SkipReason | undefined {
  const { database, table } = entry;
  const endsTransaction = command === "commitTransaction" || command === "abortTransaction";
  if (command !== "" && !endsTransaction) {
    const reason = reasonNotAccess(command);
    if (reason !== undefined) return reason;
  }
  if (endsTransaction) return undefined;
  if (database.start < 0) return "operation without a namespace";
  const length = database.end - database.start;
  if (length <= 6 && systemDatabases.has(bytes.toString("latin1", database.start, database.end)))
    return "operation in a system database";
  const collection = table.start === database.start ? database.end + 1 : table.start;
  if (bytes.toString("latin1", collection, Math.min(collection + 7, table.end)) !== "system.") return undefined;
  const isBucket = bytes.toString("latin1", collection, Math.min(collection + 15, table.end)) === "system.buckets.";
  // A command on a time-series collection names the collection itself; what the server makes of it comes apart.
  if (isBucket) return command === "" ? "inner write of a time-series collection" : undefined;
  return "operation on a system collection";
}

export function setSpan(span: Span, start: number, end: number): void {
  span.start = start;
  span.end = end;
}

function isSame(bytes: Uint8Array, start: number, end: number, text: Uint8Array): boolean {
  if (end - start !== text.length) return false;
  for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text[index]) return false;
  return true;
}
