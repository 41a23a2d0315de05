import { newWord, type Token } from "./tokens.ts";

/**
 * What MySQL accepts and the grammar at hand (sqlparser-rs with its MySQL dialect) does not, written in a way that it
 * does, without
 * a change to which rows are touched. Hints and priorities go; they don't say where rows are.
 */
export function rewritten(tokens: readonly Token[]): Token[] {
  return rewrites.reduce((current, rewrite) => rewrite(current), [...tokens]);
}

const rewrites: readonly ((tokens: Token[]) => Token[])[] = [
  withoutOdbcEscapes,
  asSelect,
  withoutModifiers,
  withoutHints,
  withoutInto,
  withShareLock,
  withJoinedUpdate,
  withNamedDelete,
  withRollupMarker,
  withOperators,
  withListParameters,
  withoutCharset,
  withoutBinary,
  withoutGroupOrder,
  withPlainFunctions,
  withSimpleUnits,
];

/** Function that stands for WITH ROLLUP at the end of a GROUP BY. */
export const rollupMarker = "sp_rollup";
/** Function that makes the OR around it opaque, since an XOR was there. */
export const xorMarker = "sp_xor";

const modifiers: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  [
    "select",
    new Set([
      "sql_calc_found_rows",
      "sql_no_cache",
      "sql_cache",
      "high_priority",
      "sql_small_result",
      "sql_big_result",
      "sql_buffer_result",
      "straight_join",
    ]),
  ],
  ["insert", new Set(["low_priority", "high_priority", "delayed"])],
  ["replace", new Set(["low_priority", "delayed"])],
  ["update", new Set(["low_priority", "ignore"])],
  ["delete", new Set(["low_priority", "quick", "ignore"])],
]);

/** `SELECT SQL_CALC_FOUND_ROWS`, `UPDATE LOW_PRIORITY`, `DELETE QUICK`. */
function withoutModifiers(tokens: Token[]): Token[] {
  const kept: Token[] = [];
  let dropping: ReadonlySet<string> | undefined;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1];
    if (token.kind === "word" && dropping?.has(token.word) === true) continue;
    if (dropping !== undefined && token.word === "distinctrow") {
      kept.push(newWord("DISTINCT"));
      continue;
    }
    if (dropping === undefined || !["distinct", "all"].includes(token.word)) {
      const opens =
        token.kind === "word" &&
        (before === undefined ||
          before.word === "(" ||
          ["union", "all", "distinct", "except", "intersect"].includes(before.word) ||
          token.word === "select" ||
          before.word === ")");
      dropping = opens && tokens[index + 1]?.word !== "(" ? modifiers.get(token.word) : undefined;
    }
    kept.push(token);
  }
  return kept;
}

/** `USE INDEX (a)`, `FORCE KEY FOR JOIN (b)`, `PARTITION (p0)`. */
function withoutHints(tokens: Token[]): Token[] {
  const kept: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    const word = wordAt(tokens, index);
    const next = wordAt(tokens, index + 1);
    let open = -1;
    if (isHint(word, next)) {
      open = index + 2;
      if (wordAt(tokens, open) === "for") open += wordAt(tokens, open + 1) === "join" ? 2 : 3;
    } else if (word === "partition" && next === "(" && index > 0) open = index + 1;
    const close = open >= 0 && wordAt(tokens, open) === "(" ? closing(tokens, open) : -1;
    if (close >= 0) {
      index = close;
      // `USE INDEX (a), USE INDEX (b)` was written with a comma in MySQL 5.
      if (wordAt(tokens, index + 1) === "," && isHint(wordAt(tokens, index + 2), wordAt(tokens, index + 3))) index += 1;
    } else kept.push(tokens[index]!);
  }
  return kept;
}

/** Vitess has hints of its own, which name vindexes. */
function isHint(word: string, next: string): boolean {
  return ["use", "force", "ignore"].includes(word) && ["index", "key", "vindex"].includes(next);
}

