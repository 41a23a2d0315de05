import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compressionOf } from "../../../src/cli/unpack/compression.ts";
import { unpackers } from "../../../src/cli/unpack/unpackers.ts";
import { log, packed, zstdFrame } from "./packed-samples.ts";

type Packed = keyof typeof unpackers;

/** Unpacks bytes that come in pieces: all that could be unpacked, and whether that was all. */
async function unpacked(kind: Packed, bytes: Uint8Array, pieceBytes: number): Promise<{ text: string; whole: boolean }> {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < bytes.length; at += pieceBytes) yield Uint8Array.from(bytes.subarray(at, at + pieceBytes));
  }
  const parts: Uint8Array[] = [];
  try {
    for await (const part of unpackers[kind](pieces())) parts.push(Uint8Array.from(part));
  } catch {
    return { text: Buffer.concat(parts).toString(), whole: false };
  }
  return { text: Buffer.concat(parts).toString(), whole: true };
}

describe.each(["zstd", "bzip2"] as const)("%s", (kind) => {
  test("is told by its first bytes", () => {
    expect(compressionOf(packed[kind].subarray(0, 10))).toBe(kind);
    expect(compressionOf(Buffer.from("BZh9 is a text"))).toBeUndefined();
  });

  test("gives the same bytes whatever the pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 500 }), async (pieceBytes) => {
        expect(await unpacked(kind, packed[kind], pieceBytes)).toEqual({ text: log, whole: true });
      }),
      { numRuns: 20 },
    );
  });

  test("several one after the other are one", async () => {
    const twice = Buffer.concat([packed[kind], packed[kind]]);
    expect(await unpacked(kind, twice, 100)).toEqual({ text: log + log, whole: true });
  });

  test("what is cut off is noticed, at any place", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 11, max: packed[kind].length - 1 }), async (length) => {
        const { text, whole } = await unpacked(kind, packed[kind].subarray(0, length), 64);
        // The checksum at the end may be missing without anything else missing.
        expect(whole && text !== log).toBe(false);
        expect(log.startsWith(text)).toBe(true);
      }),
    );
  });

  test("what comes behind it and is something else is noticed", async () => {
    const { text, whole } = await unpacked(kind, Buffer.concat([packed[kind], Buffer.from("something else")]), 100);
    expect({ text, whole }).toEqual({ text: log, whole: false });
  });
});

test("skippable zstd frames hold nothing", async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
  expect(compressionOf(skippable)).toBe("zstd");
  expect(await unpacked("zstd", Buffer.concat([skippable, packed.zstd, skippable]), 5)).toEqual({ text: log, whole: true });
});

test("of a zstd frame that is cut off every whole block is kept", async () => {
  const frame = zstdFrame(Buffer.from(log), 300);
  const { text, whole } = await unpacked("zstd", frame.subarray(0, 1000), 64);
  expect(whole).toBe(false);
  expect(text.length).toBe(900);
  expect(log.startsWith(text)).toBe(true);
});
