import { plainText } from "./plain-text.ts";

/** Foreign text in running text or a table cell. */
export function text(foreign: string): string {
  return (
    plainText(foreign)
      .replace(/[\\`*_{}[\]()#+!|~^$]/g, "\\$&")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replace(/^(\d+)([.)])/, "$1\\$2")
      .replace(/^([-=])/, "\\$1")
      // A bare address would become a link.
      .replace(/(https?|ftp|www)([:.])/gi, "$1&#8203;$2")
      .replaceAll("@", "&#64;")
  );
}

/**
 * Foreign text in a code span: the fence is longer than any run of backticks in it. In a table a bar ends the cell
 * even there.
 */
export function code(foreign: string, inTable = false): string {
  const plain = plainText(foreign);
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const padded = plain.startsWith("`") || plain.endsWith("`") || plain === "" ? ` ${plain} ` : plain;
  return `${fence}${inTable ? padded.replaceAll("|", "\\|") : padded}${fence}`;
}

/** A table; `right` says which columns are aligned to the right. */
export function table(head: readonly string[], right: readonly boolean[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(right.map((isRight) => (isRight ? "--:" : "---"))), ...rows.map(line)].join("\n");
}
