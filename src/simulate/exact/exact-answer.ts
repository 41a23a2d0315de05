/** What mathematics says about a figure of the scenario, beside what the simulation says. */
export interface ExactAnswer {
  readonly measure: string;
  readonly value: number;
  readonly formula: string;
}
