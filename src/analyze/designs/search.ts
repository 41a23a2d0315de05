import { randomStream, type RandomStream } from "../../stats/random-stream.ts";
import { byName } from "../../base/order.ts";
import { DesignSums, termsOfTables } from "./design-cost.ts";
import { defaultSearchOptions, type SearchOptions } from "./design-options.ts";
import type { Family } from "./families.ts";
import type { Choice, DesignProblem } from "./design-problem.ts";
import { exactSearch, leastGain } from "./exact-search.ts";

export interface SearchResult {
  readonly choice: Choice;
  /** `DesignCost.busiest`. */
  readonly busiest: number;
  readonly evaluations: number;
  readonly nodes: number;
  /** No design of these options is better, by the cost model. */
  readonly proven: boolean;
}

/** Options of several tables that are changed at once, because they keep rows together. */
export type FamilyMove = readonly (readonly [table: number, option: number])[];

/**
 * Looks for the design with the least work on its busiest shard. From each start (the baselines among them) it descends
 * by single tables and by families; from the best it searches large neighbourhoods: a few tables that share statements
 * are freed and set anew in the best of all ways (P. Shaw, Using Constraint Programming and Local Search Methods to Solve
 * Vehicle Routing Problems, CP 1998; for designs A. Pavlo et al., SIGMOD 2012). Then branch and bound, from the design that
 * was found, tries to prove that there is none better.
 */
export function searchDesign(
  problem: DesignProblem,
  starts: readonly Choice[],
  families: readonly FamilyMove[],
  options: SearchOptions = defaultSearchOptions,
): SearchResult {
  const search = new Search(problem, families, options);
  const first = problem.tables.map(() => 0);
  let best = search.measured(first);
  for (const start of starts) {
    const candidate = search.measured(start);
    if (isBetter(candidate.busiest, best.busiest)) best = candidate;
  }
  const descended = [best.choice, ...starts].map((start) => search.descend(start));
  for (const candidate of descended) if (isBetter(candidate.busiest, best.busiest)) best = candidate;
  best = search.neighbourhoods(best);
  const spaceLog10 = problem.tables.reduce((sum, table) => sum + Math.log10(table.options.length), 0);
  const exact = exactSearch(
    problem,
    best.choice,
    best.busiest,
    (choice) => search.measured(choice).busiest,
    spaceLog10 > hopelessLog10 ? Math.ceil(options.nodeLimit / 10) : options.nodeLimit,
  );
  if (exact.choice !== undefined) best = search.measured(exact.choice);
  return { ...best, evaluations: search.evaluations, nodes: exact.nodes, proven: exact.proven };
}

/** Beyond so many designs, as a power of ten, a proof is not to be hoped for, and is tried for a tenth of the nodes. */
const hopelessLog10 = 15;

interface Measured {
  readonly choice: Choice;
  readonly busiest: number;
}

const isBetter = (cost: number, than: number): boolean => cost < than * (1 - leastGain);

/** Tables that are freed at a time, and the combinations of their options that are looked at, at most. */
const mostFreed = 4;
const mostCombinations = 400;

class Search {
  evaluations = 0;
  readonly #problem: DesignProblem;
  readonly #families: readonly FamilyMove[];
  readonly #options: SearchOptions;
  readonly #termsOf: readonly (readonly number[])[];
  readonly #allows: (table: number, option: number) => boolean;

  constructor(
    problem: DesignProblem,
    families: readonly FamilyMove[],
    options: SearchOptions,
    allows: (table: number, option: number) => boolean = () => true,
  ) {
    this.#problem = problem;
    this.#families = families.filter((move) => move.every(([table, option]) => allows(table, option)));
    this.#options = options;
    this.#allows = allows;
    this.#termsOf = termsOfTables(problem);
  }

