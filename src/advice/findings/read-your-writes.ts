import { percentText, type Finding } from "../finding.ts";
import type { SimulatedMeasures } from "../simulation-findings.ts";

const graveShare = 0.01;

/** Sessions that read what they just wrote, at a replica that does not have it yet. */
export function readYourWrites({ valueOf }: SimulatedMeasures): Finding | undefined {
  const missed = valueOf("ownWriteMissed.share") ?? 0;
  if (missed === 0) return undefined;
  return {
    id: "read-your-writes",
    severity: missed >= graveShare ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence: `${percentText(missed)} of the sessions' reads do not see a write of the same session`,
    whatToDo: "send a session's reads to the primary for some seconds after its write, or wait for the replica to have its position",
    whatItCosts: "those reads are the primary's again; waiting adds the lag to their latency",
    origins: [],
  };
}
