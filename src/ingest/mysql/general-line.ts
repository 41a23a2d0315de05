import { endOfOldTime } from "./old-time.ts";

/** What a command of the general log does: runs a statement, says something of its connection, or neither. */
export type CommandKind = "execution" | "connect" | "database" | "quit" | "other";

/**
 * The first line of a record in a general log: a time, a connection and a command, then its argument. The three forms,
 * of MySQL from 5.7 on, of older ones and MariaDB, and of a line in the same second as the one before:
 *
 *     2024-11-06T09:57:35.907785Z	   32 Query	SET GLOBAL log_output = 'FILE'
 *     261120  7:44:53	     8 Quit
 *     		     9 Query	SET AUTOCOMMIT = 0
 */
export class GeneralLine {
  /** Where the time is; -1 where the line has none. */
  timeStart = -1;
  timeEnd = -1;
  isIso = false;
  idStart = -1;
  idEnd = -1;
  connection = 0;
  command = "";
  kind: CommandKind = "other";
  argument = 0;

  /** Reads the line at `at`. False when it is not the first one of a record; `decidingBytes` of it tell. */
  read(bytes: Uint8Array, at: number, end: number): boolean {
    const to = Math.min(end, at + decidingBytes);
    let position = at;
    this.timeStart = -1;
    const first = bytes[at]!;
    if (isDigit(first)) {
      position = bytes[at + 4] === dash ? endOfIsoTime(bytes, at, to) : endOfOldTime(bytes, at, to);
      if (position === -1) return false;
      this.isIso = bytes[at + 4] === dash;
      this.timeStart = at;
      this.timeEnd = position;
    } else if (!isBlank(first)) {
      return false;
    }
    const blanks = position;
    while (position < to && isBlank(bytes[position]!)) position += 1;
    if (position === blanks) return false;
    this.idStart = position;
    let connection = 0;
    while (position < to && isDigit(bytes[position]!)) connection = connection * 10 + bytes[position++]! - 48;
    this.idEnd = position;
    this.connection = connection;
    if (position === this.idStart || position - this.idStart > 15 || bytes[position] !== space) return false;
    position += 1;
    if (position < to && isBlank(bytes[position]!)) return false;
    return this.#readCommand(bytes, position, to);
  }

  #readCommand(bytes: Uint8Array, at: number, to: number): boolean {
    const known = commandsByLetter[bytes[at]!];
    if (known === undefined) return false;
    for (const { name, kind, text } of known) {
      const end = at + text.length;
      if (end > to || (end < to && bytes[end]! > 32) || !startsWith(bytes, at, text)) continue;
      this.command = name;
      this.kind = kind;
      this.argument = end;
      while (this.argument < to && isBlank(bytes[this.argument]!)) this.argument += 1;
      return true;
    }
    return false;
  }
}

/** `2024-11-06T09:57:35.907785Z`, or with `+02:00` where log_timestamps is SYSTEM. */
function endOfIsoTime(bytes: Uint8Array, start: number, to: number): number {
  let position = start;
  while (position < to && bytes[position]! > 32) position += 1;
  return position - start >= 20 && position - start <= 35 && bytes[start + 10] === 84 ? position : -1;
}

function startsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  for (let index = 0; index < text.length; index++) if (bytes[at + index] !== text[index]) return false;
  return true;
}

/** Time, connection and command are shorter. */
export const decidingBytes = 128;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;
const isBlank = (byte: number): boolean => byte === 32 || byte === 9;
const space = 32;
const dash = 45;

/** Names of commands as the servers write them (sql/sql_parse.cc, `command_name`), those of MariaDB too. */
const commands: Readonly<Record<CommandKind, readonly string[]>> = {
  execution: ["Query", "Execute", "Bulk_execute"],
  connect: ["Connect", "Change user"],
  database: ["Init DB"],
  quit: ["Quit"],
  other: [
    "Binlog Dump GTID", "Binlog Dump", "Clone", "Close stmt", "Com_multi", "Connect Out", "Create DB", "Daemon",
    "Debug", "Delayed insert", "Delayed_insert", "Drop DB", "Error", "Fetch", "Field List",
    "Group Replication Data Stream subscription", "Kill", "Long Data", "Ping", "Prepare", "Processlist", "Refresh",
    "Register Slave", "Register Replica", "Reset Connection", "Reset connection", "Reset stmt", "Set option",
    "Shutdown", "Slave_IO", "Slave_SQL", "Slave_worker", "Sleep", "Statistics", "Table Dump", "Time",
    "Unimpl get tid",
  ],
};

interface Command {
  readonly name: string;
  readonly kind: CommandKind;
  readonly text: Uint8Array;
}

/** By first letter; the longer name of two that begin alike comes first. */
const commandsByLetter: (readonly Command[] | undefined)[] = [];
const all = Object.entries(commands).flatMap(([kind, names]) =>
  names.map((name): Command => ({ name, kind: kind as CommandKind, text: new TextEncoder().encode(name) })),
);
for (const command of all.toSorted((a, b) => b.text.length - a.text.length)) {
  const letter = command.text[0]!;
  commandsByLetter[letter] = [...(commandsByLetter[letter] ?? []), command];
}
