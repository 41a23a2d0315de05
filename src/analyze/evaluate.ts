import { assert } from "../base/assert.ts";
import type { StrategyName } from "../placement/design.ts";
import { effectiveKeys, SquareSum } from "../stats/effective-keys.ts";
import { compareKeys, type KeyValue } from "../workload/key-value.ts";
import { accessesByRange, type AccessesByRange } from "./accesses-by-range.ts";
import { balanceOf } from "./balance.ts";
import type { Candidate } from "./candidates.ts";
import { columnTypeOf, ColumnValues } from "./column-values.ts";
import type { CostWeights } from "./cost-weights.ts";
import type {
  ClassShares,
  CommonValue,
  Distribution,
  Evaluation,
  KeyMeasures,
  KeyUpdates,
  ShardCountEvaluation,
} from "./evaluation.ts";
import { expectedFanOut, type FanOut } from "./fan-out.ts";
import { keysOfEvent, rangesOfEvent } from "./key-events.ts";
import { KeyTable } from "./key-table.ts";
import { isUnknown, type Known } from "./known.ts";
import { monotonicityOf } from "./monotonicity.ts";
import { movementShare } from "./movement.ts";
import type { KeptPlacers } from "./kept-placers.ts";
import { Placers, type HashedKey, type HashMap, type Placer } from "./placing.ts";
import type { Togetherness } from "./relations.ts";
import { routingClassOf, type RoutingClass } from "./routing-class.ts";
import { scaleOutOf } from "./scale-out.ts";
import { unitsPerExecution, type ShapeLoad, type TableLoad, type Work } from "./table-load.ts";
import { windowCount, worstWindowOf, type WindowedEvents } from "./worst-window.ts";
import type { Schema } from "../sql/schema.ts";
import type { KeyRange } from "../placement/shard-map.ts";

/** What all candidates of a table share. */
export interface TableContext {
  readonly load: TableLoad;
  readonly schema: Schema;
  readonly work: Work;
  readonly windowed: WindowedEvents;
  readonly columns: Map<string, ColumnValues>;
  readonly hashMaps: Map<string, HashMap>;
  readonly keptPlacers: KeptPlacers;
  readonly weights: CostWeights;
  readonly strategies: readonly StrategyName[];
  readonly shardCounts: readonly number[];
  /** Work that could not be parsed, as a share of all work: this table gets its part. */
  readonly unparsedShare: number;
  /** Where a given design puts the keys; without it each strategy is set up for the keys of the log. */
  readonly placerOf?: (table: KeyTable) => Placer;
}

export interface JudgedCandidate {
  /** One per strategy. */
  readonly evaluations: readonly Evaluation[];
  /** Worked out when it is asked for: useless candidates do without. */
  readonly byRange: () => AccessesByRange;
}

