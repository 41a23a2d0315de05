import { isUnknown } from "../../analyze/known.ts";
import { numberText, type Finding } from "../finding.ts";
import type { Ladder } from "../ladder.ts";

/**
 * One primary carries the writes, and replicas what it can't of the reads. Every replica applies all writes, which we take
 * to cost it as much as the primary: what is left of its cores are reads.
 */
export function readReplicasSuffice({ rungs, worstWindow, options }: Ladder): Finding | undefined {
  const replicas = rungs.find(({ rung }) => rung === "replicas");
  if (replicas?.verdict !== "called-for" || isUnknown(worstWindow)) return undefined;
  const cores = Math.max(options.cores, options.largestCores);
  const left = cores * options.targetUtilization - worstWindow.writes;
  const count = Math.ceil(worstWindow.reads / left) - 1;
  return {
    id: "read-replicas-suffice",
    severity: "warning",
    table: undefined,
    key: [],
    evidence:
      `of ${numberText(worstWindow.total)} erlangs in the worst window ${numberText(worstWindow.reads)} are reads; a server of ` +
      `${cores} cores that applies all writes has ${numberText(left)} left for them`,
    whatToDo: Number.isFinite(count)
      ? `send reads to ${Math.max(1, count)} ${count <= 1 ? "replica" : "replicas"} of that size instead of sharding`
      : "send reads to replicas of that size, and make room for them by fewer or cheaper writes",
    whatItCosts: "a server each, and reads that may be behind: simulate shows by how much, and who misses an own write",
    origins: [],
  };
}
