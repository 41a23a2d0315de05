import { accessesOf } from "../sql/constraints.ts";
import { isTextCode } from "../workload/value-code.ts";
import type { ShapeUse, TemplateUse, Workload } from "../workload/workload.ts";
import type { Choices, ChosenKey } from "./choices.ts";
import type { ColumnValues } from "./column-values.ts";
import type { CostWeights } from "./cost-weights.ts";
import { keysOfEvent } from "./key-events.ts";
import { keyHasher } from "./key-hashes.ts";
import { isUnknown, type Known } from "./known.ts";
import { anyShard, everyShard, PlacedAccesses, unknownShard, unshardedServer, type KeyPlace } from "./placed-accesses.ts";
import type { Placer, Placers } from "./placing.ts";
import { pinnedPrefix } from "./routing-class.ts";
import { unitsPerExecution, type TableLoad, type Work } from "./table-load.ts";
import {
  transactionFates,
  type StatementParticipants,
  type TransactionFates,
  type TransactionPlacement,
} from "./transaction-participants.ts";

/** What becomes of the workload's transactions under the chosen keys, on a number of shards. */
export interface DesignTransactions {
  readonly shardCount: number;
  readonly fates: Known<TransactionFates>;
  /**
   * What writing transactions on several shards take from the capacity, in shards' worth: each shard that takes part
   * prepares and commits (`CostWeights.twoPhaseCommitMs`).
   */
  readonly loss: Known<number>;
}

export interface DesignInput {
  readonly workload: Workload;
  readonly loads: readonly TableLoad[];
  readonly work: Work;
  readonly weights: CostWeights;
  readonly choices: Choices;
  /** Of a key of a table. */
  readonly placersOf: (table: string, key: readonly string[]) => Placers;
}

export function designTransactions(
  input: DesignInput,
  shardCounts: readonly number[],
): readonly DesignTransactions[] {
  const fates = transactionFates(input.workload, placementOf(input, familiesOf(input), shardCounts));
  return shardCounts.map((shardCount, nth) => ({ shardCount, fates: fates[nth]!, loss: lossOf(fates[nth]!, input) }));
}

/** Overhead that is evenly spread leaves work / (work + overhead) of the capacity. */
function lossOf(fates: Known<TransactionFates>, { loads, work, weights }: DesignInput): Known<number> {
  if (isUnknown(fates)) return fates;
  const all = loads.reduce((sum, load) => sum + load.work, 0);
  const each = work === "time" ? weights.twoPhaseCommitMs * 1000 : weights.twoPhaseCommitShare * unitsPerExecution;
  const overhead = fates.preparedParts * each;
  return all + overhead === 0 ? 0 : (fates.shardCount * overhead) / (all + overhead);
}

/** The keys of tables that follow one leader: equal values are one key, and lie on one shard. */
interface Family {
  readonly columns: readonly ColumnValues[];
  readonly placers: Placers;
  readonly strategy: ChosenKey["evaluation"]["strategy"];
}

/** By the leader's name. */
function familiesOf({ workload, loads, choices, placersOf }: DesignInput): ReadonlyMap<string, Family> {
  const families = new Map<string, Family>();
  for (const { table } of loads) {
    const chosen = choices.keys.get(table);
    if (chosen?.leader !== table) continue;
    const { key, strategy } = chosen.evaluation;
    const placers = placersOf(table, key);
    const { columns } = placers.table;
    // The texts of the tables that follow are in their counters.
    for (const { shape, counter } of workload.shapes) {
      const follower = choices.keys.get(shape.table);
      if (follower?.leader !== table) continue;
      if (follower.evaluation.key.some((column) => counter.columns.includes(column)))
        for (const column of columns) column.addCounter(counter);
    }
    families.set(table, { columns, placers, strategy });
  }
  return families;
}

function positionsOf({ counter }: ShapeUse, key: readonly string[]): readonly number[] | undefined {
  const positions = key.map((column) => counter.columns.indexOf(column));
  return positions.every((position) => position >= 0) ? positions : undefined;
}

function placementOf(
  { workload, choices }: DesignInput,
  families: ReadonlyMap<string, Family>,
  shardCounts: readonly number[],
): TransactionPlacement {
  const placed = [...families.values()].map(
    ({ columns, placers, strategy }): PlacedFamily => ({
      columns,
      hash: keyHasher(columns),
      key: { codes: new Float64Array(columns.length), low: 0, high: 0 },
      placers: shardCounts.map((shardCount) => placers.placer(strategy, shardCount)),
    }),
  );
  const numberOf = new Map([...families.keys()].map((leader, family) => [leader, family]));
  const places = workload.shapes.map((use): number | KeyPlace => {
    const { table, use: kind } = use.shape;
    if (choices.copies.has(table)) return kind === "read" ? anyShard : everyShard;
    const chosen = choices.keys.get(table);
    if (chosen === undefined) return unshardedServer;
    const { key, strategy } = chosen.evaluation;
    const positions = positionsOf(use, key);
    if (positions !== undefined) return { family: numberOf.get(chosen.leader)!, positions };
    if (kind === "insert") return unknownShard;
    const bounded = pinnedPrefix(use.shape, key) > 0 || use.shape.ranges.some(({ column }) => column === key[0]);
    return strategy === "range" && bounded ? unknownShard : everyShard;
  });
  // Very many templates reach a table alike.
  const known = new Map<number, readonly StatementParticipants[]>();
  const sampled = (shape: number, { family, positions }: KeyPlace): readonly StatementParticipants[] => {
    let participants = known.get(shape);
    if (participants === undefined)
      known.set(shape, (participants = sampledParticipants(placed[family]!, positions, workload.shapes[shape]!)));
    return participants;
  };
  return {
    shardCounts,
    accesses: new PlacedAccesses(
      places,
      shardCounts.length,
      (shape, codes, start, shards) => {
        const { family, positions } = places[shape] as KeyPlace;
        return placeCodes(placed[family]!, workload.shapes[shape]!, positions, codes, start, shards);
      },
      workload.shapes.every(({ counter }) => counter.keptShare === 1),
    ),
    participantsOf: (template) =>
      participantsOf(workload.templates[template]!, workload, choices, shardCounts, places, sampled),
  };
}

