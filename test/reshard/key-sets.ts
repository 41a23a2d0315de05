import type { Design, StrategyName } from "../../src/placement/design.ts";
import { shardNamesOf } from "./shard-names.ts";
import { changedDesign, type Asked } from "../../src/reshard/changed-design.ts";
import { KeyCounts } from "../../src/reshard/key-counts.ts";
import { planReshard, type ReshardOptions, type TableKeys } from "../../src/reshard/reshard.ts";
import type { ReshardPlan } from "../../src/reshard/reshard-plan.ts";
import type { ColumnType } from "../../src/sql/schema.ts";
import type { Value } from "../../src/workload/value.ts";

/** Designs and keys that a test writes in a line. */

export interface Row {
  readonly key: readonly Value[];
  readonly rows?: number;
  readonly bytes?: number;
}

export function design(
  target: string,
  shards: number,
  strategy: StrategyName,
  options: Readonly<Record<string, unknown>> = {},
  shardKey: readonly string[] = ["k"],
): Design {
  const table = { kind: "sharded", shardKey, strategy, colocatedWith: undefined, options } as const;
  return { version: 1, target, shards: shardNamesOf(target, shards), tables: new Map([["t", table]]) };
}

export const integers = (count: number): readonly Row[] => Array.from({ length: count }, (_, id) => ({ key: [id] }));

export function keysOf(rows: readonly Row[], types: readonly ColumnType[] = ["int64"]): TableKeys {
  const counts = new KeyCounts(
    types.map((_, column) => `k${column}`),
    types,
  );
  for (const { key, rows: count = 1, bytes = 0 } of rows) counts.add(key, count, bytes);
  const positions = types.map((_, column) => column);
  const hasBytes = rows.some(({ bytes }) => bytes !== undefined);
  return { counts, before: positions, after: positions, source: "keys-file", keptShare: 1, unique: false, inserts: 0, hasBytes };
}

export const plain: ReshardOptions = { sizes: { rows: new Map(), rowBytes: new Map() }, compared: {} };

/** The plan for one table `t` with these keys. */
export function planFor(
  before: Design,
  asked: Asked,
  keys: TableKeys,
  options: Partial<ReshardOptions> = {},
): ReshardPlan {
  return planReshard(before, changedDesign(before, asked), new Map([["t", keys]]), { ...plain, ...options }, () => []);
}