/** `INTO @a, @b`, `INTO OUTFILE 'f' FIELDS TERMINATED BY ','`: where the rows go is not where they come from. */
function withoutInto(tokens: Token[]): Token[] {
  const start = tokens.findIndex((token, index) => token.word === "into" && isDestination(wordAt(tokens, index + 1)));
  if (start === -1 || wordAt(tokens, 0) === "insert" || wordAt(tokens, 0) === "replace") return tokens;
  let end = start + 2;
  while (end < tokens.length && !["from", "for", "lock", ";", ")"].includes(wordAt(tokens, end))) end += 1;
  return [...tokens.slice(0, start), ...tokens.slice(end)];
}

function isDestination(word: string): boolean {
  return word === "outfile" || word === "dumpfile" || word.startsWith("@");
}

function withShareLock(tokens: Token[]): Token[] {
  return replaced(tokens, ["lock", "in", "share", "mode"], ["FOR", "SHARE"]);
}

/** `UPDATE a, b SET` as `UPDATE a CROSS JOIN b SET`. */
function withJoinedUpdate(tokens: Token[]): Token[] {
  const start = tokens.findIndex((token) => token.word === "update");
  if (start === -1 || (!["(", "", ")"].includes(wordAt(tokens, start - 1)) && start > 0)) return tokens;
  const result = tokens.slice(0, start + 1);
  let depth = 0;
  for (let index = start + 1; index < tokens.length; index += 1) {
    const token = tokens[index]!;
    if (token.word === "(") depth += 1;
    if (token.word === ")") depth -= 1;
    if (depth === 0 && token.word === "set") return [...result, ...tokens.slice(index)];
    if (depth === 0 && token.word === ",") result.push(newWord("CROSS"), newWord("JOIN"));
    else result.push(token);
  }
  return result;
}

/** `DELETE a.*, b FROM`: the star says nothing. */
function withNamedDelete(tokens: Token[]): Token[] {
  const start = tokens.findIndex((token) => token.word === "delete");
  if (start === -1 || (start > 0 && wordAt(tokens, start - 1) !== ")")) return tokens;
  const end = tokens.findIndex((token, index) => index > start + 1 && ["from", "using", "where"].includes(token.word));
  return tokens.filter(
    (token, index) =>
      !(
        index > start &&
        index < (end === -1 ? tokens.length : end) &&
        ((token.word === "." && wordAt(tokens, index + 1) === "*") ||
          (token.word === "*" && wordAt(tokens, index - 1) === "."))
      ),
  );
}

/** `GROUP BY a WITH ROLLUP` as `GROUP BY a, sp_rollup()`. */
function withRollupMarker(tokens: Token[]): Token[] {
  return replaced(tokens, ["with", "rollup"], [",", rollupMarker, "(", ")"]);
}

/**
 * `||` is OR unless the server runs with PIPES_AS_CONCAT, `&&` is AND; `!` binds tighter than NOT, so that the equally tight `~`
 * stands for it (both
 * are opaque to us); SOUNDS LIKE becomes the equally opaque REGEXP; infix MOD is `%`; `CAST(x AS SIGNED INT)` is
 * spelled out.
 */
function withOperators(tokens: Token[]): Token[] {
  const plain = replaced(replaced(tokens, ["sounds", "like"], ["REGEXP"]), ["signed", "int"], ["SIGNED", "INTEGER"]);
  // The grammar lets XOR bind tighter than `=`; MySQL lets it bind between AND and OR.
  const withoutXor = replaced(plain, ["xor"], ["OR", xorMarker, "(", ")", "OR"]);
  return replaced(withoutXor, ["unsigned", "int"], ["UNSIGNED", "INTEGER"]).map((token, index, all) => {
    if (token.word === "||") return newWord("OR");
    // The grammar lets `&&` bind tighter than `=`.
    if (token.word === "&&") return newWord("AND");
    if (token.kind === "operator" && token.word === "!") return { ...token, text: "~", word: "~" };
    // The grammar lets DIV bind looser than AND.
    if (token.kind === "word" && token.word === "div") return newWord("/");
    const before = all[index - 1];
    const infix =
      before !== undefined &&
      (before.word === ")" ||
        ["name", "number", "string", "placeholder"].includes(before.kind) ||
        (before.kind === "word" && !operandExpected.has(before.word)));
    return token.kind === "word" && token.word === "mod" && infix && wordAt(all, index - 1) !== "."
      ? { ...newWord("%") }
      : token;
  });
}

