import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Report } from "../../src/report/schema.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

const shop = ["analyze", "./samples/shop.csv.gz", "--schema", "./samples/shop.sql"];

describe("analyze --html", () => {
  test("writes the page beside the other output; report makes the same bytes of the JSON", async () => {
    const { stdout, exitCode } = await folder.run([...shop, "--json", "-o", "./report.json", "--html", "./page.html"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 0 });
    expect(await folder.run(["report", "./report.json", "--html", "./again.html"])).toEqual({
      stdout: "",
      stderr: "",
      exitCode: 0,
    });
    const same = (name: string) => readFileSync(folder.at(name)).equals(readFileSync(folder.at("page.html")));
    expect(same("again.html")).toBe(true);
    const piped = await folder.run(["report", "-", "--html", "./piped.html"], {
      input: readFileSync(folder.at("report.json")),
    });
    expect(piped.exitCode).toBe(0);
    expect(same("piped.html")).toBe(true);
  });

  test("what two tables share of the shop is counted: pairs by hand from its schema and log", async () => {
    const { review } = JSON.parse((await folder.run([...shop, "--json"])).stdout) as Report;
    const pair = (a: string, b: string) => review.coAccess.find(({ tables }) => tables.join() === `${a},${b}`);
    // Countries are copied; the addresses that name them are read with them. Inventory follows its products.
    expect(pair("addresses", "countries")).toMatchObject({ together: "copied", foreignKey: true, crossShardStatements: 0 });
    expect(pair("order_items", "orders")).toMatchObject({ together: "colocated", foreignKey: true });
    expect(pair("inventory", "orders")).toMatchObject({ together: "apart", foreignKey: false, statements: 0 });
    expect(pair("inventory", "orders")!.crossShardTransactions).toBeGreaterThan(0);
    for (const { crossShardTransactions, transactions } of review.coAccess)
      expect(crossShardTransactions).toBeLessThanOrEqual(transactions);
    const all = review.templates.reduce((sum, { share }) => sum + share, review.otherTemplates.share);
    expect(all).toBeCloseTo(1, 3);
    for (const template of review.templates) {
      const { oneShard, severalShards, everyShard, crossShardJoin, referenceWrite, unknown } = template;
      expect(oneShard + severalShards + everyShard + crossShardJoin + referenceWrite + unknown).toBeCloseTo(
        template.executions,
        1,
      );
    }
  });

  test.each([
    [["-o", "./same.html"]],
    [["--save-design", "./same.html"]],
    [["--save-scenario", "./same.html"]],
  ])("refuses one path for two files %j", async (args) => {
    const { stderr, exitCode } = await folder.run([...shop, "--html", "./same.html", ...args]);
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining("it can't be two results at once") as string, exitCode: 2 });
    expect(folder.names()).not.toContain("same.html");
  });
});

describe("report refuses in one sentence, and writes nothing", () => {
  test.each([
    ["not JSON", "{", "not JSON"],
    ["another document", `{"kind":"placement"}`, "not a document of analyze, reshard or simulate"],
    ["an array", "[]", "not a document of analyze, reshard or simulate"],
    ["a document of another shape", `{"kind":"reshard","version":1}`, "tool: "],
    ["a document of another version", `{"kind":"analysis","version":2}`, "version: "],
  ])("%s", async (_, content, message) => {
    folder.write("bad.json", content);
    const { stdout, stderr, exitCode } = await folder.run(["report", "./bad.json", "--html", "./bad.html"]);
    expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
    expect(stderr).toContain(message);
    expect(folder.names()).not.toContain("bad.html");
  });

  test("its own input as the page", async () => {
    folder.write("own.json", "{}");
    const { stderr, exitCode } = await folder.run(["report", "./own.json", "--html", "./own.json"]);
    expect({ stderr, exitCode }).toEqual({ stderr: expect.stringContaining("it is an input") as string, exitCode: 2 });
  });
});
