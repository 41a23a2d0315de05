import type { Command, CommanderError } from "commander";
import { InputError } from "../base/input-error.ts";

/**
 * What the command-line parser complains about, in the form of all our errors: one sentence, and below it what to try.
 */
export function usageError(error: CommanderError, program: Command, args: readonly string[]): InputError {
  // The parser would print a whole page of help here, on stderr.
  if (error.code === "commander.help") return noCommand(program, args);
  const [sentence, rest] = error.message.replace(/^error: /, "").split(/ is invalid\. |\n/, 2);
  const suggestion = /^\(Did you mean (.*)\?\)$/s.exec(rest ?? "")?.[1];
  const hint = suggestion === undefined ? rest?.replace(/\.$/, "") : `did you mean ${suggestion}?`;
  const invalid = error.code === "commander.invalidArgument" ? " is not valid" : "";
  return new InputError(`${sentence}${invalid}`, { hint: hint || helpHint(program, args) });
}

function noCommand(program: Command, args: readonly string[]): InputError {
  const asked = args[0] === "help" ? args[1] : undefined;
  const names = program.commands.map((command) => command.name()).join(", ");
  const what = asked === undefined ? "no command was given" : `unknown command '${asked}'`;
  return new InputError(what, { hint: `the commands are ${names}; shardplan --help shows examples` });
}

function helpHint(program: Command, args: readonly string[]): string {
  const command = program.commands.find((candidate) => candidate.name() === args[0]);
  return `see ${command === undefined ? "shardplan" : `shardplan ${command.name()}`} --help`;
}
