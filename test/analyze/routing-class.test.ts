import { expect, test } from "vitest";
import { routingClassOf } from "../../src/analyze/routing-class.ts";
import type { AccessShape } from "../../src/workload/workload.ts";

const shape = (use: AccessShape["use"], equal: string[], ranges: string[] = []): AccessShape => ({
  table: "t",
  use,
  equal: equal.map((name) => ({ column: name.replace("*", ""), list: name.endsWith("*") })),
  ranges: ranges.map((column) => ({ column, from: true, to: true })),
});

test.each([
  // the key, the access, under hashing, under ranges
  [["a"], shape("read", ["a"]), "single-shard/equal", "single-shard/equal"],
  [["a"], shape("read", ["a", "b"]), "single-shard/equal", "single-shard/equal"],
  [["a"], shape("read", ["b"]), "scatter-gather/no-key", "scatter-gather/no-key"],
  [["a"], shape("read", ["a*"]), "multi-shard/in-list", "multi-shard/in-list"],
  [["a"], shape("read", ["a", "b*"]), "single-shard/equal", "single-shard/equal"],
  [["a"], shape("read", [], ["a"]), "scatter-gather/inequality", "multi-shard/range"],
  [["a", "b"], shape("read", ["a", "b"]), "single-shard/equal", "single-shard/equal"],
  [["a", "b"], shape("update", ["a"]), "scatter-gather/no-key", "multi-shard/partial-key"],
  [["a", "b"], shape("delete", ["b"]), "scatter-gather/no-key", "scatter-gather/no-key"],
  [["a", "b"], shape("read", ["a"], ["b"]), "scatter-gather/inequality", "multi-shard/partial-key"],
  [["a"], shape("insert", ["a*", "b*"]), "multi-shard/rows", "multi-shard/rows"],
  [["a"], shape("insert", ["b"]), "unknown/missing-key", "unknown/missing-key"],
] as const)("key %j, %j", (key, access, hashed, ranged) => {
  const text = (keepsOrder: boolean): string => {
    const { class: routed, because } = routingClassOf(access, key, keepsOrder);
    return `${routed}/${because}`;
  };
  expect(text(false)).toBe(hashed);
  expect(text(true)).toBe(ranged);
});
