/**
 * Effective number of keys, 1/Σp²: how many equally loaded keys would be as concentrated as these (the inverse of Simpson's
 * index, Hill number of order 2; M. O. Hill, "Diversity and Evenness", Ecology 54, 1973). Undefined for no accesses.
 * `counts` are whole numbers; their squares are added exactly, so the order of the keys does not change a bit of the result.
 *
 * @example
 * effectiveKeys([50, 50]); // => 2
 * effectiveKeys([98, 1, 1]); // => 1.0408...
 */
export function effectiveKeys(counts: ArrayLike<number>, length: number = counts.length): number | undefined {
  let total = 0;
  // Squares below 2^52 are exact as doubles; the sum carries into `carried` before it could round.
  let low = 0;
  let carries = 0;
  let large = 0n;
  for (let index = 0; index < length; index++) {
    const count = counts[index]!;
    total += count;
    if (count < largestExact) {
      low += count * count;
      if (low >= carry) {
        low -= carry;
        carries++;
      }
    } else large += BigInt(count) ** 2n;
  }
  if (total === 0) return undefined;
  const squares = large + BigInt(carries) * BigInt(carry) + BigInt(low);
  // Scaled by 2^40 before the division, so that what is left after it has more digits than a double.
  return Number((BigInt(total) ** 2n * scale) / squares) / Number(scale);
}

const carry = 2 ** 52;
const largestExact = 2 ** 26;
const scale = 1n << 40n;
