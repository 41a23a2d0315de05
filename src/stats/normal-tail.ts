/**
 * P(Z > x) of the standard normal distribution, to about 1e-15: the series of George Marsaglia (Evaluating the Normal
 * Distribution, Journal of Statistical Software 11, 2004) near the middle, Laplace's continued fraction in the tail.
 */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x);
  const density = Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
  if (x > 5) {
    let fraction = x;
    for (let term = 60; term >= 1; term--) fraction = x + term / fraction;
    return density / fraction;
  }
  let sum = x;
  let term = x;
  for (let odd = 3; Math.abs(term) > 1e-17 * sum; odd += 2) {
    term *= (x * x) / odd;
    sum += term;
  }
  return 0.5 - density * sum;
}
