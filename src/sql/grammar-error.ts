/**
 * A statement that the grammar refuses, or that says something we have no word for; becomes the reason of an
 * "unknown".
 */
export class GrammarError extends Error {
  override readonly name = "GrammarError";
}
