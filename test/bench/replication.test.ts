import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";

const root = join(import.meta.dirname, "..", "..");

it("measures commits on a primary with a streaming standby beside what the scenario says", { timeout: 60_000 }, () => {
  execFileSync(process.execPath, [join(root, "scripts", "ensure.mjs"), "build"], { stdio: "ignore" });
  const args = [join(root, "bench", "replication.mjs"), "--rate", "100", "--seconds", "1", "--calibrate", "20"];
  const rows = execFileSync(process.execPath, args, { encoding: "utf8" })
    .split("\n")
    .filter((line) => /^\| (commit|lag)/.test(line))
    .map((line) => line.split("|").slice(1, -1).map((cell) => cell.trim()));
  expect(rows.map(([name]) => name)).toEqual(["commit, asynchronous", "commit, synchronous_standby_names", "lag until the standby shows it"]);
  // Predicted and measured milliseconds of three percentiles, and how many commits stand behind them.
  for (const [, ...figures] of rows) {
    expect(figures).toHaveLength(7);
    expect(figures.map(Number).every((figure) => figure > 0 && Number.isFinite(figure))).toBe(true);
  }
});
