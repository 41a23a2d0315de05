import { power } from "../../stats/power.ts";
import type { Operation, Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { evenShards } from "./open-queues.ts";

/** To how many shards requests go, and how many cross from one to another. */
export function keySpread(scenario: Scenario): readonly ExactAnswer[] {
  const { operations, arrivals, clients, keys } = scenario;
  const plain = operations.length > 0 && arrivals !== undefined && clients.cache === undefined && keys.salt === undefined && scenario.moves.length === 0;
  if (!plain || operations.some((operation) => operation.arrivals !== undefined || operation.follows !== undefined)) return [];
  if (operations.every(({ touches, keyCount }) => touches === "keys" && keyCount.to <= 1)) return [];
  const spreads = operations.map((operation) => spreadOf(operation, scenario));
  if (!spreads.every((spread) => spread !== undefined)) return [];
  const total = operations.reduce((sum, { share }) => sum + share, 0);
  const averaged = (of: (spread: Spread, operation: Operation) => number): number =>
    operations.reduce((sum, operation, at) => sum + (operation.share / total) * of(spreads[at]!, operation), 0);
  const formula = [...new Set(spreads.map(({ formula }) => formula))].filter((text) => text !== "").join("; ");
  const answers: ExactAnswer[] = [{ measure: "fanOut.mean", value: averaged(({ fanOut }) => fanOut), formula }];
  const several = (operation: Operation): boolean => operation.kind === "write" && (operation.touches !== "keys" || operation.keyCount.to > 1);
  const writes = averaged((_, operation) => (several(operation) ? 1 : 0));
  if (writes > 0) {
    const value = averaged(({ crossing }, operation) => (several(operation) ? crossing : 0)) / writes;
    answers.push({ measure: "crossShard.share", value, formula });
  }
  for (const [kind, name] of [["read", "scatter-gather"], ["write", "cross-shard"]] as const) {
    const value = averaged(({ crossing }, operation) => (operation.kind === kind ? crossing : 0));
    if (value > 0) answers.push({ measure: `classShare.${name}`, value, formula });
  }
  return answers;
}

interface Spread {
  readonly fanOut: number;
  /** The share that goes to more than one shard. */
  readonly crossing: number;
  readonly formula: string;
}

function spreadOf(operation: Operation, { cluster, keys }: Scenario): Spread | undefined {
  const { shards } = cluster;
  const { touches, keyCount, consecutive } = operation;
  if (touches !== "keys") {
    const asked = touches === "all" ? shards : touches;
    return { fanOut: asked, crossing: asked > 1 ? 1 : 0, formula: "as many shards as are asked" };
  }
  const counts = Array.from({ length: keyCount.to - keyCount.from + 1 }, (_, at) => Math.max(1, keyCount.from + at));
  const average = (of: (count: number) => number): number => counts.reduce((sum, count) => sum + of(count), 0) / counts.length;
  if (keyCount.to <= 1 || shards === 1) return { fanOut: 1, crossing: 0, formula: "" };
  if (consecutive && keys.zipfExponent === 0 && keys.shares === undefined && keys.groups === undefined) {
    if (keys.placement === "range" && keys.count >= shards * keyCount.to) {
      const crossing = average((count) => ((shards - 1) * (count - 1)) / keys.count);
      return { fanOut: 1 + crossing, crossing, formula: "(S - 1)(k - 1) / keys, ranges longer than a scan" };
    }
    // Hashed keys lie like dice; that a scan ends at the last key is left out.
    if (keys.placement === "hash" && keys.count >= 1000 * keyCount.to) return diced(average, shards);
    return undefined;
  }
  if (consecutive || !evenShards(keys, shards)) return undefined;
  return diced(average, shards);
}

const diced = (average: (of: (count: number) => number) => number, shards: number): Spread => ({
  fanOut: average((count) => shards * (1 - power(1 - 1 / shards, count))),
  crossing: average((count) => 1 - power(shards, 1 - count)),
  formula: "k keys on S shards: 1 - S^(1 - k) cross, S (1 - (1 - 1/S)^k) are touched",
});
