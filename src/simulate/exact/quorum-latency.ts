import { constant, meanOf } from "../distribution.ts";
import type { Scenario } from "../scenario.ts";
import type { ExactAnswer } from "./exact-answer.ts";
import { aboveKth, ascending, meanOfTail, quantileOfTail, type TailFunction, tailOfSum } from "./tail-function.ts";

/** How long a leaderless read or write takes when nothing queues: the k-th of N answers, each the sum of two legs. */
export function quorumLatencies(scenario: Scenario): readonly ExactAnswer[] {
  const { leaderless } = scenario.cluster.replication;
  if (leaderless === undefined || scenario.staleness === undefined) return [];
  const { nodes, readQuorum, writeQuorum, readFrom, legs } = leaderless;
  const ways = roundTrips(scenario, nodes);
  if (ways === undefined) return [];
  const answers = (name: string, sum: TailFunction, asked: number, k: number): readonly ExactAnswer[] => {
    if (asked < nodes && ways.length > 1) return [];
    const done = kthOf(sum, ways.map((row) => row.slice(0, asked)), k);
    const formula = `the ${k}${ordinal(k)} of ${asked} answers${ways.length > 1 ? ", averaged over regions" : ""}`;
    return [
      { measure: `probe.${name}.mean`, value: meanOfTail(done), formula },
      ...([["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999]] as const).map(([label, p]) => ({
        measure: `probe.${name}.${label}`,
        value: quantileOfTail(done, p),
        formula,
      })),
    ];
  };
  return [
    ...answers("read", tailOfSum(legs.read, legs.response), readFrom === "all" ? nodes : readQuorum, readQuorum),
    ...answers("write", tailOfSum(legs.write, legs.ack), nodes, writeQuorum),
  ];
}

/** The k-th of answers that come a way later each, on the average over the rows. */
function kthOf(sum: TailFunction, ways: readonly (readonly number[])[], k: number): TailFunction {
  const known = new Map<number, number>();
  return {
    above: (x) => {
      known.clear();
      const tail = (way: number): number => {
        const found = known.get(way) ?? sum.above(x - way);
        known.set(way, found);
        return found;
      };
      return ways.reduce((total, row) => total + aboveKth(row.map(tail), k), 0) / ways.length;
    },
    bends: ascending([...new Set(ways.flat())].flatMap((way) => sum.bends.map((bend) => bend + way))),
    scale: sum.scale + Math.max(...ways.flat()),
  };
}

/** By region of the client, the way to each node and back; undefined where a way varies. */
function roundTrips({ cluster }: Scenario, nodes: number): readonly (readonly number[])[] | undefined {
  const { regions } = cluster;
  const between = regions?.between ?? [[constant(0)]];
  if (between.flat().some((way) => way.kind !== "constant")) return undefined;
  return between.map((row) => Array.from({ length: nodes }, (_, node) => 2 * meanOf(row[node % row.length]!)));
}

const ordinal = (k: number): string => (k % 10 === 1 && k % 100 !== 11 ? "st" : k % 10 === 2 && k % 100 !== 12 ? "nd" : k % 10 === 3 && k % 100 !== 13 ? "rd" : "th");
