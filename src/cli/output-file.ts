import { accessSync, constants, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../base/input-error.ts";

/**
 * A result file that is there whole or not at all: written beside its place when the result is complete, and renamed. The
 * place is looked at before the long run, so that a bad path fails in the first second.
 */
export class OutputFile {
  readonly path: string;
  readonly #partial: string;

  constructor(path: string, processId: number) {
    this.path = path;
    this.#partial = `${path}.partial-${processId}`;
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw this.#refusal("it is a directory");
    const folder = dirname(path);
    if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) throw this.#refusal(`there is no folder ${folder}`);
    try {
      accessSync(folder, constants.W_OK);
    } catch {
      throw this.#refusal("permission denied");
    }
  }

  #refusal(reason: string): InputError {
    return new InputError(`${this.path}: can't be written, ${reason}`, { hint: "pass another path to -o" });
  }

  write(content: string): void {
    try {
      writeFileSync(this.#partial, content, { flag: "wx" });
      renameSync(this.#partial, this.path);
    } catch (error) {
      rmSync(this.#partial, { force: true });
      throw this.#refusal((error as NodeJS.ErrnoException).code ?? "unknown error");
    }
  }
}
