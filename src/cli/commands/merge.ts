import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import { anonymizeKeyOption, anonymizeOption, type AnonymizeFlags } from "../anonymize-options.ts";

/** The flags of `merge`, as they are after parsing. */
export interface MergeFlags extends AnonymizeFlags {
  readonly output: string;
  readonly json?: true;
}

export function addMerge(program: Command, around: Surroundings): void {
  program
    .command("merge")
    .summary("put summaries of logs together")
    .description(
      "Puts files that shardplan scan wrote together, as if their logs had been scanned in one call. Where they have not " +
        "counted the same columns, those that all have counted are left, and a warning names the others.",
    )
    .argument("<workload...>", "files of shardplan scan, in the order of their logs' times")
    .requiredOption("-o, --output <file>", "the file to write; it is there whole or not at all")
    .option("--json", "say what is in the file as JSON")
    .option(...anonymizeOption)
    .option(...anonymizeKeyOption)
    .addHelpText("after", help)
    .action(async (names: string[], flags: MergeFlags) => {
      const { runMerge } = await import("./run-scan.ts");
      await runMerge(names, flags, around);
    });
}

const help = `
Examples:
  $ shardplan merge monday.workload tuesday.workload -o week.workload
  $ shardplan merge 'days/*.workload' -o week.workload`;
