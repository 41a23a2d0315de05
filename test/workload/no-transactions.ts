import type { ReadsAndWrites, TransactionSummary } from "../../src/workload/transactions.ts";

const none: ReadsAndWrites = { reading: 0, writing: 0 };

/** The summary when nothing could be put together. */
export function noTransactions(because: string, templateCount: number): TransactionSummary {
  return {
    grouping: { by: "none", because, ungrouped: 0 },
    counts: { autocommit: none, committed: none, rolledBack: none, open: none },
    types: [],
    otherTypes: { committed: 0, rolledBack: 0, open: 0, timeMicros: 0 },
    several: { committed: none, rolledBack: none, open: none },
    statements: new Map(),
    alone: new Float64Array(templateCount),
    footprints: { keptShare: 1, size: 0, forEach: () => {}, skeletons: [], forEachRecord: () => {} },
  };
}
