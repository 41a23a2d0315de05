import { Option, type Command } from "commander";
import { columnFlag, columnNames, type ColumnChoice, type ColumnRole } from "../ingest/columns.ts";
import { type DurationUnit, millisPerUnit } from "../ingest/duration.ts";
import { type FormatName, formatNames, type ReaderOptions } from "../ingest/format.ts";
import type { Dialect } from "../sql/template.ts";
import { addFilterOptions, type FilterFlags } from "./filter-options.ts";
import { column, workerCount } from "./option-values.ts";
import type { Surroundings } from "./surroundings.ts";

type ColumnFlags = { readonly [Role in ColumnRole as `${Role}Column`]?: ColumnChoice };

/** The flags that say how logs are read, alike for every command that reads some. */
export interface ReadingFlags extends ColumnFlags, FilterFlags {
  readonly format?: FormatName;
  readonly dialect?: Dialect;
  readonly durationUnit?: DurationUnit;
  readonly logLinePrefix?: string;
  readonly delimiter?: string;
  readonly header: boolean;
  readonly workers: number;
}

/** Adds the flags of `ReadingFlags` to a command. */
export function addReadingOptions(command: Command, around: Surroundings): Command {
  addFilterOptions(command);
  command
    .optionsGroup("How the input is read (detected unless given):")
    .addOption(new Option("--format <name>", "format of the input").choices(formatNames))
    .addOption(new Option("--dialect <name>", "SQL dialect").choices(["postgres", "mysql"]))
    .addOption(new Option("--duration-unit <unit>", "unit of the duration column").choices(Object.keys(millisPerUnit)))
    .option("--log-line-prefix <prefix>", "PostgreSQL's log_line_prefix, such as '%m [%p] %q%u@%d '")
    .option("--delimiter <character>", "between the fields of a CSV file")
    .option("--no-header", "the first record of a CSV file is data, not names")
    .addOption(
      new Option("--workers <n>", "threads; the result is the same for any number")
        .argParser(workerCount)
        .default(around.cores, "all cores"),
    )
    .optionsGroup("Columns, by name or by index from 0 (found by their names unless given):");
  for (const [role, what] of Object.entries(roles))
    command.option(`${columnFlag(role as ColumnRole)} <column>`, what, column);
  return command;
}

/** What the flags say to the readers. `headerGiven` says that `--no-header` was passed. */
export function readerOptionsOf(flags: ReadingFlags, headerGiven: boolean): ReaderOptions {
  return {
    ...(flags.format === undefined ? {} : { format: flags.format }),
    ...(flags.durationUnit === undefined ? {} : { durationUnit: flags.durationUnit }),
    ...(flags.logLinePrefix === undefined ? {} : { logLinePrefix: flags.logLinePrefix }),
    ...(flags.delimiter === undefined ? {} : { delimiter: flags.delimiter === "\\t" ? "\t" : flags.delimiter }),
    ...(headerGiven ? { header: flags.header } : {}),
    columns: columnsOf(flags),
  };
}

function columnsOf(flags: ReadingFlags): Partial<Record<ColumnRole, ColumnChoice>> {
  const columns: Partial<Record<ColumnRole, ColumnChoice>> = {};
  for (const role of Object.keys(columnNames) as ColumnRole[]) {
    const choice = flags[`${role}Column`];
    if (choice !== undefined) columns[role] = choice;
  }
  return columns;
}

const roles = {
  sql: "the statement",
  time: "when it began or ended",
  session: "the session, connection or process",
  duration: "how long it took",
  rows: "rows it gave or touched",
  transaction: "the transaction",
  database: "the database",
  user: "the user",
  parameters: "values of the placeholders",
  operation: "the operation, in an access log without SQL",
  table: "the table, in an access log without SQL",
} satisfies Record<ColumnRole, string>;
