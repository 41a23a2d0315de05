import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { main } from "../../src/cli/main.ts";
import type { Surroundings } from "../../src/cli/surroundings.ts";

/** What a user sees of one command. */
export interface Seen {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "bin/shardplan.js");

/** A folder where only the samples are: a command is seen to leave nothing behind in it. */
export class Folder {
  readonly path = mkdtempSync(join(tmpdir(), "shardplan-cli-"));

  constructor() {
    symlinkSync(join(root, "samples"), join(this.path, "samples"));
  }

  at(name: string): string {
    return join(this.path, name);
  }

  write(name: string, content: string | Uint8Array): string {
    writeFileSync(this.at(name), content);
    return this.at(name);
  }

  names(): string[] {
    return readdirSync(this.path).sort();
  }

  remove(): void {
    rmSync(this.path, { recursive: true });
  }

  /**
   * Runs the command in this process, with made-up surroundings. Paths are given as `./name`, which stands for a file
   * of the folder, and are shown so.
   */
  async run(
    args: readonly string[],
    around: Partial<Surroundings> & { readonly input?: string | Uint8Array } = {},
  ): Promise<Seen> {
    const seen = { stdout: "", stderr: "" };
    const exitCode = await main(
      args.map((arg) => arg.replace(/(^|=)\.\//, `$1${this.path}/`)),
      {
        stdout: (text) => void (seen.stdout += text),
        stderr: (text) => void (seen.stderr += text),
        stdin: Readable.from(around.input === undefined ? [] : [Buffer.from(around.input)]),
        width: undefined,
        color: false,
        unicode: true,
        progress: false,
        now: () => 0,
        cores: 1,
        processId: 1,
        ...around,
      },
    );
    const shown = (text: string): string => text.replaceAll(`${this.path}/`, "./");
    return { stdout: shown(seen.stdout), stderr: shown(seen.stderr), exitCode };
  }

  /** Runs the built command as a process of its own in the folder. `onStart` may talk to it. */
  runProcess(
    args: readonly string[],
    {
      input,
      env,
      onStart,
    }: { input?: string; env?: NodeJS.ProcessEnv; onStart?: (child: ReturnType<typeof spawn>) => void } = {},
  ): Promise<Seen> {
    const child = spawn(process.execPath, [bin, ...args], { cwd: this.path, env: { ...process.env, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
    child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
    child.stdin.on("error", () => {}); // it may end without reading
    child.stdin.end(input ?? "");
    onStart?.(child);
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) =>
        resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exitCode }),
      );
    });
  }

  /** Runs a line of bash in the folder, in which `shardplan` is the built command. */
  runShell(line: string, env: NodeJS.ProcessEnv = {}): Promise<Seen> {
    const script = `shardplan() { "${process.execPath}" "${bin}" "$@"; }\n${line}`;
    const child = spawn("bash", ["-c", script], { cwd: this.path, env: { ...process.env, ...env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (piece: Buffer) => stdout.push(piece));
    child.stderr.on("data", (piece: Buffer) => stderr.push(piece));
    child.stdin.end();
    return new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (exitCode) =>
        resolve({ stdout: Buffer.concat(stdout).toString(), stderr: Buffer.concat(stderr).toString(), exitCode }),
      );
    });
  }
}
