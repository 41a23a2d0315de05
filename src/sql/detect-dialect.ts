import type { Dialect } from "./template.ts";

export interface DetectedDialect {
  readonly dialect: Dialect;
  /** What it was told by, for people. */
  readonly because: string;
  /** False when nothing told, or as much spoke for one as for the other: then other knowledge should decide. */
  readonly certain: boolean;
}

interface Sign {
  readonly dialect: Dialect;
  readonly what: string;
  /** 3: no statement of the other dialect has it; 1: it is rarely written there. */
  readonly weight: 1 | 3;
  readonly pattern: RegExp;
}

/**
 * Which dialect a sample of statements is written in. Each sign counts once per statement; the dialect whose signs
 * weigh more wins. Without a sign, and between equals, it is PostgreSQL: the stricter grammar, and its refusals are
 * shown.
 */
export function detectDialect(sample: readonly string[]): DetectedDialect {
  const weights: Record<Dialect, number> = { postgres: 0, mysql: 0 };
  const counts = new Map<Sign, number>();
  for (const statement of sample) {
    const content = withoutContents(statement);
    for (const sign of signs) {
      if (!sign.pattern.test(content)) continue;
      weights[sign.dialect] += sign.weight;
      counts.set(sign, (counts.get(sign) ?? 0) + 1);
    }
  }
  if (counts.size === 0) {
    const because = `nothing in ${sample.length} statements is peculiar to a dialect`;
    return { dialect: "postgres", because, certain: false };
  }
  const dialect = weights.mysql > weights.postgres ? "mysql" : "postgres";
  const told = signs.filter((sign) => sign.dialect === dialect && counts.has(sign));
  told.sort((a, b) => b.weight * counts.get(b)! - a.weight * counts.get(a)! || signs.indexOf(a) - signs.indexOf(b));
  const because = told.slice(0, 3).map((sign) => `${sign.what} in ${counts.get(sign)} of ${sample.length}`);
  return { dialect, because: because.join(", "), certain: weights.mysql !== weights.postgres };
}

/** Blanks out what stands in quotes of either dialect and in comments, so that no data is taken for syntax. */
function withoutContents(statement: string): string {
  return statement.replaceAll(quoted, (text) => {
    if (text.startsWith("/*")) return /^\/\*M?!/.test(text) ? " /*! " : " ";
    if (text.startsWith("--")) return " ";
    if (text.startsWith("$")) return " $body$ ";
    const quote = text[0]!;
    // A backslash before a quote, or at the end, shows the dialect: keep it.
    return quote === "'" && /\\['\\]/.test(text) ? "'\\'" : `${quote}${quote}`;
  });
}

// In the order of alternatives: comments, dollar quotes, then each quote with backslashes and doubled quotes skipped.
const quoted =
  /\/\*[^]*?\*\/|--\s[^\n]*|\$([A-Za-z_]*)\$[^]*?\$\1\$|'(?:[^'\\]|\\[^]|'')*'|"(?:[^"\\]|\\[^]|"")*"|`[^`]*`/g;

