import type { DesignProblem, KeyLoad, Term, TermCost } from "../../../src/analyze/designs/design-problem.ts";
import { randomStream } from "../../../src/stats/random-stream.ts";

export interface RandomProblemSize {
  readonly tables: number;
  readonly options: number;
  readonly terms: number;
  readonly shardCount: number;
}

/**
 * A made-up schema in numbers: tables in families whose first option is one key, terms of one to three tables that are
 * cheap where the tables keep together, Zipf-like work, skewed keys.
 */
export function randomProblem(seed: number, { tables, options, terms, shardCount }: RandomProblemSize): DesignProblem {
  const chance = randomStream(seed, "problem");
  const below = (limit: number): number => Math.floor(chance.next() * limit);
  const load = (): KeyLoad => {
    const shares = Float64Array.from({ length: shardCount }, () => 1 + (below(4) === 0 ? chance.next() : 0));
    const sum = shares.reduce((all, share) => all + share, 0);
    return { byShard: shares.map((share) => share / sum), byWindow: undefined };
  };
  const family = Array.from({ length: tables }, () => below(Math.max(2, Math.ceil(tables / 5))));
  const problemTables = Array.from({ length: tables }, (_, table) => ({
    name: `t${table}`,
    options: Array.from({ length: options }, (_unused, option) => ({ load: option === options - 1 ? undefined : load() })),
  }));
  let work = 0;
  const problemTerms = Array.from({ length: terms }, (_, nth): Term => {
    const own = 1000 / (1 + nth * 0.2);
    work += own;
    const first = below(tables);
    const others = Array.from({ length: below(3) }, () => {
      const related = family.flatMap((other, table) => (other === family[first] && table !== first ? [table] : []));
      return related.length > 0 && below(4) > 0 ? related[below(related.length)]! : below(tables);
    });
    const touched = [...new Set([first, ...others])];
    const key = below(options - 1);
    const known = new Map<string, TermCost>();
    return {
      tables: touched,
      costOf: (chosen) => {
        const name = chosen.join();
        let cost = known.get(name);
        if (cost === undefined) known.set(name, (cost = costOf(chosen, touched.length > 1 ? 0 : key, own, options)));
        return cost;
      },
    };
  });
  return {
    shardCount,
    work,
    skewWeight: 1,
    windows: undefined,
    tables: problemTables,
    terms: problemTerms,
  };

  function costOf(chosen: readonly number[], wanted: number, own: number, optionCount: number): TermCost {
    const none = { placed: 0, by: -1, even: 0, follows: 0, unsharded: 0, overhead: 0 };
    const last = optionCount - 1;
    // The last option is unsharded, the one before it reference.
    if (chosen.every((option) => option === last)) return { ...none, unsharded: own };
    const sharded = chosen.filter((option) => option < last - 1);
    if (sharded.length === 0) return { ...none, follows: own, overhead: own * 0.5 };
    if (chosen.includes(last)) return { ...none, even: own, overhead: own * 2.5 };
    const by = chosen.findIndex((option) => option < last - 1);
    const copied = chosen.length - sharded.length;
    if (sharded.every((option) => option === wanted)) return { ...none, placed: own, by, overhead: own * 0.2 * copied };
    if (sharded.every((option) => option === sharded[0])) return { ...none, even: own, overhead: own * (1 + 0.2 * copied) };
    return { ...none, even: own, overhead: own * 3 };
  }
}

/** The least cost of all designs, by looking at each of them. */
export function exhaustive(problem: DesignProblem, costOf: (choice: readonly number[]) => number): number {
  let least = Infinity;
  const choice = problem.tables.map(() => 0);
  const place = (table: number): void => {
    if (table === problem.tables.length) {
      least = Math.min(least, costOf(choice));
      return;
    }
    for (let option = 0; option < problem.tables[table]!.options.length; option++) {
      choice[table] = option;
      place(table + 1);
    }
  };
  place(0);
  return least;
}
