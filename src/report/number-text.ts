/** Whole numbers with thousands separators: 5,941. */
export function wholeText(value: number): string {
  return String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Large counts shortened to three digits: 5,941 but 1.3 M. */
export function countText(value: number): string {
  if (value < 10_000) return wholeText(value);
  const [divisor, unit] = value < 1e6 ? [1e3, "k"] : value < 1e9 ? [1e6, "M"] : [1e9, "G"];
  const scaled = value / divisor!;
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${unit!}`;
}

/** A share as percent: 0, <1, 1 ... 100; never 0 for something, never 100 for not all. */
export function percentText(share: number): string {
  return `${percentDigits(share)} %`;
}

export function percentDigits(share: number): string {
  if (share <= 0) return "0";
  if (share < 0.01) return "<1";
  if (share < 1 && share > 0.99) return ">99";
  return String(Math.round(share * 100));
}

/** How many times as much: 5.9x. */
export function timesText(factor: number): string {
  return `${factor.toFixed(factor < 99.95 ? 1 : 0)}x`;
}

/** Two digits that matter: 0.42, 2.1, 17, 1,240. */
export function shortText(value: number): string {
  if (value === 0) return "0";
  return value < 10 ? String(Number(value.toPrecision(2))) : wholeText(value);
}

export function durationText(seconds: number): string {
  if (seconds < 1) return `${wholeText(seconds * 1000)} ms`;
  if (seconds < 120) return `${shortText(seconds)} s`;
  if (seconds < 7200) return `${wholeText(seconds / 60)} min`;
  if (seconds < 172_800) return `${shortText(seconds / 3600)} h`;
  return `${wholeText(seconds / 86_400)} days`;
}

export function bytesText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const [divisor, unit] = bytes < 1e6 ? [1e3, "kB"] : bytes < 1e9 ? [1e6, "MB"] : [1e9, "GB"];
  const scaled = bytes / divisor!;
  return `${scaled < 10 ? scaled.toFixed(1) : scaled.toFixed(0)} ${unit!}`;
}

export function plural(count: number, word: string, many = `${word}s`): string {
  return `${wholeText(count)} ${count === 1 ? word : many}`;
}
