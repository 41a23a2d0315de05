import { bucketCount, LogHistogram } from "../stats/log-histogram.ts";
import { randomStream } from "../stats/random-stream.ts";
import { meanOf } from "./distribution.ts";
import { type Estimate, exactly, shareOfTrials } from "./interval.ts";
import type { Measure } from "./measures.ts";
import { BufferedDraws } from "./buffered-draws.ts";
import { Sampler } from "./sampler.ts";
import type { Scenario } from "./scenario.ts";

/** What a probe counted; sums of parts of the trials are the probe of all. */
export interface ProbeCounts {
  readonly trials: number;
  /** By how long a read must wait after the commit to see the write. */
  readonly waits: Uint32Array<ArrayBuffer>;
  /** Reads that see it whenever they come. */
  readonly atOnce: number;
  readonly reads: Uint32Array<ArrayBuffer>;
  readonly writes: Uint32Array<ArrayBuffer>;
  /** Sums of the latencies and of their squares. */
  readonly readSums: readonly [number, number];
  readonly writeSums: readonly [number, number];
  /** By `StalenessProbe.afterMs`: consistent reads, exactly. */
  readonly consistent: Float64Array<ArrayBuffer>;
}

/**
 * How likely a read some time after a write's commit sees it, with N replicas of which W acknowledge and R answer, when
 * nothing queues: the WARS model of Peter Bailis et al., Probabilistically Bounded Staleness for Practical Partial
 * Quorums, VLDB 2012. A write reaches replica i after W[i] and is acknowledged after A[i]; a read reaches it after R[i]
 * and is answered after S[i]. The write is committed with the W-th acknowledgement; the read is stale when none of the
 * first R that answer had the write when the read came.
 *
 * Each trial gives the least wait after which its read is consistent, so one run answers for all times at once.
 */
export function probeStaleness(scenario: Scenario, seed: number, trials: number): ProbeCounts {
  const { leaderless } = scenario.cluster.replication;
  const { nodes, readQuorum, writeQuorum, readFrom, legs } = leaderless!;
  const random = randomStream(seed, "staleness");
  const leg = (name: keyof typeof legs): BufferedDraws => new BufferedDraws(legs[name], randomStream(seed, `staleness ${name}`));
  const writeLeg = leg("write");
  const ackLeg = leg("ack");
  const readLeg = leg("read");
  const responseLeg = leg("response");
  const ways = regionWays(scenario, nodes);
  const afterMs = Float64Array.from(scenario.staleness!.afterMs);
  const waits = new LogHistogram();
  const reads = new LogHistogram();
  const writes = new LogHistogram();
  const consistent = new Float64Array(afterMs.length);
  const arrived = new Float64Array(nodes);
  const asked = new Float64Array(nodes);
  const times = new Float64Array(nodes);
  const asks = readFrom === "all" ? nodes : readQuorum;
  let atOnce = 0;
  let readSum = 0;
  let readSquares = 0;
  let writeSum = 0;
  let writeSquares = 0;
  for (let trial = 0; trial < trials; trial++) {
    const writer = ways === undefined ? 0 : pick(random.nextWord(), ways.length);
    const reader = ways === undefined ? 0 : pick(random.nextWord(), ways.length);
    for (let node = 0; node < nodes; node++) {
      const out = ways === undefined ? 0 : ways[writer]![node]!.draw(random);
      const back = ways === undefined ? 0 : ways[writer]![node]!.draw(random);
      arrived[node] = writeLeg.next() + out;
      times[node] = arrived[node]! + ackLeg.next() + back;
    }
    const commit = smallest(times, nodes, writeQuorum);
    writes.add(commit);
    writeSum += commit;
    writeSquares += commit * commit;
    const first = asks === nodes ? 0 : pick(random.nextWord(), nodes);
    for (let at = 0; at < asks; at++) {
      const node = first + at < nodes ? first + at : first + at - nodes;
      const out = ways === undefined ? 0 : ways[reader]![node]!.draw(random);
      const back = ways === undefined ? 0 : ways[reader]![node]!.draw(random);
      // The write must be there when the read comes: so long after the commit at least.
      const way = readLeg.next() + out;
      asked[at] = arrived[node]! - way - commit;
      times[at] = way + responseLeg.next() + back;
    }
    const wait = earliestOfFirst(times, asked, asks, readQuorum);
    const answered = times[readQuorum - 1]!;
    reads.add(answered);
    readSum += answered;
    readSquares += answered * answered;
    if (wait <= 0) atOnce += 1;
    else waits.add(wait);
    for (let at = 0; at < afterMs.length; at++) if (wait <= afterMs[at]!) consistent[at]! += 1;
  }
  return { trials, waits: waits.counts, atOnce, reads: reads.counts, writes: writes.counts, readSums: [readSum, readSquares], writeSums: [writeSum, writeSquares], consistent };
}

/** How long probes of parts are, so that threads can share them and the result does not depend on how many there are. */
export const probePartTrials = 250_000;

