import type { ColumnType } from "../sql/schema.ts";
import type { KeyValue } from "../workload/key-value.ts";
import type { StrategyName } from "./design.ts";
import type { TableOptions } from "./table-options.ts";

/** Everything that a strategy or target needs to say which shard owns which key. */
export interface MapRequest {
  /** The table's name, which some systems hash with the key. */
  readonly table?: string;
  /** For error messages, such as `table "orders"`. */
  readonly where: string;
  readonly shards: readonly string[];
  readonly strategy: StrategyName;
  readonly shardKey: readonly string[];
  /** One per column of the shard key. */
  readonly types: readonly ColumnType[];
  readonly options: TableOptions;
  readonly extra: PlacementExtra;
}

/** What is known about the data; strategies that follow the data make use of it. */
export interface PlacementExtra {
  /** Keys in ascending order, evenly spaced by rows (quantiles) or a sorted sample: where ranges may be split. */
  readonly quantiles?: readonly (readonly KeyValue[])[];
  /** Keys with their weight (rows, bytes or executions): what a directory balances. */
  readonly weights?: readonly { readonly key: readonly KeyValue[]; readonly weight: number }[];
}
