import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason } from "../entry.ts";
import { notAnObject, type ObjectDecoder } from "../json-object-reader.ts";
import { JsonWalk } from "../jsonl/walk.ts";
import { timeParser } from "../timestamp.ts";
import { extendedNumber } from "./extended-number.ts";
import { reasonToSkip, setNamespace, setSpan, setTransaction } from "./operation-fields.ts";

/**
 * The fields of an operation, by what it is logged in. The server's log (4.4 and newer) has them in `attr`, documents of
 * `system.profile` at the top; `query` is where the profiler had commands before 3.6.
 */
const fieldPaths = {
  log: {
    time: ["t", "$date"],
    message: ["msg"],
    component: ["c"],
    context: ["ctx"],
    truncated: ["truncated"],
    type: ["attr", "type"],
    namespace: ["attr", "ns"],
    command: ["attr", "command"],
    query: ["attr", "query"],
    opener: ["attr", "originatingCommand"],
    duration: ["attr", "durationMillis"],
    working: ["attr", "workingMillis"],
    returned: ["attr", "nreturned"],
    modified: ["attr", "nModified"],
    deleted: ["attr", "ndeleted"],
    inserted: ["attr", "ninserted"],
    user: ["attr", "user"],
    application: ["attr", "appName"],
  },
  profile: {
    time: ["ts", "$date"],
    message: ["$msg"],
    component: ["$component"],
    context: ["$context"],
    truncated: ["$truncated"],
    type: ["op"],
    namespace: ["ns"],
    command: ["command"],
    query: ["query"],
    opener: ["originatingCommand"],
    duration: ["millis"],
    working: ["workingMillis"],
    returned: ["nreturned"],
    modified: ["nModified"],
    deleted: ["ndeleted"],
    inserted: ["ninserted"],
    user: ["user"],
    application: ["appName"],
  },
} as const satisfies Record<"log" | "profile", Record<string, readonly string[]>>;

type FieldName = keyof (typeof fieldPaths)["log"];

const names = Object.keys(fieldPaths.log) as FieldName[];
const at = Object.fromEntries(names.map((name, index) => [name, index])) as Record<FieldName, number>;

/**
 * Reads the operations out of MongoDB's structured log, its "Slow query" lines, and out of documents of `system.profile`.
 * A write command is logged as a whole and write by write; only the writes have the filters, so they are the accesses.
 */
