import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A folder of our own, which is gone once it is removed, when a signal ends the process, or at its end. */
export class TemporaryFolder {
  readonly path: string = "";
  readonly #onSignal = (signal: NodeJS.Signals): void => {
    this.remove();
    process.kill(process.pid, signal);
  };
  readonly #onExit = (): void => this.remove();

  constructor() {
    // Before there is a folder: a signal that comes right behind its making finds somebody who removes it.
    for (const signal of signals) process.once(signal, this.#onSignal);
    process.once("exit", this.#onExit);
    this.path = mkdtempSync(join(tmpdir(), "shardplan-"));
  }

  remove(): void {
    for (const signal of signals) process.removeListener(signal, this.#onSignal);
    process.removeListener("exit", this.#onExit);
    if (this.path !== "") rmSync(this.path, { recursive: true, force: true });
  }
}
