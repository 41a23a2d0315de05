import { assert } from "../base/assert.ts";
import type { Design } from "../placement/design.ts";
import { leaderOf } from "../placement/shard-map-of.ts";
import type { TableOptions } from "../placement/table-options.ts";
import type { ColumnType } from "../sql/schema.ts";
import { copySeconds, mostAtOnce, type Range } from "./copy-time.ts";
import { CountedKeys, refused } from "./counted-keys.ts";
import { type ExpectedShare, expectedShare, leastShare, unrelatedShare } from "./expected-share.ts";
import { headroomOf } from "./headroom.ts";
import type { KeyCounts } from "./key-counts.ts";
import { measuresOf, summed, type Sizes } from "./measures.ts";
import { type Movement, type ShardUnion, type Transfer, unionOf, unionOfDesigns } from "./movement.ts";
import { anew, ownersAfterResize, ownersUnder, placedBy, type TableSide } from "./owners.ts";
import type { Change, Procedure } from "./procedure.ts";
import { procedureFor } from "./procedures.ts";
import type { Remedy } from "./remedies.ts";
import {
  isUnknown,
  type MeasureName,
  type Measures,
  type ReferenceCopy,
  type ReshardPlan,
  type TablePlan,
  type UnknownTable,
} from "./reshard-plan.ts";
import { type ComparedTable, comparedStrategies } from "./strategies-compared.ts";

/** What is known of the keys of one sharded table. */
export type TableInput = TableKeys | { readonly unknown: string };

export interface TableKeys {
  readonly counts: KeyCounts;
  /** Positions, among the counted columns, of the key's columns before and after. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly source: "log" | "keys-file";
  readonly keptShare: number;
  /** Of a log: the key is unique in the table, so that a distinct key is a row. */
  readonly unique: boolean;
  /** Of a log: rows inserted with the key named. Of a file: whether it has bytes. */
  readonly inserts: number;
  readonly hasBytes: boolean;
}

export interface ReshardOptions {
  readonly sizes: Sizes;
  /** What a copy between two shards is limited to. */
  readonly throttle?: { readonly unit: "bytes" | "rows"; readonly perSecond: Range };
  readonly parallel?: Range;
  /** Options of the strategies that are compared, such as `virtualNodes`; undefined: none are compared. */
  readonly compared: TableOptions | undefined;
}

/** Plans the change from one design to the other over the keys of its tables. */
export function planReshard(
  before: Design,
  { design: after, dropped }: { readonly design: Design; readonly dropped: readonly string[] },
  inputs: ReadonlyMap<string, TableInput>,
  options: ReshardOptions,
  remediesOf: (tables: readonly PlannedTable[], union: ShardUnion) => readonly Remedy[],
): ReshardPlan {
  const union = unionOfDesigns(before, after);
  const planned: PlannedTable[] = [];
  const unknownTables: UnknownTable[] = [];
  for (const [table, { kind }] of before.tables) {
    if (kind !== "sharded") continue;
    const input = inputs.get(table) ?? { unknown: "nothing was read about it" };
    if ("unknown" in input)
      unknownTables.push({ table, reason: input.unknown, expected: expectationOf(before, after, table) });
    else planned.push(planTable(before, after, table, input, union, options.sizes));
  }
  const change = changeOf(before, after, planned);
  const procedure = procedureFor(before.target, change);
  const sum = summed(planned.map(({ plan }) => plan.measures));
  const told = toldIn(sum);
  const movement = sum[told] as Movement;
  const compared: ComparedTable[] = planned.map(({ sideAfter, before: owners, plan }) => ({
    side: sideAfter,
    before: owners,
    keptShare: plan.keptShare,
  }));
  return {
    before,
    after,
    dropped,
    union,
    tables: planned.map(({ plan }) => plan),
    unknownTables,
    referenceCopies: referenceCopies(before, union, options.sizes),
    unsharded: [...before.tables].filter(([, { kind }]) => kind === "unsharded").map(([name]) => name),
    sum,
    told,
    procedure,
    headroom: headroomOf(movement, procedure),
    seconds: secondsOf(sum, procedure, options),
    strategies: options.compared === undefined ? [] : comparedStrategies(compared, comparedUnion(before, after, union), options.compared),
    remedies: remediesOf(planned, union),
  };
}

