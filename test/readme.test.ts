import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { keyOf } from "../src/cli/config/config-file.ts";
import { commandLine } from "../src/cli/main.ts";
import type { Surroundings } from "../src/cli/surroundings.ts";
import { Readable } from "node:stream";
import { afterAll, describe, expect, test } from "vitest";

const surroundings: Surroundings = {
  stdout: () => {},
  stderr: () => {},
  stdin: Readable.from([]),
  width: undefined,
  color: false,
  unicode: true,
  progress: false,
  now: () => 0,
  cores: 1,
  processId: 1,
};
const root = fileURLToPath(new URL("..", import.meta.url));
const readme = readFileSync(join(root, "README.md"), "utf8");
const update = process.env["UPDATE_GOLDEN"] === "1";

// Commands run where only the samples are, so that what they write is not left in the repository.
const folder = mkdtempSync(join(tmpdir(), "shardplan-readme-"));
symlinkSync(join(root, "samples"), join(folder, "samples"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A console block: one command, and what it prints if the README shows it. */
const blocks = [...readme.matchAll(/```console\n\$ (?<command>[^\n]+)\n(?<output>[^]*?)```/g)].map(
  ({ 0: text, groups }) => ({
    text,
    command: groups!["command"]!,
    output: groups!["output"]!,
  }),
);

function run(command: string): { stdout: string; stderr: string; status: number | null } {
  const script = `shardplan() { "${process.execPath}" "${join(root, "bin/shardplan.js")}" "$@"; }\n${command}`;
  const env = { ...process.env, NO_COLOR: "1" };
  return spawnSync("bash", ["-c", script], { cwd: folder, encoding: "utf8", env, maxBuffer: 64 << 20 });
}

describe("the README", () => {
  test("shows commands", () => expect(blocks.length).toBeGreaterThan(3));

  for (const { text, command, output } of blocks) {
    test(`$ ${command}`, () => {
      const { stdout, stderr, status } = run(command);
      expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
      const shown = readme.slice(0, readme.indexOf(text)).endsWith("<!-- readme:output -->\n");
      if (shown && update) {
        const current = readFileSync(join(root, "README.md"), "utf8");
        writeFileSync(
          join(root, "README.md"),
          current.replace(text, () => `\`\`\`console\n$ ${command}\n${stdout}\`\`\``),
        );
      } else if (shown) expect(output, "run with UPDATE_GOLDEN=1 and review the difference").toBe(stdout);
      else expect(output, "only blocks marked readme:output show what is printed").toBe("");
    });
  }

  test("names the two commands as package.json has them", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    expect(readme).toMatch(/```sh\nnpm start .*\nnpm test .*\n```/);
    expect(scripts).toMatchObject({
      start: "node scripts/start.mjs",
      test: expect.stringContaining("vitest run") as string,
    });
  });

  test("links only to files that are there", () => {
    for (const [, target] of readme.matchAll(/\]\((?!https?:)([^)#]+)\)/g))
      expect(() => readFileSync(join(root, target!))).not.toThrow();
  });

  test("names every key of the configuration file", () => {
    const program = commandLine(surroundings);
    const keys = program.commands
      .filter(({ options }) => options.length > 0)
      .map((command) => `- ${command.name()}: ${command.options.map((option) => `\`${keyOf(option)}\``).join(", ")}`);
    const block = `<!-- config:keys -->\n${keys.join("\n")}\n<!-- config:end -->`;
    const between = /<!-- config:keys -->\n[^]*<!-- config:end -->/;
    const current = readFileSync(join(root, "README.md"), "utf8");
    if (update) writeFileSync(join(root, "README.md"), current.replace(between, () => block));
    else expect(between.exec(current)![0], "run with UPDATE_GOLDEN=1").toBe(block);
  });

  test("shows a configuration file that works", () => {
    const yaml = /```yaml config\n([^]*?)```/.exec(readme)![1]!;
    writeFileSync(join(folder, "config.yaml"), yaml);
    const { status, stdout } = run("shardplan analyze --config config.yaml samples/shop.csv.gz --json");
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ options: { shardCounts: [4, 8] }, load: { cores: 32 } });
  });

  test("shows a design that reads", () => {
    const yaml = [...readme.matchAll(/```yaml\n([^]*?)```/g)].map(([, block]) => block!).find((block) => block.includes("shardKey"))!;
    writeFileSync(join(folder, "design.yaml"), yaml);
    const { status, stdout } = run(
      'shardplan explain --design design.yaml "SELECT 1 FROM orders WHERE customer_id = 5" 2>/dev/null',
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining("single-shard") as string });
  });
});
