import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { power } from "../../src/stats/power.ts";

test("whole exponents multiply, others go by the logarithm", () => {
  expect(power(3, 5)).toBe(243);
  expect(power(-0.5, 3)).toBe(-0.125);
  expect(power(8, -2)).toBe(1 / 64);
  expect([power(0, 0), power(0, 0.5), power(0, -0.5), power(0.5, Infinity)]).toEqual([1, 0, Infinity, 0]);
  fc.assert(
    fc.property(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), fc.double({ min: -8, max: 8, noNaN: true }), (base, exponent) => {
      expect(Math.abs(power(base, exponent) / base ** exponent - 1)).toBeLessThan(1e-13);
    }),
  );
});

test("the operator, which versions of V8 round differently, is for squares and for powers of 2, 10 and 16 alone", () => {
  const src = join(import.meta.dirname, "..", "..", "src");
  const exact = /(?<![\w.)\]])(?:2|4|8|10|16|64|1024) \*\* |\*\* 2\b|\*\* \d+n\b/g;
  const others = readdirSync(src, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.startsWith("kernel"))
    .flatMap((name) =>
      readFileSync(join(src, name), "utf8")
        .split("\n")
        .filter((line) => !/^\s*(?:\/\*\*|\*|\/\/)/.test(line) && / \*\* /.test(line.replace(/\/\*\*.*/, "").replace(exact, "")))
        .map((line) => `${name}: ${line.trim()}; use power() of stats/power.ts`),
    );
  expect(others).toEqual([]);
});
