import { power } from "../../stats/power.ts";
import { meanOf } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";

/** What Poisson writes of a key that are under way do to reads of it, and to writes of it at other leaders. */
export function staleVersions(scenario: Scenario): readonly ExactAnswer[] {
  const underWay = writesUnderWay(scenario);
  if (underWay === undefined) return [];
  const { cluster, reads } = scenario;
  const { replication } = cluster;
  if (replication.mode === "multi-leader") {
    const others = cluster.replicas / (cluster.replicas + 1);
    const value = underWay.averaged((writesMs) => -Math.expm1(-2 * others * writesMs));
    return [{ measure: "conflicts.share", value, formula: "1 - exp(-(L - 1) lambda 2 E[d]), lambda at each of L leaders, by popularity" }];
  }
  const copies = reads.policy === "replicas" ? 1 : reads.policy === "any" ? cluster.replicas / (cluster.replicas + 1) : 0;
  const steady = replication.delivery === "independent" || (replication.delay.kind === "constant" && replication.shipEveryMs === 0);
  if (copies === 0 || !steady || replication.redrawEveryMs > 0 || !scenario.operations.some(({ kind }) => kind === "read")) return [];
  const formula = (what: string): string => `${what}, M/G/inf: writes under way are Poisson with mean lambda E[lag], by popularity`;
  return [
    { measure: "stale.share", value: copies * underWay.averaged((many) => -Math.expm1(-many)), formula: formula("1 - exp(-m)") },
    { measure: "stale.twoBehind", value: copies * underWay.averaged((many) => 1 - Math.exp(-many) * (1 + many)), formula: formula("1 - (1 + m) exp(-m)") },
  ];
}

/** Averages over keys, as popular as they are, of a function of the mean number of the key's writes that are on their way. */
function writesUnderWay(scenario: Scenario): { averaged(of: (many: number) => number): number } | undefined {
  const { operations, cluster, keys, speed, arrivals } = scenario;
  const { replication } = cluster;
  const plain =
    operations.every(({ keyCount, touches, follows, apply }) => keyCount.to === 1 && touches === "keys" && follows === undefined && meanOf(apply ?? replication.apply) === 0) &&
    keys.salt === undefined &&
    keys.groups === undefined &&
    keys.shares === undefined &&
    cluster.regions === undefined &&
    cluster.replicas > 0 &&
    replication.leaderless === undefined &&
    cluster.stations.every(({ servers }) => servers === Infinity) &&
    scenario.clients.cache === undefined &&
    scenario.faults.length === 0 &&
    scenario.moves.length === 0;
  if (!plain) return undefined;
  const shares = operations.reduce((sum, { share }) => sum + share, 0);
  const rates = operations.filter(({ kind }) => kind === "write").map((operation): number => {
    const source = operation.arrivals ?? arrivals;
    if (source?.process !== "poisson") return NaN;
    return source.rate * speed * (operation.arrivals === undefined ? operation.share / shares : 1);
  });
  const rate = rates.reduce((sum, each) => sum + each, 0);
  if (!(rate > 0)) return undefined;
  const weights = Float64Array.from({ length: keys.zipfExponent === 0 ? 1 : keys.count }, (_, rank) => power(rank + 1, -keys.zipfExponent));
  const total = weights.reduce((sum, weight) => sum + weight, 0) * (keys.zipfExponent === 0 ? keys.count : 1);
  const many = keys.zipfExponent === 0 ? keys.count : 1;
  const lag = meanOf(replication.delay) + replication.shipEveryMs / 2;
  return { averaged: (of) => weights.reduce((sum, weight) => sum + ((many * weight) / total) * of((rate * weight * lag) / total), 0) };
}
