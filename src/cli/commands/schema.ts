import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";

export function addSchema(program: Command, around: Surroundings): void {
  program
    .command("schema")
    .summary("the JSON Schema of what a command prints with --json")
    .description("Prints the JSON Schema (draft 2020-12) of a command's JSON; without a name, what there is.")
    .argument("[name]", "a command, or report for what analyze prints")
    .addHelpText("after", "\nExamples:\n  $ shardplan schema\n  $ shardplan schema check > check.schema.json")
    .action(async (name: string | undefined) => {
      const { runSchema } = await import("./run-schema.ts");
      runSchema(name, around);
    });
}
