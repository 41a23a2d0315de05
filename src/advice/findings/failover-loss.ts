import { countText, type Finding } from "../finding.ts";
import type { SimulatedMeasures } from "../simulation-findings.ts";

/** Writes that clients were told are safe, and that the next primary does not have. */
export function failoverLoss({ valueOf, replication }: SimulatedMeasures): Finding | undefined {
  const lost = valueOf("failover.lostAcknowledged") ?? 0;
  const failovers = valueOf("failovers") ?? 0;
  if (lost === 0) return undefined;
  return {
    id: "failover-loss",
    severity: "problem",
    table: undefined,
    key: [],
    evidence:
      `${countText(failovers)} ${failovers === 1 ? "failover loses" : "failovers lose"} ${countText(lost)} writes that were ` +
      `acknowledged; replication is ${replication}`,
    whatToDo: "acknowledge a write when a replica has it (semi-synchronous, or a quorum), at least for what must not be lost",
    whatItCosts: "each such commit waits for a round trip to a replica; with none in reach it waits, or is not safe",
    origins: [],
  };
}