const operandExpected: ReadonlySet<string> = new Set(
  `
    select where and or not xor on having by then else when case in between like set distinct all return div mod
    is limit values interval as
  `
    .trim()
    .split(/\s+/),
);

/** Vitess' list variables and collapsed lists: `IN ::ids` as `IN (:ids)`. */
function withListParameters(tokens: Token[]): Token[] {
  return tokens.flatMap((token, index) => {
    const value = token.kind === "placeholder" || token.kind === "number" || token.kind === "string";
    return value && wordAt(tokens, index - 1) === "in" ? [newWord("("), token, newWord(")")] : [token];
  });
}

/** `CHAR(77 USING utf8)` */
function withoutCharset(tokens: Token[]): Token[] {
  const open = tokens.findIndex((token, index) => token.word === "(" && wordAt(tokens, index - 1) === "char");
  if (open === -1) return tokens;
  const close = closing(tokens, open);
  const using = tokens.findIndex((token, index) => index > open && index < close && token.word === "using");
  return using === -1 ? tokens : [...tokens.slice(0, using), ...tokens.slice(close)];
}

/**
 * `BINARY a = 'x'`: the grammar takes all that follows as its operand, OR included. Without it more rows match, of
 * keys that
 * are written alike. As a type, `CAST(a AS BINARY(16))`, it stays.
 */
function withoutBinary(tokens: Token[]): Token[] {
  return tokens.filter((token, index) => {
    if (token.kind !== "word" || token.word !== "binary" || wordAt(tokens, index - 1) === ".") return true;
    const next = tokens[index + 1];
    if (next === undefined || (next.kind === "operator" && next.word !== "(")) return true;
    if (next.word !== "(") return behindColumn.has(next.word);
    return wordAt(tokens, index - 1) === "as" || callAround(tokens, index) === "convert";
  });
}

/** Words behind a column that is called binary. */
const behindColumn: ReadonlySet<string> = new Set(
  "from where and or xor is in like not between as asc desc regexp rlike div mod limit then else end".split(" "),
);

/** The function in whose arguments a token stands, "" for none. */
function callAround(tokens: readonly Token[], index: number): string {
  let depth = 0;
  for (let at = index - 1; at >= 0; at -= 1) {
    const word = wordAt(tokens, at);
    if (word === ")") depth += 1;
    if (word === "(" && depth-- === 0) return wordAt(tokens, at - 1);
  }
  return "";
}

/** `GROUP BY a DESC` of MySQL 5.7. */
function withoutGroupOrder(tokens: Token[]): Token[] {
  const kept: Token[] = [];
  // For each open parenthesis, whether a GROUP BY list is being read in it.
  const grouping = [false];
  for (const [index, token] of tokens.entries()) {
    const word = wordAt(tokens, index);
    const top = grouping.length - 1;
    if (word === "(") grouping.push(false);
    else if (word === ")") grouping.pop();
    else if (word === "by") grouping[top] = wordAt(tokens, index - 1) === "group";
    else if (["having", "order", "limit", "window", "union", "with", "for"].includes(word)) grouping[top] = false;
    if (!(grouping.at(-1) === true && (word === "asc" || word === "desc"))) kept.push(token);
  }
  return kept;
}

/**
 * Arguments in words: `TRIM(LEADING FROM a)`, `MATCH a AGAINST (...)`, `CAST(a AS CHAR CHARACTER SET utf8)`,
 * `NTH_VALUE(a, 2)
 * FROM FIRST RESPECT NULLS`; `INTERVAL(a, 1, 5)` is a function, unlike `INTERVAL 5 DAY`.
 */
