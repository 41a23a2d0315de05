import { power } from "./power.ts";

/**
 * Generalised harmonic number: the sum of k^-exponent for k from 1 to `count`, by which shares under Zipf's law are
 * divided. The first million terms are added up, the rest follows from the Euler-Maclaurin formula, whose next term is
 * below 1e-20.
 * Source: https://dlmf.nist.gov/25.2 (25.2.8)
 */
export function harmonicNumber(count: number, exponent: number): number {
  const head = Math.min(count, 1_000_000);
  let sum = 0;
  // From the smallest term up, so that none is lost.
  for (let term = head; term >= 1; term--) sum += power(term, -exponent);
  if (count === head) return sum;
  const integral =
    exponent === 1 ? Math.log(count / head) : (power(count, 1 - exponent) - power(head, 1 - exponent)) / (1 - exponent);
  const ends = (power(count, -exponent) - power(head, -exponent)) / 2;
  const slopes = (exponent * (power(head, -exponent - 1) - power(count, -exponent - 1))) / 12;
  return sum + integral + ends + slopes;
}
