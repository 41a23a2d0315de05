import type { Outcome } from "../simulate/tasks.ts";
import { bySeverity, type Finding } from "./finding.ts";
import { failoverLoss } from "./findings/failover-loss.ts";
import { lagAlert } from "./findings/lag-alert.ts";
import { readYourWrites } from "./findings/read-your-writes.ts";

/** What findings about a simulation look at. */
export interface SimulatedMeasures {
  readonly replicas: number;
  readonly replication: string;
  /** Undefined: not measured, or unknown. */
  readonly valueOf: (measure: string) => number | undefined;
}

/** Every finding about a simulation. A new one is one file and one line here. */
const simulationFindings = [failoverLoss, lagAlert, readYourWrites];

/** What there is to say about a simulated cluster, the gravest first. */
export function findingsOfSimulation({ scenario: { cluster }, measures }: Pick<Outcome, "scenario" | "measures">): readonly Finding[] {
  const input: SimulatedMeasures = {
    replicas: cluster.replicas,
    replication: cluster.replication.mode,
    valueOf: (name) => {
      const value = measures.find((measure) => measure.name === name)?.value;
      return value === undefined || Number.isNaN(value) ? undefined : value;
    },
  };
  return bySeverity(simulationFindings.flatMap((finding) => finding(input) ?? []));
}
