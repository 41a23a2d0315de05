/** Something about a key or the log that the reader should know before deciding. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: "problem" | "warning" | "note";
  /** Undefined: the whole log. */
  readonly table: string | undefined;
  readonly key: readonly string[];
  /** One sentence with the numbers. */
  readonly evidence: string;
  readonly whatToDo: string;
}

export type FindingId =
  | "hot-value"
  | "monotonic-key"
  | "low-cardinality"
  | "key-missing-from-queries"
  | "inserts-without-key"
  | "key-updated"
  | "null-keys"
  | "scatter-heavy-template"
  | "values-not-logged"
  | "unparsed-statements"
  | "separated-tables";

/** Rounded for reading, in sentences. */
export const percentText = (share: number): string =>
  share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;

/** With thousands separators. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