/** Judges one key under every strategy and shard count. */
export function evaluateCandidate(
  candidate: Candidate,
  context: TableContext,
  keyUpdates: KeyUpdates,
  together: Togetherness,
): JudgedCandidate {
  const { key } = candidate;
  const columns = key.map((column) => columnValuesOf(column, context));
  const placers = placersOf(key, context);
  const { table } = placers;
  const measures: KeyMeasures = {
    table: context.load.table,
    key,
    sources: candidate.sources,
    ...valueMeasures(table, context, key),
    monotonicity: insertMonotonicity(key, columns, context.load),
    keyUpdates,
    together,
  };
  const keyed = new Map<ShapeLoad, readonly (readonly HashedKey[] | undefined)[]>();
  for (const shape of context.load.shapes) {
    const positions = positionsOf(shape, key);
    if (positions !== undefined)
      keyed.set(
        shape,
        shape.events.map((event) => keysOfEvent(event, positions, columns)),
      );
  }
  const ranged = new Map<ShapeLoad, readonly (readonly KeyRange[] | undefined)[]>();
  const evaluations = context.strategies.map((strategy) => {
    const keepsOrder = strategy === "range";
    const classes = context.load.shapes.map(({ use }) => routingClassOf(use.shape, key, keepsOrder));
    context.load.shapes.forEach((shape, index) => {
      if (keepsOrder && classes[index]!.class === "multi-shard" && !keyed.has(shape)) {
        ranged.set(
          shape,
          shape.events.map((event, nth) =>
            nth % stride(shape) === 0 ? rangesOfEvent(event, shape, key, columns) : undefined,
          ),
        );
      }
    });
    const all: Routed = { table, context, classes, keyed, ranged: keepsOrder ? ranged : new Map(), measures };
    return {
      table: context.load.table,
      key,
      strategy,
      measures,
      readDistribution: distributionOf(all, (use) => use === "read", "no reads in the log"),
      writeDistribution: distributionOf(all, (use) => use !== "read", "no writes in the log"),
      distribution: distributionOf(all, () => true, "") as Distribution,
      byShardCount: context.shardCounts.map((shardCount) =>
        evaluateOn(context.placerOf?.(table) ?? placers.placer(strategy, shardCount), all),
      ),
    };
  });
  const { numDistinctValues } = measures;
  return {
    evaluations,
    byRange: () =>
      accessesByRange(
        { key, columns, table, ordered: () => placers.ordered(), keyed },
        context.load.shapes,
        isUnknown(numDistinctValues) ? numDistinctValues.unknown : "",
      ),
  };
}

/** Ranges are slow to place: at most 256 of a shape are. */
const stride = ({ events }: ShapeLoad): number => Math.ceil(events.length / 256);

/** The values of a column as all candidates of its table see them. */
export function columnValuesOf(column: string, { columns, load, schema }: TableContext): ColumnValues {
  let values = columns.get(column);
  if (values === undefined)
    columns.set(column, (values = new ColumnValues(columnTypeOf(load.table, column, schema, load.shapes))));
  return values;
}

/** Where a shape's counter has the key's columns; undefined when it does not have them all. */
function positionsOf({ use }: ShapeLoad, key: readonly string[]): readonly number[] | undefined {
  const positions = key.map((column) => use.counter.columns.indexOf(column));
  return positions.every((position) => position >= 0) ? positions : undefined;
}

function keyTableOf(
  key: readonly string[],
  columns: readonly ColumnValues[],
  { load, work }: TableContext,
): KeyTable {
  const shapes = load.shapes.flatMap((shape) => {
    const positions = positionsOf(shape, key);
    return positions === undefined ? [] : [{ shape, positions }];
  });
  return new KeyTable(columns, shapes, work);
}

/** Sets strategies up for any key of a table. */
export function placersOf(key: readonly string[], context: TableContext): Placers {
  const name = JSON.stringify([context.load.table, key]);
  const known = context.keptPlacers.get(name);
  if (known !== undefined) return known;
  const table = keyTableOf(key, key.map((column) => columnValuesOf(column, context)), context);
  const placers = new Placers(table, key, context.hashMaps);
  context.keptPlacers.keep(name, placers);
  return placers;
}

type ValueMeasures = Pick<KeyMeasures, "numDistinctValues" | "mostCommonValues" | "nullShare" | "effectiveKeys">;

function valueMeasures(table: KeyTable, { load }: TableContext, key: readonly string[]): ValueMeasures {
  if (table.size === 0) {
    const pinned = load.shapes.some((shape) => positionsOf(shape, key) !== undefined);
    const unknown = { unknown: pinned ? "the values of this key are not in the log" : "no statement pins this key" };
    return { numDistinctValues: unknown, mostCommonValues: unknown, nullShare: unknown, effectiveKeys: unknown };
  }
  return {
    numDistinctValues: table.distinct,
    mostCommonValues: mostCommonValues(table),
    nullShare: table.nullAccesses / (table.totalAccesses + table.unkeptAccesses),
    effectiveKeys: effectiveKeysOf(table),
  };
}

