import { Option, type Command } from "commander";
import { addReadingOptions } from "../reading-options.ts";
import type { Surroundings } from "../surroundings.ts";
import type { CheckFlags } from "./run-check.ts";

/** `exit` is told the exit code when a budget does not hold. */
export function addCheck(program: Command, around: Surroundings, exit: (code: 1) => void): void {
  const command = program
    .command("check")
    .summary("hold a design against budgets, in CI or before a release")
    .description(
      "Judges a design over a query log and holds it against budgets: on how statements route, how load lies on the " +
        "shards, which transactions cross, and on what simulate and reshard said. What is not known can't pass. With a " +
        "baseline only what got worse fails.",
    )
    .argument("<log...>", "query logs, patterns such as 'logs/*.csv.gz', or - for stdin")
    .optionsGroup("What is held against what:")
    .requiredOption("--design <file>", "the design, as YAML or JSON")
    .option("--budgets <file>", "the budgets, as YAML or JSON; the README shows every key")
    .option("--baseline <file>", "JSON of an earlier check or analyze: only what got worse fails")
    .addOption(
      new Option("--evidence <file>", "JSON of simulate or reshard, for the budgets on its measures; repeatable")
        .argParser((value: string, earlier: readonly string[]) => [...earlier, value])
        .default([], "none"),
    )
    .option("--schema <ddl.sql>", "DDL that knows types and keys of the columns")
    .optionsGroup("Output:")
    .addOption(new Option("--json", "the whole result as JSON: the next check's baseline").conflicts(["markdown", "github"]))
    .addOption(new Option("--markdown", "the result as a comment on a pull request").conflicts("github"))
    .option("--github", "one ::error line for each budget that fails, as GitHub's runner reads them")
    .option("--junit <file>", "write JUnit XML, too")
    .option("--sarif <file>", "write SARIF 2.1.0, too")
    .option("--save-json <file>", "write the JSON, too")
    .option("--save-markdown <file>", "write the Markdown, too")
    .option("-o, --output <file>", "write to a file instead of stdout; it is there whole or not at all");
  addReadingOptions(command, around)
    .addHelpText("after", help)
    .action(async (logs: string[], flags: CheckFlags, invoked: Command) => {
      const { runCheck } = await import("./run-check.ts");
      if (!(await runCheck(logs, flags, invoked.getOptionValueSource("header") === "cli", around))) exit(1);
    });
}

const help = `
Examples:
  $ shardplan check --design design.yaml --budgets budgets.yaml 'logs/*.csv.gz' --schema schema.sql
  $ shardplan check --design design.yaml --budgets budgets.yaml log.csv --junit junit.xml --sarif check.sarif
  $ shardplan check --design design.yaml --budgets budgets.yaml log.csv --evidence simulation.json
  $ shardplan check --design design.yaml --baseline main.json log.csv

Exit codes: 1 when a budget does not hold, or what is not known could break it.`;
