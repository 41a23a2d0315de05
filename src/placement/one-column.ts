import { InputError } from "../base/input-error.ts";
import type { MapRequest } from "./map-request.ts";

/** Throws InputError unless the shard key is one column, for systems that place by one. */
export function requireOneColumn({ where, shardKey }: MapRequest, system: string): void {
  if (shardKey.length === 1) return;
  throw new InputError(`${where}: ${system} places by one column, not by ${shardKey.join(", ")}`, {
    hint: "name one column as the shardKey",
  });
}
