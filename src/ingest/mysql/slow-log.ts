import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import { factsBehind, noFacts } from "../carry.ts";
import type { Facts } from "../carry.ts";
import type { Format, Head } from "../format.ts";
import { startsSlowRecord, SlowHeader } from "./slow-header.ts";
import { nextHeader, SlowLogReader } from "./slow-reader.ts";
import type { SlowLogSettings } from "./slow-reader.ts";

/**
 * The slow log of MySQL, Percona Server and MariaDB
 * (https://dev.mysql.com/doc/refman/8.4/en/slow-query-log.html, https://mariadb.com/kb/en/slow-query-log-overview/).
 * With long_query_time = 0 it holds every statement.
 */
export const mysqlSlowLog: Format = {
  title: "slow log of MySQL or MariaDB",

  detect(head, options) {
    if (!looksLikeSlowLog(head)) {
      if (options.format !== "mysql-slow") return undefined;
      throw new InputError(`${head.name}: it has no header of a slow log`, {
        hint: "each statement stands behind lines such as # User@Host: and # Query_time:",
      });
    }
    const settings: SlowLogSettings = { localAheadMinutes: localAheadMinutes(head) };
    return {
      format: "mysql-slow",
      dialect: "mysql",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings,
      facts: factsOfHead(head, settings),
      roles: { time: "SET timestamp", duration: "Query_time", session: "Thread_id", user: "User@Host" },
      because: "its statements stand behind the comment lines # User@Host and # Query_time",
      notes: [],
    };
  },

  createReader(detection) {
    assert(detection.settings !== undefined, "a detected slow log has settings");
    return new SlowLogReader(detection.settings as SlowLogSettings);
  },

  /**
   * The second record to be seen: the first header may have begun before the window. A record behind a banner starts
   * where the banner does not, so it too is a start.
   */
  guessRecordStart(bytes, from, atEnd) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const first = nextHeader(buffer, from, buffer.length, atEnd);
    if (first === -1 || first === buffer.length) return -1;
    const statement = new SlowHeader().read(buffer, first, buffer.length, atEnd);
    if (statement === -1) return -1;
    const second = nextHeader(buffer, statement, buffer.length, false);
    return second === buffer.length ? -1 : second;
  },
};

function looksLikeSlowLog({ bytes, atEnd }: Head): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, lookedAt));
  const text = buffer.toString("latin1");
  // A log may begin in the middle of a record, but not in the middle of something else.
  if (/^(?:\xEF\xBB\xBF)?\s*(?:[{["]|--|\/\*)/.test(text)) return false;
  const header = /^# (?:Query_time|User@Host|User|Thread_id|Time): /m.exec(text);
  if (header === null) return false;
  const line = nextHeader(buffer, header.index, buffer.length, atEnd || bytes.length > lookedAt);
  const start = startsSlowRecord(buffer, header.index, buffer.length) ? header.index : line;
  return start !== -1 && /^# Query_time: *[\d.]+\s+Lock_time: *[\d.]+/m.test(text.slice(start, start + 4096));
}

/** What the first bytes leave for later records to lean on. */
function factsOfHead({ bytes, atEnd }: Head, settings: SlowLogSettings): Facts {
  const reader = new SlowLogReader(settings);
  const ignore = (): void => {};
  reader.read(new Uint8Array(bytes), 0, bytes.length, atEnd, 0, ignore, ignore);
  return factsBehind(noFacts, reader.carry);
}

/**
 * Local and epoch time stand side by side in most records that have the old `# Time:`, and tell the server's zone to
 * the quarter of an hour. The most frequent difference counts: a replica's `SET timestamp` may lag.
 */
function localAheadMinutes({ bytes, atEnd }: Head): number {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const votes = new Map<number, number>();
  const header = new SlowHeader();
  for (let at = nextHeader(buffer, 0, buffer.length, atEnd), seen = 0; at !== -1 && seen < 1000; seen++) {
    const statement = at === buffer.length ? -1 : header.read(buffer, at, buffer.length, atEnd);
    if (statement === -1) break;
    const epoch = /^(?:use [^\n]*\n)?SET (?:\w+=\d+,)*timestamp=(\d+)/.exec(
      buffer.toString("latin1", statement, statement + 300),
    );
    if (epoch !== null && header.localMicros === header.localMicros) {
      const began = header.localMicros / 1e6 - (header.durationMs || 0) / 1000;
      const minutes = Math.round((began - Number(epoch[1])) / 900) * 15;
      if (Math.abs(minutes) <= 14 * 60) votes.set(minutes, (votes.get(minutes) ?? 0) + 1);
    }
    at = nextHeader(buffer, statement, buffer.length, atEnd);
  }
  let best = 0;
  for (const [minutes, count] of votes) if (count > (votes.get(best) ?? 0)) best = minutes;
  return best;
}

const hasByteOrderMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
const lookedAt = 65_536;
