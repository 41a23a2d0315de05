import { nearest } from "../../analyze/nearest-name.ts";
import { InputError } from "../../base/input-error.ts";
import { nameMeant } from "../../placement/target-facts/name-meant.ts";
import { systemsWithoutPlacement } from "../../placement/target-facts/systems-without-placement.ts";
import type { Target } from "../../placement/target.ts";
import { targetNamed, targetNames } from "../../placement/targets.ts";

/** The target that a flag names, by any name that people use. Throws InputError for others; of a system that does not shard with the reason. */
export function targetOfFlag(flag: string, name: string): Target {
  const meant = nameMeant(name);
  if ((targetNames as readonly string[]).includes(meant)) return targetNamed(meant, flag);
  if (!Object.hasOwn(systemsWithoutPlacement, meant))
    throw new InputError(`${flag}: no target "${name}"`, { hint: nearest(meant, targetNames, "targets") });
  throw new InputError(`${flag} ${name}: it does not shard (${systemsWithoutPlacement[meant]!})`, {
    hint: `shardplan targets ${meant} shows its limits; for an application that shards pass mysql or generic`,
  });
}
