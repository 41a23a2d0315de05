import type { ArrivalProcess, Scenario } from "./scenario.ts";

/** A process that does not wait for answers, and the operations that come by it. */
export interface OpenArrivals {
  readonly process: Exclude<ArrivalProcess, { process: "closed" }>;
  readonly operations: readonly number[];
}

/** The shared arrivals first, then those that operations have of their own. */
export function openProcesses(scenario: Scenario): readonly OpenArrivals[] {
  const { arrivals, operations } = scenario;
  const shared: OpenArrivals[] = [];
  if (arrivals !== undefined && arrivals.process !== "closed") {
    const ids = operations.flatMap(({ share }, index) => (share > 0 ? [index] : []));
    shared.push({ process: arrivals, operations: ids });
  }
  const own = operations.flatMap(({ arrivals }, index) =>
    arrivals === undefined || arrivals.process === "closed" ? [] : [{ process: arrivals, operations: [index] }],
  );
  return [...shared, ...own];
}