/** Sampled keys stand for `lightWeight` keys like them: their squares are scaled, the others' are exact. */
function effectiveKeysOf(table: KeyTable): number {
  if (table.unlistedAccesses === 0) return effectiveKeys(table.accesses, table.size)!;
  const exact = new SquareSum();
  const sampled = new SquareSum();
  for (let entry = 0; entry < table.size; entry++)
    (table.isSampled(entry) ? sampled : exact).add(table.accesses[entry]!);
  return table.totalAccesses ** 2 / (Number(exact.total()) + Number(sampled.total()) * table.lightWeight);
}

function mostCommonValues(table: KeyTable): readonly CommonValue[] {
  const count = Math.min(5, table.size);
  // The count of the fifth comes first, so that only the keys that tie for a place have to be spelled out.
  const top = new Float64Array(count);
  for (let entry = 0; entry < table.size; entry++) {
    const accesses = table.accesses[entry]!;
    if (accesses <= top[count - 1]!) continue;
    let place = count - 1;
    for (; place > 0 && top[place - 1]! < accesses; place--) top[place] = top[place - 1]!;
    top[place] = accesses;
  }
  const least = top[count - 1]!;
  const above: number[] = [];
  const tied: number[] = [];
  for (let entry = 0; entry < table.size; entry++) {
    if (table.accesses[entry]! > least) above.push(entry);
    else if (table.accesses[entry]! === least) tied.push(entry);
  }
  const places = [...above, ...smallestKeys(table, tied, count - above.length)];
  const total = table.totalAccesses + table.unkeptAccesses;
  const totalWork = table.totalWork + table.unkeptWork;
  return places
    .map((entry) => ({ entry, value: table.keyAt(entry) }))
    .sort((a, b) => table.accesses[b.entry]! - table.accesses[a.entry]! || compareKeys(a.value, b.value))
    .map(({ entry, value }) => ({
      value,
      share: table.accesses[entry]! / total,
      workShare: totalWork === 0 ? 0 : table.work[entry]! / totalWork,
    }));
}

function smallestKeys(table: KeyTable, entries: readonly number[], count: number): readonly number[] {
  const smallest: { entry: number; key: readonly KeyValue[] }[] = [];
  for (const entry of fewOf(table, entries)) {
    const key = table.keyAt(entry);
    if (smallest.length === count && compareKeys(key, smallest[count - 1]!.key) >= 0) continue;
    smallest.push({ entry, key });
    smallest.sort((a, b) => compareKeys(a.key, b.key));
    smallest.length = Math.min(smallest.length, count);
  }
  return smallest.map(({ entry }) => entry);
}

/** Of very many draws any few will do, as long as they are always the same ones: those that hash lowest. */
function fewOf(table: KeyTable, entries: readonly number[]): readonly number[] {
  let few = entries;
  for (let highest = 2 ** 31; few.length > 1000; highest /= 2)
    few = few.filter((entry) => table.hashes[2 * entry]! >>> 0 < highest);
  assert(few.length >= Math.min(5, entries.length), "half of a thousand hashes or more lie in either half");
  return few;
}

function insertMonotonicity(
  key: readonly string[],
  columns: readonly ColumnValues[],
  load: TableLoad,
): KeyMeasures["monotonicity"] {
  const inserts = load.shapes.filter(({ use }) => use.shape.use === "insert");
  if (inserts.length === 0) return { unknown: "no inserts in the log" };
  const events = inserts.flatMap((shape) => {
    const positions = positionsOf(shape, key);
    return positions === undefined
      ? []
      : shape.events.map((event) => ({ event, keys: keysOfEvent(event, positions, columns) }));
  });
  if (events.length === 0) return { unknown: "inserts do not name the key" };
  const valued = events.filter(({ keys }) => keys !== undefined);
  if (valued.length === 0) return { unknown: "the inserted values are not in the log" };
  // Without times the place in the log is the order of arrival.
  valued.sort(
    ({ event: a }, { event: b }) => a.timeMicros - b.timeMicros || 0 || a.input - b.input || a.offset - b.offset,
  );
  return monotonicityOf(
    valued.flatMap(({ keys }) => keys!.map(({ codes }) => codes.map((code, column) => columns[column]!.keyOf(code)))),
  );
}

