/** How bytes are packed, by their magic bytes. */
export type Compression = "gzip" | "zstd" | "bzip2";

/** How many first bytes tell the compression. */
export const magicBytes = 10;

/**
 * Tells the compression from the first bytes; undefined when they are as they are. Fewer bytes than asked for are all
 * there are. https://www.rfc-editor.org/rfc/rfc1952 (gzip), https://www.rfc-editor.org/rfc/rfc8878 (zstd, also its
 * skippable frames); bzip2 has no standard: "BZh", the level, and the mark of a block or of the end.
 */
export function compressionOf(bytes: Uint8Array): Compression | undefined {
  const [a, b, c, d] = bytes;
  if (a === 0x1f && b === 0x8b) return "gzip";
  if (a === 0x28 && b === 0xb5 && c === 0x2f && d === 0xfd) return "zstd";
  if (a !== undefined && (a & 0xf0) === 0x50 && b === 0x2a && c === 0x4d && d === 0x18) return "zstd";
  const bzip2 = a === 0x42 && b === 0x5a && c === 0x68 && d !== undefined && d >= 0x31 && d <= 0x39;
  return bzip2 && bzip2Marks.some((mark) => mark.every((byte, at) => bytes[at + 4] === byte)) ? "bzip2" : undefined;
}

const bzip2Marks = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90],
] as const;

/** The command that checks a packed file. */
export const checkCommands = { gzip: "gzip -t", zstd: "zstd -t", bzip2: "bzip2 -t" } as const satisfies Record<
  Compression,
  string
>;
