import { shellWord } from "../../export/shell.ts";
import { columnFlag, type ColumnRole } from "../../ingest/columns.ts";
import type { Answers } from "./answers.ts";

/** The flags that say how the log is read. */
export function readingArguments({ log, schema, format, dialect, columns }: Answers): readonly string[] {
  const named = Object.entries(columns) as [ColumnRole, string][];
  return [
    // A name that begins like a flag is a file all the same.
    log.startsWith("-") ? `./${log}` : log,
    ...(schema === undefined ? [] : ["--schema", schema]),
    ...(format === undefined ? [] : ["--format", format]),
    ...(dialect === undefined ? [] : ["--dialect", dialect]),
    ...named.flatMap(([role, column]) => [columnFlag(role), column]),
  ];
}

/** What `analyze` is asked, without where its results go. */
export function analyzeArguments(answers: Answers): readonly string[] {
  const { shards, target, growth, latency, replicas, replication, pins } = answers;
  return [
    "analyze",
    ...readingArguments(answers),
    ...["--shards", shards],
    ...pins.flatMap((pin) => ["--pin", pin]),
    ...(target === "generic" ? [] : ["--target", target]),
    ...(growth === undefined ? [] : ["--growth", growth]),
    ...["--replicas", replicas],
    ...(replicas === "0" ? [] : ["--replication", replication]),
    ...(latency === undefined ? [] : ["--objective", `latency.p99<${latency}`]),
  ];
}

export const reshardArguments = (answers: Answers, design: string, to: string): readonly string[] => [
  ...["reshard", "--design", design, "--to", to],
  ...readingArguments(answers),
];

/** A cluster of such servers carries far more than most logs hold: the search for how much takes long and is not asked. */
export const simulateArguments = (scenario: string): readonly string[] => [
  ...["simulate", "--scenario", scenario],
  "--no-capacity",
];

/** A report is Markdown unless its name says JSON. */
export const reportFlag = ({ reportFile }: Answers): string => (/\.json$/i.test(reportFile) ? "--json" : "--markdown");

/** The commands that give the same files without questions. `scenario`: whether the log was enough for one. */
export function sameCommands(answers: Answers, scenario: boolean): readonly string[] {
  const { designFile, reportFile, scenarioFile } = answers;
  const results = [
    ...["--save-design", designFile],
    ...(scenario ? ["--save-scenario", scenarioFile] : []),
    ...[reportFlag(answers), "-o", reportFile],
  ];
  return [
    commandLine([...analyzeArguments(answers), ...results]),
    ...(scenario ? [commandLine(simulateArguments(scenarioFile))] : []),
  ];
}

export const commandLine = (args: readonly string[]): string => ["shardplan", ...args].map(shellWord).join(" ");
