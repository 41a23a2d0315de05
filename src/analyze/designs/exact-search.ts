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
  const place = new Int32Array(problem.tables.length);
  order.forEach((table, index) => (place[table] = index));
  const levels = order.map((): number[] => []);
  const pending = order.map((): number[] => []);
  let constant = 0;
  problem.terms.forEach((term, index) => {
    const places = term.tables.map((table) => place[table]!).sort((a, b) => a - b);
    if (places.length === 0) constant += term.costOf([]).overhead;
    else {
      levels[places.at(-1)!]!.push(index);
      if (places.length === 2) pending[places[0]!]!.push(index);
    }
  });
  const least = new LeastOverheads(problem);
  // The least overhead of all terms that are decided after each level, before any table has an option.
  const rest = new Float64Array(order.length + 1);
  for (let level = order.length - 1; level >= 0; level--)
    rest[level] = rest[level + 1]! + levels[level]!.reduce((sum, term) => sum + least.ofTerm(term), 0);

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
    const { options } = problem.tables[table]!;
    for (let nth = 0; nth < options.length; nth++) {
      const option = nth === 0 ? preferred : nth <= preferred ? nth - 1 : nth;
      if (nodes++ >= nodeLimit) {
        complete = false;
        return;
      }
      choice[table] = option;
      const next = Float64Array.from(loads);
      let nextAlone = alone;
      let nextOverhead = overhead;
      for (const index of levels[level]!) {
        const term = problem.terms[index]!;
        const cost = term.costOf(term.tables.map((other) => choice[other]!));
        nextOverhead += cost.overhead - least.ofTerm(index);
        nextAlone += cost.unsharded;
        addLoads(next, cost, problem, choice, term.tables);
      }
      for (const index of pending[level]!) nextOverhead += least.given(index, table, option) - least.ofTerm(index);
      // What was added for a pending term is part of its cost once both of its tables have options.
      for (const index of levels[level]!) {
        const term = problem.terms[index]!;
        if (term.tables.length !== 2) continue;
        const first = term.tables[0] === table ? term.tables[1]! : term.tables[0]!;
        nextOverhead -= least.given(index, first, choice[first]!) - least.ofTerm(index);
      }
      let most = 0;
      for (const load of next) if (load > most) most = load;
      const skew = 1 + skewWeight * Math.max(0, work === 0 ? 0 : ((most + nextAlone) * shardCount) / work - 1);
      const bound = (work * skew + nextOverhead) / shardCount;
      if (bound < bestKnown * (1 - leastGain)) descend(level + 1, next, nextAlone, nextOverhead);
      if (!complete) return;
    }
  };
  descend(0, new Float64Array(shardCount), 0, constant + rest[0]!);
  return { choice: best, proven: complete, nodes };
}

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

/** The least overheads of terms of one or two tables, looked up once. */
class LeastOverheads {
  readonly #problem: DesignProblem;
  readonly #all = new Map<number, number>();
  readonly #given = new Map<string, number>();

  constructor(problem: DesignProblem) {
    this.#problem = problem;
  }

  ofTerm(index: number): number {
    const known = this.#all.get(index);
    if (known !== undefined) return known;
    const { tables } = this.#problem.terms[index]!;
    const [first] = tables;
    const least =
      first === undefined || tables.length > 2
        ? 0
        : Math.min(...this.#problem.tables[first]!.options.map((_, option) => this.given(index, first, option)));
    this.#all.set(index, least);
    return least;
  }

  /** When one of the tables has an option. */
  given(index: number, table: number, option: number): number {
    const name = `${index} ${table} ${option}`;
    const known = this.#given.get(name);
    if (known !== undefined) return known;
    const { tables, costOf } = this.#problem.terms[index]!;
    const other = tables.find((candidate) => candidate !== table);
    const options = other === undefined ? [undefined] : this.#problem.tables[other]!.options.map((_, nth) => nth);
    const least = Math.min(
      ...options.map(
        (nth) => costOf(tables.map((candidate) => (candidate === table ? option : nth!))).overhead,
      ),
    );
    this.#given.set(name, least);
    return least;
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
