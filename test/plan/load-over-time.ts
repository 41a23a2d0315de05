import { LoadWindows } from "../../src/workload/load-windows.ts";
import type { Workload } from "../../src/workload/workload.ts";
import { handMadeWorkload } from "../analyze/hand-made-workload.ts";

export const hour = 3600;
export const day = 24 * hour;
/** A Monday. */
export const monday = Date.UTC(2024, 0, 1) / 1000;

interface Rates {
  readonly days: number;
  /** Statements per second at so many seconds from the beginning; undefined leaves the log out there. */
  readonly reads?: (at: number) => number | undefined;
  readonly writes?: (at: number) => number | undefined;
  readonly ms?: number;
  readonly stepSeconds?: number;
  readonly from?: number;
  /** Windows that are kept, at most. */
  readonly limit?: number;
}

/** A log of such rates without chance: every step has exactly its share of statements. */
export function loadOverTime({ days, reads = () => 0, writes = () => 0, ms = 1, stepSeconds = 300, from = monday, limit }: Rates): Workload {
  const load = new LoadWindows(limit);
  for (let at = 0; at < days * day; at += stepSeconds) {
    const readCount = (reads(at) ?? 0) * stepSeconds;
    const writeCount = (writes(at) ?? 0) * stepSeconds;
    if (readCount + writeCount > 0) load.addSums((from + at) * 1e6, [readCount, readCount * ms * 1000, writeCount, writeCount * ms * 1000]);
  }
  const groups = [
    { shape: "read t a=", count: 1, ms },
    { shape: "update t a=", count: 1, ms },
  ];
  return { ...handMadeWorkload(groups), load, span: { fromMicros: from * 1e6, toMicros: (from + days * day) * 1e6 } };
}
