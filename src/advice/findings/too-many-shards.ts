import { numberText, type Finding } from "../finding.ts";
import { shardCountNeed, type ShardCountInput } from "../shard-count-need.ts";

/** Half as many shards, or fewer, would carry the worst window. */
export function tooManyShards(input: ShardCountInput): Finding | undefined {
  const need = shardCountNeed(input);
  if (need === undefined || need.needed * 2 > need.shards) return undefined;
  return {
    id: "too-many-shards",
    severity: "warning",
    table: undefined,
    key: [],
    evidence:
      `${need.shards} shards carry ${numberText(need.carried)} erlangs with this design; the worst window has ` +
      `${numberText(need.peak)}, which ${need.needed} would carry`,
    whatToDo: `begin with ${need.needed} shards (--rank-at ${need.needed}) and a strategy that moves little when one is added`,
    whatItCosts: "a reshard earlier than otherwise: reshard says what it moves",
    origins: [],
  };
}
