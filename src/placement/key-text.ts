import { type KeyValue, textOfKey, typeOfKey } from "../workload/key-value.ts";
import type { MapRequest } from "./map-request.ts";
import { refuseKey } from "./refuse-key.ts";

/**
 * The key as the string that key-value stores know it by: digits of an integer, a uuid in lower case, text as it is.
 */
export function keyText({ where }: MapRequest, value: KeyValue): string {
  if (typeOfKey(value) === "null") refuseKey(where, value, "a missing key names nothing", "give every row a key");
  return textOfKey(value);
}

export const keyTextTypes = ["int16", "int32", "int64", "text", "uuid"] as const;
