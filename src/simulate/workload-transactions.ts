import type { RoutingContext } from "../routing/context.ts";
import type { Footprint } from "../workload/transactions.ts";
import { isNullCode, isTextCode } from "../workload/value-code.ts";
import type { Value } from "../workload/value.ts";
import type { Workload } from "../workload/workload.ts";
import { keyOf, keyPositions, shardOfKey } from "./workload-placement.ts";

/** On how many shards the transactions committed that wrote something. */
export interface CommitSpread {
  /** Number of shards -> transactions of several statements. */
  readonly byShards: ReadonlyMap<number, number>;
  /** Of these, transactions of which it is not known: they count as on all shards. */
  readonly unknown: number;
}

/** Reads of copied tables and unsharded tables add no shard; what no value decides adds all of them. */
export function commitSpread(workload: Workload, context: RoutingContext): CommitSpread {
  const { footprints } = workload.transactions;
  const byShards = new Map<number, number>();
  let unknown = 0;
  const known = new Map<string, number | undefined>();
  footprints.forEach((footprint) => {
    if (!footprint.writes || footprint.outcome !== "committed") return;
    const shards = shardsOf(footprint, workload, context, known);
    const count = shards ?? context.design.shards.length;
    const transactions = footprint.count / footprints.keptShare;
    if (shards === undefined) unknown += transactions;
    byShards.set(count, (byShards.get(count) ?? 0) + transactions);
  });
  return { byShards: new Map([...byShards].sort(([a], [b]) => a - b)), unknown };
}

function shardsOf(
  footprint: Footprint,
  workload: Workload,
  context: RoutingContext,
  known: Map<string, number | undefined>,
): number | undefined {
  if (!footprint.complete) return undefined;
  const touched = new Set<number>();
  for (let access = 0; access < footprint.accessCount; access++) {
    const index = footprint.shapes[access]!;
    const use = workload.shapes[index]!;
    const table = context.design.tables.get(use.shape.table);
    if (table === undefined) return undefined;
    if (table.kind === "unsharded" || (table.kind === "reference" && use.shape.use === "read")) continue;
    const positions = keyPositions(use, context);
    const codes = footprint.codes.subarray(footprint.starts[access]!, footprint.starts[access + 1]!);
    if (positions === undefined) return use.shape.use === "insert" && table.kind === "sharded" ? undefined : context.design.shards.length;
    if (codes.length === 0) return undefined;
    const name = `${index} ${positions.map((position) => codes[position]).join()}`;
    if (!known.has(name)) known.set(name, shardOfCodes(index, positions, codes, workload, context));
    const shard = known.get(name);
    if (shard === undefined) return undefined;
    touched.add(shard);
  }
  return touched.size;
}

function shardOfCodes(
  index: number,
  positions: readonly number[],
  codes: Float64Array,
  { shapes }: Workload,
  context: RoutingContext,
): number | undefined {
  const { shape, counter } = shapes[index]!;
  const values: Value[] = [];
  for (const position of positions) {
    const code = codes[position]!;
    if (!isTextCode(code)) values.push(isNullCode(code) ? null : code);
    else if (counter.textSpanOfCode(code) === undefined) return undefined;
    else values.push(counter.textOfCode(code)!);
  }
  const key = keyOf(shape.table, values, context);
  return key && shardOfKey(shape.table, key, context);
}
