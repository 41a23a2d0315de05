import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const script = join(import.meta.dirname, "..", "..", "bench", "growth-trend.mjs");

test("the 95 % interval of a trend holds the growth that the log was made with", () => {
  const seeds = 150;
  const found = JSON.parse(execFileSync(process.execPath, [script, "--json", "--seeds", String(seeds)], { encoding: "utf8" })) as {
    name: string;
    told: number;
    held: number;
  }[];
  expect(found.length).toBe(6);
  // Four and a half standard deviations of a binomial share of 0.95: chance goes beyond once in 100,000 times.
  const least = (tries: number): number => 0.95 * tries - 4.5 * Math.sqrt(tries * 0.95 * 0.05);
  for (const { name, told, held } of found) {
    expect(told, name).toBeGreaterThan(0.97 * seeds);
    expect(held, name).toBeGreaterThan(least(told));
  }
  const told = found.reduce((sum, kind) => sum + kind.told, 0);
  const held = found.reduce((sum, kind) => sum + kind.held, 0);
  expect(held).toBeGreaterThan(least(told));
  expect(held).toBeLessThan(0.95 * told + 4.5 * Math.sqrt(told * 0.95 * 0.05));
});
