import { erlangC } from "../stats/queueing-formulas.ts";
import type { ServiceMix } from "./service-mix.ts";

/** Where the durations were written down: so many servers, first come first served, with so much to do in the mean. */
export interface LoggedStation {
  readonly servers: number;
  /** Erlangs, without the waiting. */
  readonly offered: number;
}

const rounds = 4;
const roundsEach = 10;

/**
 * The times of which durations are the sum with a wait that does not depend on them: a part of the statements waited, for an
 * exponential time (as in `statement-times.ts`). Which part and how long follows from the times, and those from the waits, so
 * that both are found in turns; the times by the expectation-maximization that W. Richardson (1972) and L. Lucy (1974) found.
 * `meanMs` is the mean time of all statements, reads and writes.
 */
export function withoutWaiting(durations: ServiceMix, { servers, offered }: LoggedStation, meanMs: number): ServiceMix {
  if (!(offered > 0) || offered >= servers || durations.timesMs.length < 2) return durations;
  const { timesMs, weights: logged } = durations;
  const waits = erlangC(offered, servers);
  let weights = Float64Array.from(logged);
  for (let round = 0; round < rounds; round++) {
    const { scv } = momentsOf(timesMs, weights);
    const rate = ((servers - offered) / meanMs) * (2 / (1 + scv));
    const spread = spreadsOf(timesMs, waits, rate);
    for (let step = 0; step < roundsEach; step++) weights = expected(weights, logged, spread);
  }
  return { ...durations, weights, ...momentsOf(timesMs, weights) };
}

/**
 * The share of durations that is service, where times are spread as `withoutWaiting` finds them: what is left of the mean
 * duration without the mean wait, which for times of any spread is (1 + cv²) / 2 of that for exponential ones. Both depend on
 * the share itself, so that it is found in turns, from a first guess on.
 */
export function servedShareOf(durations: ServiceMix, servers: number, perSecond: number, guess: number): number {
  let share = guess;
  for (let turn = 0; turn < turns; turn++) {
    const meanMs = durations.meanMs * share;
    const offered = (perSecond * meanMs) / 1000;
    if (offered >= servers) return guess;
    const { scv } = withoutWaiting(durations, { servers, offered }, meanMs);
    const waitMs = (erlangC(offered, servers) * meanMs * (1 + scv)) / 2 / (servers - offered);
    // Half of the way, because a longer wait makes for a shorter time, and that for a shorter wait.
    share = (share + Math.max(0.05, 1 - waitMs / durations.meanMs)) / 2;
  }
  return share;
}

const turns = 6;

function momentsOf(timesMs: Float64Array, weights: Float64Array): Pick<ServiceMix, "meanMs" | "scv"> {
  let meanMs = 0;
  let second = 0;
  timesMs.forEach((time, at) => {
    meanMs += weights[at]! * time;
    second += weights[at]! * time ** 2;
  });
  return { meanMs, scv: meanMs === 0 ? 0 : Math.max(0, second / meanMs ** 2 - 1) };
}

/** For each time the chances of the durations from it on: the wait takes it into that of a longer one, at its lower edge. */
function spreadsOf(timesMs: Float64Array, waits: number, rate: number): readonly Float64Array[] {
  const edge = (at: number): number => (at >= timesMs.length ? Infinity : (timesMs[at - 1]! + timesMs[at]!) / 2);
  return Array.from(timesMs, (time, from) => {
    const chances = new Float64Array(timesMs.length - from);
    const beyond = (at: number): number => (at >= timesMs.length ? 0 : Math.exp(-rate * (edge(at) - time)));
    for (let at = from; at < timesMs.length; at++) {
      const within = at === from ? 1 - beyond(at + 1) : beyond(at) - beyond(at + 1);
      chances[at - from] = waits * within + (at === from ? 1 - waits : 0);
    }
    return chances;
  });
}

function expected(weights: Float64Array, logged: Float64Array, spreads: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const predicted = new Float64Array(logged.length);
  spreads.forEach((chances, from) => chances.forEach((chance, more) => (predicted[from + more]! += weights[from]! * chance)));
  return Float64Array.from(weights, (weight, from) => {
    let sum = 0;
    spreads[from]!.forEach((chance, more) => {
      if (predicted[from + more]! > 0) sum += (chance * logged[from + more]!) / predicted[from + more]!;
    });
    return weight * sum;
  });
}
