import type { Command } from "commander";
import type { Surroundings } from "../surroundings.ts";
import type { ReportFlags } from "./run-report.ts";

export function addReport(program: Command, around: Surroundings): void {
  program
    .command("report")
    .summary("a page to look at, from what --json wrote")
    .description(
      "Renders a document that analyze, reshard or simulate wrote with --json as one HTML file: it opens from disk, makes no " +
        "request, prints, and is dark where the screen is. The document's own numbers are shown, none is worked out anew.",
    )
    .argument("<document.json>", "what --json wrote; - for stdin")
    .requiredOption("--html <file>", "the page; it is there whole or not at all")
    .addHelpText("after", help)
    .action(async (document: string, flags: ReportFlags) => {
      const { runReport } = await import("./run-report.ts");
      await runReport(document, flags, around);
    });
}

const help = `
Examples:
  $ shardplan analyze log.csv --json -o analysis.json
  $ shardplan report analysis.json --html analysis.html
  $ shardplan simulate --scenario samples/checkout.yaml --json | shardplan report - --html simulation.html`;
