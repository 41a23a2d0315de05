import type { Value } from "../../src/workload/value.ts";
import type { ValueCounter } from "../../src/workload/value-counter.ts";

/** What a counter holds, in the order of the values: equal lists are equal counters, whatever order they were filled in. */
export function countedTuples(counter: ValueCounter): { values: Value[]; count: number; micros: number }[] {
  const tuples = Array.from({ length: counter.size }, (_, entry) => ({
    values: counter.columns.map((_, column) => counter.valueAt(entry, column)),
    count: counter.countAt(entry),
    micros: counter.microsAt(entry),
  }));
  const name = (values: readonly Value[]): string => JSON.stringify(values);
  return tuples.sort((a, b) => (name(a.values) < name(b.values) ? -1 : 1));
}
