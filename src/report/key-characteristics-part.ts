import { standInOf } from "../advice/key-text.ts";
import type { KeyMeasures } from "../analyze/evaluation.ts";
import { known, round } from "./rounded.ts";

/** See `keyCharacteristics`. `weighed` names the share of the work that a value has; texts are shown if `literals`. */
export function keyCharacteristicsPart<Weight extends object>(
  { numDistinctValues, mostCommonValues, nullShare, effectiveKeys, monotonicity }: KeyMeasures,
  literals: boolean,
  weighed: (workShare: number) => Weight,
) {
  return {
    numDistinctValues: known(numDistinctValues, ({ count, relativeError }) => ({ count, relativeError: round(relativeError) })),
    mostCommonValues: known(mostCommonValues, (values) =>
      values.map(({ value, share, workShare }) => ({
        value: value.map((part) => (literals ? undefined : standInOf(part)) ?? part),
        share: round(share),
        ...weighed(round(workShare)),
      })),
    ),
    nullShare: known(nullShare, round),
    effectiveKeys: known(effectiveKeys, round),
    monotonicity: known(monotonicity, ({ type, correlation, direction, tailShare, sampleSize }) => ({
      type,
      correlationCoefficient: round(correlation),
      direction,
      tailShare: round(tailShare),
      sampleSize,
    })),
  };
}
