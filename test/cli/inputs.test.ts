import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { InputError } from "../../src/base/input-error.ts";
import { glob } from "../../src/cli/glob.ts";
import {
  expandArguments,
  guessStarts,
  linesOf,
  openInput,
  readFileRange,
  readHead,
  readStream,
} from "../../src/cli/inputs.ts";
import type { Input } from "../../src/cli/inputs.ts";
import { LineIndex } from "../../src/cli/line-index.ts";
import { detectFormat } from "../../src/ingest/detect.ts";
import { formats } from "../../src/ingest/formats.ts";

let folder = "";
const inFolder = (name: string) => join(folder, name);
const noStdin = Readable.from([]);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "shardplan-inputs-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const statements = Array.from({ length: 30_000 }, (_, index) => `SELECT "a",\n b FROM t WHERE id = ${index}`);
const log = Buffer.from(`ts,sql\n${statements.map((sql) => `2026-11-20,"${sql.replaceAll('"', '""')}"\n`).join("")}`);

async function readInput(
  input: Input,
): Promise<{ sql: string[]; offsets: number[]; skipped: string[]; warning: string | undefined }> {
  const detection = detectFormat(await readHead(input));
  const reader = formats[detection.format].createReader(detection);
  const read = {
    sql: [] as string[],
    offsets: [] as number[],
    skipped: [] as string[],
    warning: undefined as string | undefined,
  };
  const visit = (entry: { bytes: Uint8Array; sql: { start: number; end: number }; offset: number }) => {
    read.sql.push(Buffer.from(entry.bytes.subarray(entry.sql.start, entry.sql.end)).toString());
    read.offsets.push(entry.offset);
  };
  const skipped = (offset: number, reason: string) => read.skipped.push(`${offset} ${reason}`);
  if (input.kind === "stream")
    read.warning = (await readStream(input, reader, detection.dataStart, visit, skipped)).warning;
  else readFileRange(input.path, reader, detection.dataStart, Infinity, visit, skipped);
  return read;
}

function opened(name: string, bytes: Uint8Array): Promise<Input> {
  writeFileSync(inFolder(name), bytes);
  return openInput(inFolder(name), noStdin);
}

async function complaint(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof InputError)
      return `${error.exitCode} ${error.message.replace(folder, "")} / ${error.hint?.replace(folder, "")}`;
    throw error;
  }
  return "none";
}

describe("an input gives the same entries whatever it comes as", () => {
  test("plain file, gzip of one and of several members, stdin plain and packed, in pieces of any size", async () => {
    const members = [0, 1, 70_000, 900_000].map((start, index, starts) =>
      gzipSync(log.subarray(start, starts[index + 1] ?? log.length)),
    );
    const pieces = (bytes: Buffer, size: number) =>
      Readable.from(
        Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
          bytes.subarray(index * size, (index + 1) * size),
        ),
      );
    const inputs = [
      await opened("plain.csv", log),
      await opened("packed-without-the-usual-name", gzipSync(log)),
      await opened("members.gz", Buffer.concat(members)),
      await openInput("-", pieces(log, 1)),
      await openInput("-", pieces(log, 50_000)),
      await openInput("-", pieces(gzipSync(log), 1)),
    ];
    for (const input of inputs) {
      const { sql, skipped, warning } = await readInput(input);
      expect(sql).toEqual(statements);
      expect(skipped).toEqual([]);
      expect(warning).toBeUndefined();
    }
  });

  test("the head of a stream is looked at without losing it, at the end or not", async () => {
    const short = await openInput("-", Readable.from([Buffer.from("ts,sql\n2026-11-20,SELECT 1\n")]));
    expect(await readHead(short)).toMatchObject({ atEnd: true, name: "stdin" });
    expect((await readInput(short)).sql).toEqual(["SELECT 1"]);
    expect((await readHead(await opened("long.csv", log))).atEnd).toBe(false);
    expect((await readHead(await openInput("-", Readable.from([Buffer.from("x")])))).bytes).toEqual(
      new Uint8Array([120]),
    );
  });
});

describe("damaged and missing inputs", () => {
  test("a gzip tail that is cut off or broken: what was read before is kept, and said", async () => {
    const packed = gzipSync(log);
    const truncated = await readInput(await opened("truncated.gz", packed.subarray(0, packed.length - 5000)));
    expect(truncated.warning).toMatch(
      /truncated\.gz: the gzip data breaks off behind byte \d+ of the unpacked log \(unexpected end of file\)/,
    );
    expect(truncated.sql.length).toBeGreaterThan(20_000);
    expect(truncated.sql).toEqual(statements.slice(0, truncated.sql.length));
    expect(truncated.skipped.length).toBeLessThanOrEqual(1);

    const garbled = Buffer.from(packed);
    garbled.fill(0xff, packed.length - 5000, packed.length - 4000);
    const broken = await readInput(await opened("broken.gz", garbled));
    expect(broken.warning).toContain("breaks off behind byte");
    expect(broken.sql.length).toBeGreaterThan(1000);
  });

  test("a gzip that can't be unpacked at all", async () => {
    const input = await opened("bad.gz", Buffer.from([0x1f, 0x8b, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9]));
    expect(await complaint(readHead(input))).toMatch(
      /^2 \/bad\.gz: the gzip data can't be unpacked \(.*\) \/ check it with gzip -t/,
    );
  });

  test("an error of the one who reads comes out of the reading", async () => {
    const input = await openInput("-", Readable.from([log]));
    const detection = detectFormat(await readHead(input));
    const visit = () => {
      throw new Error("enough");
    };
    if (input.kind !== "stream") throw new Error("stdin is a stream");
    const reader = formats.csv.createReader(detection);
    await expect(readStream(input, reader, detection.dataStart, visit, () => {})).rejects.toThrow("enough");
  });

  test("missing, directory, empty, unreadable, pattern without match", async () => {
    mkdirSync(inFolder("logs"), { recursive: true });
    writeFileSync(inFolder("empty.csv"), "");
    expect(await complaint(openInput(inFolder("nope.csv"), noStdin))).toMatch(/^2 \/nope\.csv: no such file \/ /);
    expect(await complaint(openInput(inFolder("logs"), noStdin))).toBe(
      "2 /logs: this is a directory / name the files in it with a pattern: '/logs/*'",
    );
    expect(await complaint(openInput(inFolder("empty.csv"), noStdin))).toMatch(/^3 \/empty\.csv: the file is empty/);
    expect(() => expandArguments([inFolder("*.none")])).toThrow("no file matches this pattern");
    writeFileSync(inFolder("secret.csv"), "x");
    chmodSync(inFolder("secret.csv"), 0);
    // root reads everything
    if (process.getuid?.() !== 0)
      expect(await complaint(openInput(inFolder("secret.csv"), noStdin))).toContain("permission denied");
  });
});

