import { newWord, type Token } from "./tokens.ts";

/** `FROM (a, b) JOIN c` as `FROM (a CROSS JOIN b) JOIN c`; the same tokens when there is no such list. */
export function joinedTableLists(tokens: readonly Token[]): readonly Token[] {
  const result: Token[] = [];
  // For each open parenthesis, whether it holds tables.
  const tables: boolean[] = [];
  let mended = false;
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]?.word ?? "";
    const next = tokens[index + 1]?.word ?? "";
    if (token.word === "(") {
      const opensSource = ["from", "join", "update"].includes(before) || (before === "(" || before === ",") && tables.at(-1) === true;
      tables.push(opensSource && !["select", "with", "values", "table"].includes(next));
    }
    if (token.word === ")") tables.pop();
    if (token.word === "," && tables.at(-1) === true) {
      result.push(newWord("CROSS"), newWord("JOIN"));
      mended = true;
    } else result.push(token);
  }
  return mended ? result : tokens;
}
