/** What a sample without replacement showed of a column: values drawn, different ones, and those seen once. */
export interface DrawnValues {
  readonly drawn: number;
  readonly distinct: number;
  readonly once: number;
}

/**
 * Estimates how many different values a population of `population` values has, from a sample of it: the estimator Duj1 of
 * Haas and Stokes (IBM Research Report RJ 10025, 1996), n d / (n - f1 + f1 n / N), which PostgreSQL's ANALYZE uses as
 * well. Undefined when nothing was drawn.
 */
export function distinctInPopulation({ drawn, distinct, once }: DrawnValues, population: number): number | undefined {
  if (drawn === 0) return undefined;
  // Every value was different: as many as there are rows, for all that the sample can tell.
  if (once === drawn) return Math.round(population);
  const estimate = (drawn * distinct) / (drawn - once + (once * drawn) / population);
  return Math.round(Math.min(Math.max(estimate, distinct), population));
}