describe("arguments", () => {
  test("patterns are expanded in order of name, and a file named twice is read once", () => {
    for (const path of [
      "g/b.csv",
      "g/a.csv",
      "g/x/c.csv",
      "g/x/y/d.csv",
      "g/.hidden.csv",
      "g/.hidden/f.csv",
      "g/[odd].csv",
      "g/e.txt",
    ]) {
      mkdirSync(join(inFolder(path), ".."), { recursive: true });
      writeFileSync(inFolder(path), "x");
    }
    symlinkSync(inFolder("g/a.csv"), inFolder("g/z.link"));
    const found = (pattern: string) => glob(inFolder(pattern)).map((path) => path.slice(folder.length + 3));
    expect(found("g/*.csv")).toEqual(["[odd].csv", "a.csv", "b.csv"]);
    expect(found("g/**/*.csv")).toEqual(["[odd].csv", "a.csv", "b.csv", "x/c.csv", "x/y/d.csv"]);
    expect(found("g/x/**")).toEqual(["x/c.csv", "x/y/d.csv"]);
    expect(found("g/{a,x/c}.csv")).toEqual(["a.csv", "x/c.csv"]);
    expect(found("g/[!b].csv")).toEqual(["a.csv"]);
    expect(found("g/[a-b].{csv,txt}")).toEqual(["a.csv", "b.csv"]);
    expect(found("g/?.txt")).toEqual(["e.txt"]);
    expect(found("g/.*")).toEqual([".hidden.csv"]);
    const { names, warnings } = expandArguments([
      inFolder("g/a.csv"),
      inFolder("g/*.csv"),
      inFolder("g/z.link"),
      inFolder("g/[odd].csv"),
    ]);
    expect(names.map((name) => name.slice(folder.length))).toEqual(["/g/a.csv", "/g/[odd].csv", "/g/b.csv"]);
    expect(warnings).toHaveLength(3);
    expect(warnings[0]).toMatch(/a\.csv is named twice: it is read once/);
  });
});

describe("lines of offsets", () => {
  test("are the same for a file, gzip and stdin", async () => {
    const inputs = [
      await opened("lines.csv", log),
      await opened("lines.gz", gzipSync(log)),
      await openInput("-", Readable.from([log])),
    ];
    for (const input of inputs) {
      const { offsets } = await readInput(input);
      const wanted = [0, offsets[29_999]!, offsets[0]!, offsets[12_345]!, offsets[1]! + 30];
      // The header is line 1, and each record takes two lines.
      const lines = linesOf(input, wanted);
      expect(wanted.map((offset) => lines.get(offset))).toEqual([1, 60_000, 2, 24_692, 5]);
    }
  });

  test("the index agrees with counting, for any text in any pieces", () => {
    const text = fc.string({ unit: fc.oneof(fc.constantFrom("\n", "a"), fc.constant("x".repeat(300))), maxLength: 60 });
    fc.assert(
      fc.property(fc.array(text), fc.nat(), (pieces, near) => {
        const index = new LineIndex();
        for (const piece of pieces) index.add(Buffer.from(piece));
        const whole = pieces.join("");
        const offset = near % (whole.length + 1);
        expect(index.lineAt(offset)).toBe(whole.slice(0, offset).split("\n").length);
        expect(index.lineAt(whole.length + 1)).toBeUndefined();
      }),
    );
  });

  test("the index stops growing, and then says that it does not know", () => {
    const index = new LineIndex(4096);
    for (let line = 0; line < 10_000; line++) index.add(Buffer.from("1234567\n"));
    expect(index.lineAt(8 * 4000)).toBe(4001);
    expect(index.lineAt(8 * 9000)).toBeUndefined();
  });
});

test("record starts are guessed at the cuts of a file", async () => {
  const input = await opened("cuts.csv", log);
  if (input.kind !== "file") throw new Error("a plain file is a file");
  const detection = detectFormat(await readHead(input));
  const { offsets } = await readInput(input);
  const cuts = [1000, 500_000, 900_001];
  expect(guessStarts(input, detection, cuts)).toEqual(cuts.map((cut) => offsets.find((offset) => offset >= cut)));
  expect(guessStarts(input, detection, [log.length - 3])).toEqual([-1]);
});

test("a slow stdin is waited for", async () => {
  const stdin = new PassThrough();
  const input = await openInput("-", stdin);
  const reading = readInput(input);
  stdin.write("ts,sql\n2026-11-20,SELECT 1\n2026-11-2");
  await new Promise((resolve) => setTimeout(resolve, 20));
  stdin.end("0,SELECT 2\n");
  expect((await reading).sql).toEqual(["SELECT 1", "SELECT 2"]);
});
