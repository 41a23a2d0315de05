import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe } from "vitest";

/** The folder of facts that nobody here wrote: beside the repository, never part of it. */
const folder = join(import.meta.dirname, "..", "..", "..", "shared", "reference");

export const referencePath = (path: string): string => join(folder, path);

export const readReference = (path: string): string => readFileSync(referencePath(path), "utf8");

/** The objects of a JSONL file. */
export function referenceLines<T>(path: string): T[] {
  return readReference(path)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

/** Tests that need the reference: skipped with a line where it is absent, failing there under CI=true. */
export function describeReference(name: string, tests: () => void): void {
  if (existsSync(folder) || process.env["CI"] === "true") describe(name, tests);
  else describe.skip(`${name} (no ${folder})`, tests);
}