export function sumOfProbes(probes: readonly ProbeCounts[]): ProbeCounts {
  const sum = <A extends Uint32Array | Float64Array>(into: A, of: (probe: ProbeCounts) => A): A => {
    for (const probe of probes) of(probe).forEach((value, at) => (into[at]! += value));
    return into;
  };
  return {
    trials: probes.reduce((total, { trials }) => total + trials, 0),
    atOnce: probes.reduce((total, { atOnce }) => total + atOnce, 0),
    readSums: sumOfSums(probes, ({ readSums }) => readSums),
    writeSums: sumOfSums(probes, ({ writeSums }) => writeSums),
    waits: sum(new Uint32Array(bucketCount), ({ waits }) => waits),
    reads: sum(new Uint32Array(bucketCount), ({ reads }) => reads),
    writes: sum(new Uint32Array(bucketCount), ({ writes }) => writes),
    consistent: sum(new Float64Array(probes[0]!.consistent.length), ({ consistent }) => consistent),
  };
}

/** In the order of the parts, which does not depend on who did them. */
function sumOfSums(
  probes: readonly ProbeCounts[],
  of: (probe: ProbeCounts) => readonly [number, number],
): readonly [number, number] {
  return probes.map(of).reduce(([sum, squares], [a, b]) => [sum + a, squares + b]);
}

export function probeMeasures(scenario: Scenario, probe: ProbeCounts): readonly Measure[] {
  const measures: Measure[] = [];
  const add = (name: string, unit: Measure["unit"], estimate: Estimate): void => {
    measures.push({ name, unit, ...estimate });
  };
  scenario.staleness!.afterMs.forEach((after, at) => {
    add(`consistent.after ${after}ms`, "share", shareOfTrials(probe.consistent[at]!, probe.trials));
  });
  for (const [name, p] of [["99", 0.99], ["99.9", 0.999]] as const)
    add(`consistent.wait.p${name}`, "ms", waitOf(probe, p));
  for (const [name, counts] of [["read", probe.reads], ["write", probe.writes]] as const) {
    const histogram = new LogHistogram(counts);
    const sums = name === "read" ? probe.readSums : probe.writeSums;
    add(`probe.${name}.mean`, "ms", meanOfTrials(sums, probe.trials));
    for (const [label, p] of [["p50", 0.5], ["p95", 0.95], ["p99", 0.99], ["p99.9", 0.999]] as const)
      add(`probe.${name}.${label}`, "ms", quantileOfTrials(histogram, p));
  }
  return measures;
}

/** The wait after which the share `p` of reads is consistent. */
function waitOf(probe: ProbeCounts, p: number): Estimate {
  const { trials, atOnce } = probe;
  if (atOnce >= p * trials) return exactly(0, trials);
  const waits = new LogHistogram(probe.waits);
  const at = (share: number): number => Math.max(0, waits.quantile((share * trials - atOnce) / (trials - atOnce)));
  const error = 1.96 * Math.sqrt((p * (1 - p)) / trials);
  return { value: at(p), low: at(Math.max(0, p - error)), high: at(Math.min(1, p + error)), samples: trials, note: undefined };
}

function meanOfTrials([sum, squares]: readonly [number, number], samples: number): Estimate {
  const value = sum / samples;
  const error = 1.96 * Math.sqrt(Math.max(0, squares / samples - value * value) / samples);
  return { value, low: value - error, high: value + error, samples, note: undefined };
}

/** Independent trials: the interval is that of the rank. */
function quantileOfTrials(histogram: LogHistogram, p: number): Estimate {
  const samples = histogram.total;
  const error = 1.96 * Math.sqrt((p * (1 - p)) / samples);
  const value = histogram.quantile(p);
  if (samples * (1 - p) < 10) return { value, low: NaN, high: NaN, samples, note: `too few samples: ${samples} of them` };
  return { value, low: histogram.quantile(p - error), high: histogram.quantile(Math.min(1, p + error)), samples, note: undefined };
}

/** From each region to each node, where there are regions. */
function regionWays(scenario: Scenario, nodes: number): readonly (readonly Sampler[])[] | undefined {
  const { regions } = scenario.cluster;
  if (regions === undefined || regions.between.flat().every((way) => meanOf(way) === 0)) return undefined;
  return regions.between.map((row) => Array.from({ length: nodes }, (_, node) => new Sampler(row[node % row.length]!)));
}

const pick = (word: number, count: number): number => (word * 2 ** -32 * count) | 0;

/** The k-th smallest of the first `count`, which are sorted in place. */
function smallest(times: Float64Array, count: number, k: number): number {
  for (let at = 1; at < count; at++) {
    const time = times[at]!;
    let to = at;
    while (to > 0 && times[to - 1]! > time) {
      times[to] = times[to - 1]!;
      to--;
    }
    times[to] = time;
  }
  return times[k - 1]!;
}

/** Sorts by time and gives the least of `asked` among the first `k`. */
function earliestOfFirst(times: Float64Array, asked: Float64Array, count: number, k: number): number {
  for (let at = 1; at < count; at++) {
    const time = times[at]!;
    const ask = asked[at]!;
    let to = at;
    while (to > 0 && times[to - 1]! > time) {
      times[to] = times[to - 1]!;
      asked[to] = asked[to - 1]!;
      to--;
    }
    times[to] = time;
    asked[to] = ask;
  }
  let least = asked[0]!;
  for (let at = 1; at < k; at++) if (asked[at]! < least) least = asked[at]!;
  return least;
}
