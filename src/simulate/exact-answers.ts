import { singleThreadedApply } from "./exact/applied-lag.ts";
import { availabilities } from "./exact/availability.ts";
import { carriedLoad } from "./exact/carried-load.ts";
import { closedStations } from "./exact/closed-network.ts";
import type { ExactAnswer } from "./exact/exact-answer.ts";
import { failoverTimes } from "./exact/failover-times.ts";
import { keySpread } from "./exact/key-spread.ts";
import { openQueues } from "./exact/open-queues.ts";
import { quorumLatencies } from "./exact/quorum-latency.ts";
import { staleVersions } from "./exact/stale-versions.ts";
import { unqueuedReads } from "./exact/unqueued-reads.ts";
import { versionsBehind } from "./exact/versions-behind.ts";
import { visibilityAfter } from "./exact/visibility-after.ts";
import type { Scenario } from "./scenario.ts";

export type { ExactAnswer };

/** All figures that a formula gives for this very scenario; none where its assumptions do not hold. */
export function exactAnswers(scenario: Scenario): readonly ExactAnswer[] {
  return [
    ...openQueues(scenario),
    ...unqueuedReads(scenario),
    ...closedStations(scenario),
    ...carriedLoad(scenario),
    ...keySpread(scenario),
    ...singleThreadedApply(scenario),
    ...versionsBehind(scenario),
    ...quorumLatencies(scenario),
    ...visibilityAfter(scenario),
    ...staleVersions(scenario),
    ...failoverTimes(scenario),
    ...availabilities(scenario),
  ];
}
