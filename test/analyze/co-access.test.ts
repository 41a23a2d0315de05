import { expect, test } from "vitest";
import { analyze } from "../../src/analyze/analyze.ts";
import { emptySchema } from "../../src/sql/schema.ts";
import { handMadeWorkload } from "./hand-made-workload.ts";

test("a workload whose statements reach one table each has no pairs", () => {
  const workload = handMadeWorkload([
    { shape: "read a id=", count: 100, values: (nth) => [nth] },
    { shape: "read b id=", count: 100, values: (nth) => [nth] },
  ]);
  expect(analyze(workload, emptySchema).coAccess).toEqual([]);
});
