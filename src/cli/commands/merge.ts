import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";

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
    .addHelpText("after", help)
    .action(async (names: string[], { output }: { readonly output: string }) => {
      const { runMerge } = await import("./run-scan.ts");
      await runMerge(names, output, around);
    });
}

const help = `
Examples:
  $ shardplan merge monday.workload tuesday.workload -o week.workload
  $ shardplan merge 'days/*.workload' -o week.workload`;
