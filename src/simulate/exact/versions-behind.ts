import { staleWithin } from "../quorum-formulas.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

/** How many versions reads of leaderless nodes are behind when quorums do not expand (PBS, sections 3.1 and 3.2). */
export function versionsBehind(scenario: Scenario): readonly ExactAnswer[] {
  const { leaderless } = scenario.cluster.replication;
  if (leaderless === undefined) return [];
  const { nodes, readQuorum, writeQuorum } = leaderless;
  const missed = (versions: number): number => staleWithin(nodes, readQuorum, writeQuorum, versions);
  const within = (scenario.staleness?.versions ?? [1, 2, 3, 5, 10]).map((k) => ({
    measure: `consistent.within ${k} ${k === 1 ? "version" : "versions"}`,
    value: 1 - missed(k),
    formula: "1 - (C(N-W, R) / C(N, R))^k, quorums that do not expand (PBS)",
  }));
  const writesPerRead = scenario.staleness?.writesPerRead;
  if (writesPerRead === undefined) return within;
  const formula = (exponent: string): string => `1 - (C(N-W, R) / C(N, R))^${exponent}, g writes of the key per read of the session (PBS)`;
  return [
    ...within,
    { measure: "monotonic.share", value: 1 - missed(1 + writesPerRead), formula: formula("(1+g)") },
    { measure: "monotonic.strict", value: 1 - missed(writesPerRead), formula: formula("g") },
  ];
}
