import { accessSync, closeSync, constants, openSync, realpathSync, renameSync, rmSync, statSync, writeFileSync, type Stats } from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../base/input-error.ts";

/**
 * A result file that is there whole or not at all: written beside its place when the result is complete, and renamed.
 * The place is looked at before the long run, so that a bad path fails in the first second.
 */
export class OutputFile {
  readonly #named: string;
  /** Where it really is: a link to a file stays a link. */
  readonly #path: string;
  readonly #partial: string | undefined;
  readonly #mode: number | undefined;
  readonly #flag: string;

  /** `inputs` are the files that are read, and must not be overwritten; `flag` is the option that named the file. */
  constructor(path: string, inputs: readonly string[], processId: number, flag = "-o") {
    this.#named = path;
    this.#flag = flag;
    if (path === "") throw this.#refusal("it has no name");
    const there = this.#look(path);
    if (there?.isDirectory()) throw this.#refusal("it is a directory");
    if (there !== undefined && inputs.some((input) => isSameFile(there, input))) throw this.#refusal("it is an input");
    // A device or a pipe, such as /dev/null, is written to; renaming would put a file in its place.
    this.#path = there?.isFile() ? realpathSync(path) : path;
    if (there !== undefined && !there.isFile()) return;
    this.#mode = there?.mode;
    this.#partial = `${this.#path}.partial-${processId}`;
    const folder = dirname(this.#path);
    if (!this.#look(folder)?.isDirectory()) throw this.#refusal(`there is no folder ${folder}`);
    try {
      if (there !== undefined) accessSync(this.#path, constants.W_OK);
      accessSync(folder, constants.W_OK);
    } catch {
      throw this.#refusal("permission denied");
    }
  }

  write(content: string): void {
    this.writeWith((file) => writeFileSync(file, content));
  }

  /** The same for what is written in pieces, into an open file. */
  writeWith(writing: (file: number) => void): void {
    const path = this.#partial ?? this.#path;
    try {
      const file = openSync(path, this.#partial === undefined ? "w" : "wx", this.#mode);
      try {
        writing(file);
      } finally {
        closeSync(file);
      }
      if (this.#partial !== undefined) renameSync(this.#partial, this.#path);
    } catch (error) {
      if (this.#partial !== undefined) rmSync(this.#partial, { force: true });
      throw this.#refusal((error as NodeJS.ErrnoException).code ?? "unknown error");
    }
  }

  /** Undefined when nothing is there. */
  #look(path: string): Stats | undefined {
    try {
      return statSync(path, { throwIfNoEntry: false });
    } catch (error) {
      // A file among the folders of the path, a name too long, a folder that can't be looked into.
      throw this.#refusal((error as NodeJS.ErrnoException).code ?? "unknown error");
    }
  }

  #refusal(reason: string): InputError {
    return new InputError(`${this.#named || '""'}: can't be written, ${reason}`, { hint: `pass another path to ${this.#flag}` });
  }
}

function isSameFile(there: Stats, path: string): boolean {
  const other = statSync(path, { throwIfNoEntry: false });
  return other !== undefined && other.ino === there.ino && other.dev === there.dev;
}
