import type { Command, Option } from "commander";

/** A command as a shell completes it. */
export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
}

export interface CompletedOption {
  readonly long: string;
  readonly short: string | undefined;
  readonly description: string;
  readonly takesValue: boolean;
  /** Empty: any value, so that names of files are offered. */
  readonly choices: readonly string[];
}

/** The commands and their options, as the parser itself has them. */
export const commandsOf = (program: Command): readonly CompletedCommand[] =>
  program.commands.map((command) => ({
    name: command.name(),
    summary: command.summary() || command.description(),
    options: [...command.options.map(completed), help, ...program.options.filter(({ long }) => long !== "--version").map(completed)],
  }));

const completed = ({ long, short, description, required, optional, argChoices }: Option): CompletedOption => ({
  long: long!,
  short,
  description,
  takesValue: required || optional,
  choices: argChoices ?? [],
});

const help: CompletedOption = {
  long: "--help",
  short: "-h",
  description: "print this page",
  takesValue: false,
  choices: [],
};
