import type { Origin } from "../ingest/entry.ts";

/** All that findings are about. */
export const findingIds = [
  "hot-value",
  "monotonic-key",
  "low-cardinality",
  "key-missing-from-queries",
  "inserts-without-key",
  "key-updated",
  "null-keys",
  "scatter-heavy-template",
  "values-not-logged",
  "unparsed-statements",
  "separated-tables",
  "skew-beyond-hashing",
  "dont-shard-yet",
  "read-replicas-suffice",
  "next-rung-due",
  "too-few-shards",
  "too-many-shards",
  "cross-shard-join",
  "cross-shard-transaction",
  "analytics-on-transaction-store",
  "replica-stall",
  "target-limit-near",
  "lag-alert",
  "failover-loss",
  "read-your-writes",
] as const;

export type FindingId = (typeof findingIds)[number];

/** Something about a key, a log, a plan or a simulation that the reader should know before deciding. */
export interface Finding {
  readonly id: FindingId;
  readonly severity: "problem" | "warning" | "note";
  /** Undefined: the whole log. */
  readonly table: string | undefined;
  readonly key: readonly string[];
  /** One sentence with the numbers. */
  readonly evidence: string;
  readonly whatToDo: string;
  readonly whatItCosts: string;
  /** Records of the log that show it, the first of each statement. */
  readonly origins: readonly Origin[];
}

const order = { problem: 0, warning: 1, note: 2 } as const;

/** The gravest first; what is as grave as another stays in its order. */
export const bySeverity = (findings: readonly Finding[]): readonly Finding[] =>
  [...findings].sort((a, b) => order[a.severity] - order[b.severity]);

/** Rounded for reading, in sentences. */
export const percentText = (share: number): string =>
  share > 0 && share < 0.01 ? "less than 1 %" : `${Math.round(share * 100)} %`;

/** A statement in a sentence: its beginning, because lists of statements show the whole. */
export const statementText = (text: string): string => (text.length <= 100 ? text : `${text.slice(0, 97)}...`);

/** With thousands separators. */
export const countText = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ",");

/** Two digits that matter, for loads and factors in sentences. */
export const numberText = (value: number): string => (value >= 10 ? countText(Math.round(value)) : String(Number(value.toPrecision(2))));
