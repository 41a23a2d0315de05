import { expect } from "vitest";
import { main } from "../../src/cli/main.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";
import type { Report } from "../../src/report/schema.ts";

/** What `shardplan analyze ... --json` prints. */
export async function analyzed(...args: readonly string[]): Promise<Report> {
  let stdout = "";
  let stderr = "";
  const around: Surroundings = {
    stdout: (text) => (stdout += text),
    stderr: (text) => (stderr += text),
    stdin: process.stdin,
    width: undefined,
    color: false,
    unicode: true,
    progress: false,
    now: () => 0,
    cores: 1,
    processId: 1,
  };
  const exitCode = await main(["analyze", ...args, "--json"], around);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout) as Report;
}
