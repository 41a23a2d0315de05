import type { Dialect } from "../template.ts";

/**
 * Which of the two dialects a dump is written in, by the words that only one of them has; PostgreSQL when nothing
 * tells.
 */
export function dialectOfDdl(ddl: string): Dialect {
  const head = ddl.slice(0, 200_000);
  const count = (pattern: RegExp): number => head.match(pattern)?.length ?? 0;
  return count(mysqlWords) > count(postgresWords) ? "mysql" : "postgres";
}

const mysqlWords = new RegExp(
  [
    "`",
    "\\bengine\\s*=",
    "\\bauto_increment\\b",
    "/\\*!\\d",
    "\\bunsigned\\b",
    "\\b(?:big|small|tiny|medium)?int\\s*\\(\\s*\\d",
    "\\b(?:tiny|medium)int\\b",
    "\\bdatetime\\b",
    "\\b(?:tiny|medium|long)text\\b",
    "\\bdelimiter\\b",
    "\\benum\\s*\\(",
    "@@\\w",
    "^\\s*(?:unique\\s+)?key\\s+\\w+\\s*\\(",
    "\\bon update current_timestamp",
  ].join("|"),
  "gim",
);

const postgresWords = new RegExp(
  [
    "::",
    "\\bcharacter varying\\b",
    "\\b(?:big|small)?serial\\b",
    "\\bbytea\\b",
    "\\bjsonb\\b",
    "\\btimestamptz\\b",
    "\\bwith(?:out)? time zone\\b",
    "\\balter table only\\b",
    "\\bpg_catalog\\b",
    "\\bsearch_path\\b",
    "\\bfrom stdin\\b",
    "\\bcreate sequence\\b",
    "\\bowner to\\b",
    "\\$\\w*\\$",
    "\\bpartition of\\b",
    "\\busing btree\\s*\\(",
    "\\binherits\\s*\\(",
    "\\bregclass\\b",
    "\\bcreate extension\\b",
    "\\bplpgsql\\b",
    '"\\w+"',
  ].join("|"),
  "gi",
);
