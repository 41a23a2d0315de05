import type { Finding } from "../advice/finding.ts";
import type { Origin } from "../ingest/entry.ts";
import type { ReportFinding, ReportOrigin } from "./finding-schema.ts";

/** A finding as it is printed; `place` says where a record is. Findings without records need none. */
export function findingPart(finding: Finding, place?: (origin: Origin) => ReportOrigin): ReportFinding {
  const { id, severity, table, key, evidence, whatToDo, whatItCosts, origins } = finding;
  return {
    id,
    severity,
    table: table ?? null,
    key: [...key],
    evidence,
    whatToDo,
    whatItCosts,
    origins: place === undefined ? [] : origins.map(place),
  };
}
