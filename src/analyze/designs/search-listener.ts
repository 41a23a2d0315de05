import type { Choice, DesignProblem } from "./design-problem.ts";
import type { FamilyMove, SearchResult } from "./search.ts";

/**
 * Hears of the search for designs, which takes most of the time that a large schema takes: whoever can read a clock may
 * time it. Templates are judged while it goes on, each when a design needs it.
 */
export interface SearchListener {
  /** Keys are judged and the problem is built; `starts` and `moves` are what `searchDesign` takes. */
  readonly begins: (problem: DesignProblem, starts: readonly Choice[], moves: readonly FamilyMove[]) => void;
  readonly ends: (found: SearchResult) => void;
}
