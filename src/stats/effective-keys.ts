/**
 * Effective number of keys, 1/Σp²: how many equally loaded keys would be as concentrated as these (the inverse of
 * Simpson's index, Hill number of order 2; M. O. Hill, "Diversity and Evenness", Ecology 54, 1973). Undefined for no
 * accesses. `counts` are whole numbers; their squares are added exactly, so the order of the keys does not change a
 * bit of the result.
 *
 * @example
 * effectiveKeys([50, 50]); // => 2
 * effectiveKeys([98, 1, 1]); // => 1.0408...
 */
export function effectiveKeys(counts: ArrayLike<number>, length: number = counts.length): number | undefined {
  const squares = new SquareSum();
  let total = 0;
  for (let index = 0; index < length; index++) {
    total += counts[index]!;
    squares.add(counts[index]!);
  }
  if (total === 0) return undefined;
  // Scaled by 2^60 before the division, so that what is left after it has more digits than a double.
  return Number((BigInt(total) ** 2n * scale) / squares.total()) / Number(scale);
}

/** Adds squares of whole numbers exactly, without a BigInt for each. */
export class SquareSum {
  // Squares below 2^52 are exact as doubles; the sum carries before it could round.
  #low = 0;
  #carries = 0;
  #large = 0n;

  add(count: number): void {
    if (count >= largestExact) {
      this.#large += BigInt(count) ** 2n;
      return;
    }
    this.#low += count * count;
    if (this.#low < carry) return;
    this.#low -= carry;
    this.#carries++;
  }

  total(): bigint {
    return this.#large + BigInt(this.#carries) * BigInt(carry) + BigInt(this.#low);
  }
}

const carry = 2 ** 52;
const largestExact = 2 ** 26;
const scale = 1n << 60n;
