import { describe, expect, test } from "vitest";
import { formatNames } from "../../src/ingest/format.ts";
import { fuzzLog } from "./fuzz.ts";
import { fuzzFormats } from "./fuzz-run.ts";
import { fuzzSources } from "./fuzz-sources.ts";
import { bytesOf } from "./reading.ts";

describe("damaged logs never crash, hang or lose a record", () => {
  test("every format has a log to damage", () => {
    for (const name of formatNames) expect(fuzzSources[name].length, name).toBeGreaterThan(0);
  });

  fuzzFormats((name) =>
    fuzzSources[name].flatMap(({ sample, options }) =>
      sample === undefined ? [] : [fuzzLog(bytesOf(sample), options)],
    ),
  );
});
