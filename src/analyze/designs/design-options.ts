export interface DesignOptions {
  /** Designs that are wanted, the recommended one among them. */
  readonly maxDesigns: number;
  readonly pins: readonly Pin[];
  readonly search: SearchOptions;
}

/** What a table is fixed to: `orders=customer_id`, `country=reference`. */
export interface Pin {
  readonly table: string;
  readonly to: { readonly kind: "sharded"; readonly key: readonly string[] } | { readonly kind: "reference" | "unsharded" };
}

export interface SearchOptions {
  readonly seed: number;
  /** Designs that are looked at by the neighbourhood search, at most. */
  readonly evaluationLimit: number;
  /** Nodes of branch and bound; past it the result is not proven. */
  readonly nodeLimit: number;
}

export const defaultSearchOptions: SearchOptions = { seed: 1, evaluationLimit: 40_000, nodeLimit: 20_000 };

export const defaultDesignOptions: DesignOptions = { maxDesigns: 3, pins: [], search: defaultSearchOptions };
