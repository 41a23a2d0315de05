import { setFlagsFromString } from "node:v8";
import { loadGrammar } from "../sql/parse.ts";
import type { Language } from "../sql/template.ts";

/** Loads that are under way. */
let loads = 0;

/**
 * Does what loads parsers, with the promise that they are compiled once, and fast. A parser sees each template once: a few milliseconds
 * of work, which make V8 compile functions of 100 kB with its optimizing compiler, in the background, for a second of a core that
 * has a log to read. What is compiled before or after is not concerned. (Flags are V8's own: one that it does not know it ignores.)
 */
export async function withPlainParsers<T>(load: () => Promise<T>): Promise<T> {
  if (loads++ === 0) {
    setFlagsFromString("--no-wasm-dynamic-tiering");
    setFlagsFromString("--no-wasm-tier-up");
  }
  try {
    return await load();
  } finally {
    if (--loads === 0) {
      setFlagsFromString("--wasm-tier-up");
      setFlagsFromString("--wasm-dynamic-tiering");
    }
  }
}

/** Loads the parser of a dialect; see `loadGrammar`. */
export const loadParser = (dialect: Language): Promise<void> => withPlainParsers(() => loadGrammar(dialect));