/** What strategies are compared on: the design's own shards, numbered ones where another system would have others. */
function comparedUnion(before: Design, after: Design, union: ShardUnion): ShardUnion {
  if (before.target === after.target) return union;
  const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, shard) => String(shard));
  return unionOf(numbered(before.shards.length), numbered(after.shards.length));
}

/** A table with everything that was computed for it. */
export interface PlannedTable {
  readonly plan: TablePlan;
  readonly sideAfter: TableSide;
  /** Owners by entry, as indexes of the union. */
  readonly before: Uint32Array;
  readonly after: Uint32Array;
}

function planTable(
  before: Design,
  after: Design,
  table: string,
  input: TableKeys,
  union: ShardUnion,
  sizes: Sizes,
): PlannedTable {
  const all = CountedKeys.of(input.counts);
  const weights = all.first;
  const sideOf = (design: Design, positions: readonly number[]): TableSide => {
    const keys = all.seenBy(positions);
    return { design, table, types: keys.types as readonly ColumnType[], keys, weights };
  };
  const from = sideOf(before, input.before);
  const to = sideOf(after, input.after);
  const reasons = new Map<string, number>(input.counts.leftOut);
  const refusedEntries = new Set<number>();
  const onRefused = (reason: Error, entry: number): void => {
    if (refusedEntries.has(entry)) return;
    refusedEntries.add(entry);
    reasons.set(withoutKey(reason.message), (reasons.get(withoutKey(reason.message)) ?? 0) + all.first[entry]!);
  };
  const owned = ownersUnder(from, onRefused).map((shard) => (shard === refused ? refused : union.before[shard]!));
  const resized = onlyShardsChange(before, after, table);
  const { owners, way } = resized ? ownersAfterResize(from, to, owned, union, onRefused) : anew(to, union, onRefused);
  const movementInputs = { before: owned, after: owners, union, keys: all };
  const plan: TablePlan = {
    table,
    leader: leaderOf(before, table),
    key: { before: keyOf(before, table), after: keyOf(after, table) },
    strategy: { before: placedBy(from).strategy, after: placedBy(to).strategy },
    source: input.source,
    keptShare: input.keptShare,
    measures: measuresOf(table, input, movementInputs, sizes),
    expected: expectationOf(before, after, table, way.by !== "function"),
    least: leastShare(before.shards.length, after.shards.length),
    way,
    leftOut: [...reasons].map(([reason, count]) => ({ reason, count })),
  };
  return { plan, sideAfter: to, before: owned, after: owners };
}

/** The reason alone: keys are not shown, and reasons are counted. */
const withoutKey = (message: string): string => message.slice(message.lastIndexOf(": ") + 2);

function keyOf(design: Design, table: string): readonly string[] {
  const found = design.tables.get(table);
  assert(found?.kind === "sharded", `table "${table}" is sharded`);
  return found.shardKey;
}

function onlyShardsChange(before: Design, after: Design, table: string): boolean {
  return (
    before.target === after.target &&
    placedBy({ design: before, table }).strategy === placedBy({ design: after, table }).strategy &&
    keyOf(before, table).join() === keyOf(after, table).join()
  );
}

function expectationOf(before: Design, after: Design, table: string, fewest = false): ExpectedShare {
  const [from, to] = [before.shards.length, after.shards.length];
  if (before.target !== after.target) return { share: 1, formula: "another system: every row" };
  if (!onlyShardsChange(before, after, table)) return unrelatedShare(from, to);
  const { strategy } = placedBy({ design: before, table });
  // Ranges of a hash, as Vitess cuts it, have no names in common but by chance: what has another name is a new shard.
  if (!fewest && strategy === "hash" && before.target === "vitess") {
    const kept = before.shards.filter((name) => after.shards.includes(name)).length;
    return { share: 1 - kept / from, formula: "ranges that are cut anew / all ranges" };
  }
  if (fewest) return { share: leastShare(from, to), formula: "|M-N| / max(N,M)" };
  return evenHashRanges.includes(before.target) ? rangesExpectation(from, to) : expectedShare(strategy, from, to);
}

/** Targets that cut the hash into even ranges: placed anew, what stays is where the nth old and the nth new range overlap. */
const evenHashRanges = ["citus", "yugabytedb", "elasticsearch", "mongodb", "cosmosdb", "spqr"];

