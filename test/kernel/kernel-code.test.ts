import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kernelSource } from "../../src/kernel/kernel-code.ts";

test("the compiled kernel is that of its sources: after a change run `node scripts/kernel.mjs`", () => {
  const folder = join(import.meta.dirname, "..", "..", "src", "kernel", "assembly");
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  expect(kernelSource).toBe(hash.digest("hex"));
});
