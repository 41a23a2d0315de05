import { targetNamed } from "../../src/placement/targets.ts";

export const shardNamesOf = (target: string, count: number): readonly string[] =>
  targetNamed(target, "test").shardNames(count);
