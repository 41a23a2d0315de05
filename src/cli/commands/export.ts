import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { ExportFlags } from "./run-export.ts";

export function addExport(program: Command, around: Surroundings): void {
  program
    .command("export")
    .summary("a design as DDL or configuration of its target")
    .description(
      "Writes what makes a design so on its target: DDL, calls, a schema or a map. What the target has no words for is " +
        "said on stderr, and in the file where it may hold comments. Nothing is run.",
    )
    .requiredOption("--design <file>", "the design, as YAML or JSON")
    .option("--target <name>", "for another target than the design's; shardplan targets lists them")
    .option("--schema <ddl.sql>", "DDL as pg_dump or mysqldump write it: columns, types and keys of the tables")
    .option("-o, --output <path>", "write to a file, or into a folder where there are several files")
    .option("--json", "one object: target, files (name and text), gaps")
    .addHelpText("after", help)
    .action(async (flags: ExportFlags) => {
      const { runExport } = await import("./run-export.ts");
      runExport(flags, around);
    });
}

const help = `
Examples:
  $ shardplan export --design design.yaml
  $ shardplan export --design design.yaml --target citus --schema schema.sql -o distribute.sql
  $ shardplan export --design design.yaml --target vitess --json`;
