import { termsOfTables } from "./design-cost.ts";
import type { Choice, DesignProblem, TermCost } from "./design-problem.ts";

export interface ExactResult {
  /** Undefined when nothing better than `incumbent` was found. */
  readonly choice: Choice | undefined;
  /** Whether the whole space was looked at: then nothing is better than the better of `choice` and `incumbent`. */
  readonly proven: boolean;
  readonly nodes: number;
}

/** What is better by less than this share is not better: sums of floating-point numbers differ by that much. */
export const leastGain = 1e-9;

/**
 * Branch and bound: one table after the other gets each of its options, and a branch is left when no completion of it
 * can be better than the best design known. The bound: all work, in equal parts or where the placed tables put it, plus
 * the overhead of the terms whose tables all have an option, plus the least that the others can have. Gives up after
 * `nodeLimit` nodes.
 */
export function exactSearch(
  problem: DesignProblem,
  incumbent: Choice,
  bestCost: number,
  costOf: (choice: Choice) => number,
  nodeLimit: number,
): ExactResult {
  const order = connectedOrder(problem);
  const termsOf = termsOfTables(problem);
  const least = new LeastOverheads(problem);
  // Of each term, as far as the tables that have an option decide it.
  const overheads = Float64Array.from(problem.terms, (_, index) => least.ofTerm(index));
  const places = new Int32Array(problem.tables.length);
  order.forEach((table, place) => (places[table] = place));
  const { shardCount, work, skewWeight } = problem;
  const choice = [...incumbent];
  let best: Choice | undefined;
  let bestKnown = bestCost;
  let nodes = 0;
  let complete = true;

  const descend = (level: number, loads: Float64Array, alone: number, overhead: number): void => {
    if (level === order.length) {
      const cost = costOf(choice);
      if (cost < bestKnown * (1 - leastGain)) {
        bestKnown = cost;
        best = [...choice];
      }
      return;
    }
    const table = order[level]!;
    const preferred = incumbent[table]!;
    const before = termsOf[table]!.map((term) => overheads[term]!);
    const { options } = problem.tables[table]!;
    for (let nth = 0; nth < options.length && complete; nth++) {
      const option = nth === 0 ? preferred : nth <= preferred ? nth - 1 : nth;
      if (nodes++ >= nodeLimit) {
        complete = false;
        break;
      }
      choice[table] = option;
      const next = Float64Array.from(loads);
      let nextAlone = alone;
      let nextOverhead = overhead;
      termsOf[table]!.forEach((index, place) => {
        const term = problem.terms[index]!;
        const decided = term.tables.every((other) => places[other]! <= level);
        if (decided) {
          const cost = term.costOf(term.tables.map((other) => choice[other]!));
          overheads[index] = cost.overhead;
          nextAlone += cost.unsharded;
          addLoads(next, cost, problem, choice, term.tables);
        } else
          overheads[index] = Math.max(
            before[place]!,
            least.given(
              index,
              term.tables.map((other) => (places[other]! <= level ? choice[other]! : undecided)),
            ),
          );
        nextOverhead += overheads[index]! - before[place]!;
      });
      let most = 0;
      for (const load of next) if (load > most) most = load;
      const skew = 1 + skewWeight * Math.max(0, work === 0 ? 0 : ((most + nextAlone) * shardCount) / work - 1);
      const bound = (work * skew + nextOverhead) / shardCount;
      if (bound < bestKnown * (1 - leastGain)) descend(level + 1, next, nextAlone, nextOverhead);
    }
    termsOf[table]!.forEach((term, place) => (overheads[term] = before[place]!));
  };
  descend(0, new Float64Array(shardCount), 0, overheads.reduce((sum, overhead) => sum + overhead, 0));
  return { choice: best, proven: complete, nodes };
}

/** What stands for a table that has no option yet. */
const undecided = -1;

function addLoads(
  loads: Float64Array,
  { placed, by, even }: TermCost,
  { tables, shardCount }: DesignProblem,
  choice: Choice,
  termTables: readonly number[],
): void {
  const load = placed === 0 ? undefined : tables[termTables[by]!]!.options[choice[termTables[by]!]!]!.load;
  const spread = even + (load === undefined ? placed : 0);
  for (let shard = 0; shard < shardCount; shard++)
    loads[shard]! += spread / shardCount + (load === undefined ? 0 : placed * load.byShard[shard]!);
}

/** The least overheads of terms under any completion of some options, looked up once. */
class LeastOverheads {
  readonly #problem: DesignProblem;
  readonly #known: readonly Map<string, number>[];

  constructor(problem: DesignProblem) {
    this.#problem = problem;
    this.#known = problem.terms.map(() => new Map<string, number>());
  }

  ofTerm(index: number): number {
    return this.given(
      index,
      this.#problem.terms[index]!.tables.map(() => undecided),
    );
  }

  given(index: number, options: readonly number[]): number {
    const { tables, costOf, least } = this.#problem.terms[index]!;
    if (tables.length === 0) return costOf([]).overhead;
    if (tables.length > 2) return least?.(options) ?? 0;
    const name = options.join();
    let found = this.#known[index]!.get(name);
    if (found === undefined) {
      found = Infinity;
      for (const completed of this.#completions(tables, options)) found = Math.min(found, costOf(completed).overhead);
      this.#known[index]!.set(name, found);
    }
    return found;
  }

  #completions(tables: readonly number[], options: readonly number[]): readonly (readonly number[])[] {
    return options.reduce<readonly (readonly number[])[]>(
      (lists, option, place) =>
        lists.flatMap((list) =>
          option === undecided
            ? this.#problem.tables[tables[place]!]!.options.map((_, nth) => [...list, nth])
            : [[...list, option]],
        ),
      [[]],
    );
  }
}

/** Tables that share terms next to each other, so that costs are known early. */
function connectedOrder(problem: DesignProblem): readonly number[] {
  const termsOf = termsOfTables(problem);
  const left = new Set(problem.tables.keys());
  const links = new Int32Array(problem.tables.length);
  const order: number[] = [];
  while (left.size > 0) {
    let next = -1;
    for (const table of left) {
      const better =
        next < 0 ||
        links[table]! > links[next]! ||
        (links[table] === links[next] && termsOf[table]!.length > termsOf[next]!.length);
      if (better) next = table;
    }
    left.delete(next);
    order.push(next);
    for (const term of termsOf[next]!) for (const other of problem.terms[term]!.tables) links[other]!++;
  }
  return order;
}
