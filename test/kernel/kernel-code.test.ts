import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { kernelSource } from "../../src/kernel/kernel-code.ts";
import { placingSource } from "../../src/kernel/placing-code.ts";

test.each([
  ["assembly", kernelSource],
  ["placing", placingSource],
])("the compiled kernel is that of its sources in %s: after a change run `node scripts/kernel.mjs`", (sources, compiled) => {
  const folder = join(import.meta.dirname, "..", "..", "src", "kernel", sources);
  const hash = createHash("sha256");
  for (const name of readdirSync(folder).sort()) hash.update(readFileSync(join(folder, name)));
  expect(compiled).toBe(hash.digest("hex"));
});
