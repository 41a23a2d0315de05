import { expect, it } from "vitest";
import { expectedShare } from "../../src/reshard/expected-share.ts";

it("hash modulo: 1 - min / lcm, as counting remainders says", () => {
  for (let from = 1; from <= 19; from++)
    for (let to = 1; to <= 19; to++) {
      const all = 2 * 2 * 2 * 2 * 3 * 3 * 5 * 7 * 11 * 13 * 17 * 19;
      // Remainders repeat after lcm(from, to), which divides `all`; one period is enough to count.
      const period = lcm(from, to);
      expect(all % period).toBe(0);
      let moved = 0;
      for (let hash = 0; hash < period; hash++) if (hash % from !== hash % to) moved++;
      expect(expectedShare("hash", from, to).share).toBeCloseTo(moved / period, 12);
    }
});

const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
const lcm = (a: number, b: number): number => (a * b) / gcd(a, b);
