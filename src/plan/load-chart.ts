import type { CapacityPlan } from "./capacity-plan.ts";

/** Load against capacity along the path, in erlangs of the whole load. */
export interface LoadChart {
  readonly places: number[];
  readonly load: number[];
  /** What the step's cluster carries; null where nothing holds, or where nothing that grows ends it. */
  readonly capacity: (number | null)[];
}

const columns = 48;
/** Numbers in a chart need no more digits than it has pixels. */
const digits = (value: number): number => Number(value.toPrecision(4));

/** From the beginning to the horizon; in factors to twice the place at which the last step shown ends, in equal ratios. */
export function limitsAsLoad({ path, steps, unshardedUntil }: CapacityPlan): LoadChart {
  const lastEnd = steps.at(-1)?.until.value ?? path.from;
  const factorEnd = Math.min(path.to, Number.isFinite(unshardedUntil.value) ? Math.min(lastEnd, unshardedUntil.value * 4) : path.to);
  const end = path.scale === "months" ? path.horizon : Math.max(2, factorEnd);
  const places = Array.from({ length: columns + 1 }, (_, at) =>
    path.scale === "months" ? (end * at) / columns : Math.exp((Math.log(end) * at) / columns),
  );
  const loadAt = (place: number): number => {
    const { reads, writes } = path.at(place, "likely");
    return reads + writes;
  };
  const capacityAt = (place: number): number | null => {
    const step = steps.findLast(({ from }) => from.value <= place) ?? steps[0];
    if (step === undefined || step.until.value < place || !Number.isFinite(step.until.value)) return null;
    return digits(loadAt(step.until.value));
  };
  return { places: places.map(digits), load: places.map((place) => digits(loadAt(place))), capacity: places.map(capacityAt) };
}
