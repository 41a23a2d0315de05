import { existsSync, mkdirSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { targetNames } from "../../src/placement/targets.ts";
import { exportSchema } from "../../src/report/export-schema.ts";
import { Folder } from "./run.ts";

let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

const shop = ["--design", "./samples/shop-design.yaml", "--schema", "./samples/shop.sql"];
const unsharded = "version: 1\ntarget: vitess\nshards: 2\ntables:\n  a: { shardKey: id, type: int64 }\n  s: { kind: unsharded }\n";

describe("export", () => {
  it.each(targetNames)("--json is as the published schema says (%s)", async (target) => {
    const { stdout, exitCode } = await folder.run(["export", ...shop, "--target", target, "--json"]);
    expect(exitCode).toBe(0);
    const report = exportSchema.parse(JSON.parse(stdout));
    expect(report.target).toBe(target);
    expect(report.files.length).toBeGreaterThan(0);
  });

  it("prints several files under their names, and writes them into a folder", async () => {
    folder.write("two.yaml", unsharded);
    const { stdout } = await folder.run(["export", "--design", "./two.yaml"]);
    expect(stdout.match(/^==> .* <==$/gm)).toEqual(["==> vschema.json <==", "==> vschema-unsharded.json <=="]);
    mkdirSync(join(folder.path, "out"));
    await folder.run(["export", "--design", "./two.yaml", "-o", "./out"]);
    expect(readdirSync(join(folder.path, "out")).sort()).toEqual(["vschema-unsharded.json", "vschema.json"]);
  });

  it("writes no half of several files", async () => {
    folder.write("two.yaml", unsharded);
    const { stderr, exitCode } = await folder.run(["export", "--design", "./two.yaml", "-o", "./one.json"]);
    expect(stderr).toContain("error: ./one.json: vschema.json and vschema-unsharded.json don't go into one file");
    expect(exitCode).toBe(2);
    expect(existsSync(join(folder.path, "one.json"))).toBe(false);
  });

  it("does not write over the design", async () => {
    folder.write("own.yaml", unsharded);
    const { stderr, exitCode } = await folder.run(["export", "--design", "./own.yaml", "--json", "-o", "./own.yaml"]);
    expect(stderr).toContain("error: ./own.yaml: can't be written, it is an input");
    expect(exitCode).toBe(2);
    expect(readFileSync(join(folder.path, "own.yaml"), "utf8")).toBe(unsharded);
  });

  it("names the targets when it has no such one", async () => {
    const { stderr, exitCode } = await folder.run(["export", ...shop, "--target", "oracle"]);
    expect(stderr).toContain('error: --target: no target "oracle"\n  targets: ');
    expect(exitCode).toBe(2);
  });
});
