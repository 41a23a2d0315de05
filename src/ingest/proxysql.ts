import { InputError } from "../base/input-error.ts";
import type { Format } from "./format.ts";
import { JsonEventDecoder } from "./json-event-decoder.ts";
import type { EventFields } from "./json-event-decoder.ts";
import { firstJsonObjects, hasByteOrderMark } from "./json-objects.ts";
import { JsonObjectReader } from "./json-object-reader.ts";

/**
 * ProxySQL's query log as JSON, `mysql-eventslog_format = 2`
 * (https://proxysql.com/documentation/query-logging/). Prepared statements are logged when they are executed, with `?`
 * for their values.
 */
export const proxysqlLog: Format = {
  title: "ProxySQL's query log as JSON",

  detect(head, options) {
    const { objects } = firstJsonObjects(head.bytes, head.atEnd);
    if (!objects.some((object) => ["query", "hostgroup_id", "thread_id", "event"].every((name) => name in object))) {
      if (options.format !== "proxysql") return undefined;
      throw new InputError(`${head.name}: its lines are not the JSON objects that ProxySQL logs`, {
        hint: "set mysql-eventslog_format = 2; the binary format 1 is not read",
      });
    }
    const prepared = objects.some(({ event }) => event === "COM_STMT_EXECUTE");
    return {
      format: "proxysql",
      dialect: "mysql",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings: undefined,
      roles: { sql: "query", time: "starttime_timestamp_us", duration: "duration_us", session: "thread_id" },
      because: "its objects have ProxySQL's fields query, hostgroup_id, thread_id and event",
      notes: prepared ? ["prepared statements are logged without their values: their routing is judged, their skew unknown"] : [],
    };
  },

  createReader: () => new JsonObjectReader(new JsonEventDecoder(fields), "lines"),

  // A JSON string holds no raw newline, so every line start is a record start.
  guessRecordStart(bytes, from) {
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

const fields: EventFields = {
  sql: "query",
  time: "starttime_timestamp_us",
  timeWriting: "epoch-us",
  duration: "duration_us",
  millisPerDuration: 1e-3,
  rows: ["rows_sent", "rows_affected"],
  session: "thread_id",
  database: "schemaname",
  user: "username",
  event: "event",
  executions: new Set(["COM_QUERY", "COM_STMT_EXECUTE", "PGSQL_QUERY", "PGSQL_EXECUTE"]),
};
