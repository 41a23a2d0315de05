import { Argument, type Command } from "commander";
import { commandsOf } from "../completion/command-tree.ts";
import { shells, shellNames, type ShellName } from "../completion/shells.ts";
import type { Surroundings } from "../surroundings.ts";

export function addCompletion(program: Command, around: Surroundings): void {
  program
    .command("completion")
    .summary("print a script that teaches bash, zsh or fish to complete")
    .description("Prints a completion script: commands, their flags, and the values of flags that have a choice.")
    .addArgument(new Argument("<shell>", "the shell").choices(shellNames))
    .addHelpText("after", help)
    .action((shell: ShellName) => around.stdout(shells[shell](commandsOf(program))));
}

const help = `
Examples:
  $ source <(shardplan completion bash)
  $ shardplan completion zsh > "\${fpath[1]}/_shardplan"
  $ shardplan completion fish > ~/.config/fish/completions/shardplan.fish`;