export class OperationDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("command");
  readonly #source: "log" | "profile";
  readonly #home: Uint8Array | undefined;
  readonly #walk: JsonWalk;
  readonly #session = new JsonWalk([{ path: ["lsid"] }, { path: ["txnNumber"] }, { path: ["autocommit"] }]);
  readonly #parseDate = timeParser("date");
  /** The next place at or behind `#soughtFrom` where a transaction's mark stands: most commands have none. */
  #nextAutocommit = -1;
  #soughtFrom = 0;
  #nameStart = 0;

  constructor(source: "log" | "profile", home: string | undefined) {
    this.#source = source;
    this.#home = home === undefined ? undefined : new TextEncoder().encode(home);
    this.#walk = new JsonWalk(names.map((name) => ({ path: fieldPaths[source][name] })));
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
    this.#session.open(buffer);
    this.#nextAutocommit = -1;
    this.#soughtFrom = 0;
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    const { entry } = this;
    if (!walk.find(start, end)) return notAnObject;
    if (this.#source === "log") {
      if (!this.#is(bytes, at.message, "Slow query")) return this.#otherMessage(bytes);
      if (walk.starts[at.truncated] !== -1) return "operation cut short by the server's limit on its log";
      if (walk.starts[at.context] !== -1 && !this.#startsWith(bytes, at.context, "conn"))
        return "operation of the server's own threads";
    }
    const command = this.#command();
    if (command === -1) return "operation without its command";
    setNamespace(entry, bytes, walk.starts[at.namespace]!, walk.ends[at.namespace]!, this.#home);
    setSpan(entry.operation, walk.starts[at.type]!, walk.ends[at.type]!);
    setSpan(entry.sql, walk.starts[command]!, walk.ends[command]!);
    let first = this.#firstName(bytes);
    if (first === "$truncated") return "operation cut short by the server's limit on its log";
    if (first === "getMore") {
      if (walk.kinds[at.opener] !== "object") return "getMore without the command that opened its cursor";
      setSpan(entry.operation, this.#nameStart, this.#nameStart + first.length);
      setSpan(entry.sql, walk.starts[at.opener]!, walk.ends[at.opener]!);
      first = this.#firstName(bytes);
    }
    const reason = reasonToSkip(entry, bytes, this.#isBare(bytes, first) ? "" : first);
    if (reason !== undefined) return reason;
    this.#setMeasures(bytes);
    this.#setTransaction(bytes);
    return undefined;
  }

  /** The field that has the command; -1 when none has. */
  #command(): number {
    const { kinds } = this.#walk;
    if (kinds[at.command] === "object") return at.command;
    return kinds[at.query] === "object" ? at.query : -1;
  }

  /** The name of the entry's command: that of its first field. */
  #firstName(bytes: Buffer): string {
    const { start, end } = this.entry.sql;
    const open = bytes.indexOf(34, start);
    const close = open === -1 ? -1 : bytes.indexOf(34, open + 1);
    if (close === -1 || close > end) return "";
    this.#nameStart = open + 1;
    return bytes.toString("latin1", open + 1, Math.min(close, open + 65));
  }

  /** A write of a command, or a query of an old profiler: a filter without the command's name. */
  #isBare(bytes: Buffer, first: string): boolean {
    if (this.#is(bytes, at.type, "update") || this.#is(bytes, at.type, "remove"))
      return first !== "update" && first !== "delete" && first !== "findAndModify" && first !== "findandmodify";
    return this.#is(bytes, at.type, "query") && first !== "find" && first !== "count" && first !== "distinct";
  }

  #setMeasures(bytes: Buffer): void {
    const { entry } = this;
    const { starts, ends, kinds } = this.#walk;
    const number = (field: number): number => measure(extendedNumber(bytes, starts[field]!, ends[field]!));
    entry.timeMicros =
      starts[at.time]! < 0
        ? NaN
        : kinds[at.time] === "string"
          ? this.#parseDate(bytes, starts[at.time]!, ends[at.time]!)
          : extendedNumber(bytes, starts[at.time]!, ends[at.time]!) * 1000;
    const duration = number(at.duration);
    entry.durationMs = Number.isNaN(duration) ? number(at.working) : duration;
    entry.rows = NaN;
    for (const field of [at.returned, at.modified, at.deleted, at.inserted])
      if (starts[field]! >= 0 && Number.isNaN(entry.rows)) entry.rows = number(field);
    setSpan(entry.session, starts[at.context]!, ends[at.context]!);
    const user = ends[at.user]! > starts[at.user]! && kinds[at.user] === "string" ? at.user : at.application;
    setSpan(entry.user, kinds[user] === "string" ? starts[user]! : -1, kinds[user] === "string" ? ends[user]! : -1);
  }

  #setTransaction(bytes: Buffer): void {
    const { entry } = this;
    setSpan(entry.transaction, -1, -1);
    const command = this.#walk.kinds[at.command] === "object" ? at.command : at.query;
    const start = this.#walk.starts[command]!;
    const end = this.#walk.ends[command]!;
    if (start < 0) return;
    if (this.#nextAutocommit < start || this.#soughtFrom > start) {
      const found = bytes.indexOf('"autocommit"', start);
      this.#nextAutocommit = found === -1 ? bytes.length : found;
      this.#soughtFrom = start;
    }
    if (this.#nextAutocommit >= end || !this.#session.find(start, end)) return;
    const { starts, ends } = this.#session;
    setTransaction(entry, bytes, {
      lsidStart: starts[0]!,
      lsidEnd: ends[0]!,
      numberStart: starts[1]!,
      numberEnd: ends[1]!,
      autocommitStart: starts[2]!,
    });
  }

  #otherMessage(bytes: Buffer): SkipReason {
    const { starts, ends } = this.#walk;
    if (starts[at.message] === -1) return "line without a message";
    const component = starts[at.component] === -1 ? "" : bytes.toString("latin1", starts[at.component], ends[at.component]);
    return components.has(component) ? `${component} message of the server` : "message of the server";
  }

  #is(bytes: Buffer, field: number, text: string): boolean {
    const start = this.#walk.starts[field]!;
    return start >= 0 && this.#walk.ends[field]! - start === text.length && this.#startsWith(bytes, field, text);
  }

  #startsWith(bytes: Buffer, field: number, text: string): boolean {
    const start = this.#walk.starts[field]!;
    for (let index = 0; index < text.length; index++) if (bytes[start + index] !== text.charCodeAt(index)) return false;
    return true;
  }
}

/** A count or duration below zero is a damaged one: not known. */
const measure = (value: number): number => (value >= 0 && value < Infinity ? value : NaN);

/** https://www.mongodb.com/docs/manual/reference/log-messages/#components */
const components: ReadonlySet<string> = new Set(
  `ACCESS COMMAND CONTROL ELECTION FTDC GEO INDEX INITSYNC JOURNAL NETWORK QUERY QUERYSTATS RECOVERY REPL REPL_HB
  ROLLBACK SHARDING STORAGE TXN WRITE WT WTBACKUP WTCHKPT WTCMPCT WTEVICT WTHS WTRECOV WTRTS WTSLVG WTTIER WTTS WTTXN
  WTVRFY WTWRTLOG`.split(/\s+/),
);