const signs: readonly Sign[] = [
  { dialect: "mysql", what: "`quoted` names", weight: 3, pattern: /``/ },
  { dialect: "mysql", what: "ON DUPLICATE KEY", weight: 3, pattern: /\bon\s+duplicate\s+key\b/i },
  { dialect: "mysql", what: "LIMIT offset, count", weight: 3, pattern: /\blimit\s+[\d?]+\s*,\s*[\d?]/i },
  { dialect: "mysql", what: "executable comments /*! */", weight: 3, pattern: /\/\*!/ },
  {
    dialect: "mysql",
    what: "REPLACE INTO or INSERT IGNORE",
    weight: 3,
    pattern:
      /^\s*(?:replace\s+(?:into\s+)?\w+\s*(?:\(|values?|select|set)|insert\s+(?:\w+_priority\s+|delayed\s+)?ignore\b|insert\s+into\s+\w+\s+set\b)/i,
  },
  { dialect: "mysql", what: "@@variables", weight: 3, pattern: /@@\w/ },
  { dialect: "mysql", what: "bind variables of Vitess", weight: 3, pattern: /[\s(=,]::?v(?:tg)?\d+\b|\bin\s+::\w/i },
  { dialect: "mysql", what: "LOCK IN SHARE MODE", weight: 3, pattern: /\block\s+in\s+share\s+mode\b/i },
  {
    dialect: "mysql",
    what: "SHOW of MySQL",
    weight: 3,
    pattern:
      /^\s*show\s+(?:full\s+|global\s+|session\s+)?(?:tables|databases|columns|variables|warnings|status|processlist|create|index|keys|engine)\b/i,
  },
  {
    dialect: "mysql",
    what: "SET NAMES or SET autocommit",
    weight: 1,
    pattern: /^\s*set\s+(?:names|autocommit|sql_mode|@\w+)\b/i,
  },
  {
    dialect: "mysql",
    what: "INTERVAL n UNIT",
    weight: 3,
    pattern: /\binterval\s+[-\d?]+\s+(?:day|hour|minute|second|week|month|year)\b/i,
  },
  {
    dialect: "mysql",
    what: '"quoted" values',
    weight: 1,
    pattern: /(?:=|<|>|\blike)\s*""|\bin\s*\(\s*""|\bvalues?\s*\(\s*""/i,
  },
  {
    dialect: "mysql",
    what: "the operators <=>, REGEXP or XOR",
    weight: 3,
    pattern: /<=>|\b(?:regexp|rlike|xor|straight_join|high_priority|sql_no_cache)\b/i,
  },
  {
    dialect: "mysql",
    what: "functions of MySQL",
    weight: 1,
    pattern:
      /\b(?:ifnull|unix_timestamp|from_unixtime|date_format|group_concat|last_insert_id|curdate|utc_timestamp)\s*\(/i,
  },
  { dialect: "mysql", what: "# comments", weight: 1, pattern: /^\s*#|\s#\s/m },
  { dialect: "mysql", what: "options of CREATE TABLE", weight: 3, pattern: /\bengine\s*=\s*\w+|\bauto_increment\b/i },

  { dialect: "postgres", what: "$1 placeholders", weight: 3, pattern: /\$\d/ },
  { dialect: "postgres", what: ":: casts", weight: 3, pattern: /[\w)\]'"]::"?[a-z_]/i },
  {
    dialect: "postgres",
    what: "RETURNING",
    weight: 3,
    pattern: /^\s*(?:with|insert|update|delete|merge)\b[^]*\breturning\b/i,
  },
  { dialect: "postgres", what: "ON CONFLICT", weight: 3, pattern: /\bon\s+conflict\b/i },
  { dialect: "postgres", what: "ILIKE or SIMILAR TO", weight: 3, pattern: /\bilike\b|\bsimilar\s+to\b/i },
  {
    dialect: "postgres",
    what: "ANY(array) or ARRAY[]",
    weight: 3,
    pattern: /\barray\s*\[|=\s*any\s*\(\s*(?:\$|'|array|\?)/i,
  },
  {
    dialect: "postgres",
    what: '"quoted" names',
    weight: 1,
    pattern: /"[^"]*"\s*\.|\b(?:from|join|into|update|table)\s+""|\w\.""|""\./i,
  },
  { dialect: "postgres", what: "$$ quotes", weight: 3, pattern: /\$body\$/ },
  { dialect: "postgres", what: "DISTINCT ON", weight: 3, pattern: /\bdistinct\s+on\s*\(/i },
  { dialect: "postgres", what: "json operators @> or ?|", weight: 3, pattern: /@>|<@|\?\||#>>/ },
  {
    dialect: "postgres",
    what: "FOR NO KEY UPDATE and the like",
    weight: 3,
    pattern: /\bfor\s+(?:no\s+key\s+update|key\s+share)\b/i,
  },
  { dialect: "postgres", what: "E'' strings", weight: 3, pattern: /\be'/i },
  {
    dialect: "postgres",
    what: "commands of PostgreSQL",
    weight: 3,
    pattern:
      /^\s*(?:copy|vacuum|discard|listen|notify|deallocate|reindex|cluster|declare)\b|\bpg_\w+|\bset\s+search_path\b/i,
  },
  {
    dialect: "postgres",
    what: "functions of PostgreSQL",
    weight: 1,
    pattern:
      /\b(?:date_trunc|nextval|currval|string_agg|array_agg|generate_series|to_char|to_timestamp|jsonb_\w+|now\(\)\s*-\s*interval\s*'')\s*\(?/i,
  },
  {
    dialect: "postgres",
    what: "types of PostgreSQL",
    weight: 3,
    pattern:
      /\b(?:timestamptz|jsonb|bytea|bigserial|serial|timestamp\s+with(?:out)?\s+time\s+zone|character\s+varying)\b/i,
  },
  {
    dialect: "postgres",
    what: "INTERVAL 'n unit'",
    weight: 1,
    pattern: /\binterval\s+''(?!\s*(?:day|hour|minute|second|week|month|year)\b)/i,
  },
];
