import { bucketCount, bucketOf } from "../stats/log-histogram.ts";
import { ProbedOperation } from "./probed-operation.ts";
import type { Scenario } from "./scenario.ts";
import { waitGrid } from "./wait-grid.ts";

/** What a probe counted; sums of parts of the trials are the probe of all. */
export interface ProbeCounts {
  readonly trials: number;
  readonly reads: Uint32Array<ArrayBuffer>;
  readonly writes: Uint32Array<ArrayBuffer>;
  /** Sums of the latencies and of their squares. */
  readonly readSums: readonly [number, number];
  readonly writeSums: readonly [number, number];
  /** By `StalenessProbe.afterMs`. */
  readonly stale: StaleSums;
  /** By the times of `waitGrid`. */
  readonly gridStale: StaleSums;
}

/** Chances of a stale read at several times, added up over independent passes of a number of trials each. */
export interface StaleSums {
  readonly sums: Float64Array<ArrayBuffer>;
  /** Of the sums of passes. */
  readonly squares: Float64Array<ArrayBuffer>;
  readonly passes: number;
  readonly trials: number;
}

/**
 * How likely a read some time after a write's commit sees it, with N replicas of which W acknowledge and R answer, when
 * nothing queues: the WARS model of Peter Bailis et al., Probabilistically Bounded Staleness for Practical Partial
 * Quorums, VLDB 2012. A write reaches replica i after W[i] and is acknowledged after A[i]; a read reaches it after R[i]
 * and is answered after S[i]. The write is committed with the W-th acknowledgement; the read is stale when none of the
 * first R that answer had the write when the read came.
 *
 * A replica that is stale has not acknowledged by the commit, so that the commit is the W-th acknowledgement c among
 * those outside of the first R; the read at a time t after it is stale when W[i] > c + t + R[i] for each i of the R. Of
 * these W[i] a trial takes the chance, where it could draw them (conditional expectation): the same mean, with a spread
 * that does not grow where stale reads are rare.
 */
export function probeStaleness(scenario: Scenario, seed: number, trials: number): ProbeCounts {
  const operation = new ProbedOperation(scenario, seed, "staleness");
  const { afterMs, trials: inAll } = scenario.staleness!;
  const stale = new StaleTally(Float64Array.from(afterMs), operation.strata);
  const gridStale = new StaleTally(waitGrid(scenario), operation.strata);
  const reads = new Uint32Array(bucketCount);
  const writes = new Uint32Array(bucketCount);
  let readSum = 0;
  let readSquares = 0;
  let writeSum = 0;
  let writeSquares = 0;
  // Few passes tell the wait well enough: it is where the chance falls below a bound, and each trial knows its chance.
  const cycle = Math.max(1, Math.floor(inAll / operation.strata / 32_000)) * operation.strata;
  let inCycle = 0;
  for (let trial = 0; trial < trials; trial++) {
    operation.next();
    const { committed, answered } = operation;
    writes[bucketOf(committed)]! += 1;
    writeSum += committed;
    writeSquares += committed * committed;
    reads[bucketOf(answered)]! += 1;
    readSum += answered;
    readSquares += answered * answered;
    if (operation.neverStale) continue;
    stale.add(operation);
    if (inCycle < operation.strata) gridStale.add(operation);
    if (++inCycle === cycle) inCycle = 0;
  }
  return {
    trials,
    reads,
    writes,
    readSums: [readSum, readSquares],
    writeSums: [writeSum, writeSquares],
    stale: stale.finish(),
    gridStale: gridStale.finish(),
  };
}

/** Adds chances up at several times. A pass is so many trials that are drawn together. */
class StaleTally {
  readonly #afterMs: Float64Array;
  readonly #perPass: number;
  readonly #sums: Float64Array<ArrayBuffer>;
  readonly #squares: Float64Array<ArrayBuffer>;
  readonly #pass: Float64Array;
  #passes = 0;
  #inPass = 0;
  #trials = 0;

  constructor(afterMs: Float64Array, perPass: number) {
    this.#afterMs = afterMs;
    this.#perPass = perPass;
    this.#sums = new Float64Array(afterMs.length);
    this.#squares = new Float64Array(afterMs.length);
    this.#pass = new Float64Array(afterMs.length);
  }

  add(operation: ProbedOperation): void {
    this.#trials += 1;
    if (this.#perPass === 1) {
      this.#passes += 1;
      for (let at = 0; at < this.#afterMs.length; at++) {
        const chance = operation.staleAfter(this.#afterMs[at]!);
        this.#sums[at]! += chance;
        this.#squares[at]! += chance * chance;
      }
      return;
    }
    for (let at = 0; at < this.#afterMs.length; at++) this.#pass[at]! += operation.staleAfter(this.#afterMs[at]!);
    if (++this.#inPass === this.#perPass) this.#endPass();
  }

  finish(): StaleSums {
    if (this.#inPass > 0) this.#endPass();
    return { sums: this.#sums, squares: this.#squares, passes: this.#passes, trials: this.#trials };
  }

  #endPass(): void {
    for (let at = 0; at < this.#pass.length; at++) {
      const sum = this.#pass[at]!;
      this.#sums[at]! += sum;
      this.#squares[at]! += sum * sum;
      this.#pass[at] = 0;
    }
    this.#passes += 1;
    this.#inPass = 0;
  }
}

/** How long probes of parts are, so that threads can share them and the result does not depend on how many there are. */
export const probePartTrials = 250_000;

/** In the order of the parts, which does not depend on who did them. */
export function sumOfProbes(probes: readonly ProbeCounts[]): ProbeCounts {
  return {
    trials: total(probes, ({ trials }) => trials),
    readSums: sumOfSums(probes, ({ readSums }) => readSums),
    writeSums: sumOfSums(probes, ({ writeSums }) => writeSums),
    reads: sumOfArrays(new Uint32Array(bucketCount), probes, ({ reads }) => reads),
    writes: sumOfArrays(new Uint32Array(bucketCount), probes, ({ writes }) => writes),
    stale: sumOfStale(probes, ({ stale }) => stale),
    gridStale: sumOfStale(probes, ({ gridStale }) => gridStale),
  };
}

function sumOfStale(probes: readonly ProbeCounts[], of: (probe: ProbeCounts) => StaleSums): StaleSums {
  const empty = (): Float64Array<ArrayBuffer> => new Float64Array(of(probes[0]!).sums.length);
  return {
    sums: sumOfArrays(empty(), probes, (probe) => of(probe).sums),
    squares: sumOfArrays(empty(), probes, (probe) => of(probe).squares),
    passes: total(probes, (probe) => of(probe).passes),
    trials: total(probes, (probe) => of(probe).trials),
  };
}

const total = (probes: readonly ProbeCounts[], of: (probe: ProbeCounts) => number): number =>
  probes.reduce((sum, probe) => sum + of(probe), 0);

function sumOfArrays<A extends Uint32Array | Float64Array>(into: A, probes: readonly ProbeCounts[], of: (probe: ProbeCounts) => A): A {
  for (const probe of probes) of(probe).forEach((value, at) => (into[at]! += value));
  return into;
}

function sumOfSums(
  probes: readonly ProbeCounts[],
  of: (probe: ProbeCounts) => readonly [number, number],
): readonly [number, number] {
  return probes.map(of).reduce(([sum, squares], [a, b]) => [sum + a, squares + b]);
}
