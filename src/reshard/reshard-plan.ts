import type { Design, StrategyName } from "../placement/design.ts";
import type { ExpectedShare } from "./expected-share.ts";
import type { Headroom } from "./headroom.ts";
import type { Movement, ShardUnion } from "./movement.ts";
import type { Way } from "./owners.ts";
import type { Procedure } from "./procedure.ts";
import type { Range } from "./copy-time.ts";
import type { Remedy } from "./remedies.ts";

/** What the input does not tell, with the reason. */
export interface Unknown {
  readonly unknown: string;
}

export type Known<T> = T | Unknown;

export const isUnknown = <T>(value: Known<T>): value is Unknown =>
  typeof value === "object" && value !== null && "unknown" in value;

/**
 * What is measured: distinct keys, accesses in the log, rows, bytes. Rows and bytes come from a file of keys, from sizes
 * that the user states, or (rows of the log) from a key that is unique or inserts.
 */
export const measureNames = ["keys", "accesses", "rows", "bytes"] as const;

export type MeasureName = (typeof measureNames)[number];

/** A movement in one measure, and where its amounts come from. */
export interface Measured extends Movement {
  readonly from: string;
  /** The total is that of the table; false where it is only what the log has seen of it. */
  readonly complete: boolean;
}

export type Measures = Readonly<Record<MeasureName, Known<Measured>>>;

/** One sharded table under both designs. */
export interface TablePlan {
  readonly table: string;
  /** The table whose placement it follows, before the change; itself where it follows none. */
  readonly leader: string;
  readonly key: { readonly before: readonly string[]; readonly after: readonly string[] };
  readonly strategy: { readonly before: StrategyName; readonly after: StrategyName };
  readonly source: "log" | "keys-file";
  /** Share of the distinct keys that was counted one by one; 1 is all. */
  readonly keptShare: number;
  readonly measures: Measures;
  readonly expected: ExpectedShare;
  readonly least: number;
  readonly way: Way;
  /** Occurrences in the input that are in no number, by reason. */
  readonly leftOut: readonly { readonly reason: string; readonly count: number }[];
}

/** A sharded table of which no key is known. */
export interface UnknownTable {
  readonly table: string;
  readonly reason: string;
  readonly expected: ExpectedShare;
}

/** A reference table, which every new shard gets whole. */
export interface ReferenceCopy {
  readonly table: string;
  readonly newShards: number;
  readonly rows: Known<number>;
  readonly bytes: Known<number>;
}

/** A strategy beside the others, over the same keys, in the measure that the plan sums in. */
export interface StrategyMove {
  readonly strategy: StrategyName;
  readonly detail: string | undefined;
  /** From the design as it is to this strategy on the new shards. */
  readonly switching: Known<{ readonly movedShare: number }>;
  /** Within this strategy, from the old number of shards to the new. */
  readonly within: Known<{
    readonly movedShare: number;
    readonly worstBefore: number;
    readonly worstAfter: number;
  }>;
  readonly expected: ExpectedShare;
}

/** What it takes to get from one design to another. The central value of this layer. */
export interface ReshardPlan {
  readonly before: Design;
  readonly after: Design;
  /** Options of the design that could not be taken over. */
  readonly dropped: readonly string[];
  readonly union: ShardUnion;
  readonly tables: readonly TablePlan[];
  readonly unknownTables: readonly UnknownTable[];
  readonly referenceCopies: readonly ReferenceCopy[];
  readonly unsharded: readonly string[];
  /** Sums over all tables that are known in the measure; unknown when one of them is not. */
  readonly sum: Measures;
  /** The measure that matrix, storage and time are told in: the first of bytes, rows, accesses, keys that is known. */
  readonly told: MeasureName;
  readonly procedure: Procedure;
  readonly headroom: Headroom;
  readonly seconds: Known<Range & { readonly because: readonly string[] }>;
  readonly strategies: readonly StrategyMove[];
  readonly remedies: readonly Remedy[];
}
