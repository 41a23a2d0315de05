import { nearest } from "../../analyze/nearest-name.ts";
import { InputError } from "../../base/input-error.ts";

/** Throws the error for a name that is not among those that a flag takes, with the nearest ones. */
export function unknownName(
  flag: string,
  name: string,
  names: readonly string[],
  what: "strategy" | "shard" | "sharded table",
): never {
  const several = what === "strategy" ? "strategies" : `${what}s`;
  throw new InputError(`${flag}: no ${what} "${name}"`, { hint: nearest(name, names, several) });
}
