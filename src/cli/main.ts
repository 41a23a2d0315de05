import { Command, CommanderError } from "commander";
import { InputError } from "../base/input-error.ts";
import { plainText } from "../report/plain-text.ts";
import { addAnalyze } from "./commands/analyze.ts";
import { addCompletion } from "./commands/completion.ts";
import { addCheck } from "./commands/check.ts";
import { addCompare } from "./commands/compare.ts";
import { addExplain } from "./commands/explain.ts";
import { addExport } from "./commands/export.ts";
import { addPlace } from "./commands/place.ts";
import { addPlan } from "./commands/plan.ts";
import { addReport } from "./commands/report.ts";
import { addReshard } from "./commands/reshard.ts";
import { addSchema } from "./commands/schema.ts";
import { addMerge } from "./commands/merge.ts";
import { addScan } from "./commands/scan.ts";
import { addSimulate } from "./commands/simulate.ts";
import { addTargets } from "./commands/targets.ts";
import { addWizard } from "./commands/wizard.ts";
import { useConfigFile } from "./config/config-file.ts";
import { endQuietlyOnClosedPipe, processSurroundings, type Surroundings } from "./surroundings.ts";
import { toolVersion } from "./tool-version.ts";
import { usageError } from "./usage-error.ts";

/**
 * Runs the command line and gives its exit code: 0 done; 1 done and over a budget; 2 usage or input that can't be used;
 * 3 readable input without a usable statement. Errors that are ours to mend are not caught: they end with a stack
 * trace.
 */
export async function main(args: readonly string[], surroundings?: Surroundings): Promise<number> {
  if (surroundings === undefined) endQuietlyOnClosedPipe();
  const around = surroundings ?? processSurroundings();
  let exitCode = 0;
  const program = commandLine(around, (code) => (exitCode = code));
  try {
    await program.parseAsync(args, { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const told = error instanceof CommanderError ? usageError(error, program, args) : error;
    if (!(told instanceof InputError)) throw told;
    // Names of files and texts of statements are foreign: what a terminal would act on is taken out.
    around.stderr(`error: ${plainText(told.message)}\n${told.hint === undefined ? "" : `  ${plainText(told.hint)}\n`}`);
    return told.exitCode;
  }
}

/** All commands. `exit` is told an exit code that is not 0, of a command that did what it was asked. */
export function commandLine(around: Surroundings, exit: (code: number) => void = () => {}): Command {
  const program = new Command("shardplan")
    .description("Plans capacity and judges shard keys from a real query log, before anything is built.")
    .version(toolVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this page")
    .helpCommand("help [command]", "print a command's page")
    .configureOutput({
      writeOut: around.stdout,
      // What it says about wrong usage comes below, in the form of all our errors.
      writeErr: () => {},
      getOutHelpWidth: () => around.width ?? 100,
    })
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText("after", examples);
  addAnalyze(program, around);
  addCheck(program, around, exit);
  addCompare(program, around);
  addExplain(program, around);
  addExport(program, around);
  addPlace(program, around);
  addPlan(program, around);
  addReport(program, around);
  addReshard(program, around);
  addSchema(program, around);
  addScan(program, around);
  addMerge(program, around);
  addSimulate(program, around, exit);
  addTargets(program, around);
  addWizard(program, around, exit);
  addCompletion(program, around);
  useConfigFile(program);
  for (const command of program.commands) command.copyInheritedSettings(program);
  return program;
}

const examples = `
Examples:
  $ shardplan analyze postgresql.csv --schema schema.sql
  $ shardplan analyze 'logs/*.csv.gz' --shards 8 --key orders.customer_id
  $ shardplan check --design design.yaml --budgets budgets.yaml log.csv
  $ shardplan compare main.json branch.json
  $ shardplan explain --design design.yaml "SELECT * FROM orders WHERE customer_id = 7"
  $ shardplan place --target citus --shards 32 42 43
  $ shardplan plan samples/shop.csv.gz --growth 'reads 5%/month, writes 8%/month'
  $ shardplan export --design design.yaml --target vitess
  $ shardplan reshard --design design.yaml --to 12 --keys orders=keys.csv
  $ shardplan schema check
  $ shardplan scan 'logs/*.csv.gz' -o shop.workload
  $ shardplan simulate --scenario samples/checkout.yaml --vary shards=4,8
  $ shardplan targets vitess
  $ shardplan wizard

Flags that you would repeat can stand in shardplan.config.yaml in the working folder; a flag on the command line wins.

Exit codes:
  0  done
  1  done, and over a budget
  2  wrong usage, or input that can't be used
  3  no usable statement in the input`;
