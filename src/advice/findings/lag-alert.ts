import type { Finding } from "../finding.ts";
import type { SimulatedMeasures } from "../simulation-findings.ts";

/** Replicas that are seconds behind. Limits are those that `simulate` measures the time above. */
export function lagAlert({ valueOf, replicas }: SimulatedMeasures): Finding | undefined {
  const warned = valueOf("lag.above5s") ?? 0;
  const grave = valueOf("lag.above30s") ?? 0;
  if (replicas === 0 || warned === 0) return undefined;
  const worst = valueOf("lag.max");
  return {
    id: "lag-alert",
    severity: grave > 0 ? "problem" : "warning",
    table: undefined,
    key: [],
    evidence:
      `replicas are more than 5 s behind for ${secondsText(warned)}${grave > 0 ? `, more than 30 s for ${secondsText(grave)}` : ""}` +
      (worst === undefined ? "" : `; the furthest is ${secondsText(worst)} behind`),
    whatToDo: "alert at 5 s of lag, take a replica that is further behind out of reading, and apply changes in parallel",
    whatItCosts: "the primary takes the reads meanwhile: give it the room, or refuse some",
    origins: [],
  };
}

const secondsText = (ms: number): string => `${ms < 10_000 ? (ms / 1000).toFixed(1) : Math.round(ms / 1000)} s`;
