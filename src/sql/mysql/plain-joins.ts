import { newWord, type Token } from "./tokens.ts";

/**
 * Two ways to write joins that the grammar at hand does not know, in a way that it does: `FROM (a, b) JOIN c` as
 * `FROM (a CROSS JOIN b) JOIN c`, and `a JOIN b JOIN c ON x ON y` as `a JOIN (b JOIN c ON x) ON y`.
 */
export function plainJoins(tokens: readonly Token[]): Token[] {
  return withNestedJoins(withoutTableLists(tokens));
}

function withoutTableLists(tokens: readonly Token[]): Token[] {
  // For each open parenthesis, whether it holds tables.
  const tables: boolean[] = [];
  return tokens.flatMap((token, index) => {
    const before = tokens[index - 1]?.word ?? "";
    const next = tokens[index + 1]?.word ?? "";
    if (token.word === "(") {
      const opensSource =
        ["from", "join", "update"].includes(before) || ((before === "(" || before === ",") && tables.at(-1) === true);
      tables.push(opensSource && !["select", "with", "values", "table"].includes(next));
    }
    if (token.word === ")") tables.pop();
    return token.word === "," && tables.at(-1) === true ? [newWord("CROSS"), newWord("JOIN")] : [token];
  });
}

/**
 * An ON belongs to the nearest JOIN that has none yet; what a JOIN has to its right, up to its ON, goes into
 * parentheses.
 */
function withNestedJoins(tokens: readonly Token[]): Token[] {
  const opens = new Map<number, number>();
  const closes = new Map<number, number>();
  const levels: number[][] = [[]];
  let lastJoin = -1;
  for (const [index, token] of tokens.entries()) {
    if (token.kind === "operator" && token.word === "(") levels.push([]);
    else if (token.kind === "operator" && token.word === ")") {
      levels.pop();
      if (levels.length === 0) levels.push([]);
    } else if (
      token.kind === "word" &&
      ["from", "where", "set", "union", "group", "having", "order", "limit"].includes(token.word)
    )
      levels[levels.length - 1] = [];
    else if (token.kind === "operator" && token.word === ",") levels[levels.length - 1] = [];
    else if (
      token.kind === "word" &&
      (token.word === "join" || token.word === "straight_join") &&
      !isBare(tokens, index)
    ) {
      levels.at(-1)!.push(index);
      lastJoin = index;
    } else if (token.kind === "word" && (token.word === "on" || token.word === "using")) {
      const join = levels.at(-1)!.pop();
      if (join === undefined || join === lastJoin) continue;
      opens.set(join + 1, (opens.get(join + 1) ?? 0) + 1);
      closes.set(index, (closes.get(index) ?? 0) + 1);
    }
  }
  return tokens.flatMap((token, index) => [
    ...Array.from({ length: closes.get(index) ?? 0 }, () => newWord(")")),
    ...Array.from({ length: opens.get(index) ?? 0 }, () => newWord("(")),
    token,
  ]);
}

/** CROSS JOIN and NATURAL JOIN take no ON. */
function isBare(tokens: readonly Token[], join: number): boolean {
  const before = [tokens[join - 1]?.word, tokens[join - 2]?.word, tokens[join - 3]?.word];
  return before[0] === "cross" || before.includes("natural");
}
