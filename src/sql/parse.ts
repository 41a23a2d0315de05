import type { AccessPattern } from "./access.ts";
import { bind } from "./bind.ts";
import { commandOf } from "./command.ts";
import { GrammarError } from "./grammar-error.ts";
import { parseCommandTemplate } from "./mongodb/command-template.ts";
import { loadMysqlGrammar } from "./mysql/grammar.ts";
import { readMysql } from "./mysql/statement.ts";
import { loadPostgresGrammar } from "./postgres/grammar.ts";
import { readPostgres } from "./postgres/statement.ts";
import type { Schema } from "./schema.ts";
import { formsOf, slotInMessage, withSentinels } from "./sentinel.ts";
import type { StatementSyntax } from "./syntax.ts";
import type { Dialect, Language, Template } from "./template.ts";

/**
 * Parses a template with its dialect's grammar and binds every name in it. Foreign SQL never throws: what the grammar
 * does
 * not accept is "unknown" with the grammar's own message. `loadGrammar` comes first.
 */
export function parseTemplate(template: Template, schema: Schema): AccessPattern {
  const { dialect } = template;
  if (dialect === "mongodb") return parseCommandTemplate(template);
  const syntax = read(template, dialect);
  return syntax.kind === "rows" ? bind(syntax.statement, schema, dialect) : syntax;
}

/** Loads the grammar of a dialect (MongoDB's commands need none); WebAssembly, so it takes some tens of milliseconds once. */
export async function loadGrammar(language: Language): Promise<void> {
  if (language !== "mongodb") await grammars[language].load();
}

interface Grammar {
  readonly load: () => Promise<void>;
  /** Throws GrammarError when the text is refused. */
  readonly read: (text: string, template: Template) => StatementSyntax;
}

const grammars = {
  postgres: { load: loadPostgresGrammar, read: readPostgres },
  mysql: { load: loadMysqlGrammar, read: readMysql },
} satisfies Record<Dialect, Grammar>;

/** A slot whose sentinel is refused is written in its next form, until the grammar is content or no form is left. */
function read(template: Template, dialect: Dialect): StatementSyntax {
  // The grammars are C and Rust; to the former a NUL ends the text.
  if (template.text.includes("\0")) return { kind: "unknown", reason: "NUL character in the statement" };
  const forms = template.slots.map(() => 0);
  for (;;) {
    try {
      return grammars[dialect].read(withSentinels(template, forms, dialect), template);
    } catch (error) {
      if (error instanceof RangeError) return { kind: "unknown", reason: "nested too deeply" };
      if (!(error instanceof GrammarError)) throw error;
      const slot = slotInMessage(error.message, template);
      const next = slot === undefined ? 0 : (forms[slot] ?? 0) + 1;
      if (slot === undefined || next >= formsOf(template.slots[slot]!, dialect).length) {
        if (isSessionControl(template))
          return { kind: "utility", command: commandOf(template.text), implicitCommit: false };
        return { kind: "unknown", reason: shortened(error.message) };
      }
      forms[slot] = next;
    }
  }
}

/**
 * Statistics views put a placeholder where a session's own commands have a name (`SAVEPOINT $1`), which no grammar takes. None
 * of these commands reaches a row.
 */
const isSessionControl = ({ text }: Template): boolean =>
  /^\s*(?:savepoint|release|rollback|prepare\s+transaction|commit|deallocate|set|close|discard)\b[^;]*(?:\$\d|\?)/i.test(
    text,
  );

/** One line, short enough for a table, without the positions and sentinels of a text that the user never saw. */
function shortened(message: string): string {
  const line = message
    .replaceAll(/[':]?__sp_\d+__'?|\b77\d{7}\b/g, "?")
    .replaceAll(/\s+/g, " ")
    .trim();
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
