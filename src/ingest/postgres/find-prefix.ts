import { LinePrefixMatcher } from "./line-prefix.ts";
import { headingInText } from "./severity.ts";

/** A prefix that was found in lines, and how many of them begin with it. */
export interface FoundPrefix {
  readonly prefix: string;
  /** Lines that have a heading, and of these the ones that begin with the prefix. */
  readonly headed: number;
  readonly matched: number;
}

/** Prefixes that systems come with or that manuals recommend; where several fit, the first of those that say most. */
const knownPrefixes = [
  "%m [%p] ", // PostgreSQL from version 10 on
  "%m [%p] %q%u@%d ", // Debian
  "%t [%p] %q%u@%d ",
  "%m [%p] %q%u@%d/%a ",
  "%t:%r:%u@%d:[%p]:", // Amazon RDS
  "%m:%r:%u@%d:[%p]:%l:%e:%s:%v:%x:%c:%q%a:", // Amazon Aurora
  "%m [%p]: [%l-1] db=%d,user=%u ", // Google Cloud SQL
  "%t-%c-", // Azure
  "%t-%c-user=%u,db=%d,app=%a,client=%h ",
  "%t [%p]: [%l-1] user=%u,db=%d,app=%a,client=%h ", // pgBadger's manual
  "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
  "%t [%p]: [%l-1] user=%u,db=%d ",
  "%t [%p]: [%l-1] ",
  "db=%d,user=%u,app=%a,client=%h ",
  "user=%u,db=%d,app=%a,client=%h ",
  "%h %m [%p] %q%u@%d ", // Supabase
  "%t ",
  "%m ",
  "%c ",
  "",
];

/**
 * Finds the log_line_prefix of some lines. The known ones are tried, and one that is put together from the commonest
 * form of what stands before the headings. Undefined when nothing fits half of the lines that have a heading.
 */
export function findPrefix(lines: readonly string[]): FoundPrefix | undefined {
  const headed = lines.flatMap((line) => {
    const heading = headingInText.exec(line);
    return heading === null || heading.index > longestPrefix || line.startsWith("\t")
      ? []
      : [{ before: line.slice(0, heading.index), behind: line.slice(heading.index) }];
  });
  if (headed.length === 0) return undefined;
  const encoder = new TextEncoder();
  const samples = headed.map(({ before, behind }) => encoder.encode(before + behind.slice(0, 40)));
  let best: (FoundPrefix & { fields: number }) | undefined;
  for (const prefix of [...knownPrefixes, ...inferredPrefixes(headed)]) {
    const matcher = new LinePrefixMatcher(prefix);
    let matched = 0;
    let fields = 0;
    for (const bytes of samples) {
      if (!matcher.match(bytes, 0, bytes.length)) continue;
      matched += 1;
      fields += matcher.fieldCount;
    }
    if (best === undefined || matched > best.matched || (matched === best.matched && fields > best.fields))
      best = { prefix, headed: headed.length, matched, fields };
  }
  return best !== undefined && best.matched * 2 > headed.length ? best : undefined;
}

/** The prefix as the user would write it; what could not be told is shown as `...`. */
export const prefixTitle = (prefix: string): string => prefix.replaceAll("%?", "...");

/** The commonest forms of the texts before the headings, with and without what background processes leave out. */
function inferredPrefixes(headed: readonly { before: string; behind: string }[]): readonly string[] {
  const ofStatements = headed.filter(({ behind }) => /^\S+\s+(?:duration: |statement: |execute |parse |bind )/.test(behind));
  const forms = new Map<string, number>();
  const texts = (ofStatements.length > 0 ? ofStatements : headed).map(({ before }) => before);
  const varies = wordsThatVary(texts);
  for (const text of texts) {
    const form = formOf(text, varies);
    forms.set(form, (forms.get(form) ?? 0) + 1);
  }
  // Nothing parts two fields that stand side by side: such a text was not understood.
  const common = [...forms]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([form]) => form)
    .filter((form) => !/%[^%q]%[^%q]/.test(form));
  const background = [...new Set(headed.map(({ before }) => formOf(before, varies)))];
  return common.flatMap((form) => [
    form,
    ...background
      .filter((short) => short.length < form.length && form.startsWith(short))
      .map((short) => `${short}%q${form.slice(short.length)}`),
  ]);
}

/** Words that not all lines have: these are values, the others may be written in the prefix itself. */
function wordsThatVary(texts: readonly string[]): ReadonlySet<string> {
  const counts = new Map<string, number>();
  for (const text of texts)
    for (const word of new Set(text.match(/[\p{L}_][\p{L}\p{N}_.-]*/gu) ?? [])) counts.set(word, (counts.get(word) ?? 0) + 1);
  return new Set([...counts].filter(([, count]) => count < texts.length).map(([word]) => word));
}

