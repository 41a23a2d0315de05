import { assert } from "../../base/assert.ts";
import { InputError } from "../../base/input-error.ts";
import type { Format, Head } from "../format.ts";
import { looksLikeSql } from "../sql-text.ts";
import { nextStatementLine, SqlScriptReader } from "./reader.ts";
import type { ScriptSettings } from "./reader.ts";

/** A script of SQL statements, such as a dump: statements without times, sessions or durations. */
export const sqlScript: Format = {
  title: "SQL script: statements that end in a semicolon, such as a dump",

  detect(head, options) {
    const text = new TextDecoder().decode(head.bytes.subarray(0, lookedAt));
    const forced = options.format === "sql-script";
    if (!looksLikeScript(text, head) && !forced) return undefined;
    if (forced && !/\S/.test(text)) throw new InputError(`${head.name}: it holds no statements`);
    const dialect = dialectOf(text);
    const settings: ScriptSettings = { quoting: dialect ?? "postgres" };
    return {
      format: "sql-script",
      dialect,
      dataStart: head.bytes[0] === 0xef && head.bytes[1] === 0xbb && head.bytes[2] === 0xbf ? 3 : 0,
      keyColumns: [],
      settings,
      roles: { sql: "the statements" },
      because: "it is a sequence of SQL statements that end in semicolons",
      notes: ["a script has no times, durations and sessions: its statements weigh alike, and the load is unknown"],
    };
  },

  createReader(detection) {
    assert(detection.settings !== undefined, "a detected script has settings");
    return new SqlScriptReader(detection.settings as ScriptSettings);
  },

  guessRecordStart(bytes, from, atEnd) {
    const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const line = nextStatementLine(buffer, from, buffer.length, atEnd);
    return line === buffer.length ? -1 : line;
  },
};

/** Begins with a statement, behind comments and client commands, and has one that ends with its line. */
function looksLikeScript(text: string, { atEnd }: Head): boolean {
  const begin = /^\uFEFF?(?:\s+|--[^\n]*(?:\n|$)|#[^\n]*(?:\n|$)|\/\*(?!!|M!(?!999999\D))[^]*?\*\/|\\[^\n]*(?:\n|$)|delimiter\s[^\n]*(?:\n|$))*/i;
  const first = text.slice(begin.exec(text)?.[0].length ?? 0).replace(/^\/\*M?!\d*\s*/, "");
  if (first === "" || !looksLikeSql(first)) return false;
  return /;[ \t]*(?:--[^\n]*|\*\/)?(?:\r?\n|$)/.test(text) || (atEnd && /^[^\n]*\n?$/.test(first) && first.length < lookedAt);
}

/** Which server it is for, by what only one of them takes, where that is more often; undefined when nothing tells. */
function dialectOf(text: string): ScriptSettings["quoting"] | undefined {
  const more = count(text, onlyMysql) - count(text, onlyPostgres);
  return more === 0 ? undefined : more > 0 ? "mysql" : "postgres";
}

const count = (text: string, sign: RegExp): number => text.match(sign)?.length ?? 0;
const onlyMysql =
  /`\w+`|\/\*!\d{5}|\bENGINE\s*=|\bAUTO_INCREMENT\b|^delimiter\s|^-- (?:MySQL|MariaDB) dump|^#|\bUNSIGNED\b|^use \w+;/gim;
const onlyPostgres =
  /\bfrom\s+stdin\b|^\\(?:c|connect|restrict|unrestrict)\b|PostgreSQL database dump|\$\w*\$|::[a-z]|\bsearch_path\b|\bSERIAL\b/gim;
const lookedAt = 1 << 17;
