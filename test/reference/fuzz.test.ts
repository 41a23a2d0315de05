import { existsSync } from "node:fs";
import { fuzzFile, fuzzLog } from "../ingest/fuzz.ts";
import { fuzzFormats } from "../ingest/fuzz-run.ts";
import { fuzzSources } from "../ingest/fuzz-sources.ts";
import { describeReference, referencePath } from "./reference.ts";

describeReference("damaged real logs never crash, hang or lose a record", () => {
  fuzzFormats((name) =>
    fuzzSources[name].flatMap(({ reference, options }) =>
      reference === undefined || !existsSync(referencePath(reference)) ? [] : [fuzzLog(fuzzFile(referencePath(reference)), options)],
    ),
  );
});
