import type { TableDesign } from "../../placement/design.ts";
import type { Evaluation } from "../evaluation.ts";

/** What can be done with a table. */
export type TableOption =
  | {
      readonly kind: "sharded";
      readonly key: readonly string[];
      /** Under the strategy that designs are searched with; undefined for keys that were not judged by themselves. */
      readonly evaluation: Evaluation | undefined;
    }
  | { readonly kind: "reference" }
  | { readonly kind: "unsharded" };

/** `orders by customer_id`, in the words of the design file. */
export function optionName(option: TableOption): string {
  return option.kind === "sharded" ? option.key.join(", ") : option.kind;
}

/** The option as `routing` takes it, under the design's one strategy. */
export function tableDesignOf(option: TableOption): TableDesign {
  if (option.kind !== "sharded") return option;
  return { kind: "sharded", shardKey: option.key, strategy: "hash", colocatedWith: undefined, options: {} };
}
