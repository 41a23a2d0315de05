import { InputError } from "../base/input-error.ts";
import type { Expectation } from "../simulate/scenario.ts";
import { readExpectation, ValueError } from "../simulate/scenario-values.ts";

/** What response times have to be, such as "p99<50ms". */
export interface Objective {
  /** As the user wrote it. */
  readonly text: string;
  /** The share of requests that has to be faster, 0 to 1; "mean" where it is about the mean. */
  readonly quantile: number | "mean";
  readonly limitMs: number;
  /** Whether the limit itself is too slow. */
  readonly strict: boolean;
  /** The same for the simulator. */
  readonly expectation: Expectation;
}

const hint = 'give a quantile or the mean and a time, such as "p99<50ms"';

/** Reads an objective; `origin` is what it was given by, for messages. Throws InputError for anything else than a bound on response times from above. */
export function parseObjective(text: string, origin = "--slo"): Objective {
  const expectation = expectationOf(text, origin);
  const { measure, relation, value } = expectation;
  const name = measure.toLowerCase().replace(/^latency\./, "");
  const quantile = name === "mean" ? name : /^p\d+(\.\d+)?$/.test(name) ? Number(name.slice(1)) / 100 : undefined;
  if (quantile === undefined)
    throw new InputError(`${origin}: "${measure}" is no measure of an objective`, { hint });
  if (typeof quantile === "number" && !(quantile > 0 && quantile < 1))
    throw new InputError(`${origin}: ${name} is no quantile that a queue has`, { hint: "give one above p0 and below p100, such as p99.9" });
  if (relation !== "<" && relation !== "<=")
    throw new InputError(`${origin}: "${relation}" bounds response times from the wrong side`, { hint });
  if (!/[a-zµ]\s*$/i.test(text) || /\/\s*[a-z]+\s*$/i.test(text) || !(value > 0))
    throw new InputError(`${origin}: the limit of "${text.trim()}" is no time`, { hint });
  return { text: text.trim(), quantile, limitMs: value, strict: relation === "<", expectation };
}

function expectationOf(text: string, origin: string): Expectation {
  try {
    return readExpectation(text);
  } catch (error) {
    if (error instanceof ValueError) throw new InputError(`${origin}: ${JSON.stringify(text)} is no objective`, { hint });
    throw error;
  }
}