/** Everything about a key under a strategy that does not depend on the number of shards. */
interface Routed {
  readonly table: KeyTable;
  readonly context: TableContext;
  readonly classes: readonly RoutingClass[];
  readonly keyed: ReadonlyMap<ShapeLoad, readonly (readonly HashedKey[] | undefined)[]>;
  readonly ranged: ReadonlyMap<ShapeLoad, readonly (readonly KeyRange[] | undefined)[]>;
  readonly measures: KeyMeasures;
}

/** Executions with a list of one value go to one shard; the log tells how many they are. */
function listsOfOne({ use }: ShapeLoad): number {
  return use.listLengths.get(1) ?? 0;
}

function distributionOf(
  { context, classes }: Routed,
  wanted: (use: string) => boolean,
  whenEmpty: string,
): Known<Distribution> {
  const executions = { singleShard: 0, multiShard: 0, scatterGather: 0, unrouted: 0 };
  const time = { singleShard: 0, multiShard: 0, scatterGather: 0, unrouted: 0 };
  context.load.shapes.forEach((shape, index) => {
    const { use } = shape;
    if (!wanted(use.shape.use)) return;
    const routed = classes[index]!;
    const name = {
      "single-shard": "singleShard",
      "multi-shard": "multiShard",
      "scatter-gather": "scatterGather",
      unknown: "unrouted",
    }[routed.class] as keyof ClassShares;
    const single = routed.because === "in-list" || routed.because === "rows" ? listsOfOne(shape) : 0;
    const singleTime = use.executions === 0 ? 0 : (use.timeMicros * single) / use.executions;
    executions.singleShard += single;
    executions[name] += use.executions - single;
    time.singleShard += singleTime;
    time[name] += use.timeMicros - singleTime;
  });
  const total = sumOf(executions);
  const totalTime = sumOf(time);
  if (total === 0 && whenEmpty !== "") return { unknown: whenEmpty };
  return {
    executions: total,
    byExecutions: sharesOf(executions, total),
    byTime:
      context.work !== "time"
        ? { unknown: "durations are not logged" }
        : totalTime === 0
          ? { unknown: "no time was spent" }
          : sharesOf(time, totalTime),
  };
}

const sumOf = (shares: ClassShares): number =>
  shares.singleShard + shares.multiShard + shares.scatterGather + shares.unrouted;

function sharesOf(amounts: ClassShares, total: number): ClassShares {
  return {
    singleShard: amounts.singleShard / total,
    multiShard: amounts.multiShard / total,
    scatterGather: amounts.scatterGather / total,
    unrouted: amounts.unrouted / total,
  };
}

/**
 * A window's excess counts from this many standard errors on: the worst of 12 windows and 16 shards has 3 by chance.
 */
const chanceErrors = 4;

