import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Folder } from "../run.ts";
import { log, packed, zstdFrame } from "./packed-samples.ts";

/** Unpacking runs on a thread, which is built: so it is seen from outside, as a user sees it. */
let folder: Folder;
beforeAll(() => {
  folder = new Folder();
  folder.write("log.csv", log);
  folder.write("log.gz", gzipSync(log));
  folder.write("log.zst", packed.zstd);
  folder.write("log.bz2", packed.bzip2);
});
afterAll(() => folder.remove());

interface Read {
  readonly read: { readonly records: number; readonly statements: number };
  readonly inputs: readonly { readonly warnings: readonly string[] }[];
}

async function analyzed(command: string): Promise<Read> {
  const { stdout, stderr } = await folder.runShell(`${command} --json`);
  expect(stdout, stderr).not.toBe("");
  return JSON.parse(stdout) as Read;
}

test.each(["log.csv", "log.gz", "log.zst", "log.bz2"])("%s, as a file and from stdin", async (name) => {
  for (const command of [`shardplan analyze ${name}`, `cat ${name} | shardplan analyze -`]) {
    const { read, inputs } = await analyzed(command);
    expect(read).toMatchObject({ records: 40, statements: 40 });
    expect(inputs[0]!.warnings).toEqual([]);
  }
});

test("mixed in one call, and a large one in many blocks", async () => {
  folder.write("large.zst", zstdFrame(Buffer.from(`${log}${log.slice(15).repeat(500)}`), 100_000));
  expect((await analyzed("shardplan analyze log.csv log.gz log.zst log.bz2 large.zst")).read.records).toBe(160 + 501 * 40);
});

test("a tail that is cut off: what comes before it is kept, and said", async () => {
  const frame = zstdFrame(Buffer.from(log), 500);
  folder.write("cut.zst", frame.subarray(0, frame.length - 100));
  const { read, inputs } = await analyzed("shardplan analyze cut.zst");
  expect(read.statements).toBeGreaterThan(30);
  expect(inputs[0]!.warnings).toEqual([
    expect.stringMatching(/^cut\.zst: the zstd data breaks off behind byte 2\d{3} of the unpacked log/),
  ]);
});

test.each([
  ["dead.zst", Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x58, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), "the zstd data can't be unpacked"],
  ["dead.bz2", packed.bzip2.subarray(0, 40), "the bzip2 data can't be unpacked"],
  ["twice.zst", zstdFrame(packed.zstd), "this was compressed with zstd twice"],
])("%s: %#", async (name, bytes, message) => {
  folder.write(name, bytes);
  const { stdout, stderr, exitCode } = await folder.runShell(`shardplan analyze ${name}`);
  expect({ stdout, exitCode }).toEqual({ stdout: "", exitCode: 2 });
  expect(stderr).toContain(`error: ${name}: ${message}`);
});

test("a command that fails for another reason does not wait for the thread", async () => {
  const { exitCode } = await folder.runShell("cat log.zst | shardplan analyze - samples/README.md");
  expect(exitCode).toBe(2);
});
