import { isUnknown } from "../../analyze/known.ts";
import { numberText, type Finding } from "../finding.ts";
import type { Ladder, RungName } from "../ladder.ts";

/** One server carries the load: which rung is next instead, and what would have to grow before shards are. */
export function dontShardYet({ verdict, worstWindow, options, rungs }: Ladder): Finding | undefined {
  if (verdict !== "no-shards" || isUnknown(worstWindow)) return undefined;
  const calledFor = rungs.find((rung) => rung.verdict === "called-for")?.rung;
  // That they suffice is a finding of its own.
  if (calledFor === "replicas") return undefined;
  const { cores, largestCores, targetUtilization } = options;
  const carried = (calledFor === "scale-up" ? Math.max(cores, largestCores) : cores) * targetUtilization;
  const largest = Math.max(cores, largestCores) * targetUtilization;
  const grown =
    worstWindow.writes === 0
      ? "the log has no writes, and reads never call for shards"
      : `writes (${numberText(worstWindow.writes)}) would have to grow ${numberText(largest / worstWindow.writes)} times ` +
        `before ${Math.max(cores, largestCores)} cores no longer carry them`;
  return {
    id: "dont-shard-yet",
    severity: "note",
    table: undefined,
    key: [],
    evidence:
      `the worst window has ${numberText(worstWindow.total)} erlangs, and one server of ` +
      `${calledFor === "scale-up" ? Math.max(cores, largestCores) : cores} cores carries ${numberText(carried)}; ${grown}`,
    ...remedies[calledFor ?? "none"],
    origins: [],
  };
}

const remedies: Record<RungName | "none", Pick<Finding, "whatToDo" | "whatItCosts">> = {
  none: {
    whatToDo: "stay on one server, and keep the design for the day that it is needed: new tables and statements that name its keys",
    whatItCosts: "nothing now; a key that new tables lack is dear to add later",
  },
  tune: {
    whatToDo: "change the costliest template first: it alone takes the load below what this server carries",
    whatItCosts: "an index or a change of one statement",
  },
  "scale-up": {
    whatToDo: "move to a larger server",
    whatItCosts: "its price, and one switch-over of some seconds to minutes",
  },
  // Not called for where the verdict is against shards, or a finding of their own.
  replicas: { whatToDo: "add read replicas", whatItCosts: "their price, and reads that lag" },
  partition: { whatToDo: "partition the largest tables in the one server", whatItCosts: "a rewrite of those tables" },
  shard: { whatToDo: "shard", whatItCosts: "what the design loses" },
};
