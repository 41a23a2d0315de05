import type { Cluster, Scenario } from "../scenario.ts";
import type { ScenarioSource } from "./scenario-source.ts";

export function readKeys(source: ScenarioSource, cluster: Cluster): Scenario["keys"] {
  const { popularity, placement, shares, salt, groups } = source.shape.keys;
  const count = groups === undefined ? (source.shape.keys.count ?? defaultKeys) : groups.reduce((sum, { keys }) => sum + keys, 0);
  if (groups !== undefined) checkGroups(source, cluster);
  if (shares !== undefined) {
    if (shares.length !== cluster.shards)
      source.fail(["keys", "shares"], `${shares.length} shares for ${cluster.shards} shards`, "give one share per shard");
    if (!shares.some((share) => share > 0)) source.fail(["keys", "shares"], "all shares are 0", "give one above 0");
    if (salt !== undefined) source.fail(["keys", "salt"], "shares say where accesses go, whatever their key", "leave one out");
    if (source.shape.moves.length > 0)
      source.fail(["keys", "shares"], "shares do not say which keys move", "leave the shares out, or the moves");
    if (count < cluster.shards)
      source.fail(["keys", "count"], `fewer keys than the ${cluster.shards} shards`, "give at least a key per shard");
  }
  if (salt !== undefined && popularity !== "uniform" && popularity.scrambledOver !== undefined)
    source.fail(["keys", "salt"], "scrambled keys are in no order of popularity, so that none is the hottest by its number", "leave one out");
  if (salt !== undefined && salt.hottest > count)
    source.fail(["keys", "salt", "hottest"], `there are ${count} keys only`, "give fewer");
  return {
    count,
    zipfExponent: popularity === "uniform" ? 0 : popularity.zipf,
    scrambledOver: popularity === "uniform" ? undefined : popularity.scrambledOver,
    placement,
    shares,
    groups: groups?.map(({ share, keys, shard, movesTo }) => ({ share, keys, shard, movesTo })),
    salt,
  };
}

/** Groups say where keys lie: for as many shards as there are, and after the move if there is one. */
function checkGroups(source: ScenarioSource, cluster: Cluster): void {
  const { groups = [], salt, shares, count, popularity } = source.shape.keys;
  const at = ["keys", "groups"];
  if (salt !== undefined) source.fail(["keys", "salt"], "groups say where keys lie, salted pieces lie elsewhere", "leave one out");
  if (shares !== undefined) source.fail(["keys", "shares"], "the groups have shares", "leave one of the two out");
  if (count !== undefined) source.fail(["keys", "count"], "the groups have their numbers of keys", "leave the count out");
  if (popularity !== "uniform") source.fail(["keys", "popularity"], "the groups have shares", "leave one of the two out");
  if (!groups.some(({ share }) => share > 0)) source.fail(at, "all shares are 0", "give one above 0");
  if (groups.reduce((sum, { keys }) => sum + keys, 0) > 10_000_000) source.fail(at, "more than ten million keys", "give fewer");
  const move = source.shape.moves[0];
  groups.forEach(({ shard, movesTo }, index) => {
    if (shard >= cluster.shards)
      source.fail([...at, index, "shard"], `there is no shard ${shard}`, `shards are 0 to ${cluster.shards - 1}`);
    if (move !== undefined && (movesTo === undefined || movesTo >= move.to))
      source.fail([...at, index], "it does not say where its keys move", `give "movesTo", a shard from 0 to ${move.to - 1}`);
  });
  const named = new Set(groups.map(({ shard }) => shard));
  for (let shard = 0; shard < cluster.shards; shard++)
    if (!named.has(shard)) source.fail(at, `no group is on shard ${shard}`, "give one, of share 0 if nobody asks for its keys");
}

const defaultKeys = 10_000;
