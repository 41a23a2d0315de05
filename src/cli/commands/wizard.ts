import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";

/** `exit` is told the exit code where it is not 0. */
export function addWizard(program: Command, around: Surroundings, exit: (code: number) => void): void {
  program
    .command("wizard")
    .summary("the same by questions: from a log to a design, a report and a scenario")
    .description(
      "Asks for a log, shows what it understood, lets you correct it, and walks from the ladder and the designs to a saved " +
        "design, report and scenario. It ends by printing the commands that do the same without questions. Escape goes " +
        "back, Ctrl-C leaves; nothing is written before you say so.",
    )
    .argument("[log]", "the log, to leave out the first question")
    .addHelpText("after", help)
    .action(async (log: string | undefined) => {
      // inquirer is loaded when questions are asked.
      const { runWizard } = await import("../wizard/run-wizard.ts");
      exit(await runWizard(log, around, program));
    });
}

const help = `
Examples:
  $ shardplan wizard
  $ shardplan wizard samples/shop.csv.gz

Exit codes: 130 when you leave by Ctrl-C.`;
