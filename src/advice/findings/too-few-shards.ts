import { numberText, type Finding } from "../finding.ts";
import { shardCountNeed, type ShardCountInput } from "../shard-count-need.ts";

/** The design does not carry the worst window on so many shards. */
export function tooFewShards(input: ShardCountInput): Finding | undefined {
  const need = shardCountNeed(input);
  if (need === undefined || need.peak <= need.carried) return undefined;
  return {
    id: "too-few-shards",
    severity: "problem",
    table: undefined,
    key: [],
    evidence:
      `${need.shards} shards carry ${numberText(need.carried)} erlangs with this design (${need.factor.toFixed(1)} servers' worth); ` +
      `the worst window has ${numberText(need.peak)}`,
    whatToDo: `judge ${need.needed} shards or more (--rank-at ${need.needed}), or larger servers for each`,
    whatItCosts: "a server for each shard; statements that go to every shard cost more with each of them",
    origins: [],
  };
}
