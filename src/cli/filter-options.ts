import { InvalidArgumentError, Option, type Command } from "commander";
import { timeParser } from "../ingest/timestamp.ts";
import type { RecordFilter } from "../workload/record-filter.ts";
import { checkInOrder } from "./last-entry.ts";
import { seed, share } from "./option-values.ts";

/** Microseconds since the epoch, or before the last entry of the logs. */
type AskedTime = { readonly micros: number } | { readonly agoMicros: number };

/** A filter some of whose times are only known once the logs have been looked through: see `filterInTime`. */
export interface AskedFilter extends RecordFilter {
  readonly sinceAgoMicros?: number;
  readonly untilAgoMicros?: number;
}

/** The flags that say which records of a log are counted, alike for every command that reads some. */
export interface FilterFlags {
  readonly since?: AskedTime;
  readonly until?: AskedTime;
  readonly database: readonly string[];
  readonly user: readonly string[];
  readonly sample?: number;
  readonly sampleSeed: number;
}

/** Adds the flags of `FilterFlags` to a command. */
export function addFilterOptions(command: Command): void {
  command
    .optionsGroup("Which records are counted (the others are reported as left out):")
    .option(
      "--since <time>",
      "from this time on, such as 2026-11-20T08:00:00Z (UTC unless it says), or 90m, 1h, 2d before the last entry of all " +
        "logs, which are then read twice",
      time,
    )
    .option("--until <time>", "before this time, given alike", time)
    .addOption(
      new Option("--database <name>", "of this database; * and ? stand for any characters; repeatable")
        .argParser(pattern)
        .default([], "all"),
    )
    .addOption(
      new Option("--user <name>", "of this user; * and ? stand for any characters; repeatable")
        .argParser(pattern)
        .default([], "all"),
    )
    .option(
      "--sample <rate>",
      "this share, such as 0.1, drawn by session (else by transaction, else by record); " +
        "with a live database: of the rows of its tables, else no row is read",
      share,
    )
    .option("--sample-seed <n>", "which sessions are drawn", seed, 0);
}

const parseTime = timeParser("date");

const unitSeconds: readonly (readonly [RegExp, number])[] = [
  [/^s(?:ec(?:ond)?s?)?$/, 1],
  [/^m(?:in(?:ute)?s?)?$/, 60],
  [/^h(?:ours?)?$/, 3600],
  [/^d(?:ays?)?$/, 86_400],
  [/^w(?:eeks?)?$/, 604_800],
];

/** `90m`, `1.5 h`, `2 days ago`. */
function agoMicros(value: string): number | undefined {
  const match = /^(\d{1,9}(?:\.\d{1,6})?)\s*([a-z]+)(?:\s+ago)?$/.exec(value.trim().toLowerCase());
  const seconds = unitSeconds.find(([unit]) => unit.test(match?.[2] ?? ""))?.[1];
  return seconds === undefined ? undefined : Math.round(Number(match![1]) * seconds * 1e6);
}

function time(value: string): AskedTime {
  const ago = agoMicros(value);
  if (ago !== undefined) return { agoMicros: ago };
  const bytes = new TextEncoder().encode(value.trim());
  const micros = parseTime(bytes, 0, bytes.length);
  if (Number.isNaN(micros))
    throw new InvalidArgumentError(
      "pass a time such as 2026-11-20T08:00:00Z, a date such as 2026-11-20, or a span before the last entry such as 90m, 1h or 2d.",
    );
  return { micros };
}

function pattern(value: string, earlier: readonly string[]): string[] {
  if (value === "") throw new InvalidArgumentError("pass a name, or a pattern such as 'shop*'.");
  return [...earlier, value];
}

/** Undefined when every record is wanted. `rowsAreSampled` says that `--sample` speaks of the rows of a live database. */
export function recordFilterOf(flags: FilterFlags, rowsAreSampled = false): AskedFilter | undefined {
  const { since, until, database, user, sample, sampleSeed } = flags;
  const [sinceMicros, untilMicros] = [since, until].map((asked) => (asked !== undefined && "micros" in asked ? asked.micros : undefined));
  checkInOrder(sinceMicros, untilMicros);
  const drawn = sample === undefined || rowsAreSampled ? {} : { sample: { rate: sample, seed: sampleSeed } };
  const filter = {
    ...(sinceMicros !== undefined && { sinceMicros }),
    ...(untilMicros !== undefined && { untilMicros }),
    ...(since !== undefined && "agoMicros" in since && { sinceAgoMicros: since.agoMicros }),
    ...(until !== undefined && "agoMicros" in until && { untilAgoMicros: until.agoMicros }),
    databases: database,
    users: user,
    ...drawn,
  };
  return Object.keys(filter).length === 2 && database.length === 0 && user.length === 0 ? undefined : filter;
}
