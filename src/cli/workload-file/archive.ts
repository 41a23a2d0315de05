import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import { InputError } from "../../base/input-error.ts";

/**
 * A tar archive (POSIX ustar) whose last member, SHA256SUMS, has the checksums of all others, as `sha256sum -c` reads them.
 * Every byte that is no content follows from names and lengths, so that no changed one is overlooked.
 */
const blockBytes = 512;
const sumsName = "SHA256SUMS";
const pieceBytes = 1 << 20;

/** The first bytes of an archive whose first member has this name. */
export const startsArchive = (bytes: Uint8Array, firstMember: string): boolean =>
  Buffer.from(bytes.subarray(0, firstMember.length + 1)).toString("latin1") === `${firstMember}\0` &&
  Buffer.from(bytes.subarray(257, 262)).toString("latin1") === "ustar";

export interface Member {
  readonly name: string;
  /** Its content, or the file that has it. */
  readonly content: Uint8Array | { readonly path: string };
}

/** Writes the members into an open file. */
export function writeArchive(file: number, members: readonly Member[]): void {
  const sums = members.map(({ name, content }) => {
    const hash = createHash("sha256");
    const length = content instanceof Uint8Array ? content.length : statSync(content.path).size;
    writeAll(file, headerOf(name, length));
    for (const piece of piecesOf(content)) {
      hash.update(piece);
      writeAll(file, piece);
    }
    writeAll(file, paddingOf(length));
    return `${hash.digest("hex")}  ${name}\n`;
  });
  const content = Buffer.from(sums.join(""));
  writeAll(file, Buffer.concat([headerOf(sumsName, content.length), content, paddingOf(content.length), endOfArchive]));
}

const endOfArchive = Buffer.alloc(2 * blockBytes);

function* piecesOf(content: Member["content"]): Iterable<Uint8Array> {
  if (content instanceof Uint8Array) {
    yield content;
    return;
  }
  const file = openSync(content.path, "r");
  try {
    const piece = new Uint8Array(pieceBytes);
    for (let length; (length = readSync(file, piece)) > 0; ) yield piece.subarray(0, length);
  } finally {
    closeSync(file);
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
}

const paddingOf = (length: number): Buffer => Buffer.alloc((blockBytes - (length % blockBytes)) % blockBytes);

/** https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06; time 0, owner 0. */
function headerOf(name: string, length: number): Buffer {
  const header = Buffer.alloc(blockBytes);
  header.write(name, 0, 100, "latin1");
  header.write("0000644\0", 100, "latin1");
  header.write("0000000\0", 108, "latin1");
  header.write("0000000\0", 116, "latin1");
  // Beyond 8 GB the number is binary, as GNU tar has it.
  if (length < 8 ** 11) header.write(`${length.toString(8).padStart(11, "0")}\0`, 124, "latin1");
  else {
    header[124] = 0x80;
    header.writeBigUInt64BE(BigInt(length), 128);
  }
  header.write("00000000000\0", 136, "latin1");
  header.write("        ", 148, "latin1");
  header.write("0", 156, "latin1");
  header.write("ustar\0", 257, "latin1");
  header.write("00", 263, "latin1");
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, "latin1");
  return header;
}

function lengthIn(header: Buffer): number {
  if (header[124] === 0x80) return Number(header.readBigUInt64BE(128));
  const digits = header.toString("latin1", 124, 135);
  return /^[0-7]{11}$/.test(digits) ? Number.parseInt(digits, 8) : NaN;
}

/** Verifies an archive and puts its members into a folder. Throws InputError when a byte of it was changed or is missing. */
export function extractArchive(path: string, folder: string): readonly string[] {
  const file = openSync(path, "r");
  const size = statSync(path).size;
  const names: string[] = [];
  let sums = "";
  let at = 0;
  const read = (length: number): Buffer => {
    const bytes = Buffer.alloc(length);
    if (at + length > size || readSync(file, bytes, 0, length, at) !== length) throw damaged(path, "it ends too early");
    at += length;
    return bytes;
  };
  try {
    for (;;) {
      const header = read(blockBytes);
      const name = header.toString("latin1", 0, 100).replace(/\0.*$/s, "");
      const length = lengthIn(header);
      if (!(length >= 0) || !/^[A-Za-z0-9_.-]+$/.test(name) || !header.equals(headerOf(name, length)))
        throw damaged(path, `what stands at byte ${at - blockBytes} is no header of a member`);
      if (at + length > size) throw damaged(path, "it ends too early");
      if (name === sumsName) {
        const stated = read(length).toString("latin1");
        if (!isZero(read(paddingOf(length).length)) || !read(size - at).equals(endOfArchive) || stated !== sums)
          throw damaged(path, "a checksum is not that of its content");
        return names;
      }
      sums += `${copyMember(read, length, join(folder, name))}  ${name}\n`;
      if (!isZero(read(paddingOf(length).length))) throw damaged(path, "a checksum is not that of its content");
      names.push(name);
    }
  } finally {
    closeSync(file);
  }
}

const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function copyMember(read: (length: number) => Buffer, length: number, to: string): string {
  const hash = createHash("sha256");
  const file = openSync(to, "wx");
  try {
    for (let left = length; left > 0; ) {
      const piece = read(Math.min(left, pieceBytes));
      left -= piece.length;
      hash.update(piece);
      writeAll(file, piece);
    }
  } finally {
    closeSync(file);
  }
  return hash.digest("hex");
}

const damaged = (path: string, what: string): InputError =>
  new InputError(`${path}: this workload summary is damaged, ${what}`, {
    hint: "fetch it again, or make it again with shardplan scan",
  });
