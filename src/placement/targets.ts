import { InputError } from "../base/input-error.ts";
import type { Target } from "./target.ts";
import { citus } from "./targets/citus.ts";
import { generic } from "./targets/generic.ts";
import { postgres } from "./targets/postgres.ts";
import { shardingsphere } from "./targets/shardingsphere.ts";
import { spqr } from "./targets/spqr.ts";
import { vitess } from "./targets/vitess.ts";

/** Every target. Choices of flags, help texts and tables are read from this list. */
export const targets = {
  generic,
  postgres,
  citus,
  vitess,
  spqr,
  shardingsphere,
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];

/** Throws InputError when there is no such target. */
export function targetNamed(name: string, where: string): Target {
  if (Object.hasOwn(targets, name)) return targets[name as TargetName];
  throw new InputError(`${where}: no target "${name}"`, { hint: `targets are ${targetNames.join(", ")}` });
}
