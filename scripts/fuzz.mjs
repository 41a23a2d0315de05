// Reads 100,000 damaged logs of every format, in a night: node scripts/fuzz.mjs [cases] [first seed]. The unit and the
// reference tests do the same with 2,000 cases. A failure names the seed that shows it again.
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const [cases = "100000", seed = "1"] = process.argv.slice(2);
const vitest = join(import.meta.dirname, "..", "node_modules", "vitest", "vitest.mjs");
const { status } = spawnSync(process.execPath, [vitest, "run", "test/ingest/fuzz.test.ts", "test/reference/fuzz.test.ts"], {
  stdio: "inherit",
  env: { ...process.env, FUZZ_CASES: cases, FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
