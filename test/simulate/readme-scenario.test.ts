import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { parseScenario } from "../../src/simulate/scenario-file.ts";
import { scenarioShape } from "../../src/simulate/scenario-shape.ts";

const readme = readFileSync(fileURLToPath(new URL("../../README.md", import.meta.url)), "utf8");
const example = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml]) => yaml!).find((yaml) => yaml.includes("operations:"))!;

test("the scenario of the README reads", () => {
  const scenario = parseScenario(example, "README.md");
  expect(scenario.operations.map(({ name }) => name)).toEqual(["get", "put", "find", "scan", "transfer", "back", "copy"]);
  expect(scenario.faults).toHaveLength(3);
});

test("the README shows every key of a scenario", () => {
  const keys = new Set<string>();
  const collect = (type: unknown): void => {
    const { def, shape, element } = (type ?? {}) as {
      def?: { innerType?: unknown; options?: readonly unknown[] };
      shape?: Record<string, unknown>;
      element?: unknown;
    };
    for (const inner of [def?.innerType, element, ...(def?.options ?? [])]) if (inner !== undefined) collect(inner);
    for (const [key, inner] of Object.entries(shape ?? {})) {
      keys.add(key);
      collect(inner);
    }
  };
  collect(scenarioShape);
  expect(keys.size).toBeGreaterThan(90);
  expect([...keys].filter((key) => !new RegExp(`\\b${key}:`).test(example))).toEqual([]);
});
