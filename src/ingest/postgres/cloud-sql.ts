import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import type { SkipReason } from "../entry.ts";
import type { Detection, Format } from "../format.ts";
import { JsonObjectReader, notAnObject } from "../json-object-reader.ts";
import type { ObjectDecoder } from "../json-object-reader.ts";
import { firstJsonObjects, hasByteOrderMark } from "../json-objects.ts";
import type { ObjectLayout } from "../json-objects.ts";
import { unescapeJsonString } from "../json-string.ts";
import { JsonWalk } from "../jsonl/walk.ts";
import { timeParser } from "../timestamp.ts";
import { prefixTitle } from "./find-prefix.ts";
import { MessageLineDecoder } from "./message-line.ts";
import { SessionReader } from "./session-reader.ts";
import { prefixNotes, settledPrefix } from "./stderr.ts";

/** How entries of Cloud Logging are to be read; plain data. */
export interface CloudSqlSettings {
  readonly prefix: string;
  readonly layout: ObjectLayout;
}

/**
 * Google Cloud SQL: entries of Cloud Logging whose `textPayload` is a line of the server's log
 * (https://cloud.google.com/logging/docs/reference/v2/rest/v2/LogEntry), one per line or in an array. Further lines of a
 * message are entries of their own, without a prefix: they belong to the entry right before them.
 */
export const postgresCloudSql: Format = {
  title: "PostgreSQL in Cloud Logging (Google Cloud SQL): JSON entries with textPayload",

  detect(head, options) {
    const { objects, layout } = firstJsonObjects(head.bytes, head.atEnd);
    const texts = objects.flatMap(({ textPayload }) => (typeof textPayload === "string" ? textPayload.split("\n") : []));
    const found = settledPrefix(texts, options);
    if (texts.length === 0 || found === undefined) {
      if (options.format !== "postgres-cloudsql") return undefined;
      throw new InputError(`${head.name}: none of its first objects has a textPayload of PostgreSQL`, {
        hint: "pass the server's log_line_prefix with --log-line-prefix; SHOW log_line_prefix gives it",
      });
    }
    return {
      format: "postgres-cloudsql",
      dialect: "postgres",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings: { prefix: found.prefix, layout },
      roles: { sql: "textPayload", duration: "textPayload" },
      because: `its objects have a textPayload with log_line_prefix ${JSON.stringify(prefixTitle(found.prefix))}`,
      notes: prefixNotes(found.prefix),
    };
  },

  createReader(detection) {
    const { prefix, layout } = settingsOf(detection);
    const line = new MessageLineDecoder(prefix);
    return new SessionReader(new JsonObjectReader(new PayloadDecoder(line), layout), line);
  },

  guessRecordStart(bytes, from, _atEnd, detection) {
    if (settingsOf(detection).layout !== "lines") return -1;
    const newline = bytes.indexOf(10, from - 1);
    return newline === -1 ? -1 : newline + 1;
  },
};

function settingsOf({ settings }: Detection): CloudSqlSettings {
  assert(settings !== undefined && "prefix" in settings && "layout" in settings, "detected entries have settings");
  return settings;
}

class PayloadDecoder implements ObjectDecoder {
  readonly #line: MessageLineDecoder;
  readonly #walk = new JsonWalk([{ path: ["textPayload"] }, { path: ["timestamp"] }]);
  readonly #parseTime = timeParser("date");

  constructor(line: MessageLineDecoder) {
    this.#line = line;
  }

  get entry(): MessageLineDecoder["entry"] {
    return this.#line.entry;
  }

  open(buffer: Buffer): void {
    this.#walk.open(buffer);
  }

  decode(bytes: Buffer, start: number, end: number): SkipReason | undefined {
    const walk = this.#walk;
    if (!walk.find(start, end)) return notAnObject;
    const { starts, ends, kinds } = walk;
    if (kinds[0] !== "string") return "record of another program";
    const time = starts[1]! < 0 ? NaN : this.#parseTime(bytes, starts[1]!, ends[1]!);
    const textEnd = unescapeJsonString(bytes, starts[0]!, ends[0]!);
    return this.#line.decode(bytes, starts[0]!, textEnd, textEnd !== ends[0], noProcess, time);
  }
}

const noProcess = { start: -1, end: -1 };
