import { type Command } from "commander";
import { addReadingOptions } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { CompareFlags } from "./run-compare.ts";

export function addCompare(program: Command, around: Surroundings): void {
  const command = program
    .command("compare")
    .summary("two reports or two designs side by side: what changed, and why")
    .description(
      "Sets two documents side by side: JSON of check or analyze, or design files. Tables that are another way, measures " +
        "with what is better and worse, templates that are new, gone or go elsewhere, and why. With logs, two design files " +
        "are judged over them first.",
    )
    .argument("<a>", "before: JSON of check or analyze, or a design file")
    .argument("<b>", "after")
    .argument("[log...]", "query logs to judge two design files over")
    .option("--schema <ddl.sql>", "DDL that knows types and keys of the columns")
    .option("--json", "the comparison as JSON")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all");
  addReadingOptions(command, around)
    .addHelpText(
      "after",
      "\nExamples:\n  $ shardplan compare main.json branch.json\n  $ shardplan compare old.yaml new.yaml 'logs/*.csv.gz' --schema schema.sql",
    )
    .action(async (a: string, b: string, logs: string[], flags: CompareFlags, invoked: Command) => {
      const { runCompare } = await import("./run-compare.ts");
      await runCompare([a, b], logs, flags, invoked.getOptionValueSource("header") === "cli", around);
    });
}
