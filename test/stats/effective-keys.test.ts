import fc from "fast-check";
import { expect, test } from "vitest";
import { effectiveKeys } from "../../src/stats/effective-keys.ts";

test("equal keys count in full, a dominating one counts alone", () => {
  expect(effectiveKeys([50, 50])).toBe(2);
  expect(effectiveKeys([7, 7, 7, 7, 0])).toBe(4);
  expect(effectiveKeys([98, 1, 1])).toBeCloseTo(1 / (0.98 ** 2 + 2 * 0.01 ** 2), 12);
  expect(effectiveKeys([0, 0])).toBeUndefined();
});

test("no order changes a bit, nor do counts whose squares a double can't hold", () => {
  const counts = fc.array(fc.oneof(fc.nat(1000), fc.nat(2 ** 31), fc.integer({ min: 2 ** 26, max: 2 ** 40 })), {
    minLength: 1,
    maxLength: 50,
  });
  fc.assert(
    fc.property(counts, fc.nat(), (values, turn) => {
      const turned = [...values.slice(turn % values.length), ...values.slice(0, turn % values.length)].reverse();
      expect(effectiveKeys(turned)).toBe(effectiveKeys(values));
      const total = values.reduce((sum, value) => sum + value, 0);
      if (total > 0) {
        const exact = values.reduce((sum, value) => sum + BigInt(value) ** 2n, 0n);
        expect(effectiveKeys(values)! / (Number(BigInt(total) ** 2n) / Number(exact))).toBeCloseTo(1, 9);
      }
    }),
  );
});
