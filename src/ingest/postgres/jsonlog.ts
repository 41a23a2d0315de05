import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { newEntry } from "../entry.ts";
import type { LogEntry, SkipReason, Span } from "../entry.ts";
import type { Format } from "../format.ts";
import { JsonObjectReader, notAnObject } from "../json-object-reader.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark, isJsonObject } from "../json-objects.ts";
import type { JsonObject, ObjectLayout } from "../json-objects.ts";
import { unescapeJsonString } from "../json-string.ts";
import { JsonWalk } from "../jsonl/walk.ts";
import { decodePostgresParameters } from "../parameters.ts";
import { timeParser } from "../timestamp.ts";
import { decodeMessage, dropNoTransaction, isParameters, serverMessage, severityReason } from "./message.ts";
import { SessionReader } from "./session-reader.ts";
import { severityOf } from "./severity.ts";

/** How a JSON log of PostgreSQL is to be read; plain data. */
export interface JsonlogSettings {
  readonly layout: ObjectLayout;
  /** The field whose object holds the record; undefined where it is the whole object. */
  readonly inside: string | undefined;
  /** CloudNativePG names the fields as the columns of csvlog are named. */
  readonly names: "jsonlog" | "csvlog";
}

/**
 * PostgreSQL's jsonlog (https://www.postgresql.org/docs/current/runtime-config-logging.html#RUNTIME-CONFIG-LOGGING-JSONLOG),
 * also as an object inside of what a collector adds, such as CloudNativePG's `record`
 * (https://cloudnative-pg.io/documentation/current/logging/).
 */
export const postgresJsonlog: Format = {
  title: "PostgreSQL jsonlog, also inside of CloudNativePG's records",

  detect(head, options) {
    const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
    const found = objects.map(recordIn).find((record) => record !== undefined);
    if (found === undefined) {
      if (options.format !== "postgres-jsonlog") return undefined;
      throw new InputError(`${head.name}: none of its first objects is a record of PostgreSQL's jsonlog`, {
        hint: 'such a record has fields "error_severity" and "message", at the top or in a field such as "record"',
      });
    }
    const settings: JsonlogSettings = { layout, ...found };
    const names = fieldNames[settings.names];
    return {
      format: "postgres-jsonlog",
      dialect: "postgres",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      roles: {
        time: names.time,
        sql: names.message,
        duration: names.message,
        parameters: names.detail,
        session: names.session,
      },
      because:
        `its JSON objects have PostgreSQL's fields "error_severity" and "message"` +
        (found.inside === undefined ? "" : ` in ${JSON.stringify(found.inside)}`),
      notes: [],
    };
  },

  createReader({ settings }) {
    assert(settings !== undefined, "a detected jsonlog has settings");
    const jsonlog = settings as JsonlogSettings;
    return new SessionReader(new JsonObjectReader(new RecordDecoder(jsonlog), jsonlog.layout));
  },

  guessRecordStart(bytes, from, _atEnd, detection) {
    if ((detection.settings as JsonlogSettings).layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

function recordIn(object: JsonObject): Pick<JsonlogSettings, "inside" | "names"> | undefined {
  const inner = Object.entries(object).filter((entry): entry is [string, JsonObject] => isJsonObject(entry[1]));
  for (const [inside, record] of [[undefined, object] as const, ...inner]) {
    if (typeof record["error_severity"] !== "string" || typeof record["message"] !== "string") continue;
    return { inside, names: "log_time" in record || "process_id" in record ? "csvlog" : "jsonlog" };
  }
  return undefined;
}

const fieldNames = {
  jsonlog: {
    time: "timestamp",
    user: "user",
    database: "dbname",
    session: "session_id",
    process: "pid",
    transaction: "vxid",
    severity: "error_severity",
    message: "message",
    detail: "detail",
  },
  csvlog: {
    time: "log_time",
    user: "user_name",
    database: "database_name",
    session: "session_id",
    process: "process_id",
    transaction: "virtual_transaction_id",
    severity: "error_severity",
    message: "message",
    detail: "detail",
  },
} as const;

// The order in which the walk is asked for the fields.
const [time, user, database, session, process, transaction, severity, message, detail] = [0, 1, 2, 3, 4, 5, 6, 7, 8];

class RecordDecoder implements ObjectDecoder {
  readonly entry: LogEntry = newEntry("statement");
  readonly #walk: JsonWalk;
  readonly #parseTime = timeParser("date");

  constructor({ inside, names }: JsonlogSettings) {
    this.#walk = new JsonWalk(
      Object.values(fieldNames[names]).map((name) => ({ path: inside === undefined ? [name] : [inside, name] })),
    );
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const { entry } = this;
    const walk = this.#walk;
    if (!walk.find(start, end)) return notAnObject;
    const { starts, ends, kinds } = walk;
    if (kinds[message] !== "string") return "record of another program";
    this.#setSpan(entry.session, bytes, starts[session]! >= 0 ? session : process);
    this.#setSpan(entry.transaction, bytes, transaction);
    dropNoTransaction(entry);
    const messageStart = starts[message]!;
    const reason = decodeMessage(bytes, messageStart, ends[message]!, entry);
    if (reason !== undefined) return reason === serverMessage ? this.#severityReason(bytes) : reason;
    entry.sql.end = unescapeJsonString(bytes, entry.sql.start, ends[message]!);
    entry.timeMicros = starts[time]! < 0 ? NaN : this.#parseTime(bytes, starts[time]!, ends[time]!);
    this.#setSpan(entry.database, bytes, database);
    this.#setSpan(entry.user, bytes, user);
    entry.parameters.count = 0;
    if (kinds[detail] === "string" && isParameters(bytes, starts[detail]!, ends[detail]!)) {
      const detailEnd = unescapeJsonString(bytes, starts[detail]!, ends[detail]!);
      decodePostgresParameters(bytes, starts[detail]!, detailEnd, entry.parameters);
    }
    return undefined;
  }

  #severityReason(bytes: Buffer): SkipReason {
    const { starts, ends, kinds } = this.#walk;
    const start = starts[severity]!;
    if (start < 0 || kinds[severity] !== "string") return serverMessage;
    return severityReason(severityOf(bytes, start, unescapeJsonString(bytes, start, ends[severity]!)));
  }

  #setSpan(span: Span, bytes: Uint8Array, field: number): void {
    const { starts, ends, kinds } = this.#walk;
    span.start = starts[field]!;
    span.end = ends[field]!;
    if (span.start < 0 || span.start === span.end || kinds[field] === "word") span.start = span.end = -1;
    else if (kinds[field] === "string") span.end = unescapeJsonString(bytes, span.start, span.end);
  }
}