function evaluateOn(placer: Placer, routed: Routed): ShardCountEvaluation {
  const { context, table, measures } = routed;
  const { shardCount } = placer;
  const { load, weights } = context;
  const touched = fanOutOf(placer, routed);
  const { accesses, work, evenWork } = loadsOf(placer, routed);
  const valuesMissing = table.size === 0 && [...routed.keyed.keys()].some(({ use }) => use.executions > 0);
  const missing = "the values of this key are not in the log";
  const balanceByExecutions = balanceOf(accesses, valuesMissing ? missing : "no statement pins this key");
  const balanceByWork = valuesMissing
    ? { unknown: missing }
    : balanceOf(evenlyAdded(work, evenWork), "no work was logged");
  let placedByWindow: Float64Array | undefined;
  const worstWindow = worstWindowOf(
    context.windowed,
    shardCount,
    () => (placedByWindow = windowLoads(placer, routed)),
  );
  const unparsedWork = (load.work * context.unparsedShare) / Math.max(1e-9, 1 - context.unparsedShare);
  const whole = isUnknown(balanceByWork) ? 1 : balanceByWork.maxOverMean;
  const windowed = isUnknown(worstWindow)
    ? whole
    : Math.max(whole, worstWindow.maxOverMean - chanceErrors * worstWindow.standardError);
  const meanUnparsed = unparsedWork;
  const input = {
    shardCount,
    work: load.work + unparsedWork,
    maxOverMean: whole,
    maxOverMeanWithWindows: Math.max(windowed, tailOf(placer, routed)),
    scatterOverhead: touched.overhead,
    separationOverhead: weights.separation * (1 - measures.together.share) * load.work,
    keyUpdateOverhead: weights.keyUpdate * measures.keyUpdates.work,
    unparsedOverhead: meanUnparsed * (shardCount - 1),
  };
  const scaleOut = scaleOutOf(input);
  return {
    shardCount,
    meanFanOut: touched.mean,
    fanOutFrom: touched.from,
    fanOutByShape: touched.byShape,
    placedByShard: work,
    placedByWindow,
    balanceByExecutions,
    balanceByWork,
    worstWindow,
    movementShare: movementShare(placer.strategy, shardCount),
    scaleOut: isUnknown(balanceByWork) ? balanceByWork : scaleOut,
    scaleOutAtMost: isUnknown(balanceByWork)
      ? scaleOutOf({ ...input, maxOverMean: 1, maxOverMeanWithWindows: 1 }).factor
      : scaleOut.factor,
  };
}

/**
 * Under ranges, keys that only grow send every insert to the last shard, whatever the split points: the busiest shard
 * has all of the inserts and its part of the rest.
 */
function tailOf(placer: Placer, { context, measures }: Routed): number {
  if (!placer.keepsOrder || isUnknown(measures.monotonicity) || measures.monotonicity.type !== "monotonic") return 1;
  let inserts = 0;
  for (const { use, work } of context.load.shapes) if (use.shape.use === "insert") inserts += work;
  const share = context.load.work === 0 ? 0 : inserts / context.load.work;
  return 1 + share * (placer.shardCount - 1);
}

interface TouchedShards {
  readonly mean: number;
  readonly overhead: number;
  readonly from: ShardCountEvaluation["fanOutFrom"];
  readonly byShape: readonly FanOut[];
}

/** Shards touched per statement, and the work that touching more than one adds over all shards. */
function fanOutOf(placer: Placer, routed: Routed): TouchedShards {
  const { context, classes } = routed;
  let touched = 0;
  let executions = 0;
  let overhead = 0;
  let from: ShardCountEvaluation["fanOutFrom"] = "exact";
  const byShape = context.load.shapes.map((shape, index): FanOut => {
    const { use } = shape;
    const routedAs = classes[index]!.class;
    let fanOut: FanOut = { mean: 1, aloneShare: 1 };
    if (routedAs === "scatter-gather" || routedAs === "unknown") fanOut = everyShard(placer);
    else if (routedAs === "multi-shard") {
      const sampled = sampledFanOut(placer, shape, routed);
      fanOut = sampled ?? expectedFanOut(use.listLengths, placer.shardCount) ?? everyShard(placer);
      if (sampled === undefined) from = "model";
      else if (from === "exact") from = "sample";
    }
    executions += use.executions;
    touched += use.executions * fanOut.mean;
    overhead += use.executions * (fanOut.mean - 1) * fixedWork(shape, context);
    return fanOut;
  });
  return { mean: executions === 0 ? 1 : touched / executions, overhead, from, byShape };
}

