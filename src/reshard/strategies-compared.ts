import { InputError } from "../base/input-error.ts";
import { strategyNames, type StrategyName } from "../placement/design.ts";
import { strategies } from "../placement/strategies.ts";
import { defaultVirtualNodes } from "../placement/strategies/consistent-hash.ts";
import { defaultSlots } from "../placement/strategies/fixed-slots.ts";
import type { TableOptions } from "../placement/table-options.ts";
import { refused } from "./counted-keys.ts";
import { expectedShare } from "./expected-share.ts";
import { cutToMean } from "./fewest-moves.ts";
import { type Movement, movementOf, type ShardUnion, sumOfMovements, worstOverMean } from "./movement.ts";
import { balanced, evenRanges, lightestFirst, strategyRequest, type TableSide } from "./owners.ts";
import type { Known, StrategyMove } from "./reshard-plan.ts";

/** The keys of one table, with their owners as they are. */
export interface ComparedTable {
  readonly side: TableSide;
  /** Indexes of the union, or `refused`. */
  readonly before: Uint32Array;
  readonly keptShare: number;
}

/**
 * Every strategy of ours over the same keys: what a switch to it would move now, and what it moves by itself from the old
 * number of shards to the new. Ranges are cut evenly and then split where they are too full, a directory moves the fewest
 * keys, everything else places anew by its function.
 */
export function comparedStrategies(
  tables: readonly ComparedTable[],
  union: ShardUnion,
  options: TableOptions,
): readonly StrategyMove[] {
  return strategyNames.map((strategy) => {
    const moves = tables.map((table) => movesOf(strategy, table, union, options));
    return {
      strategy,
      detail: detailOf(strategy, options),
      expected: expectedShare(strategy, union.before.length, union.after.length),
      switching: together(
        moves.map(({ switching }) => switching),
        (sum) => ({ movedShare: shareOf(sum) }),
      ),
      within: together(
        moves.map(({ within }) => within),
        (sum) => ({
          movedShare: shareOf(sum),
          worstBefore: worstOverMean(sum.before, union.before) ?? 1,
          worstAfter: worstOverMean(sum.after, union.after) ?? 1,
        }),
      ),
    };
  });
}

const shareOf = ({ moved, total }: Movement): number => (total === 0 ? 0 : moved / total);

interface Moves {
  readonly switching: Known<Movement>;
  readonly within: Known<Movement>;
}

function movesOf(strategy: StrategyName, table: ComparedTable, union: ShardUnion, options: TableOptions): Moves {
  const { side, before, keptShare } = table;
  const { weights } = side;
  const lightest = strategy === "directory" ? lightestFirst(side.keys, weights) : noOrder;
  const moved = (from: Uint32Array, to: Uint32Array): Movement => movementOf(from, to, union, weights, keptShare);
  try {
    const old = ownersOf(strategy, side, lightest, options, union, union.before);
    const fresh = ownersOf(strategy, side, lightest, options, union, union.after);
    if (strategy === "range") {
      const grown = cutToMean({ weights, owners: old }, side.keys.inOrder(), union.after, "in-order");
      return { switching: moved(before, fresh), within: moved(old, grown) };
    }
    if (strategy === "directory") {
      const grownFrom = (owners: Uint32Array) =>
        cutToMean({ weights, owners: owners.map(placeable) }, lightest, union.after, "emptiest-first");
      return { switching: moved(before, grownFrom(before)), within: moved(old, grownFrom(old)) };
    }
    return { switching: moved(before, fresh), within: moved(old, fresh) };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { switching: { unknown: error.message }, within: { unknown: error.message } };
  }
}

const noOrder = new Uint32Array(0);

/** A directory can take in what the old function refused. */
const placeable = (owner: number): number => (owner === refused ? 0 : owner);

function ownersOf(
  strategy: StrategyName,
  side: TableSide,
  lightest: Uint32Array,
  options: TableOptions,
  union: ShardUnion,
  shards: readonly number[],
): Uint32Array {
  const { keys, weights } = side;
  const own =
    strategy === "range"
      ? evenRanges(keys.inOrder(), weights, shards.length)
      : strategy === "directory"
        ? balanced(lightest, weights, shards.length)
        : keys.shardsOn(
            strategies[strategy].shardMap(
              strategyRequest(
                side,
                strategy,
                shards.map((shard) => union.shards[shard]!),
                optionsFor(strategy, options),
              ),
            ),
          );
  return own.map((shard) => shards[shard]!);
}

function optionsFor(strategy: StrategyName, options: TableOptions): TableOptions {
  return Object.fromEntries(
    Object.entries(options).filter(([name]) => strategies[strategy].options.some((option) => option === name)),
  );
}

function detailOf(strategy: StrategyName, options: TableOptions): string | undefined {
  if (strategy === "consistent-hash") return `${options.virtualNodes ?? defaultVirtualNodes} virtual nodes`;
  if (strategy === "fixed-slots") return `${options.slots ?? defaultSlots} slots`;
  return undefined;
}

function together<T>(parts: readonly Known<Movement>[], work: (sum: Movement) => T): Known<T> {
  const movements: Movement[] = [];
  for (const part of parts) {
    if ("unknown" in part) return part;
    movements.push(part);
  }
  return movements.length === 0 ? { unknown: "no table's keys are known" } : work(sumOfMovements(movements));
}
