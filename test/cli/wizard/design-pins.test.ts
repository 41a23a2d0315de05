import { expect, test } from "vitest";
import { pinOption } from "../../../src/cli/option-values.ts";
import { pinsOf } from "../../../src/cli/wizard/design-pins.ts";
import type { ReportDesign } from "../../../src/report/schema.ts";

const sharded = (table: string, ...shardKey: string[]): ReportDesign["tables"][number] => ({ table, kind: "sharded", shardKey, strategy: "hash", colocatedWith: null });
const alone = (table: string, kind: "reference" | "unsharded"): ReportDesign["tables"][number] => ({ table, kind, shardKey: [], strategy: null, colocatedWith: null });

test("a design's pins are read back as it is, whatever its names", () => {
  const tables = [sharded("orders", "tenant_id", "id"), alone("countries", "reference"), alone("jobs", "unsharded"), sharded("Order Lines", "a=b", "reference")];
  const pins = pinsOf({ tables } as ReportDesign);
  expect(pins).toEqual(["orders=tenant_id,id", "countries=reference", "jobs=unsharded", '"Order Lines"="a=b","reference"']);
  expect(pins.flatMap((pin) => pinOption(pin, []))).toEqual(
    tables.map(({ table, kind, shardKey }) => ({ table, to: kind === "sharded" ? { kind, key: shardKey } : { kind } })),
  );
});
