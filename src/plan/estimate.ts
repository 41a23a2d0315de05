/** A figure with the interval that holds its true value in 95 of 100 cases. NaN where there is too little to say. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** Known without error, or given without one. */
export const exact = (value: number): Estimate => ({ value, low: value, high: value });
