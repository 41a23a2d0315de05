import { assert } from "../../base/assert.ts";
import { GrammarError } from "../grammar-error.ts";
import type { Tree } from "./tree.ts";

type Parser = Pick<typeof import("@guanmingchiu/sqlparser-ts"), "parse">;

let parser: Parser | undefined;

/** Loads the grammar for MySQL (sqlparser-rs as WebAssembly, some 30 ms). */
export async function loadMysqlGrammar(): Promise<void> {
  if (parser !== undefined) return;
  const module = await import("@guanmingchiu/sqlparser-ts");
  await module.init();
  parser = module;
}

/** Parses a text of one or more statements. Throws GrammarError with the grammar's message. */
export function parseMysql(text: string): readonly Tree[] {
  assert(parser !== undefined, "loadGrammar comes before parseTemplate");
  try {
    return parser.parse(text, "mysql") as unknown as Tree[];
  } catch (error) {
    if (error instanceof RangeError) throw new GrammarError("nested too deeply");
    if (error instanceof Error) throw new GrammarError(error.message.replace(/^(sql parser error: )+/, ""));
    throw error;
  }
}
