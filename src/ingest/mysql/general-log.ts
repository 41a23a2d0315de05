import { InputError } from "../../base/input-error.ts";
import { factsBehind, noFacts } from "../carry.ts";
import type { Facts } from "../carry.ts";
import type { Format, Head } from "../format.ts";
import { behindBanner } from "./banner.ts";
import { decidingBytes, GeneralLine } from "./general-line.ts";
import { GeneralLogReader } from "./general-reader.ts";

/**
 * The general query log of MySQL and MariaDB (https://dev.mysql.com/doc/refman/8.4/en/query-log.html): every command of
 * every client, when it arrived. It has no durations.
 */
export const mysqlGeneralLog: Format = {
  title: "general log of MySQL or MariaDB",

  detect(head, options) {
    if (!looksLikeGeneralLog(head)) {
      if (options.format !== "mysql-general") return undefined;
      throw new InputError(`${head.name}: its lines are not those of a general log`, {
        hint: "a record begins with a time, a connection number and a command such as Query",
      });
    }
    return {
      format: "mysql-general",
      dialect: "mysql",
      dataStart: hasByteOrderMark(head.bytes) ? 3 : 0,
      keyColumns: [],
      settings: undefined,
      facts: factsOfHead(head),
      roles: { time: "Time", session: "Id", sql: "Argument" },
      because: "its records begin with a time, a connection number and a command such as Query",
      notes: [],
    };
  },

  createReader: () => new GeneralLogReader(),

  guessRecordStart(bytes, from, atEnd) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const line = new GeneralLine();
    for (let newline = buffer.indexOf(10, from - 1); newline !== -1; newline = buffer.indexOf(10, newline + 1)) {
      const start = newline + 1;
      if (start >= buffer.length || (buffer.length - start < decidingBytes && !atEnd)) return -1;
      if (line.read(buffer, start, buffer.length)) return start;
    }
    return -1;
  },
};

/** The first line is a record's or a banner's; or, where the log begins in the middle of a record, three soon are. */
function looksLikeGeneralLog({ bytes, atEnd }: Head): boolean {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.length, lookedAt));
  const line = new GeneralLine();
  let position = hasByteOrderMark(bytes) ? 3 : 0;
  let records = 0;
  let banners = 0;
  for (let number = 0; number < linesLookedAt && position < buffer.length; number++) {
    const banner = behindBanner(buffer, position, buffer.length, atEnd || bytes.length > lookedAt);
    if (banner > 0) {
      banners += 1;
      position = banner;
      continue;
    }
    if (line.read(buffer, position, buffer.length)) records += 1;
    if (records > 0 && (number === banners || records >= 3)) return true;
    const newline = buffer.indexOf(10, position);
    if (newline === -1) break;
    position = newline + 1;
  }
  return banners > 0 && position >= buffer.length;
}

/** What the first bytes leave for later records to lean on. */
function factsOfHead({ bytes, atEnd }: Head): Facts {
  const reader = new GeneralLogReader();
  const ignore = (): void => {};
  reader.read(new Uint8Array(bytes), 0, bytes.length, atEnd, 0, ignore, ignore);
  return factsBehind(noFacts, reader.carry);
}

const hasByteOrderMark = (bytes: Uint8Array): boolean => bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
const lookedAt = 65_536;
const linesLookedAt = 200;
