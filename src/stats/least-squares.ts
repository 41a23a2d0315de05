import { assert } from "../base/assert.ts";

/** Coefficients that leave the least sum of squares, and what their errors follow from. */
export interface LeastSquares {
  readonly coefficients: readonly number[];
  readonly residuals: readonly number[];
  /** Observations less coefficients. */
  readonly degrees: number;
  readonly sumOfSquares: number;
  /** Inverse of X'X: times the variance of an observation it is the covariance of the coefficients. */
  readonly inverse: readonly (readonly number[])[];
}

/**
 * Linear least squares: `rows` are the observations' regressors, `values` what was observed. Columns are scaled to length 1
 * first, so that units don't decide how exact the answer is. Undefined where the columns depend on each other.
 * Source: Åke Björck, Numerical Methods for Least Squares Problems, 1996, sections 2.2 and 2.8.2.
 */
export function leastSquares(rows: readonly (readonly number[])[], values: readonly number[]): LeastSquares | undefined {
  assert(rows.length === values.length, "each observation has a row of regressors");
  const width = rows[0]?.length ?? 0;
  const scales = Array.from({ length: width }, (_, column) => Math.hypot(...rows.map((row) => row[column]!)));
  if (rows.length < width || scales.some((scale) => !(scale > 0))) return undefined;
  const scaled = rows.map((row) => row.map((value, column) => value / scales[column]!));
  const product = scales.map((_, i) => scales.map((__, j) => scaled.reduce((sum, row) => sum + row[i]! * row[j]!, 0)));
  const inverse = inverseOf(product);
  if (inverse === undefined) return undefined;
  const right = (observed: readonly number[]): readonly number[] =>
    scales.map((_, i) => scaled.reduce((sum, row, at) => sum + row[i]! * observed[at]!, 0));
  const solve = (observed: readonly number[]): readonly number[] => {
    const side = right(observed);
    return inverse.map((line) => line.reduce((sum, value, at) => sum + value * side[at]!, 0));
  };
  const residualsOf = (solution: readonly number[]): readonly number[] =>
    values.map((value, at) => value - scaled[at]!.reduce((sum, x, column) => sum + x * solution[column]!, 0));
  const first = solve(values);
  // Once more for what is left over: that takes away what rounding did to the first solution.
  const correction = solve(residualsOf(first));
  const solution = first.map((value, at) => value + correction[at]!);
  const residuals = residualsOf(solution);
  return {
    coefficients: solution.map((value, at) => value / scales[at]!),
    residuals,
    degrees: rows.length - width,
    sumOfSquares: residuals.reduce((sum, residual) => sum + residual * residual, 0),
    inverse: inverse.map((line, i) => line.map((value, j) => value / (scales[i]! * scales[j]!))),
  };
}

/** Of a small symmetric matrix, by Gauss and Jordan with the largest pivot; undefined where it is as good as singular. */
function inverseOf(matrix: readonly (readonly number[])[]): readonly (readonly number[])[] | undefined {
  const size = matrix.length;
  const rows = matrix.map((line, at) => [...line, ...Array.from({ length: size }, (_, column) => (column === at ? 1 : 0))]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++) if (Math.abs(rows[row]![column]!) > Math.abs(rows[pivot]![column]!)) pivot = row;
    const top = rows[pivot]!;
    if (Math.abs(top[column]!) < 1e-12) return undefined;
    rows[pivot] = rows[column]!;
    rows[column] = top.map((value) => value / top[column]!);
    for (let row = 0; row < size; row++) {
      const factor = rows[row]![column]!;
      if (row !== column) rows[row] = rows[row]!.map((value, at) => value - factor * rows[column]![at]!);
    }
  }
  return rows.map((row) => row.slice(size));
}
