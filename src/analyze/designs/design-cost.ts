import type { Choice, DesignProblem, TermCost } from "./design-problem.ts";

/** What a design costs: the work of its busiest shard, which is the mean times the skew, plus its part of the overhead. */
export interface DesignCost {
  /** Work of the busiest shard. */
  readonly busiest: number;
  readonly overhead: number;
  /** Load of the busiest shard over the mean, over the whole log. */
  readonly maxOverMean: number;
  /** The same with the worst window, as far as chance does not explain it. */
  readonly maxOverMeanWithWindows: number;
}

/** A window's excess counts from this many standard errors on: the worst of 12 windows and 16 shards has 3 by chance. */
const chanceErrors = 4;

const evenAt = 0;
const unshardedAt = 1;
const overheadAt = 2;

/** Sums of term costs that can be changed one table at a time. */
export class DesignSums {
  readonly problem: DesignProblem;
  readonly choice: number[];
  readonly #placed: Float64Array;
  readonly #costs: TermCost[];
  /** Of each term, the options of its tables. */
  readonly #optionsOf: readonly number[][];
  readonly #termsOf: readonly (readonly number[])[];
  readonly #loads: Float64Array;
  /** At `even`, `unsharded` and `overhead`: in an array, because a field that is a fraction is a new object at each change. */
  readonly #sums = new Float64Array(3);

  constructor(problem: DesignProblem, choice: Choice, termsOf = termsOfTables(problem)) {
    this.problem = problem;
    this.choice = [...choice];
    this.#placed = new Float64Array(problem.tables.length);
    this.#termsOf = termsOf;
    this.#loads = new Float64Array(problem.shardCount);
    this.#optionsOf = problem.terms.map(({ tables }) => tables.map((table) => choice[table]!));
    this.#costs = problem.terms.map((term, index) => term.costOf(this.#optionsOf[index]!));
    this.#costs.forEach((cost, index) => this.#add(cost, problem.terms[index]!.tables, 1));
  }

  /** Gives a table another option. */
  set(table: number, option: number): void {
    if (this.choice[table] === option) return;
    this.choice[table] = option;
    for (const index of this.#termsOf[table]!) {
      const { tables, costOf } = this.problem.terms[index]!;
      const options = this.#optionsOf[index]!;
      options[tables.indexOf(table)] = option;
      const cost = costOf(options);
      if (cost === this.#costs[index]) continue;
      this.#add(this.#costs[index]!, tables, -1);
      this.#add(cost, tables, 1);
      this.#costs[index] = cost;
    }
  }

  cost(): DesignCost {
    const { problem } = this;
    const overhead = this.#sums[overheadAt]!;
    const maxOverMean = this.#maxOverMean();
    const withWindows = Math.max(maxOverMean, this.#worstWindow());
    const skew = 1 + problem.skewWeight * (withWindows - 1);
    return {
      busiest: (problem.work * skew + overhead) / problem.shardCount,
      overhead,
      maxOverMean,
      maxOverMeanWithWindows: withWindows,
    };
  }

  #add({ placed, by, even, unsharded, overhead }: TermCost, tables: readonly number[], sign: 1 | -1): void {
    if (placed !== 0) this.#placed[tables[by]!]! += sign * placed;
    this.#sums[evenAt]! += sign * even;
    this.#sums[unshardedAt]! += sign * unsharded;
    this.#sums[overheadAt]! += sign * overhead;
  }

  #maxOverMean(): number {
    const { tables, shardCount } = this.problem;
    const even = this.#sums[evenAt]!;
    const unsharded = this.#sums[unshardedAt]!;
    const loads = this.#loads.fill(even / shardCount);
    let sum = even + unsharded;
    for (let table = 0; table < tables.length; table++) {
      const work = this.#placed[table]!;
      if (work <= 0) continue;
      sum += work;
      const load = tables[table]!.options[this.choice[table]!]!.load;
      for (let shard = 0; shard < shardCount; shard++)
        loads[shard]! += load === undefined ? work / shardCount : work * load.byShard[shard]!;
    }
    return overMean(loads, unsharded, sum);
  }

  #worstWindow(): number {
    const { tables, shardCount, windows } = this.problem;
    const even = this.#sums[evenAt]!;
    const unsharded = this.#sums[unshardedAt]!;
    let worst = 1;
    for (const window of windows?.judged ?? []) {
      const share = windows!.shares[window]!;
      const loads = this.#loads.fill((even * share) / shardCount);
      let sum = (even + unsharded) * share;
      for (let table = 0; table < tables.length; table++) {
        const work = this.#placed[table]!;
        if (work <= 0) continue;
        const load = tables[table]!.options[this.choice[table]!]!.load;
        for (let shard = 0; shard < shardCount; shard++) {
          const part =
            load?.byWindow === undefined
              ? share * (load === undefined ? 1 / shardCount : load.byShard[shard]!)
              : load.byWindow[window * shardCount + shard]!;
          loads[shard]! += work * part;
          sum += work * part;
        }
      }
      const most = overMean(loads, unsharded * share, sum);
      const busiestShare = Math.min(1, most / shardCount);
      const error =
        shardCount * Math.sqrt((busiestShare * (1 - busiestShare)) / windows!.effectiveSampleSizes[window]!);
      worst = Math.max(worst, most - chanceErrors * error);
    }
    return worst;
  }
}

/** `more` is on the busiest. */
function overMean(loads: Float64Array, more: number, sum: number): number {
  if (sum <= 0) return 1;
  let most = 0;
  for (const load of loads) if (load > most) most = load;
  return Math.max(1, ((most + more) * loads.length) / sum);
}

/** For each table, the terms that touch it. */
export function termsOfTables({ tables, terms }: DesignProblem): readonly (readonly number[])[] {
  const termsOf = tables.map((): number[] => []);
  terms.forEach((term, index) => {
    for (const table of term.tables) termsOf[table]!.push(index);
  });
  return termsOf;
}
