/**
 * Vitess shards are ranges of keyspace ids, named by their bounds in hex: "-40" is everything below 0x40, "40-80" from
 * 0x40 on, "80-" the rest, "-" or "0" a single shard. Bounds compare byte by byte, a prefix before what is longer.
 */
export interface KeyspaceRanges {
  /** Inclusive lower bounds in shard order; the first is empty. */
  readonly starts: readonly Uint8Array[];
  /** The lower bounds padded to 64 bits, for keyspace ids of eight bytes; undefined when one is longer. */
  readonly words: { readonly highs: Uint32Array; readonly lows: Uint32Array } | undefined;
}

/** What is wrong with a list of shard names, or undefined: each must begin where the one before ends. */
export function wrongKeyspaceRanges(names: readonly string[]): string | undefined {
  const ranges = names.map(parseRange);
  const unreadable = ranges.indexOf(undefined);
  if (unreadable >= 0) return `"${names[unreadable]!}" is no range of keyspace ids`;
  const bounds = ranges as { start: string; end: string }[];
  if (bounds[0]!.start !== "") return `no shard owns the keyspace ids below "${bounds[0]!.start}"`;
  if (bounds.at(-1)!.end !== "") return `no shard owns the keyspace ids from "${bounds.at(-1)!.end}" on`;
  for (let shard = 0; shard < bounds.length; shard++) {
    const { start, end } = bounds[shard]!;
    // Lower-case hex digits compare like the bytes they stand for.
    if (end !== "" && start >= end) return `"${names[shard]!}" ends before it begins`;
    if (shard > 0 && trimmed(start) !== trimmed(bounds[shard - 1]!.end)) {
      return `"${names[shard]!}" does not begin where "${names[shard - 1]!}" ends`;
    }
  }
  return undefined;
}

/** The ranges of shard names that `wrongKeyspaceRanges` has nothing against. */
export function keyspaceRanges(names: readonly string[]): KeyspaceRanges {
  const starts = names.map((name) => Buffer.from(trimmed(parseRange(name)!.start), "hex"));
  if (starts.some((start) => start.length > 8)) return { starts, words: undefined };
  const padded = starts.map((start) => BigInt(`0x${start.toString("hex").padEnd(16, "0")}`));
  const highs = Uint32Array.from(padded, (bound) => Number(bound >> 32n));
  const lows = Uint32Array.from(padded, (bound) => Number(bound & 0xffffffffn));
  return { starts, words: { highs, lows } };
}

/** Index of the range that holds a keyspace id. */
export function rangeOfId(ranges: KeyspaceRanges, id: Uint8Array): number {
  return ranges.starts.findLastIndex((start) => Buffer.compare(start, id) <= 0);
}

/** Index of the range that holds a keyspace id of eight bytes, given as big-endian words. */
export function rangeOfWords(words: NonNullable<KeyspaceRanges["words"]>, low: number, high: number): number {
  const { highs, lows } = words;
  const unsignedLow = low >>> 0;
  const unsignedHigh = high >>> 0;
  let from = 0;
  let to = highs.length - 1;
  while (from < to) {
    const middle = (from + to + 1) >>> 1;
    const bound = highs[middle]!;
    if (bound < unsignedHigh || (bound === unsignedHigh && lows[middle]! <= unsignedLow)) from = middle;
    else to = middle - 1;
  }
  return from;
}

/** Indexes of the ranges that may hold keyspace ids beginning with `prefix`. */
export function rangesOfPrefix(ranges: KeyspaceRanges, prefix: Uint8Array): readonly number[] {
  const first = rangeOfId(ranges, prefix);
  const last = ranges.starts.findLastIndex((start) => Buffer.compare(start.subarray(0, prefix.length), prefix) <= 0);
  return Array.from({ length: last - first + 1 }, (_, index) => first + index);
}

/**
 * Names of `count` even shards, as `vtctldclient GenerateShardRanges` gives them: two hex digits up to 256, else
 * four.
 */
export function generateShardRanges(count: number): readonly string[] {
  const digits = count <= 256 ? 2 : 4;
  const space = 16 ** digits;
  const bound = (index: number) =>
    Math.floor((index * space) / count)
      .toString(16)
      .padStart(digits, "0");
  return Array.from({ length: count }, (_, shard) => {
    return `${shard === 0 ? "" : bound(shard)}-${shard === count - 1 ? "" : bound(shard + 1)}`;
  });
}

function parseRange(name: string): { start: string; end: string } | undefined {
  if (name === "0") return { start: "", end: "" };
  const match = /^((?:[0-9a-f]{2})*)-((?:[0-9a-f]{2})*)$/i.exec(name);
  return match === null ? undefined : { start: match[1]!.toLowerCase(), end: match[2]!.toLowerCase() };
}

/** "4000" and "40" are one bound to Vitess, which compares keyspace ids of any length with it. */
function trimmed(bound: string): string {
  return bound.replace(/(?:00)+$/, "");
}
