import type { WorkloadPart } from "../workload/part.ts";
import type { InputSummary } from "../workload/workload.ts";
import { plural } from "./number-text.ts";
import type { ScanReport } from "./scan-schema.ts";

/** What a file of `shardplan scan` holds. */
export function buildScan(
  file: string,
  part: WorkloadPart,
  inputs: readonly InputSummary[],
  toolVersion: string,
  anonymized: boolean,
): ScanReport {
  const sum = (counts: Iterable<number>): number => [...counts].reduce((total, count) => total + count, 0);
  return {
    kind: "scan",
    version: 1,
    tool: { name: "shardplan", version: toolVersion },
    inputs: inputs.map(({ name, summary, digest, records }) => ({
      name,
      ...(summary === undefined ? {} : { summary }),
      digest,
      records,
    })),
    seed: part.sample?.seed ?? null,
    file,
    records: part.records,
    statements: part.executions,
    skipped: sum([...part.skipped.values()].map(({ count }) => count)),
    leftOut: sum(part.leftOut.values()),
    templates: part.templates.size,
    values: sum([...part.shapes.values()].map(({ counter }) => counter.size)),
    ...(anonymized ? { anonymized } : {}),
  };
}

/** The same in one sentence. */
export function scanText({ file, inputs, statements, skipped, leftOut, templates, values, anonymized }: ScanReport): string {
  const facts = [
    `${plural(statements, "statement")} of ${plural(inputs.length, "log")}`,
    plural(templates, "template"),
    plural(values, "distinct value"),
    ...(skipped > 0 ? [`${plural(skipped, "record")} skipped`] : []),
    ...(leftOut > 0 ? [`${plural(leftOut, "record")} left out`] : []),
    ...(anonymized === true ? ["anonymised"] : []),
  ];
  return `${file}: ${facts.join(", ")}`;
}
