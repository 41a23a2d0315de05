import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { join } from "node:path";
import { root } from "../run.ts";

export const hasTmux = spawnSync("tmux", ["-V"]).status === 0;

/** A real pseudo-terminal of 100 by 40, in which a person types. */
export class Terminal {
  readonly #socket: string;

  constructor(folder: string, name: string) {
    this.#socket = `shardplan-${process.pid}-${name}`;
    this.#tmux("-f", "/dev/null", "new-session", "-d", "-x", "100", "-y", "40", "-s", "test", "-c", folder, "env", "PS1=> ", "bash", "--norc", "--noprofile");
    this.#tmux("set-option", "-g", "history-limit", "5000");
  }

  /** Types the command, and behind it what shows its exit code. */
  run(args: string): void {
    this.type(`"${process.execPath}" "${join(root, "bin/shardplan.js")}" ${args}; echo "exit code $?"`);
  }

  /** Text and Enter. */
  type(text: string): void {
    if (text !== "") this.#tmux("send-keys", "-t", "test", "-l", text);
    this.press("Enter");
  }

  press(...keys: string[]): void {
    this.#tmux("send-keys", "-t", "test", ...keys);
  }

  /** Presses keys until a choice is the one that is pointed at, takes it, and waits until it is taken. */
  async choose(name: string): Promise<void> {
    const taken = this.#taken();
    for (let press = 0; press < 30 && !this.screen().includes(`❯ ${name}`); press++) {
      this.press("Down");
      await sleep(60);
    }
    this.press("Enter");
    while (this.#taken() === taken) await sleep(60);
  }

  /** Each of these waits for its question first. */
  async answer(question: string, text: string): Promise<void> {
    await this.sees(question);
    this.type(text);
  }

  async pick(question: string, choice: string): Promise<void> {
    await this.sees(question);
    await this.choose(choice);
  }

  async pressAt(question: string, ...keys: readonly string[]): Promise<void> {
    await this.sees(question);
    this.press(...keys);
  }

  #taken(): number {
    return this.screen(true).match(/^✔ /gm)?.length ?? 0;
  }

  resize(columns: number): void {
    this.#tmux("resize-window", "-t", "test", "-x", String(columns), "-y", "40");
  }

  /** What is on the screen; `all` with what scrolled away, long lines whole. */
  screen(all = false): string {
    return this.#tmux("capture-pane", "-p", "-t", "test", ...(all ? ["-J", "-S", "-5000"] : []));
  }

  /** Waits until the last question on the screen, or what stands behind it, is `what`. */
  async sees(what: string | RegExp): Promise<void> {
    const until = performance.now() + 45_000;
    while (performance.now() < until) {
      const lines = this.screen().trimEnd().split("\n");
      const from = Math.max(0, lines.findLastIndex((line) => line.startsWith("? ")));
      const last = lines.slice(from).join("\n");
      if (typeof what === "string" ? last.includes(what) : what.test(last)) return;
      await sleep(60);
    }
    throw new Error(`never seen: ${what}\n${this.screen()}`);
  }

  close(): void {
    spawnSync("tmux", ["-L", this.#socket, "kill-server"]);
  }

  #tmux(...args: string[]): string {
    return execFileSync("tmux", ["-L", this.#socket, ...args], { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });
  }
}
