import { InputError } from "../base/input-error.ts";
import type { Target } from "./target.ts";
import { generic } from "./targets/generic.ts";

/** Every target. Choices of flags, help texts and tables are read from this list. */
export const targets = {
  generic,
} as const satisfies Record<string, Target>;

export type TargetName = keyof typeof targets;

export const targetNames = Object.keys(targets) as readonly TargetName[];

/** Throws InputError when there is no such target. */
export function targetNamed(name: string, where: string): Target {
  if (Object.hasOwn(targets, name)) return targets[name as TargetName];
  throw new InputError(`${where}: no target "${name}"`, { hint: `targets are ${targetNames.join(", ")}` });
}