function withPlainFunctions(tokens: Token[]): Token[] {
  let result = replaced(replaced(tokens, ["respect", "nulls"], []), ["from", "first", "over"], ["OVER"]);
  for (const side of ["leading", "trailing", "both"]) result = replaced(result, [side, "from"], []);
  return result.flatMap((token, index) => {
    const word = wordAt(result, index);
    const isCharset = (at: number): boolean => wordAt(result, at) === "character" && wordAt(result, at + 1) === "set";
    if (isCharset(index) || isCharset(index - 1) || isCharset(index - 2)) return [];
    if (word === "interval" && wordAt(result, index + 1) === "(" && hasComma(result, index + 1)) {
      return [newWord("sp_interval")];
    }
    const opens = wordAt(result, index - 1) === "match" && word !== "(" && word !== ".";
    const closes = word === "against" && wordAt(result, index - 1) !== ")";
    return [...(opens ? [newWord("(")] : []), ...(closes ? [newWord(")")] : []), token];
  });
}

/** Whether the parenthesis at `open` holds several arguments. */
function hasComma(tokens: readonly Token[], open: number): boolean {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const word = wordAt(tokens, index);
    if (word === "(") depth += 1;
    if (word === ")" && --depth === 0) return false;
    if (word === "," && depth === 1) return true;
  }
  return false;
}

/** `INTERVAL '1:30' MINUTE_SECOND`, `EXTRACT(YEAR_MONTH FROM d)`: which unit it is says nothing about rows. */
function withSimpleUnits(tokens: Token[]): Token[] {
  return tokens.map((token) => (token.kind === "word" && compoundUnits.test(token.word) ? newWord("SECOND") : token));
}

const compoundUnits =
  /^(?:year_month|day_(?:hour|minute|second|microsecond)|hour_(?:minute|second|microsecond)|minute_(?:second|microsecond)|second_microsecond)$/;

/** `{fn now()}`, `{oj a LEFT JOIN b ON ...}` */
function withoutOdbcEscapes(tokens: Token[]): Token[] {
  if (!tokens.some((token) => token.word === "{")) return tokens;
  const opened: boolean[] = [];
  return tokens.filter((token, index) => {
    // `{d '2020-01-01'}` is a typed literal, which the grammar knows.
    if (token.word === "{") {
      opened.push(["fn", "oj"].includes(wordAt(tokens, index + 1)));
      return opened.at(-1) !== true;
    }
    if (token.word === "}") return opened.pop() !== true;
    return !(wordAt(tokens, index - 1) === "{" && opened.at(-1) === true);
  });
}

/** `TABLE t` as `SELECT * FROM t`. */
function asSelect(tokens: Token[]): Token[] {
  return tokens.flatMap((token, index) => {
    const before = wordAt(tokens, index - 1);
    const starts =
      index === 0 ||
      ["union", "all", "except", "intersect", "("].includes(before) ||
      (before === ")" && wordAt(tokens, 0) === "with");
    const named = ["word", "name"].includes(tokens[index + 1]?.kind ?? "");
    const inserted = ["insert", "replace"].includes(wordAt(tokens, 0)) && index > 1 && named && before !== ".";
    return token.word === "table" && token.kind === "word" && named && (starts || inserted)
      ? [newWord("SELECT"), newWord("*"), newWord("FROM")]
      : [token];
  });
}

function replaced(tokens: Token[], from: readonly string[], to: readonly string[]): Token[] {
  const result: Token[] = [];
  for (let index = 0; index < tokens.length; index += 1) {
    if (from.every((word, offset) => wordAt(tokens, index + offset) === word)) {
      result.push(...to.map(newWord));
      index += from.length - 1;
    } else result.push(tokens[index]!);
  }
  return result;
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token === undefined || token.kind === "string" || token.kind === "name" ? "" : token.word;
}

/** Index of the parenthesis that closes the one at `open`, -1 when none does. */
function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let index = open; index < tokens.length; index += 1) {
    const word = wordAt(tokens, index);
    if (word === "(") depth += 1;
    if (word === ")") depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}
