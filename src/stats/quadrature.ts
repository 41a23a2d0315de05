/** Gauss and Legendre's rule of 16 points: exact for polynomials up to the 31st power. */
const order = 16;
const points = new Float64Array(order);
const weights = new Float64Array(order);
for (let at = 0; at < order; at++) {
  // Newton's method for the roots of the Legendre polynomial, from Tricomi's estimate.
  let x = Math.cos((Math.PI * (at + 0.75)) / (order + 0.5));
  let slope = 1;
  for (let step = 0; step < 20; step++) {
    let before = 1;
    let value = x;
    for (let degree = 2; degree <= order; degree++) {
      const next = ((2 * degree - 1) * x * value - (degree - 1) * before) / degree;
      before = value;
      value = next;
    }
    slope = (order * (x * value - before)) / (x * x - 1);
    x -= value / slope;
  }
  points[at] = x;
  weights[at] = 2 / ((1 - x * x) * slope * slope);
}

/** The integral of `f` over the intervals between neighbours of `edges`, which ascend; in each it should be smooth. */
export function integral(f: (x: number) => number, edges: readonly number[]): number {
  let sum = 0;
  for (let at = 1; at < edges.length; at++) {
    const half = (edges[at]! - edges[at - 1]!) / 2;
    if (half <= 0) continue;
    const middle = edges[at - 1]! + half;
    for (let point = 0; point < order; point++) sum += half * weights[point]! * f(middle + half * points[point]!);
  }
  return sum;
}

/** Points and weights of the same rule, for an integral that is taken many times. */
export function rule(edges: readonly number[]): readonly { readonly x: number; readonly weight: number }[] {
  const all: { x: number; weight: number }[] = [];
  for (let at = 1; at < edges.length; at++) {
    const half = (edges[at]! - edges[at - 1]!) / 2;
    if (half <= 0) continue;
    for (let point = order - 1; point >= 0; point--)
      all.push({ x: edges[at - 1]! + half + half * points[point]!, weight: half * weights[point]! });
  }
  return all;
}
