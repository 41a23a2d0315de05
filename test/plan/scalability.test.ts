import fc from "fast-check";
import { expect, test } from "vitest";
import { fitScalability, type Scalability, throughputAt } from "../../src/plan/scalability.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { normalQuantile } from "../../src/simulate/distribution.ts";

const law = (gamma: number, alpha: number, beta: number) => (load: number) => ({
  load,
  throughput: (gamma * load) / (1 + alpha * (load - 1) + beta * load * (load - 1)),
});

test("the coefficients that points were made with come back, whatever the loads", () => {
  const amount = (min: number, max: number) => fc.double({ min, max, noNaN: true });
  fc.assert(
    fc.property(amount(0.01, 1e5), amount(0.0001, 0.5), amount(1e-6, 0.02), fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { minLength: 5, maxLength: 12 }), (gamma, alpha, beta, loads) => {
      fc.pre(Math.max(...loads) > 8 && Math.min(...loads) < 4);
      const fit = fitScalability(loads.map(law(gamma, alpha, beta)));
      expect(fit.gamma.value / gamma).toBeCloseTo(1, 4);
      for (const load of loads) expect(throughputAt(fit, load).value / law(gamma, alpha, beta)(load).throughput).toBeCloseTo(1, 5);
    }),
  );
});

test("a coefficient that would be negative is 0, and the model is named for what is left", () => {
  // Faster than linear: neither law has that.
  const superlinear = fitScalability([1, 2, 4, 8, 16].map((load) => ({ load, throughput: 10 * load ** 1.1 })));
  expect(superlinear).toMatchObject({ model: "linear", alpha: { value: 0, low: 0 }, beta: { value: 0, low: 0 }, peakLoad: Infinity });
  // Amdahl's law with an error that bends it upwards at the end.
  const bent = fitScalability([1, 2, 4, 8, 16, 32].map((load) => ({ load, throughput: law(10, 0.05, 0)(load).throughput * (1 + 0.0005 * load) })));
  expect(bent).toMatchObject({ model: "amdahl", because: "its coefficient of coherency would be below 0", beta: { value: 0, low: 0 } });
  expect(bent.alpha.value).toBeGreaterThan(0.03);
});

test("too few loads fall back to Amdahl's law, one to a straight line, and say so", () => {
  const amdahl = fitScalability([1, 4, 16].map(law(100, 0.1, 0)));
  expect(amdahl).toMatchObject({ model: "amdahl", because: "3 different loads, the universal scalability law takes 4", alpha: { value: expect.closeTo(0.1, 9) }, amdahlLimit: expect.closeTo(1000, 6) });
  const linear = fitScalability([{ load: 4, throughput: 400 }]);
  expect(linear).toMatchObject({ model: "linear", because: "1 load, the universal scalability law takes 4", gamma: { value: 100, low: NaN, high: NaN } });
  expect(throughputAt(linear, 8)).toEqual({ value: 800, low: NaN, high: NaN });
});

test("a model may be asked for by name", () => {
  const points = [1, 2, 4, 8, 16].map(law(100, 0.05, 0.01));
  expect(fitScalability(points, "amdahl")).toMatchObject({ model: "amdahl", because: "as asked for", beta: { value: 0, low: 0, high: 0 } });
  expect(fitScalability(points, "linear").model).toBe("linear");
});

test("the 95 % intervals hold the truth about as often as that", () => {
  const random = randomStream(1, "scalability");
  const truth = [100, 0.03, 0.0005] as const;
  const loads = [1, 2, 4, 8, 12, 16, 24, 32, 48, 64];
  let held = 0;
  const tries = 300;
  const holds = ({ low, high }: { low: number; high: number }, value: number): number => Number(low <= value && value <= high);
  for (let nth = 0; nth < tries; nth++) {
    const points = loads.map(law(...truth)).map(({ load, throughput }) => ({ load, throughput: throughput + 8 * normalQuantile(Math.max(1e-9, random.next())) }));
    const fit: Scalability = fitScalability(points);
    held += holds(fit.gamma, truth[0]) + holds(fit.alpha, truth[1]) + holds(fit.beta, truth[2]) + holds(throughputAt(fit, 100), law(...truth)(100).throughput);
  }
  // The four are not independent, so that this is as loose as 300 tries of one.
  expect(held / tries / 4).toBeGreaterThan(0.95 - 4.5 * Math.sqrt((0.95 * 0.05) / tries));
  expect(held / tries / 4).toBeLessThan(0.95 + 4.5 * Math.sqrt((0.95 * 0.05) / tries));
});
