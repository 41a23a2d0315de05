import { assert } from "../base/assert.ts";
import type { LogEntry, Span } from "../ingest/entry.ts";
import { mix32, mixInteger } from "../stats/mix.ts";
import { textCodeOf } from "./value-code.ts";

/** Which entries of a log the user wants counted. Plain data, so that it goes to other threads. */
export interface RecordFilter {
  /** Microseconds since the epoch: entries from here on. */
  readonly sinceMicros?: number;
  /** Entries before it. */
  readonly untilMicros?: number;
  /** Patterns with `*` and `?`; an entry has to match one of them. Empty: all are wanted. */
  readonly databases: readonly string[];
  readonly users: readonly string[];
  readonly sample?: SampleRequest;
}

/** A share of the log, by the hash of its sessions: the same for any cut and number of workers. */
export interface SampleRequest {
  /** Above 0, at most 1. */
  readonly rate: number;
  readonly seed: number;
}

/**
 * How much was counted in each of some groups that the sessions of a sample fall into by chance: what its error is told
 * from (random groups, Wolter, Introduction to Variance Estimation, 2007, chapter 2).
 */
export interface SampleGroups extends SampleRequest {
  readonly executions: Float64Array;
}

const groupCount = 1024;

export const emptySampleGroups = ({ rate, seed }: SampleRequest): SampleGroups => ({
  rate,
  seed,
  executions: new Float64Array(groupCount),
});

/**
 * Relative standard error of a count that is scaled up from a sample: sqrt(1 - rate) * sqrt(sum of squares of the sessions'
 * counts) / their sum (Horvitz and Thompson, 1952, for sessions that are drawn independently). The sum of squares is
 * estimated from the groups' deviations from their mean.
 *
 * @example
 * // 1,024 sessions of one statement each, one a group, would have no deviation; in one group they are one large session.
 * sampleError({ rate: 0.75, seed: 0, executions: Float64Array.from({ length: 1024 }, (_, i) => (i === 0 ? 8 : 0)) }); // => 0.5
 */
export function sampleError({ rate, executions }: SampleGroups): number {
  const sum = executions.reduce((total, count) => total + count, 0);
  if (sum === 0) return 0;
  const mean = sum / executions.length;
  const squares = executions.reduce((total, count) => total + (count - mean) ** 2, 0);
  return Math.sqrt(((1 - rate) * squares * executions.length) / (executions.length - 1)) / sum;
}

/** Lets the wanted entries pass, and says of the others why they are left out. */
export class RecordSieve {
  readonly #filter: RecordFilter;
  readonly #databases: NamePatterns;
  readonly #users: NamePatterns;
  readonly #groups: SampleGroups | undefined;
  /** Hashes below it are in the sample. */
  readonly #threshold: number;
  readonly #place: number;

  /** `place` tells the input from others; `groups` are where a sample is counted. */
  constructor(filter: RecordFilter, place: number, groups: SampleGroups | undefined) {
    assert((filter.sample === undefined) === (groups === undefined), "a sample is counted in groups");
    this.#filter = filter;
    this.#databases = new NamePatterns(filter.databases);
    this.#users = new NamePatterns(filter.users);
    this.#groups = groups;
    this.#threshold = (filter.sample?.rate ?? 1) * 2 ** 32;
    this.#place = place;
  }

  /** Undefined for an entry that is wanted. */
  reasonToLeave(entry: LogEntry): string | undefined {
    const { sinceMicros, untilMicros } = this.#filter;
    const { timeMicros } = entry;
    if (sinceMicros !== undefined || untilMicros !== undefined) {
      if (Number.isNaN(timeMicros)) return "without a logged time (--since, --until)";
      if (sinceMicros !== undefined && timeMicros < sinceMicros) return "before --since";
      if (untilMicros !== undefined && timeMicros >= untilMicros) return "not before --until";
    }
    const byName =
      this.#databases.reasonToLeave(entry.bytes, entry.database, "database") ??
      this.#users.reasonToLeave(entry.bytes, entry.user, "user");
    if (byName !== undefined || this.#groups === undefined) return byName;
    const hash = this.#hashOf(entry);
    if (hash >= this.#threshold) return "not in the sample (--sample)";
    this.#groups.executions[mix32(hash) % groupCount]! += entry.executions;
    return undefined;
  }

  /** Of its session, so that transactions stay whole; without one of its transaction, or else of the record's place. */
  #hashOf({ bytes, session, transaction, offset }: LogEntry): number {
    const { seed } = this.#groups!;
    if (session.start >= 0) return hashOfBytes(bytes, session, seed);
    if (transaction.start >= 0) return hashOfBytes(bytes, transaction, seed);
    return mix32(mixInteger(offset, 0x2545f491 ^ seed) ^ Math.imul(this.#place, 0x9e3779b1));
  }
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);

function hashOfBytes(bytes: Uint8Array, { start, end }: Span, seed: number): number {
  double[0] = textCodeOf(bytes, start, end);
  return mix32(mix32(words[0]! ^ mixInteger(seed, 0x5bd1e995)) ^ words[1]!);
}

/** Names that one of some patterns has to match. What was told of a name is remembered: logs have few of them. */
class NamePatterns {
  readonly #patterns: readonly RegExp[];
  readonly #known = new Map<string, boolean>();

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map(patternOf);
  }

  reasonToLeave(bytes: Uint8Array, { start, end }: Span, what: "database" | "user"): string | undefined {
    if (this.#patterns.length === 0) return undefined;
    if (start < 0) return `without a logged ${what} (--${what})`;
    return this.#matches(bytes, start, end) ? undefined : `of another ${what} (--${what})`;
  }

  #matches(bytes: Uint8Array, start: number, end: number): boolean {
    let key = "";
    for (let at = start; at < end; at++) key += String.fromCharCode(bytes[at]!);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const name = decoder.decode(bytes.subarray(start, end));
    const matches = this.#patterns.some((pattern) => pattern.test(name));
    if (this.#known.size < knownLimit) this.#known.set(key, matches);
    return matches;
  }
}

const decoder = new TextDecoder();
const knownLimit = 65_536;

/** `*` stands for any characters, `?` for one, everything else for itself. */
function patternOf(pattern: string): RegExp {
  const source = pattern.replace(/[\\^$.|+()[\]{}]/g, "\\$&").replaceAll("*", "[^]*").replaceAll("?", "[^]");
  return new RegExp(`^${source}$`, "u");
}
