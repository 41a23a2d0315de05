import type { Schema } from "../../sql/schema.ts";
import type { Dialect } from "../../sql/template.ts";
import type { StoredRows } from "../../workload/stored-rows.ts";

/** What a database tells of itself in one read-only session. */
export interface LiveDatabase {
  /** May be shown: without user, password and parameters. */
  readonly name: string;
  readonly dialect: Dialect;
  readonly schema: Schema;
  readonly stored: StoredRows;
  /**
   * Its statement statistics as JSON lines, in the form of an export of them (pg_stat_statements, or MySQL's digests);
   * undefined when it keeps none, which `warnings` explains.
   */
  readonly statements: string | undefined;
  readonly warnings: readonly string[];
}

export interface LiveOptions {
  /** Share of each table's rows to sample, 0 to 1; undefined reads no rows. */
  readonly sample: number | undefined;
  readonly seed: number;
}

/** A statement of ours may take so long at most: nobody's production should wait for us. */
export const statementTimeoutMs = 5000;
export const lockTimeoutMs = 1000;
export const connectTimeoutMs = 10_000;
