import { readFileSync } from "node:fs";
import { InputError } from "../base/input-error.ts";

/** Largest schema or design that is read as text. */
const textFileLimit = 256e6;

/** A whole text file, without its byte-order mark. `what` names its role in the message. */
export function readTextFile(path: string, what: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    const reasons = new Map([
      ["ENOENT", "no such file"],
      ["EISDIR", "this is a directory"],
      ["EACCES", "permission denied"],
    ]);
    throw new InputError(`${path}: the ${what} can't be read (${reasons.get(code ?? "") ?? code})`, {
      hint: `pass the path of the ${what}`,
    });
  }
  if (bytes.length > textFileLimit)
    throw new InputError(`${path}: ${bytes.length} bytes are too many for a ${what}`, {
      hint: "was a log meant here?",
    });
  if (bytes.includes(0))
    throw new InputError(`${path}: this is no text, so no ${what}`, { hint: `pass the path of the ${what}` });
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}
