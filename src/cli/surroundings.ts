import { availableParallelism } from "node:os";

/**
 * Everything a command may know of the world around it. The only place that reads the process, so that commands run in
 * tests with made-up surroundings.
 */
export interface Surroundings {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  readonly stdin: NodeJS.ReadableStream;
  /** Columns of the terminal, undefined when stdout is none. */
  readonly width: number | undefined;
  readonly color: boolean;
  readonly unicode: boolean;
  /** Progress is only for eyes: stderr must be a terminal. */
  readonly progress: boolean;
  readonly now: () => number;
  readonly cores: number;
  readonly processId: number;
}

export function processSurroundings(): Surroundings {
  const { stdout, stderr, stdin, env, pid } = process;
  const language = env["LC_ALL"] || env["LC_CTYPE"] || env["LANG"] || "";
  return {
    stdout: (text) => void stdout.write(text),
    stderr: (text) => void stderr.write(text),
    stdin,
    get width() {
      return stdout.isTTY ? stdout.columns : undefined; // a window may be resized while questions are asked
    },
    color: stdout.isTTY === true && !env["NO_COLOR"] && env["TERM"] !== "dumb",
    unicode: stdout.isTTY !== true || language === "" || /utf-?8/i.test(language),
    progress: stderr.isTTY === true,
    now: () => performance.now(),
    cores: availableParallelism(),
    processId: pid,
  };
}

/** `shardplan analyze ... | head` ends quietly when the reader has seen enough; a full disk gets a sentence. */
export function endQuietlyOnClosedPipe(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
    process.stderr.write(`error: the output can't be written (${error.code ?? error.message})\n  is the disk full?\n`);
    process.exit(2);
  });
  // Where nobody reads the warnings, they are not worth ending for.
  process.stderr.on("error", () => {});
}
