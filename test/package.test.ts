import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

/** What `npm publish` would send, as npm itself says it. */
interface Packed {
  readonly size: number;
  readonly files: readonly { readonly path: string }[];
}
let packed: Packed;

beforeAll(() => {
  const options = { cwd: root, encoding: "utf8", shell: process.platform === "win32" } as const;
  const answer = execFileSync("npm", ["pack", "--json", "--dry-run", "--ignore-scripts"], options);
  packed = JSON.parse(answer)[0];
});

describe("the npm package", () => {
  it("holds the program, the samples with their schemas, and the papers; nothing else", () => {
    const expected = [
      /^bin\/[a-z-]+\.js$/,
      /^dist\/bundle\/[a-z0-9-]+\.js$/,
      /^dist\/[a-z0-9/.-]+\.d\.ts$/,
      /^samples\/[a-z-]+\.(csv\.gz|sql|yaml)$/,
      /^(README\.md|LICENSE|CHANGELOG\.md|package\.json)$/,
    ];
    const paths = packed.files.map(({ path }) => path);
    expect(paths.filter((path) => !expected.some((pattern) => pattern.test(path)))).toEqual([]);
    for (const pattern of expected) expect(paths).toContainEqual(expect.stringMatching(pattern));
    expect(paths).toEqual(expect.arrayContaining(["LICENSE", "CHANGELOG.md"]));
  });

  it("holds what is compiled from today's sources: each program, and types for each file", () => {
    const paths = packed.files.map(({ path }) => path);
    for (const program of ["main", "library", "scan-worker", "simulate-worker", "unpack-worker"])
      expect(paths).toContain(`dist/bundle/${program}.js`);
    const typed = paths.filter((path) => path.endsWith(".d.ts"));
    const orphans = typed.filter(
      (path) => !existsSync(join(root, path.replace(/^dist/, "src").replace(/\.d\.ts$/, ".ts"))),
    );
    expect(orphans, "dist/ is older than src/: run `npm run build`").toEqual([]);
  });

  it("is below 2 MB", () => {
    expect(packed.size).toBeLessThan(2_000_000);
  });

  it("holds every command that it promises", () => {
    const commands = Object.values<string>(manifest.bin);
    expect(commands).not.toEqual([]);
    for (const command of commands) {
      expect(packed.files).toContainEqual(expect.objectContaining({ path: command }));
      expect(readFileSync(join(root, command), "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });
});