const everyShard = ({ shardCount }: Placer): FanOut => ({ mean: shardCount, aloneShare: shardCount === 1 ? 1 : 0 });

/** What each further shard spends again on a statement of this shape, in units of work. */
function fixedWork({ use, work }: ShapeLoad, context: TableContext): number {
  if (context.work === "executions") return context.weights.perShardShare * unitsPerExecution;
  return Math.min(context.weights.perShardMs * 1000, work / use.executions);
}

function sampledFanOut(placer: Placer, shape: ShapeLoad, { keyed, ranged }: Routed): FanOut | undefined {
  const shardsOf = eventShards(placer, shape, { keyed, ranged });
  let known = 0;
  let touched = 0;
  let alone = 0;
  for (let event = 0; event < shape.events.length; event++) {
    const shards = shardsOf(event);
    if (shards === undefined) continue;
    known++;
    touched += Math.max(1, shards.length);
    if (shards.length <= 1) alone++;
  }
  return known === 0 ? undefined : { mean: touched / known, aloneShare: alone / known };
}

/** The shards of a shape's nth sampled access; undefined when its values are not logged or do not matter. */
function eventShards(
  placer: Placer,
  shape: ShapeLoad,
  { keyed, ranged }: Pick<Routed, "keyed" | "ranged">,
): (event: number) => readonly number[] | undefined {
  const keys = keyed.get(shape);
  const ranges = ranged.get(shape);
  // Made once: most accesses go to one shard, and there are many of them.
  const alone = Array.from({ length: placer.shardCount }, (_, shard) => [shard]);
  if (keys !== undefined) {
    return (event) => {
      const wanted = keys[event];
      if (wanted === undefined) return undefined;
      if (wanted.length === 1) return alone[placer.shardOf(wanted[0]!)];
      return [...new Set(wanted.map((key) => placer.shardOf(key)))];
    };
  }
  if (ranges !== undefined) {
    return (event) => {
      const wanted = ranges[event];
      return wanted === undefined ? undefined : [...new Set(wanted.flatMap((range) => placer.shardsOfRange(range)))];
    };
  }
  return () => undefined;
}

function loadsOf(
  placer: Placer,
  { table, context, ranged, keyed }: Routed,
): { accesses: Float64Array; work: Float64Array; evenWork: number } {
  const { shardCount } = placer;
  const accesses = new Float64Array(shardCount);
  const work = new Float64Array(shardCount);
  placer.addLoads(accesses, work);
  let placed = table.totalWork;
  for (const shape of ranged.keys()) {
    const shardsOf = eventShards(placer, shape, { keyed, ranged });
    const amounts = context.windowed.shapes.get(shape)!.work;
    shape.events.forEach((_, event) => {
      const shards = shardsOf(event);
      if (shards === undefined || shards.length === 0) return;
      for (const shard of shards) work[shard]! += amounts[event]! / shards.length;
      placed += amounts[event]!;
    });
  }
  return { accesses, work, evenWork: Math.max(0, context.load.work - placed) };
}

function evenlyAdded(loads: Float64Array, amount: number): Float64Array {
  return loads.map((load) => load + amount / loads.length);
}

/** Sampled work per window and shard, of the accesses whose shards are known. */
function windowLoads(placer: Placer, { context, keyed, ranged }: Routed): Float64Array {
  const { shardCount } = placer;
  const loads = new Float64Array(windowCount * shardCount);
  for (const shape of [...keyed.keys(), ...ranged.keys()]) {
    const { windows, work } = context.windowed.shapes.get(shape)!;
    const shardsOf = eventShards(placer, shape, { keyed, ranged });
    for (let event = 0; event < windows.length; event++) {
      const window = windows[event]!;
      if (window < 0) continue;
      const shards = shardsOf(event);
      if (shards === undefined || shards.length === 0) continue;
      for (const shard of shards) loads[window * shardCount + shard]! += work[event]! / shards.length;
    }
  }
  return loads;
}
