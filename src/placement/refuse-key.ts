import { InputError } from "../base/input-error.ts";
import { type KeyValue, textOfKey, typeOfKey } from "../workload/key-value.ts";

/** Throws the error for a key value that a target can't place, with the reason and what to do about it. */
export function refuseKey(where: string, value: KeyValue, reason: string, hint: string): never {
  const shown = typeOfKey(value) === "null" ? "NULL" : `${typeOfKey(value)} ${JSON.stringify(textOfKey(value))}`;
  throw new InputError(`${where}: ${shown} can't be placed: ${reason}`, { hint });
}
