import { InvalidArgumentError, Option, type Command } from "commander";
import { InputError } from "../base/input-error.ts";
import { timeParser } from "../ingest/timestamp.ts";
import type { RecordFilter } from "../workload/record-filter.ts";
import { seed, share } from "./option-values.ts";

/** The flags that say which records of a log are counted, alike for every command that reads some. */
export interface FilterFlags {
  readonly since?: number;
  readonly until?: number;
  readonly database: readonly string[];
  readonly user: readonly string[];
  readonly sample?: number;
  readonly sampleSeed: number;
}

/** Adds the flags of `FilterFlags` to a command. */
export function addFilterOptions(command: Command): void {
  command
    .optionsGroup("Which records are counted (the others are reported as left out):")
    .option("--since <time>", "from this time on, such as 2026-11-20T08:00:00Z; UTC unless it says", time)
    .option("--until <time>", "before this time", time)
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

function time(value: string): number {
  const bytes = new TextEncoder().encode(value.trim());
  const micros = parseTime(bytes, 0, bytes.length);
  if (Number.isNaN(micros))
    throw new InvalidArgumentError("pass a time such as 2026-11-20T08:00:00Z, or a date such as 2026-11-20.");
  return micros;
}

function pattern(value: string, earlier: readonly string[]): string[] {
  if (value === "") throw new InvalidArgumentError("pass a name, or a pattern such as 'shop*'.");
  return [...earlier, value];
}

/** Undefined when every record is wanted. `rowsAreSampled` says that `--sample` speaks of the rows of a live database. */
export function recordFilterOf(flags: FilterFlags, rowsAreSampled = false): RecordFilter | undefined {
  const { since, until, database, user, sample, sampleSeed } = flags;
  if (since !== undefined && until !== undefined && since >= until)
    throw new InputError("--since: it is not before --until, so that no record is left", {
      hint: "pass the earlier time to --since",
    });
  const drawn = sample === undefined || rowsAreSampled ? {} : { sample: { rate: sample, seed: sampleSeed } };
  const filter = {
    ...(since !== undefined && { sinceMicros: since }),
    ...(until !== undefined && { untilMicros: until }),
    databases: database,
    users: user,
    ...drawn,
  };
  return Object.keys(filter).length === 2 && database.length === 0 && user.length === 0 ? undefined : filter;
}
