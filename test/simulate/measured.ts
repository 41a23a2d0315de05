import type { Measure } from "../../src/simulate/measures.ts";
import { exactAnswers } from "../../src/simulate/exact-answers.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { doTask, outcomeOf, tasksOf, type Outcome } from "../../src/simulate/tasks.ts";

/** What a scenario came to, by the name of its measures. */
export class Measured {
  readonly outcome: Outcome;
  readonly #exact: ReadonlyMap<string, number>;

  constructor(text: string, search = false) {
    const scenario = parseScenario(`version: 1\n${text}`, "test.yaml");
    this.outcome = outcomeOf(scenario, tasksOf(scenario, search).map(doTask));
    this.#exact = new Map(exactAnswers(scenario).map(({ measure, value }) => [measure, value]));
  }

  measure(name: string): Measure {
    const found = this.outcome.measures.find((measure) => measure.name === name);
    if (found === undefined) throw new Error(`no measure ${name}: ${this.outcome.measures.map(({ name }) => name).join(" ")}`);
    return found;
  }

  value(name: string): number {
    return this.measure(name).value;
  }

  exact(name: string): number {
    const found = this.#exact.get(name);
    if (found === undefined) throw new Error(`no exact answer ${name}: ${[...this.#exact.keys()].join(" ")}`);
    return found;
  }
}