const keyEscapes: readonly (readonly [RegExp, string])[] = [
  [/^(?:user|usr|u|username|user_?name|role|login)$/i, "%u"],
  [/^(?:database|db|d|dbname|database_?name|datname)$/i, "%d"],
  [/^(?:application_name|application|appname|appli|app|a)$/i, "%a"],
  [/^(?:client|host|h|ip|addr|client_addr|remote_host)$/i, "%h"],
  [/^(?:remote|r|connection_source|connection_from|from|src)$/i, "%r"],
  [/^(?:pid|process|process_id|proc|p)$/i, "%p"],
  [/^(?:session|session_id|sessionid|sid|sess|c)$/i, "%c"],
  [/^(?:line|log_line|session_line|session_line_num|line_num|l)$/i, "%l"],
  [/^(?:vxid|vtid|vtx|virtual_transaction_id|virtualtransaction|v)$/i, "%v"],
  [/^(?:xid|tid|txid|tx|transaction_id|trans|x)$/i, "%x"],
  [/^(?:sqlstate|state|sql_error_code|error_code|code|errcode|err|e)$/i, "%e"],
  [/^(?:command|command_tag|tag|cmd|ps|i)$/i, "%i"],
  [/^(?:query_id|queryid|qid|q)$/i, "%Q"],
  [/^(?:backend_type|backend|type|b)$/i, "%b"],
  [/^(?:session_start|proc_start_time|start|started|s)$/i, "%s"],
  [/^(?:time|timestamp|time_ms|ts|t|log_time|m)$/i, "%m"],
];

/** A text before a heading with escapes in place of what looks like their values. */
function formOf(text: string, varies: ReadonlySet<string>): string {
  let form = "";
  let rest = text;
  const used = new Set<string>();
  const once = (escape: string): string => {
    if (used.has(escape)) return "%?";
    used.add(escape);
    return escape;
  };
  while (rest !== "") {
    const known = fixedForms.find(([pattern]) => pattern.test(rest));
    const keyed = /^([\p{L}_][\p{L}\p{N}_]*(?: [a-z]+)?)( ?[=:] ?)("?)/u.exec(rest);
    const escape = keyed === null ? undefined : keyEscapes.find(([names]) => names.test(keyed[1]!))?.[1];
    if (known !== undefined) {
      const [value] = known[0].exec(rest)!;
      const [, name] = known;
      form += name === "%m" || name === "%t" ? timeEscape(name, used) : once(name);
      rest = rest.slice(value.length);
    } else if (keyed !== null && escape !== undefined) {
      const [all, key, sign, quote] = keyed;
      const value = (quote === '"' ? /^[^"]*/ : /^(?:\[[^\]]*\]|\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: [A-Z]{1,5})?|[^\s,;|\])]*)/).exec(
        rest.slice(all.length),
      )![0];
      form += literalText(key! + sign! + quote!) + once(escape === "%h" && /\(\d+\)$/.test(value) ? "%r" : escape);
      rest = rest.slice(all.length + value.length);
    } else {
      const word = /^[\p{L}_][\p{L}\p{N}_.$-]*/u.exec(rest)?.[0];
      const number = /^\d+/.exec(rest)?.[0];
      if (word !== undefined) {
        rest = rest.slice(word.length);
        if (rest.startsWith("@")) form += once("%u");
        else if (form.endsWith("%u@")) form += once("%d");
        else if (form.endsWith("%d/")) form += once("%a");
        else form += varies.has(word) ? "%?" : literalText(word);
      } else if (number !== undefined) {
        rest = rest.slice(number.length);
        // A line number is written [%l-1] by habit; who is in no transaction has the number 0.
        form += number === "0" ? once("%x") : used.has("%p") ? once("%l") : once("%p");
        if (form.endsWith("%l") && rest.startsWith("-1]")) {
          form += "-1";
          rest = rest.slice(2);
        }
      } else {
        const character = [...rest][0]!;
        form += literalText(character);
        rest = rest.slice(character.length);
      }
    }
  }
  return form;
}

const fixedForms: readonly (readonly [RegExp, string])[] = [
  [/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d\.\d+(?: (?:[A-Z][A-Za-z]{0,4}(?![\p{L}\p{N}_@=:])|[A-Z]{3,4}(?=:)|[+-]\d\d(?::?\d\d)?))?/u, "%m"],
  [/^\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(?: (?:[A-Z][A-Za-z]{0,4}(?![\p{L}\p{N}_@=:])|[A-Z]{3,4}(?=:)|[+-]\d\d(?::?\d\d)?))?/u, "%t"],
  [/^\d{9,10}\.\d{3}(?!\d)/, "%n"],
  [/^[0-9a-f]{8}\.[0-9a-f]{1,8}(?![\p{L}\p{N}])/u, "%c"],
  [/^\d{1,7}\/\d+(?![\p{L}\p{N}.])/u, "%v"],
  [/^(?:\[local\]|\d{1,3}(?:\.\d{1,3}){3}(?!\()|(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?!\())(?![\p{L}\p{N}])/u, "%h"],
  [/^[\w.:-]+\(\d+\)/, "%r"],
  [/^00000(?!\d)/, "%e"],
  [/^(?:client backend|parallel worker|autovacuum worker|autovacuum launcher|background writer|walwriter|walsender)(?![\p{L}])/u, "%b"],
  [/^(?:idle in transaction|idle|authentication|startup|SELECT|INSERT|UPDATE|DELETE|BEGIN|COMMIT|ROLLBACK|PARSE|BIND|SET|SHOW|CREATE TABLE)(?![\p{L}\p{N}_@=])/u, "%i"],
];

/** The first time is when the line was written; one behind it, when the session started. */
function timeEscape(escape: string, used: Set<string>): string {
  if (used.has("%m") || used.has("%t") || used.has("%n")) {
    if (used.has("%s")) return "%?";
    used.add("%s");
    return "%s";
  }
  used.add(escape);
  return escape;
}

const literalText = (text: string): string => text.replaceAll("%", "%%");
const longestPrefix = 1024;
