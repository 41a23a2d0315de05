import { closeSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { InputError } from "../base/input-error.ts";

/**
 * A result file that is there whole or not at all: written beside its place and renamed when complete. Opened before the
 * long run, so that a bad path fails in the first second.
 */
export class OutputFile {
  readonly path: string;
  readonly #partial: string;
  #descriptor: number | undefined;

  constructor(path: string, processId: number) {
    this.path = path;
    this.#partial = `${path}.partial-${processId}`;
    try {
      this.#descriptor = openSync(this.#partial, "wx");
    } catch (error) {
      throw new InputError(`${path}: can't be written (${(error as NodeJS.ErrnoException).code})`, { hint: "pass another path to -o" });
    }
  }

  /** Writes the whole content and puts the file in its place. */
  commit(content: string): void {
    if (this.#descriptor === undefined) return;
    const bytes = Buffer.from(content);
    for (let written = 0; written < bytes.length; ) written += writeSync(this.#descriptor, bytes, written);
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    try {
      renameSync(this.#partial, this.path);
    } catch (error) {
      rmSync(this.#partial, { force: true });
      throw new InputError(`${this.path}: can't be written (${(error as NodeJS.ErrnoException).code})`, { hint: "pass another path to -o" });
    }
  }

  /** Leaves nothing behind; does nothing after `commit`. */
  discard(): void {
    if (this.#descriptor === undefined) return;
    closeSync(this.#descriptor);
    this.#descriptor = undefined;
    rmSync(this.#partial, { force: true });
  }
}
