import { expect, test } from "vitest";
import { type BenchmarkPoint, fitScalability, throughputAt } from "../../src/plan/scalability.ts";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { runScenario } from "../../src/simulate/simulate.ts";
import { describeReference, readReference } from "./reference.ts";

/** Oracles on load tests and sample sizes. Points and expected numbers are read from the oracle's own text. */

interface Oracle {
  readonly id: string;
  readonly inputs: string;
  readonly expected: string;
}

function oracle(id: string): Oracle {
  return (JSON.parse(readReference("oracles/oracles.json")) as Oracle[]).find((one) => one.id === id)!;
}

function stated(text: string, pattern: RegExp): number[] {
  const match = pattern.exec(text);
  if (match === null) throw new Error(`${JSON.stringify(text)} does not say ${pattern.source}`);
  return match.slice(1).map((number) => Number(number.replaceAll(",", "")));
}

const numbers = (list: string): number[] => list.split(/[,/] ?/).map(Number);

function near(measured: number, expected: number, tolerance: number): void {
  expect(Math.abs(measured - expected) / Math.abs(expected), `${measured} for ${expected}`).toBeLessThanOrEqual(tolerance);
}

/** Mean waits of many runs of M/M/1 with a service of 1 ms, half the mean width of their intervals, and requests in each. */
function simulatedMeans(rho: number, runs: number): { readonly wait: readonly number[]; readonly half: number; readonly samples: number } {
  const measured = Array.from({ length: runs }, (_, run) => {
    const text = `
version: 1
seed: ${run + 1}
duration: 12s
warmup: 1s
arrivals: ${rho * 1000}/s
operations: [{ name: get, service: { exponential: 1ms } }]
`;
    return runScenario(parseScenario(text, "test.yaml")).measures.find(({ name }) => name === "wait.mean")!;
  });
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / runs;
  return {
    wait: measured.map(({ value }) => value),
    half: mean(measured.map(({ low, high }) => (high - low) / 2)),
    samples: mean(measured.map(({ samples }) => samples)),
  };
}

describeReference("load tests and sample sizes", () => {
  test("O16 how many requests make a test non-flaky: the spread of simulated means is what theory has it to be", () => {
    const { expected } = oracle("O16");
    const deviations = [...expected.split("Requests")[0]!.matchAll(/(\.\d+): ([\d.]+\d)/g)].map(([, rho, deviation]) => [Number(rho), Number(deviation)] as const);
    const requests = /Wq: (.+)$/.exec(expected)![1]!.split(" / ").map((number) => Number(number.replaceAll(",", "")));
    expect(deviations.length).toBe(4);
    deviations.forEach(([rho, deviation], at) => {
      // For a relative standard error of 1 %: (deviation / (1 % of the mean wait, rho / (1 - rho)))^2. Deviations have six digits.
      near((deviation / ((0.01 * rho) / (1 - rho))) ** 2, requests[at]!, 1e-5);
    });
    const [rho, deviation] = deviations[1]!;
    const { wait, half, samples } = simulatedMeans(rho, 400);
    const mean = wait.reduce((sum, one) => sum + one, 0) / wait.length;
    const spread = Math.sqrt(wait.reduce((sum, one) => sum + (one - mean) ** 2, 0) / (wait.length - 1));
    // A standard deviation of 400 has an error of its own, 3.5 %: three of them.
    near(spread * Math.sqrt(samples), deviation, 0.106);
    // The interval that each run states is as wide: Student's quantile is 2 standard errors, nearly.
    near((half / 2) * Math.sqrt(samples), deviation, 0.1);
  });

  test("O17 the universal scalability law fitted to published data", () => {
    const { inputs, expected } = oracle("O17");
    const [, loads, found] = /load ([\d,]+) -> throughput ([\d.,]+\d)/.exec(inputs)!;
    const points = numbers(loads!).map((load, at): BenchmarkPoint => ({ load, throughput: numbers(found!)[at]! }));
    const fit = fitScalability(points);
    const [gamma, alpha, beta] = stated(inputs, /gamma=([\d.]+) alpha=([\d.]+) beta=([\d.]+)/);
    expect(fit.model).toBe("usl");
    near(fit.gamma.value, gamma!, 1e-4);
    near(fit.alpha.value, alpha!, 1e-4);
    // Stated with four digits, as the peak is in whole requests per second.
    near(fit.beta.value, beta!, 5e-4);
    const [peak, peakThroughput, optimum, limit] = stated(expected, /peak load ([\d.]+) \(throughput (\d+)\), optimum ([\d.]+), Amdahl limit ([\d.]+)/);
    near(fit.peakLoad, peak!, 1e-4);
    near(fit.peakThroughput, peakThroughput!, 5e-4);
    near(fit.optimalLoad, optimum!, 1e-4);
    near(fit.amdahlLimit, limit!, 1e-4);
    const fitted = numbers(/fitted values ([\d,]+)/.exec(expected)![1]!);
    expect(fit.fitted.map((value) => Math.round(value))).toEqual(fitted);
    for (const { value, low, high } of [fit.gamma, fit.alpha, fit.beta, throughputAt(fit, 300)]) {
      expect(low).toBeLessThan(value);
      expect(high).toBeGreaterThan(value);
    }
  });

  test("O18 the coefficients that points were made with", () => {
    const { inputs, expected } = oracle("O18");
    const points = [...inputs.matchAll(/\(([\d.]+),([\d.]+)\)/g)].map(([, load, found]): BenchmarkPoint => ({ load: Number(load), throughput: Number(found) }));
    const [alpha, beta, gamma, peak] = stated(expected, /alpha=([\d.]+) beta=([\d.]+) gamma=([\d.]+); peak at N=(\d+)/);
    const fit = fitScalability(points);
    expect(points.length).toBe(6);
    expect(fit.alpha.value.toPrecision(3)).toBe(alpha!.toPrecision(3));
    expect(fit.beta.value.toPrecision(3)).toBe(beta!.toPrecision(3));
    expect(fit.gamma.value.toPrecision(3)).toBe(gamma!.toPrecision(3));
    expect(Math.round(fit.peakLoad)).toBe(peak);
  });
});
