import { expect, test } from "vitest";
import { formatNames } from "../../src/ingest/format.ts";
import type { FormatName } from "../../src/ingest/format.ts";
import { fuzzCase } from "./fuzz.ts";
import type { FuzzLog } from "./fuzz.ts";

/** Cases per format: 2,000, or as many as `node scripts/fuzz.mjs` asks for. */
const cases = Number(process.env["FUZZ_CASES"] ?? 2000);
const firstSeed = Number(process.env["FUZZ_SEED"] ?? 1);
const growthBytes = 256e6;

/** One test per format that has logs here: its logs are damaged in turn, with pieces of all the logs. */
export function fuzzFormats(logsOf: (name: FormatName) => readonly FuzzLog[]): void {
  const named = formatNames.map((name) => [name, logsOf(name)] as const).filter(([, logs]) => logs.length > 0);
  const all = named.flatMap(([, logs]) => logs);
  test.each(named)(
    `%s, ${cases} cases`,
    (name, logs) => {
      for (const { detection } of logs) expect(detection.format).toBe(name);
      let bytesBefore = Infinity;
      for (let number = 0; number < cases; number++) {
        if (number === Math.floor(cases / 10)) bytesBefore = process.memoryUsage().rss;
        const seed = firstSeed + number;
        try {
          fuzzCase(logs[seed % logs.length]!, all, seed);
        } catch (error) {
          throw new Error(`FUZZ_SEED=${seed} FUZZ_CASES=1 shows it again`, { cause: error });
        }
      }
      expect(process.memoryUsage().rss - bytesBefore, "memory does not grow").toBeLessThan(growthBytes);
    },
    cases * 60 + 60_000,
  );
}
