/** A word, quoted name, string, number, placeholder or operator of a MySQL text. */
export interface Token {
  readonly text: string;
  /** Lower case for words, otherwise as `text`: what keywords are compared with. */
  readonly word: string;
  readonly kind: "word" | "name" | "string" | "number" | "placeholder" | "operator";
  /** White space stood before it. */
  readonly spaced: boolean;
}

/**
 * Cuts a statement into tokens: https://dev.mysql.com/doc/refman/8.4/en/lexical-structure.html. Comments are left out;
 * of `/*!40001 ... *\/` and MariaDB's `/*M! ... *\/` the marks are, for the server runs what they enclose.
 */
export function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern)) {
    const { name, string, placeholder, number, word, variable, operator } = match.groups ?? {};
    const gap = text.slice(end, match.index);
    end = match.index + match[0].length;
    const spaced = gap !== "";
    if (name !== undefined) tokens.push({ text: name, word: name, kind: "name", spaced });
    else if (string !== undefined) tokens.push({ text: string, word: string, kind: "string", spaced });
    else if (placeholder !== undefined)
      tokens.push({ text: placeholder, word: placeholder, kind: "placeholder", spaced });
    else if (number !== undefined) tokens.push({ text: number, word: number, kind: "number", spaced });
    else if (word !== undefined) tokens.push({ text: word, word: word.toLowerCase(), kind: "word", spaced });
    else if (variable !== undefined) tokens.push({ text: "@v", word: "@v", kind: "word", spaced });
    else if (operator !== undefined) tokens.push({ text: operator, word: operator, kind: "operator", spaced });
  }
  return tokens;
}

const pattern = new RegExp(
  [
    "/\\*M?!\\d*|\\*/|/\\*[\\s\\S]*?\\*/|--(?=\\s|$)[^\\n]*|#[^\\n]*",
    "(?<name>`(?:[^`]|``)*`)",
    "(?<string>'(?:[^'\\\\]|''|\\\\[\\s\\S])*'|\"(?:[^\"\\\\]|\"\"|\\\\[\\s\\S])*\")",
    "(?<placeholder>:[A-Za-z_]\\w*)",
    "(?<number>\\d+\\.?\\d*(?:[eE][+-]?\\d+)?(?![\\w$])|\\.\\d+(?:[eE][+-]?\\d+)?)",
    "(?<word>@{0,2}[\\p{L}\\p{N}_$]+)",
    "(?<variable>@\\s*(?:`[^`]*`|'[^']*'|\"[^\"]*\"))",
    "(?<operator><=>|->>|:=|->|\\|\\||&&|<=|>=|<>|!=|<<|>>|[^\\s])",
  ].join("|"),
  "gu",
);

export function textOf(tokens: readonly Token[]): string {
  return tokens.map((token, index) => (index > 0 && token.spaced ? ` ${token.text}` : token.text)).join("");
}

/** A word that a rewrite puts in; always apart from its neighbours. */
export function newWord(text: string): Token {
  return { text, word: text.toLowerCase(), kind: /^\w/.test(text) ? "word" : "operator", spaced: true };
}
