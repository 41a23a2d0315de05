/** Units of bytes as people write them, in lower case. */
export const byteUnits: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  pb: 1e15,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
  pib: 2 ** 50,
};

/** "16GB" or a number of bytes; undefined for anything else, and for nothing at all. */
export function readBytes(value: unknown): number | undefined {
  if (typeof value === "number") return value > 0 && Number.isFinite(value) ? value : undefined;
  const match = typeof value === "string" ? /^\s*(\d+(?:\.\d+)?)\s*([kmgtp]?i?b)\s*$/i.exec(value) : null;
  if (match === null) return undefined;
  const bytes = Number(match[1]) * byteUnits[match[2]!.toLowerCase()]!;
  return bytes > 0 ? bytes : undefined;
}
