import { assert } from "../../base/assert.ts";
import { GrammarError } from "../grammar-error.ts";
import type { RawStmt } from "libpg-query";

type Parser = Pick<typeof import("libpg-query"), "parseSync">;

let parser: Parser | undefined;

/** Loads PostgreSQL's own grammar (WebAssembly, some 40 ms): only those who meet PostgreSQL statements pay for it. */
export async function loadPostgresGrammar(): Promise<void> {
  if (parser !== undefined) return;
  const module = await import("libpg-query");
  await module.loadModule();
  parser = module;
}

/** Parses a text of one or more statements. Throws GrammarError with the server's message. */
export function parsePostgres(text: string): readonly RawStmt[] {
  assert(parser !== undefined, "loadGrammar comes before parseTemplate");
  try {
    return parser.parseSync(text).stmts ?? [];
  } catch (error) {
    // A statement nested thousands of levels deep overflows the stack; the module stays usable.
    if (error instanceof RangeError) throw new GrammarError("nested too deeply");
    if (error instanceof Error) throw new GrammarError(error.message);
    throw error;
  }
}