  measured(choice: Choice): Measured {
    this.evaluations++;
    return { choice, busiest: new DesignSums(this.#problem, choice, this.#termsOf).cost().busiest };
  }

  /** The first better change is made, again and again, until there is none. */
  descend(start: Choice): Measured {
    const sums = new DesignSums(this.#problem, start, this.#termsOf);
    let best = this.#cost(sums);
    for (let improved = true; improved && !this.#isSpent(); ) {
      improved = false;
      for (const move of this.#families) {
        const before = move.map(([table]) => sums.choice[table]!);
        const cost = this.#tried(sums, move);
        if (isBetter(cost, best)) {
          best = cost;
          improved = true;
        } else move.forEach(([table], index) => sums.set(table, before[index]!));
      }
      for (let table = 0; table < this.#problem.tables.length; table++) {
        let kept = sums.choice[table]!;
        for (let option = 0; option < this.#problem.tables[table]!.options.length; option++) {
          if (option === kept || !this.#allows(table, option)) continue;
          const cost = this.#tried(sums, [[table, option]]);
          if (!isBetter(cost, best)) continue;
          best = cost;
          kept = option;
          improved = true;
        }
        sums.set(table, kept);
      }
    }
    return this.measured([...sums.choice]);
  }

  neighbourhoods(start: Measured): Measured {
    const { tables } = this.#problem;
    const free = tables.flatMap(({ options }, table) => (options.length > 1 ? [table] : []));
    if (free.length < 2) return start;
    const chance = randomStream(this.#options.seed, "neighbourhoods");
    const sums = new DesignSums(this.#problem, start.choice, this.#termsOf);
    let best = start.busiest;
    const patience = free.length * 2;
    for (let idle = 0; idle < patience && !this.#isSpent(); idle++) {
      const freed = this.#related(free[Math.floor(chance.next() * free.length)]!, chance);
      const cost = this.#bestOf(sums, freed, best);
      if (!isBetter(cost, best)) continue;
      best = cost;
      idle = -1;
    }
    return this.measured([...sums.choice]);
  }

  /** A table and some that share terms with it. */
  #related(start: number, chance: RandomStream): readonly number[] {
    const freed = [start];
    let combinations = this.#problem.tables[start]!.options.length;
    for (let from = 0; from < freed.length && freed.length < mostFreed; from++) {
      const around = new Set(this.#termsOf[freed[from]!]!.flatMap((term) => [...this.#problem.terms[term]!.tables]));
      const left = [...around].filter((table) => !freed.includes(table));
      while (left.length > 0 && freed.length < mostFreed) {
        const [table] = left.splice(Math.floor(chance.next() * left.length), 1);
        const more = combinations * this.#problem.tables[table!]!.options.length;
        if (more > mostCombinations) continue;
        combinations = more;
        freed.push(table!);
      }
    }
    return freed;
  }

  /** Sets the freed tables in the best of all ways; as they were if no way is better than `best`. */
  #bestOf(sums: DesignSums, freed: readonly number[], best: number): number {
    let kept = freed.map((table) => sums.choice[table]!);
    let least = best;
    const tryFrom = (at: number): void => {
      if (at === freed.length) {
        const cost = this.#cost(sums);
        if (!isBetter(cost, least)) return;
        least = cost;
        kept = freed.map((table) => sums.choice[table]!);
        return;
      }
      for (let option = 0; option < this.#problem.tables[freed[at]!]!.options.length; option++) {
        sums.set(freed[at]!, option);
        tryFrom(at + 1);
      }
    };
    tryFrom(0);
    freed.forEach((table, index) => sums.set(table, kept[index]!));
    return least;
  }

  #tried(sums: DesignSums, move: FamilyMove): number {
    for (const [table, option] of move) sums.set(table, option);
    return this.#cost(sums);
  }

  #cost(sums: DesignSums): number {
    this.evaluations++;
    return sums.cost().busiest;
  }

  #isSpent(): boolean {
    return this.evaluations >= this.#options.evaluationLimit;
  }
}

/** Two designs differ enough to be worth a look where tables with this share of the work have other options. */
const worthALook = 0.05;

/**
 * Other good designs: in each, one of the largest families has another key. The best first, each once; fewer than `count`
 * if there are no more. Where it can be had, tables with `worthALook` of the work differ between any two: `weights` are the
 * tables' shares.
 */
export function runnersUp(
  problem: DesignProblem,
  best: Choice,
  families: readonly Family[],
  moves: readonly FamilyMove[],
  options: SearchOptions & { readonly count: number; readonly weights: readonly number[] },
): readonly Choice[] {
  if (options.count === 0) return [];
  const sums = new DesignSums(problem, best);
  const starts = families.slice(0, familiesVaried).flatMap((family) =>
    family.slice(0, tablesVaried).flatMap((table) =>
      problem.tables[table]!.options.flatMap((_, option) => {
        if (option === best[table]) return [];
        const alone: FamilyMove = [[table, option]];
        const together = moves.filter((move) => move.some(([other, own]) => other === table && own === option));
        return [alone, ...together].map((move) => ({ table, ...startWith(sums, move) }));
      }),
    ),
  );
  const promising = starts
    .sort((a, b) => a.busiest - b.busiest || byName(a.choice.join(), b.choice.join()))
    .slice(0, options.count + startsMore);
  const found = new Map<string, Measured>();
  for (const { table, choice } of promising) {
    const search = new Search(problem, moves, options, (other, option) => other !== table || option !== best[table]);
    const candidate = search.descend(choice);
    found.set(candidate.choice.join(), candidate);
  }
  found.delete(best.join());
  const ranked = [...found]
    .sort(([a, { busiest }], [b, other]) => busiest - other.busiest || byName(a, b))
    .map(([, { choice }]) => choice);
  const differ = (a: Choice, b: Choice): boolean =>
    options.weights.reduce((sum, weight, table) => sum + (a[table] === b[table] ? 0 : weight), 0) >= worthALook;
  const apart: Choice[] = [best];
  for (const choice of ranked) if (apart.every((other) => differ(choice, other))) apart.push(choice);
  return [...new Set([...apart.slice(1), ...ranked])].slice(0, options.count);
}

const familiesVaried = 3;
const tablesVaried = 2;
/** Starts that are followed beyond the designs that are wanted: some end in the same design. */
const startsMore = 4;

/** The design of `sums` with a change, its cost; `sums` is as before then. */
function startWith(sums: DesignSums, move: FamilyMove): Measured {
  const before = move.map(([table]) => sums.choice[table]!);
  for (const [table, option] of move) sums.set(table, option);
  const measured = { choice: [...sums.choice], busiest: sums.cost().busiest };
  move.forEach(([table], index) => sums.set(table, before[index]!));
  return measured;
}
