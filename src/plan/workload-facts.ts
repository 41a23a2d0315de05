import { isUnknown, type Known } from "../analyze/known.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { Workload } from "../workload/workload.ts";

/**
 * Of the reads, the share inside of transactions that write, by time: a replica can't answer them, because they may ask
 * for what the transaction has just written. Unknown where the log does not group statements.
 */
export function boundReadShare({ templates, transactions }: Workload): Known<number> {
  const { grouping, types, alone } = transactions;
  if (grouping.by === "none") return { unknown: grouping.because };
  const writing = new Map<number, number>();
  const all = new Map<number, number>();
  for (const type of types) {
    const count = type.committed + type.rolledBack + type.open;
    for (const template of type.templates) {
      all.set(template, (all.get(template) ?? 0) + count);
      if (type.writes) writing.set(template, (writing.get(template) ?? 0) + count);
    }
  }
  let bound = 0;
  let reads = 0;
  templates.forEach(({ pattern, executions, timeMicros }, template) => {
    if (isWrite(pattern) || executions === 0) return;
    const weight = timeMicros > 0 ? timeMicros : executions;
    reads += weight;
    const together = Math.max(0, 1 - (alone[template] ?? 0) / executions);
    const inWriting = (writing.get(template) ?? 0) / Math.max(1, all.get(template) ?? 0);
    bound += weight * together * inWriting;
  });
  return reads === 0 ? { unknown: "the log has no reads" } : Math.min(1, bound / reads);
}

export const orElse = <T>(value: Known<T>, otherwise: T): T => (isUnknown(value) ? otherwise : (value as T));
