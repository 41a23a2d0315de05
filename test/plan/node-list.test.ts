import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseNodes } from "../../src/plan/node-list.ts";

const nodes = (lines: string): string => `version: 1\nnodes:\n${lines}`;

test("reads what a node has, and leaves unknown what is not said", () => {
  const text = nodes(`  - { name: small, cores: 4, memory: 16GB, storage: 500GiB, iops: 3000, connections: 500, price: 120 EUR/month }
  - { name: large, cores: 32, price: 2.5EUR/hour }
  - { name: bare, cores: 8 }
`);
  expect(parseNodes(text, "nodes.yaml")).toEqual([
    { name: "small", cores: 4, memoryBytes: 16e9, storageBytes: 500 * 2 ** 30, iops: 3000, connections: 500, price: { perMonth: 120, currency: "EUR" } },
    // A month is 730.5 hours.
    { name: "large", cores: 32, memoryBytes: undefined, storageBytes: undefined, iops: undefined, connections: undefined, price: { perMonth: 1826.25, currency: "EUR" } },
    { name: "bare", cores: 8, memoryBytes: undefined, storageBytes: undefined, iops: undefined, connections: undefined, price: undefined },
  ]);
  expect(parseNodes(nodes("  - { name: a, cores: 2, price: $600/year }"), "n")[0]!.price).toEqual({ perMonth: 50, currency: "$" });
});

test.each([
  ["- { name: a }", 'nodes.yaml:3:5: "cores" of node "a" is missing'],
  ["- { cores: 4 }", 'nodes.yaml:3:5: "name" of node 1 is missing'],
  ["- { name: a, cores: 0 }", 'nodes.yaml:3:23: "cores" of node "a": it is not above 0'],
  ["- { name: a, cores: many }", 'nodes.yaml:3:23: "cores" of node "a": it is no number'],
  ["- { name: a, cores: 4, memmory: 16GB }", 'nodes.yaml:3:26: unknown name "memmory"'],
  ["- { name: a, cores: 4, memory: 16 sheep }", 'nodes.yaml:3:34: "memory" is no size'],
  ["- { name: a, cores: 4, storage: 0 }", 'nodes.yaml:3:35: "storage" is no size'],
  ["- { name: a, cores: 4, iops: -1 }", 'nodes.yaml:3:32: "iops" of node "a": it is not above 0'],
  ["- { name: a, cores: 4, connections: many }", 'nodes.yaml:3:39: "connections" of node "a": it is no number'],
  ["- { name: a, cores: 4, price: 120 }", 'nodes.yaml:3:33: "price" is no price'],
  ["- { name: a, cores: 4, price: 120/month }", 'nodes.yaml:3:33: "price" is no price'],
  ["- { name: a, cores: 4 }\n  - { name: a, cores: 8 }", 'nodes.yaml:4:13: a second node is named "a"'],
  ["- { name: a, cores: 4, price: 1 EUR/hour }\n  - { name: b, cores: 8, price: 2 USD/hour }", "nodes.yaml:4:33: its price is in USD, an earlier one in EUR"],
  ["- 4", "nodes.yaml:3:5: node 1: expected names with their values"],
])("refuses %j in one sentence with its place", (line, message) => {
  expect(() => parseNodes(nodes(`  ${line}\n`), "nodes.yaml")).toThrow(expect.objectContaining({ message, exitCode: 2, hint: expect.stringMatching(/./) }));
});

test("reads the README's own example", () => {
  const readme = readFileSync(join(import.meta.dirname, "..", "..", "README.md"), "utf8");
  const example = /```yaml\n(version: 1\nnodes:\n[^`]+)```/.exec(readme)![1]!;
  expect(parseNodes(example, "README.md").map(({ name, cores }) => [name, cores])).toEqual([
    ["small", 4],
    ["large", 32],
  ]);
});

test("refuses a file without nodes", () => {
  expect(() => parseNodes("", "nodes.yaml")).toThrow("nodes.yaml: the nodes file is empty");
  expect(() => parseNodes("version: 1\n", "nodes.yaml")).toThrow('nodes.yaml:1:1: "nodes" is missing');
  expect(() => parseNodes("version: 1\nnodes: []\n", "nodes.yaml")).toThrow('nodes.yaml:2:8: "nodes": it is empty');
  expect(() => parseNodes("nodes: [{ name: a, cores: 4 }]\n", "nodes.yaml")).toThrow('nodes.yaml:1:1: "version" is missing');
  expect(() => parseNodes("version: 1\nnodes: [", "nodes.yaml")).toThrow(/^nodes.yaml:2:/);
});
