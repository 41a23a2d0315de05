import type { CompletedCommand, CompletedOption } from "./command-tree.ts";

/** Scripts that teach a shell to complete; `shardplan completion SHELL` prints them. */
export const shells = { bash, zsh, fish } satisfies Record<string, (commands: readonly CompletedCommand[]) => string>;

export type ShellName = keyof typeof shells;

export const shellNames = Object.keys(shells) as readonly ShellName[];

const flagsOf = ({ long, short }: CompletedOption): readonly string[] => (short === undefined ? [long] : [short, long]);
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

/** Runs in bash 3.2, which macOS has. Without an answer bash completes names of files (`-o default`). */
function bash(commands: readonly CompletedCommand[]): string {
  const names = commands.map(({ name }) => name);
  const values = commands.flatMap(({ name, options }) =>
    options
      .filter(({ takesValue }) => takesValue)
      .map((option) => {
        const pattern = flagsOf(option).map((flag) => `"${name} ${flag}"`).join("|");
        return option.choices.length === 0
          ? `    ${pattern}) return ;;`
          : `    ${pattern}) COMPREPLY=($(compgen -W ${quoted(option.choices.join(" "))} -- "$current")); return ;;`;
      }),
  );
  const flags = commands.map(
    ({ name, options }) => `      ${name}) words=${quoted(options.map(({ long }) => long).join(" "))} ;;`,
  );
  return `# bash completion of shardplan: source <(shardplan completion bash)
_shardplan() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} command= word words=
  COMPREPLY=()
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case $word in ${names.join("|")}) command=$word; break ;; esac
  done
  case "$command $previous" in
${values.join("\n")}
  esac
  if [ -z "$command" ]; then
    words=${quoted([...names, "help", "--help", "--version", "--config"].join(" "))}
  elif [ "\${current#-}" != "$current" ]; then
    case $command in
${flags.join("\n")}
    esac
  else
    return
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shardplan shardplan
`;
}

function zsh(commands: readonly CompletedCommand[]): string {
  const described = (text: string): string => text.replaceAll(/[\\[\]:]/g, "\\$&");
  const argument = (option: CompletedOption): readonly string[] =>
    flagsOf(option).map((flag) => {
      const value = option.choices.length > 0 ? `:value:(${option.choices.join(" ")})` : ":value:_files";
      return quoted(`*${flag}[${described(option.description)}]${option.takesValue ? value : ""}`);
    });
  const cases = commands.map(
    ({ name, options }) => `    ${name}) _arguments ${[...options.flatMap(argument), quoted("*:file:_files")].join(" ")} ;;`,
  );
  return `#compdef shardplan
# zsh completion of shardplan: source <(shardplan completion zsh)
_shardplan() {
  local -a commands
  commands=(${commands.map(({ name, summary }) => quoted(`${name}:${described(summary)}`)).join(" ")})
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  shift words
  ((CURRENT--))
  case $words[1] in
${cases.join("\n")}
  esac
}
if [ "$funcstack[1]" = _shardplan ]; then _shardplan "$@"; else compdef _shardplan shardplan; fi
`;
}

function fish(commands: readonly CompletedCommand[]): string {
  const option = (name: string, { long, short, description, takesValue, choices }: CompletedOption): string =>
    [
      `complete -c shardplan -n ${quoted(`__fish_seen_subcommand_from ${name}`)} -l ${long.slice(2)}`,
      ...(short === undefined ? [] : [`-s ${short.slice(1)}`]),
      ...(choices.length > 0 ? [`-x -a ${quoted(choices.join(" "))}`] : takesValue ? ["-r"] : []),
      `-d ${quoted(description.replaceAll("\\", "\\\\"))}`,
    ].join(" ");
  return [
    "# fish completion of shardplan: shardplan completion fish | source",
    ...commands.map(
      ({ name, summary }) =>
        `complete -c shardplan -n __fish_use_subcommand -f -a ${name} -d ${quoted(summary.replaceAll("\\", "\\\\"))}`,
    ),
    ...commands.flatMap(({ name, options }) => options.map((each) => option(name, each))),
    "",
  ].join("\n");
}
