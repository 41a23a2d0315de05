import type { SetOperation } from "../../sql/access.ts";
import { samePin } from "../../sql/constraints/closure.ts";
import { kindsOf, leadersOf, type Plan } from "../plan.ts";
import { commonPlace, type Place, samePlaces } from "./places.ts";
import { type Context, outputCount, type Recursion } from "./planning-context.ts";
import type { Planning } from "./planning.ts";

/** The arms after the first see the rows found so far where the first arm's rows are, if theirs stay there too. */
export function planRecursive(planning: Planning, operation: SetOperation, context: Context): readonly Plan[] {
  const [base, ...steps] = operation.arms;
  const occurrence = planning.occurrence(undefined);
  const columns = Array.from({ length: base === undefined ? 0 : outputCount(base) }, (_, index) => `#${index}`);
  const standalone: Context = {
    ...context,
    facts: context.facts,
    gives: { occurrence, columns },
    insert: undefined,
  };
  const basePlans = base === undefined ? [] : planning.statement(base, { ...standalone, arm: `${context.arm}/0` });
  if (basePlans.length === 0) return [];
  const place = commonPlace(planning, basePlans, occurrence, columns);
  const stepsOf = (recursion: Recursion | undefined): readonly Plan[] =>
    steps.flatMap((step, index) =>
      planning.statement(step, { ...standalone, arm: `${context.arm}/${index + 1}`, recursion }),
    );
  const recursion: Recursion | undefined = place === undefined ? undefined : { map: place.map, key: place.key };
  let stepPlans = stepsOf(recursion);
  const stepPlace = place === undefined ? undefined : commonPlace(planning, stepPlans, occurrence, columns);
  const onlySelf = (plan: Plan): boolean =>
    plan.apart.length === 0 &&
    plan.groups.every(
      (group) =>
        group.gathered === undefined &&
        group.pieces.every((piece) => piece.table === undefined && piece.inside === undefined),
    );
  const stays =
    stepPlans.every(onlySelf) || (place !== undefined && stepPlace !== undefined && samePlaces(place, stepPlace));
  if (place !== undefined && stepPlace !== undefined && samePlaces(place, stepPlace)) {
    // Rows that have the key of the rows before them all have that of the first ones.
    const values = planning.options.rules.seesThroughQueries ? valuesOfKey(planning, place, basePlans, occurrence) : [];
    if (values.length > 0) stepPlans = stepsOf({ map: place.map, key: place.key, values });
  }
  if (stays || [...basePlans, ...stepPlans].every((plan) => kindsOf(plan).every((kind) => kind !== "sharded"))) {
    return [...basePlans, ...stepPlans.map((plan) => ({ ...plan, arm: basePlans[0]?.arm ?? plan.arm }))];
  }
  return [
    {
      groups: [
        { pieces: [], gathered: basePlans },
        { pieces: [], gathered: stepPlans },
      ],
      apart: [],
      meets: true,
      given: [],
      arm: context.arm,
      keyUpdate: false,
    },
  ];
}

/** The values that all plans have in the columns that are the place's key. */
function valuesOfKey(
  planning: Planning,
  { key }: Place,
  plans: readonly Plan[],
  occurrence: number,
): NonNullable<Recursion["values"]> {
  return key.flatMap((position) => {
    if (typeof position !== "number") return [];
    const pins = plans.map((plan) => {
      const leader = plan.groups.flatMap(leadersOf)[0];
      return leader === undefined ? undefined : planning.closure(leader.pins).pin(`${occurrence}.#${position}`);
    });
    const [pin] = pins;
    return pin !== undefined && pins.every((other) => other !== undefined && samePin(pin, other))
      ? [{ position, pin }]
      : [];
  });
}