/** A family under each of several shard counts. */
interface PlacedFamily {
  readonly columns: readonly ColumnValues[];
  readonly placers: readonly Placer[];
  readonly hash: ReturnType<typeof keyHasher>;
  /** One window, filled anew for each key. */
  readonly key: { readonly codes: Float64Array; low: number; high: number };
}

/** False when the counters kept only a share of the values, and the text of this one is not among them. */
function placeCodes(
  { columns, placers, hash, key }: PlacedFamily,
  { counter }: ShapeUse,
  positions: readonly number[],
  codes: Float64Array,
  start: number,
  shards: Int32Array,
): boolean {
  for (let column = 0; column < positions.length; column++) {
    const raw = codes[start + positions[column]!]!;
    if (isTextCode(raw) && counter.textSpanOfCode(raw) === undefined) return false;
    key.codes[column] = columns[column]!.codeOfRaw(raw, counter);
  }
  const { low, high } = hash(key.codes);
  key.low = low;
  key.high = high;
  for (let nth = 0; nth < placers.length; nth++) shards[nth] = placers[nth]!.shardOf(key);
  return true;
}

const unknownParticipants: StatementParticipants = { shares: [], unknownShare: 1 };
const onOne: StatementParticipants = { shares: [{ shards: 1, share: 1 }], unknownShare: 0 };

/**
 * Shards that a statement touches when it is a transaction of its own, for each shard count. Tables that are pinned by the
 * same values are on one shard; whether two values are, the template does not say.
 */
function participantsOf(
  use: TemplateUse,
  { shapes }: Workload,
  choices: Choices,
  shardCounts: readonly number[],
  placeOf: readonly (number | KeyPlace)[],
  sampled: (shape: number, place: KeyPlace) => readonly StatementParticipants[],
): readonly StatementParticipants[] {
  const always = (participants: StatementParticipants) => shardCounts.map(() => participants);
  if (use.pattern.kind !== "rows") return always(unknownParticipants);
  const places = use.shapes.map((shape) => placeOf[shape]!);
  if (places.includes(everyShard))
    return shardCounts.map((shards) => ({ shares: [{ shards, share: 1 }], unknownShare: 0 }));
  if (places.includes(unknownShard)) return always(unknownParticipants);
  const onServer = places.filter((place) => place === unshardedServer).length;
  if (onServer > 0 && onServer < places.length - places.filter((place) => place === anyShard).length)
    return always({ shares: [{ shards: 2, share: 1 }], unknownShare: 0 });
  const slots = new Set<string>();
  for (const access of accessesOf(use.pattern, use.template.slots)) {
    const chosen = choices.keys.get(access.table);
    if (chosen === undefined) continue;
    const pinned = chosen.evaluation.key.map((column) => access.equal.find((equal) => equal.column === column)?.slot);
    slots.add(`${chosen.leader} ${pinned.join()}`);
  }
  if (slots.size > 1) return always(unknownParticipants);
  const listed = use.shapes.find((shape) => {
    const chosen = choices.keys.get(shapes[shape]!.shape.table);
    return shapes[shape]!.shape.equal.some(({ column, list }) => list && chosen?.evaluation.key.includes(column));
  });
  if (listed === undefined) return always(onOne);
  const place = placeOf[listed]!;
  if (typeof place === "number") return always(unknownParticipants);
  return sampled(listed, place);
}

/** Of the sampled statements with a list: its values are on so many shards. */
function sampledParticipants(
  { columns, placers }: PlacedFamily,
  positions: readonly number[],
  { sample }: ShapeUse,
): readonly StatementParticipants[] {
  const known = sample
    .events(mostEvents)
    .map((event) => keysOfEvent(event, positions, columns))
    .filter((keys) => keys !== undefined);
  return placers.map((placer) => {
    if (known.length === 0) return unknownParticipants;
    const counts = new Map<number, number>();
    for (const keys of known) {
      const shards = keys.length === 1 ? 1 : new Set(keys.map((key) => placer.shardOf(key))).size;
      counts.set(shards, (counts.get(shards) ?? 0) + 1);
    }
    const shares = [...counts].sort(([a], [b]) => a - b).map(([shards, count]) => ({ shards, share: count / known.length }));
    return { shares, unknownShare: 0 };
  });
}

/** A share over so many events has a standard error of at most 1.6 %. */
const mostEvents = 1024;
