import { partFromState, partToState, workloadOf, type WorkloadPart } from "../../src/workload/part.ts";
import { countedTuples } from "./counted-tuples.ts";
import { transactionsText } from "./session-log.ts";

/** Everything in a workload, as text: equal texts are equal workloads, to the byte. */
export function contents(part: WorkloadPart): string {
  // Through the form that crosses threads, so that it is tested on the way.
  const workload = workloadOf(partFromState(structuredClone(partToState(part))), []);
  const { templates, shapes, load, sessions, transactions: _, ...rest } = workload;
  return JSON.stringify({
    ...rest,
    transactions: transactionsText(workload),
    templates: templates.map(({ template, executions, timed, timeMicros, maxMicros, rows, first, shapes: indexes }) => [
      template.text,
      executions,
      timed,
      timeMicros,
      maxMicros,
      rows,
      first,
      indexes,
    ]),
    shapes: shapes.map(({ name, executions, timeMicros, unvalued, counter, listLengths, sample }) => [
      name,
      executions,
      timeMicros,
      unvalued,
      [...listLengths],
      counter.total,
      sample.events(),
      countedTuples(counter),
    ]),
    load: load.windows(),
    sessions: [...sessions.toHashes()],
  });
}
