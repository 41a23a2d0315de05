import { commandOf } from "../command.ts";
import { slotOfNumber, slotOfPlaceholder, slotOfString } from "../sentinel.ts";
import type { StatementSyntax } from "../syntax.ts";
import type { Template } from "../template.ts";
import type { Token } from "./tokens.ts";

/**
 * Statements of MySQL that are told by their first words: transactions, settings, DDL, administration. Undefined for
 * those
 * that read or change rows.
 */
export function readCommand(tokens: readonly Token[], template: Template): StatementSyntax | undefined {
  const words = tokens.map((token) => (token.kind === "word" || token.kind === "operator" ? token.word : ""));
  const [first = "", second = ""] = words;
  if (first === "(" || rowCommands.has(first)) return undefined;
  if (first === "begin") return { kind: "control", control: "begin" };
  if (first === "start" && second === "transaction") return { kind: "control", control: "begin" };
  if (first === "commit") return { kind: "control", control: "commit", ...chainOf(words) };
  if (first === "rollback")
    return words.includes("to")
      ? { kind: "control", control: "rollback-to-savepoint" }
      : { kind: "control", control: "rollback", ...chainOf(words) };
  if (first === "savepoint") return { kind: "control", control: "savepoint" };
  if (first === "release") return { kind: "control", control: "release-savepoint" };
  if (first === "xa") {
    const control = xaControls.get(second);
    return control === undefined
      ? { kind: "utility", command: "XA", implicitCommit: false }
      : { kind: "control", control };
  }
  if (first === "set") return readSet(tokens, words, template);
  if (!commands.has(first)) return undefined;
  return { kind: "utility", command: commandOf(template.text), implicitCommit: commits(first, words) };
}

/** `AND CHAIN`, but not `AND NO CHAIN`. */
function chainOf(words: readonly string[]): { readonly chain?: true } {
  const at = words.indexOf("chain");
  return at > 0 && words[at - 1] === "and" ? { chain: true } : {};
}

const rowCommands: ReadonlySet<string> = new Set([
  "select",
  "insert",
  "replace",
  "update",
  "delete",
  "with",
  "values",
  "table",
]);

const xaControls = new Map([
  ["start", "begin"],
  ["begin", "begin"],
  ["commit", "commit"],
  ["rollback", "rollback"],
] as const) as ReadonlyMap<string, "begin" | "commit" | "rollback">;

/** First words of statements: https://dev.mysql.com/doc/refman/8.4/en/sql-statements.html */
const commands: ReadonlySet<string> = new Set([
  "alter",
  "analyze",
  "binlog",
  "cache",
  "call",
  "change",
  "check",
  "checksum",
  "clone",
  "create",
  "deallocate",
  "desc",
  "describe",
  "do",
  "drop",
  "execute",
  "explain",
  "flush",
  "get",
  "grant",
  "handler",
  "help",
  "import",
  "install",
  "kill",
  "load",
  "lock",
  "optimize",
  "prepare",
  "purge",
  "rename",
  "repair",
  "reset",
  "resignal",
  "restart",
  "revoke",
  "show",
  "shutdown",
  "signal",
  "start",
  "stop",
  "truncate",
  "uninstall",
  "unlock",
  "use",
  "vexplain", // Vitess
]);

/** Statements that end the transaction: https://dev.mysql.com/doc/refman/8.4/en/implicit-commit.html */
const committing: ReadonlySet<string> = new Set(
  `
    alter analyze cache change check create drop flush grant install lock optimize rename repair reset revoke
    start stop truncate uninstall unlock
  `
    .trim()
    .split(/\s+/),
);

function commits(first: string, words: readonly string[]): boolean {
  // Temporary tables are the session's own; LOAD INDEX commits, LOAD DATA does not (with InnoDB).
  if ((first === "create" || first === "drop") && words[1] === "temporary") return false;
  return committing.has(first) || (first === "load" && words[1] === "index");
}

/** `SET autocommit = 0`, `SET @@session.autocommit = ON`; other variables and passwords. */
function readSet(tokens: readonly Token[], words: readonly string[], template: Template): StatementSyntax {
  const at = words.findIndex((word) => word === "autocommit" || word === "@@autocommit");
  const scope = words[at - 1] === "." ? words[at - 2] : words[at - 1];
  const own = at > 0 && scope !== "@@global" && scope !== "global" && scope !== "@@persist" && scope !== "persist";
  const value = words[at + 1] === "=" || words[at + 1] === ":=" ? tokens[at + 2] : undefined;
  if (!own || value === undefined) {
    return {
      kind: "utility",
      command: words[1] === "password" ? "SET PASSWORD" : "SET",
      implicitCommit: words[1] === "password",
    };
  }
  if (value.kind === "word")
    return { kind: "control", control: ["off", "false"].includes(value.word) ? "autocommit-off" : "autocommit-on" };
  const slot =
    slotOfNumber(Number(value.text), template) ??
    slotOfPlaceholder(value.text, template) ??
    slotOfString(value.text.slice(1, -1), template);
  return slot === undefined
    ? { kind: "control", control: "autocommit-on" }
    : { kind: "control", control: "autocommit-on", slot };
}
