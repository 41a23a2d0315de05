import { execFileSync } from "node:child_process";
import { existsSync, linkSync, lstatSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { processSurroundings } from "../../src/cli/surroundings.ts";
import { Folder, root } from "./run.ts";

/** What only a real process shows: pipes, signals, files, threads. */
let folder: Folder;
beforeAll(() => {
  folder = new Folder();
});
afterAll(() => folder.remove());

describe("a reader that has seen enough", () => {
  test.each(["--json", "--all", "--markdown", "--help"])("%s | head -1: no error, no stack trace", async (flag) => {
    const seen = await folder.runShell(`set -o pipefail; shardplan analyze samples/shop.csv.gz ${flag} | head -1`);
    expect(seen).toEqual({ stdout: expect.stringMatching(/^[^\n]+\n$/) as string, stderr: "", exitCode: 0 });
  });

  test("of JSON lines", async () => {
    folder.write("design.yaml", "version: 1\nshards: 4\ntables:\n  a: { shardKey: [id], type: int64 }\n");
    const seen = await folder.runShell(
      `set -o pipefail; yes '{"sql":"SELECT 1 FROM a"}' 2>&- | head -n 20000 | shardplan explain --design design.yaml - | head -1`,
    );
    expect(seen.stderr).toBe("");
    expect(seen.stdout).toMatch(/^\{.*\}\n$/);
  });
});

test.skipIf(!existsSync("/dev/full"))("a full disk is said", async () => {
  expect(await folder.runShell("shardplan analyze samples/access.csv > /dev/full")).toEqual({
    stdout: "",
    stderr: "error: the output can't be written (ENOSPC)\n  is the disk full?\n",
    exitCode: 2,
  });
});

test("Ctrl-C ends a long read at once, and the old report is still there", async () => {
  execFileSync("mkfifo", [folder.at("pipe")]);
  folder.write("report.txt", "the old report\n");
  const before = folder.names();
  // The writer sends a first piece, waits for the reader to be inside, and never ends.
  const script = `
    (head -c 3000000 /dev/zero | tr '\\0' '\\n' | sed 's/^/2026-11-20,SELECT 1 FROM a WHERE id = 1/' | sed '1i ts,sql'; sleep 20) > pipe &
    writer=$!
    exec 3< /dev/null
    "${process.execPath}" "${join(root, "bin/shardplan.js")}" analyze pipe -o report.txt & child=$!
    sleep 2
    kill -INT $child; SECONDS=0
    wait $child; code=$?
    kill $writer 2> /dev/null
    echo "$code after $SECONDS"`;
  const { stdout } = await folder.runShell(`set -m\n${script}`);
  expect(stdout).toMatch(/^130 after [012]\n$/);
  expect(folder.names()).toEqual(before);
  expect(readFileSync(folder.at("report.txt"), "utf8")).toBe("the old report\n");
});

describe("-o", () => {
  test("keeps the old file when the run fails, and replaces it when it is done", async () => {
    folder.write("report.txt", "the old report\n");
    const failed = await folder.runShell("shardplan analyze samples/access.csv missing.csv -o report.txt");
    expect(failed.exitCode).toBe(2);
    expect(readFileSync(folder.at("report.txt"), "utf8")).toBe("the old report\n");
    linkSync(folder.at("report.txt"), folder.at("opened-before.txt"));
    const done = await folder.runShell("chmod 640 report.txt; shardplan analyze samples/access.csv -o report.txt");
    expect(done).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    // Who has the old file open never sees half of the new one.
    expect(readFileSync(folder.at("opened-before.txt"), "utf8")).toBe("the old report\n");
    expect(readFileSync(folder.at("report.txt"), "utf8")).toMatch(/^What was read\n/);
    expect(lstatSync(folder.at("report.txt")).mode & 0o777).toBe(0o640);
  });

  test("writes through a link, and into a pipe, and leaves both what they are", async () => {
    folder.write("target.txt", "old\n");
    symlinkSync("target.txt", folder.at("link.txt"));
    execFileSync("mkfifo", [folder.at("out")]);
    await folder.runShell("shardplan analyze samples/access.csv -o link.txt");
    expect(lstatSync(folder.at("link.txt")).isSymbolicLink()).toBe(true);
    expect(readFileSync(folder.at("target.txt"), "utf8")).toMatch(/^What was read\n/);
    const piped = await folder.runShell("cat out & shardplan analyze samples/access.csv -o out; wait");
    expect(piped).toEqual({ stdout: readFileSync(folder.at("target.txt"), "utf8"), stderr: "", exitCode: 0 });
    expect(lstatSync(folder.at("out")).isFIFO()).toBe(true);
  });
});

test("the report is the same for any number of threads", async () => {
  execFileSync(process.execPath, [join(root, "bench/generate.mjs"), "--out", folder.at("big.csv"), "--bytes", "20MB"]);
  const seen = [];
  for (const workers of [1, 2, 5])
    seen.push(await folder.runShell(`shardplan analyze big.csv --json --workers ${workers}`));
  expect(seen[0]).toMatchObject({ stderr: "", exitCode: 0 });
  expect(seen[1]!.stdout === seen[0]!.stdout, "2 threads").toBe(true);
  expect(seen[2]!.stdout === seen[0]!.stdout, "5 threads").toBe(true);
  const packed = await folder.runShell("gzip -k big.csv && shardplan analyze big.csv.gz --json");
  const own = /^ {6}"(name|bytes|digest)": .*\n/gm;
  expect(
    packed.stdout.replaceAll("big.csv.gz", "big.csv").replace(own, "") === seen[0]!.stdout.replace(own, ""),
    "gzip",
  ).toBe(true);
}, 180_000);

describe("the surroundings of a process", () => {
  const { isTTY, columns } = process.stdout;
  afterEach(() => {
    vi.unstubAllEnvs();
    Object.assign(process.stdout, { isTTY, columns });
  });
  const at = (terminal: boolean, env: Readonly<Record<string, string>>) => {
    Object.assign(process.stdout, { isTTY: terminal, columns: terminal ? 132 : undefined });
    for (const name of ["NO_COLOR", "TERM", "LC_ALL", "LC_CTYPE", "LANG"]) vi.stubEnv(name, env[name] ?? "");
    const { width, color, unicode } = processSurroundings();
    return { width, color, unicode };
  };

  test.each([
    ["a terminal", true, {}, { width: 132, color: true, unicode: true }],
    ["no terminal", false, { LANG: "C" }, { width: undefined, color: false, unicode: true }],
    ["NO_COLOR", true, { NO_COLOR: "1" }, { width: 132, color: false, unicode: true }],
    ["a dumb terminal", true, { TERM: "dumb" }, { width: 132, color: false, unicode: true }],
    ["a locale without UTF-8", true, { LANG: "de_DE.ISO-8859-1" }, { width: 132, color: true, unicode: false }],
    ["the C locale", true, { LC_ALL: "C", LANG: "de_DE.UTF-8" }, { width: 132, color: true, unicode: false }],
    ["a UTF-8 locale", true, { LANG: "de_DE.utf8" }, { width: 132, color: true, unicode: true }],
  ])("%s", (_, terminal, env, expected) => expect(at(terminal, env)).toEqual(expected));
});

test("warnings go to stderr, the result alone to stdout", async () => {
  writeFileSync(folder.at("copy.csv"), readFileSync(folder.at("samples/access.csv")));
  const seen = await folder.runShell("shardplan analyze copy.csv copy.csv --json");
  expect(seen.stderr).toBe("warning: copy.csv is named twice: it is read once\n");
  expect(() => JSON.parse(seen.stdout) as unknown).not.toThrow();
});
