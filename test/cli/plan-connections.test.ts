import { afterAll, expect, test } from "vitest";
import { planSchema } from "../../src/report/schema-plan.ts";
import { Folder } from "./run.ts";

const folder = new Folder();
afterAll(() => folder.remove());
folder.write("nodes.yaml", "version: 1\nnodes:\n  - { name: small, cores: 8, connections: 300 }\n");

test("clients that are connected at once end a node where it takes no more of them", async () => {
  const asked = ["--connections", "200", "--growth", "connections 10/month", "--nodes", folder.at("nodes.yaml")];
  const { stdout, stderr, exitCode } = await folder.run(["plan", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--workers", "1", ...asked, "--json"]);
  expect({ stderr, exitCode }).toEqual({ stderr: "", exitCode: 0 });
  const { ladder, now, notes } = planSchema.parse(JSON.parse(stdout));
  expect(now.connections).toBe(200);
  // From 200 by 10 a month to 300.
  const end = ladder.find(({ rung }) => rung === "as-it-is")!;
  expect(end.until!.value!).toBeCloseTo(10, 1);
  expect(end.endedBy).toMatchObject({ limit: "connections", allowed: 300 });
  expect(notes.join("\n")).toContain("each client is taken to be connected to every shard");
});

test("connections that grow without a number to grow from are not passed over in silence", async () => {
  const { stdout } = await folder.run(["plan", "samples/shop.csv.gz", "--schema", "samples/shop.sql", "--workers", "1", "--growth", "connections 10/month", "--json"]);
  expect(planSchema.parse(JSON.parse(stdout)).notes.join("\n")).toContain("pass --connections 200");
});
