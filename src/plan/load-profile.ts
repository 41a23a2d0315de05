import { busiestWindow, loadOver, type OfferedLoad, windowWidthSeconds } from "../analyze/offered-load.ts";
import { isUnknown, type Known } from "../analyze/known.ts";
import type { LoadWindow } from "../workload/load-windows.ts";
import { isWrite } from "../workload/statement-role.ts";
import type { Workload } from "../workload/workload.ts";

/** Load at some time or over some time. */
export interface LoadLevel {
  /** Statements per second. */
  readonly readsPerSecond: number;
  readonly writesPerSecond: number;
  /** By the durations of the log, which contain whatever the statements waited for. */
  readonly erlangs: Known<OfferedLoad>;
  /** Statements of the log that it is told from: chance moves a rate by about 1/sqrt of them. */
  readonly statements: number;
}

export interface LoadPeak extends LoadLevel {
  readonly fromMicros: number;
  readonly widthSeconds: number;
}

export interface LoadProfile {
  readonly overall: LoadLevel;
  /** The window in the middle when they are ordered by load, those without any included. */
  readonly typical: LoadLevel;
  /** The worst window of about five minutes, by erlangs where durations are logged, by statements where not. */
  readonly peak: LoadPeak;
  /** The one in which writes alone are worst: a primary can't hand them to replicas. */
  readonly writePeak: LoadPeak;
  /** Of the executions, the share whose duration is logged; the others are taken to be like those. */
  readonly timedShare: number;
}

/** A burst of seconds is the queue's business; five minutes of it are the server's. */
const peakSeconds = 300;
const second = 1_000_000;

/** Unknown where the log has no times. */
export function loadProfile(workload: Workload): Known<LoadProfile> {
  const { span, load } = workload;
  if (span === undefined || load.windows().length === 0)
    return { unknown: workload.executions > workload.entries ? "statistics are sums without times" : "times are not logged" };
  const levels = levelReader(workload);
  const widthSeconds = windowWidthSeconds(workload, peakSeconds);
  const timed = !isUnknown(levels.scale);
  const busiest = (amountOf: (window: LoadWindow) => number): LoadPeak => {
    const window = busiestWindow(workload, widthSeconds, amountOf)!;
    return { ...levels.of(window, widthSeconds), fromMicros: window.fromMicros, widthSeconds };
  };
  const { reads, writes, readMicros, writeMicros } = sumOf(load.windows());
  const seconds = Math.max(1, (span.toMicros - span.fromMicros) / second);
  return {
    overall: levels.of({ reads, writes, readMicros, writeMicros }, seconds),
    typical: levels.of(typicalWindow(workload, widthSeconds, timed), widthSeconds),
    peak: busiest(timed ? (window) => window.readMicros + window.writeMicros : (window) => window.reads + window.writes),
    writePeak: busiest(timed ? (window) => window.writeMicros : (window) => window.writes),
    timedShare: levels.timedShare,
  };
}

type LoadSums = { -readonly [Field in Exclude<keyof LoadWindow, "fromMicros">]: number };

/** How sums over some seconds become a level: what a sample leaves out and what has no duration is added. */
function levelReader(workload: Workload): {
  readonly scale: Known<{ readonly reads: number; readonly writes: number }>;
  readonly timedShare: number;
  of(sums: LoadSums, seconds: number): LoadLevel;
} {
  const counts = { reads: 0, timedReads: 0, writes: 0, timedWrites: 0 };
  for (const { pattern, executions, timed } of workload.templates) {
    const write = isWrite(pattern);
    counts[write ? "writes" : "reads"] += executions;
    counts[write ? "timedWrites" : "timedReads"] += timed;
  }
  const timedShare = (counts.timedReads + counts.timedWrites) / Math.max(1, counts.reads + counts.writes);
  const untimed = (timed: number, all: number): boolean => timed === 0 && all > 0;
  const scale =
    timedShare < 0.5 || untimed(counts.timedReads, counts.reads) || untimed(counts.timedWrites, counts.writes)
      ? { unknown: timedShare < 0.5 ? "durations are not logged" : "durations of one of reads and writes are not logged" }
      : {
          reads: counts.reads / Math.max(1, counts.timedReads),
          writes: counts.writes / Math.max(1, counts.timedWrites),
        };
  const rate = workload.sample?.rate ?? 1;
  return {
    scale,
    timedShare,
    of: ({ reads, writes, readMicros, writeMicros }, seconds) => ({
      readsPerSecond: reads / seconds / rate,
      writesPerSecond: writes / seconds / rate,
      erlangs: isUnknown(scale) ? scale : loadOver(readMicros * scale.reads, writeMicros * scale.writes, seconds * rate),
      statements: reads + writes,
    }),
  };
}

const nothing: LoadSums = { reads: 0, writes: 0, readMicros: 0, writeMicros: 0 };

/** Of the windows that lie within the log as a whole; where there is none, the one that there is. */
function typicalWindow({ load, span }: Workload, widthSeconds: number, timed: boolean): LoadSums {
  const width = widthSeconds * second;
  const found = load.windows(widthSeconds / load.widthSeconds);
  const first = Math.ceil(span!.fromMicros / width);
  const count = Math.floor(span!.toMicros / width) - first;
  if (count <= 0) return found[0]!;
  const amountOf = (window: LoadSums): number => (timed ? window.readMicros + window.writeMicros : window.reads + window.writes);
  const whole = found
    .filter(({ fromMicros }) => fromMicros >= first * width && fromMicros < (first + count) * width)
    .sort((a, b) => amountOf(a) - amountOf(b) || a.fromMicros - b.fromMicros);
  const empty = count - whole.length;
  const middle = Math.floor(count / 2);
  return middle < empty ? nothing : whole[middle - empty]!;
}

function sumOf(windows: readonly LoadWindow[]): LoadSums {
  const sum = { ...nothing };
  for (const { reads, writes, readMicros, writeMicros } of windows) {
    sum.reads += reads;
    sum.writes += writes;
    sum.readMicros += readMicros;
    sum.writeMicros += writeMicros;
  }
  return sum;
}
