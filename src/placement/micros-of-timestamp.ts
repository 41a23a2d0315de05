import { daysFromCivil } from "../workload/key-value.ts";

/** Microseconds since 1970 of a canonical timestamp; the largest and smallest 64-bit number for the infinities. */
export function microsOfTimestamp(text: string): bigint {
  if (text.includes("infinity")) return text.startsWith("-") ? -(1n << 63n) : (1n << 63n) - 1n;
  const [, year, month, day, hour, minute, second, fraction] =
    /^(-?\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d+))?$/.exec(text)!;
  const days = daysFromCivil(Number(year), Number(month), Number(day));
  const seconds = days * 86_400 + Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000n + BigInt((fraction ?? "").padEnd(6, "0"));
}
