/** The thing that a team reviews: which table lives where. Read from YAML or JSON by `design-file.ts`. */
export interface Design {
  readonly version: 1;
  readonly target: string;
  /** Shard names in shard order: "0", "1", ... or the target's own ranges ("-40", "40-80", ...). */
  readonly shards: readonly string[];
  readonly tables: ReadonlyMap<string, TableDesign>;
}

/** Names as the design's file writes them, where they are not all in lower case. */
export interface SpelledNames {
  readonly table: string;
  readonly shardKey: readonly string[];
}

export type TableDesign = { readonly spelled?: SpelledNames } & (
  | {
      readonly kind: "sharded";
      readonly shardKey: readonly string[];
      readonly strategy: StrategyName;
      /**
       * The table whose placement this one follows; its own `strategy` and `options` (but for `type`) then don't
       * count.
       */
      readonly colocatedWith: string | undefined;
      /** The target's own words, such as a Vitess vindex or SPQR key ranges; checked by `table-options.ts`. */
      readonly options: Readonly<Record<string, unknown>>;
    }
  | { readonly kind: "reference" }
  | { readonly kind: "unsharded" }
);

export const strategyNames = [
  "hash", // the target's hash function; generic: hash modulo the number of shards
  "range",
  "consistent-hash",
  "bounded-load",
  "multi-probe",
  "jump",
  "rendezvous",
  "maglev",
  "fixed-slots",
  "directory",
] as const;

export type StrategyName = (typeof strategyNames)[number];