function rangesExpectation(from: number, to: number): ExpectedShare {
  let stays = 0;
  for (let shard = 0; shard < Math.min(from, to); shard++)
    stays += Math.max(0, Math.min((shard + 1) / from, (shard + 1) / to) - Math.max(shard / from, shard / to));
  return { share: 1 - stays, formula: "1 - overlap of the nth of N and of M even ranges" };
}

function changeOf(before: Design, after: Design, planned: readonly PlannedTable[]): Change {
  const sharded = [...before.tables].filter(([, { kind }]) => kind === "sharded").map(([name]) => name);
  return {
    shards: before.shards.join() !== after.shards.join(),
    target: before.target !== after.target,
    keys: sharded.some((table) => keyOf(before, table).join() !== keyOf(after, table).join()),
    strategy: sharded.some(
      (table) => placedBy({ design: before, table }).strategy !== placedBy({ design: after, table }).strategy,
    ),
    from: before.shards.length,
    to: after.shards.length,
    bySlots: planned.some(({ plan }) => plan.way.by === "slots"),
  };
}

function referenceCopies(before: Design, union: ShardUnion, { rows, rowBytes }: Sizes): readonly ReferenceCopy[] {
  const newShards = union.shards.length - union.before.length;
  return [...before.tables]
    .filter(([, { kind }]) => kind === "reference")
    .map(([table]) => {
      const stated = rows.get(table);
      const bytesEach = rowBytes.get(table);
      return {
        table,
        newShards,
        rows: stated ?? { unknown: `pass --rows ${table}=N` },
        bytes:
          stated === undefined || bytesEach === undefined
            ? { unknown: `pass --rows ${table}=N and --row-bytes ${table}=N` }
            : stated * bytesEach,
      };
    });
}

/** The measure in which everything is known that can be. Keys always are. */
function toldIn(sum: Measures): MeasureName {
  return (["bytes", "rows", "accesses"] as const).find((name) => !isUnknown(sum[name])) ?? "keys";
}

function secondsOf(sum: Measures, procedure: Procedure, options: ReshardOptions): ReshardPlan["seconds"] {
  const { throttle, parallel } = options;
  const unit = throttle?.unit ?? "bytes";
  const amounts = sum[unit];
  const { rate } = procedure;
  if (throttle === undefined && rate === undefined)
    return { unknown: "no verified fact limits this copy's rate: pass --throttle, such as 20-60MB/s or 5000rows/s" };
  if (isUnknown(amounts)) return { unknown: `${unit} are unknown: ${amounts.unknown}` };
  if (!amounts.complete) return { unknown: `${unit} are only those seen in the log: pass --rows, or --keys with a file of all keys` };
  const perSecond = throttle?.perSecond ?? { least: rate!.bytesPerSecond, most: rate!.bytesPerSecond };
  const transfers = copiesOf(amounts, procedure);
  const atOnce = parallel ?? procedure.parallel ?? { least: 1, most: mostAtOnce(transfers) };
  const { least, most } = copySeconds(transfers, { rate: perSecond, parallel: atOnce });
  const atLeast = procedure.atLeast?.seconds ?? 0;
  return {
    least: Math.max(least, atLeast),
    most: Math.max(most, atLeast),
    because: [
      throttle === undefined ? `${rate!.fact.name}: ${rate!.fact.value}` : `--throttle, per copy`,
      parallel !== undefined
        ? "--parallel"
        : procedure.parallel === undefined
          ? `1 to ${atOnce.most} copies at once: no more can run without sharing a shard`
          : `${procedure.parallel.fact.name}: ${procedure.parallel.fact.value}`,
      ...(procedure.atLeast === undefined ? [] : [`${procedure.atLeast.fact.name}: ${procedure.atLeast.fact.value}`]),
    ],
  };
}

/** What is copied from where to where: with whole tables also what stays on its shard, into the second copy. */
function copiesOf({ transfers, after }: Movement, procedure: Procedure): readonly Transfer[] {
  if (procedure.copies !== "everything") return transfers;
  const arriving = new Float64Array(after.length);
  for (const { to, amount } of transfers) arriving[to]! += amount;
  const staying = Array.from(after, (amount, shard) => ({ from: shard, to: shard, amount: amount - arriving[shard]! }));
  return [...transfers, ...staying.filter(({ amount }) => amount > 0)];
}
