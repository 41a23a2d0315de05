/**
 * `base` to the power of `exponent`, the same bits wherever it is computed: the operator `**` differs in the last place
 * between versions of V8, where multiplication, `Math.exp` and `Math.log` do not. Whole exponents multiply; others are
 * right to about |exponent x ln base| units in the last place. A base below 0 takes whole exponents only.
 *
 * @example
 * power(4, 0.5); // => 2
 */
export function power(base: number, exponent: number): number {
  if (!Number.isInteger(exponent)) return base === 0 ? (exponent > 0 ? 0 : Infinity) : Math.exp(exponent * Math.log(base));
  let product = 1;
  let square = base;
  for (let left = Math.abs(exponent); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) product *= square;
    square *= square;
  }
  return exponent < 0 ? 1 / product : product;
}
