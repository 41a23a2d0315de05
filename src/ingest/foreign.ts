/** Something that is not read here, and what to use in its place. */
interface Foreign {
  readonly what: string;
  readonly instead: string;
}

/** Recognises what can't be read, so that the message names it instead of complaining about columns. */
export const foreignFormat = { binary: binaryFormat, text: textFormat };

/** Files that are no text at all, by their magic bytes or by their control bytes. */
function binaryFormat(bytes: Uint8Array): Foreign | undefined {
  for (const { magic, what, instead } of magics) {
    if (magic.every((byte, index) => bytes[index] === byte)) return { what, instead };
  }
  if (isWideText(bytes)) return utf16;
  let control = 0;
  const looked = Math.min(bytes.length, 65_536);
  for (let index = 0; index < looked; index++) {
    const byte = bytes[index]!;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 27) control += 1;
  }
  // Some NUL bytes are a flaw of a text file; one in ten makes it something else.
  if (control * 10 > looked)
    return {
      what: "this is a binary file, not a log",
      instead: "pass a query log in CSV, JSONL or PostgreSQL's csvlog",
    };
  return undefined;
}

/** UTF-16 without its mark: of every two bytes one is NUL, always the same one, and the other is text. */
function isWideText(bytes: Uint8Array): boolean {
  const pairs = Math.min(bytes.length, 4096) >> 1;
  const nuls = [0, 0];
  for (let index = 0; index < pairs * 2; index++) if (bytes[index] === 0) nuls[index & 1]! += 1;
  return Math.max(...nuls) > pairs * 0.7 && Math.min(...nuls) === 0;
}

const utf16: Foreign = {
  what: "this is UTF-16 text",
  instead: "convert it: iconv -f UTF-16 -t UTF-8 FILE | shardplan analyze -",
};

const compressed = (name: string, command: string) => ({
  what: `this is a ${name} file, which is not read directly`,
  instead: `unpack it first: ${command} | shardplan analyze -`,
});

const twice = (name: string, command: string) => ({
  what: `this was compressed with ${name} twice`,
  instead: `unpack it once: ${command} | shardplan analyze -`,
});

const magics: readonly (Foreign & { readonly magic: readonly number[] })[] = [
  {
    magic: [0x50, 0x41, 0x52, 0x31],
    what: "this is Parquet, which can't be read from a pipe or packed",
    instead: "pass the file itself: its columns are looked up from its end",
  },
  { magic: [0x28, 0xb5, 0x2f, 0xfd], ...twice("zstd", "zstd -dc FILE") },
  { magic: [0x42, 0x5a, 0x68, 0x39, 0x31, 0x41, 0x59], ...twice("bzip2", "bzip2 -dc FILE") },
  { magic: [0xfd, 0x37, 0x7a, 0x58, 0x5a], ...compressed("xz", "xz -dc FILE") },
  { magic: [0x50, 0x4b, 0x03, 0x04], ...compressed("zip", "unzip -p FILE") },
  { magic: [0x1f, 0x8b], ...twice("gzip", "gzip -dc FILE") },
  { magic: [0xff, 0xfe], ...utf16 },
  { magic: [0xfe, 0xff], ...utf16 },
  {
    magic: [...new TextEncoder().encode("SQLite format 3\0")],
    what: "this is an SQLite database, not a log",
    instead: "pass a query log",
  },
];

/** Logs that are known but not read yet, by their first lines: further down, a statement may hold any text. */
function textFormat(bytes: Uint8Array): Foreign | undefined {
  const head = new TextDecoder().decode(bytes.subarray(0, 16_384)).split("\n", 10).join("\n");
  for (const { sign, what, instead } of texts) if (sign.test(head)) return { what, instead };
  return undefined;
}

const texts: readonly (Foreign & { readonly sign: RegExp })[] = [
  {
    // With a severity and a component from 3.0 on, and in ctime's form up to 2.4 and where it was asked for.
    sign: new RegExp(
      [
        String.raw`^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d{4})\s+(?:[DIWEF]\d?\s+[A-Z_-]+\s+)?\[[\w -]+\]`,
        String.raw`^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [A-Z][a-z]{2} +\d+ [\d:.]{8,12}\s+(?:[DIWEF]\d?\s+[A-Z_-]+\s+)?\[[\w -]+\]`,
      ].join("|"),
      "m",
    ),
    what: "this is a MongoDB text log, as versions before 4.4 write it, which is not read",
    instead: "export the profiler's documents instead: mongoexport -d DATABASE -c system.profile, or log with 4.4 or newer",
  },
  {
    sign: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ (?:[A-Z]{1,5} )?\[?\d+\]? (?:LOG|WARNING|ERROR|INFO) (?!:)/m,
    what: "this is a log of PgBouncer, which has no statements",
    instead: "pass the log of the server behind it",
  },
];
