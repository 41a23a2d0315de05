import { erlangC } from "../stats/queueing-formulas.ts";
import { slowestExceeds, waitAndServiceExceed } from "../stats/response-time.ts";
import type { ServiceMix } from "./service-mix.ts";

/** A node with `servers` that serve in the order of arrival, and what arrives at it. */
export interface Station {
  readonly servers: number;
  /** Erlangs, of all that it serves. */
  readonly offered: number;
  /** Of all that it serves; what contention adds to it is in `offered` and in these times already. */
  readonly meanMs: number;
  readonly scv: number;
}

/**
 * The chance to wait longer than `ms`. For exponential times this is the exact M/M/c (Erlang's C, and an exponential wait
 * with the rate of the free servers); for others the wait is stretched by (1 + cv²) / 2, the approximation of
 * A. O. Allen and A. Cunneen (Probability, Statistics, and Queueing Theory, 1990). 1 when the station can't keep up.
 */
export function waitsLonger({ servers, offered, meanMs, scv }: Station, ms: number): number {
  if (offered >= servers) return 1;
  if (ms < 0) return 1;
  if (offered === 0) return 0;
  return erlangC(offered, servers) * Math.exp(-waitRate({ servers, offered, meanMs, scv }) * ms);
}

/** Of those who wait, per millisecond. */
const waitRate = ({ servers, offered, meanMs, scv }: Station): number => ((servers - offered) / meanMs) * (2 / (1 + scv));

/** The chance that waiting and an exponential time of that mean take longer than `ms`: with times that are all so, M/M/c. */
function exponentialTakesLonger(station: Station, serviceMs: number, ms: number): number {
  const { servers, offered } = station;
  if (offered >= servers) return 1;
  const waits = offered === 0 ? 0 : erlangC(offered, servers);
  return waitAndServiceExceed({ waits, waitRate: waitRate(station), service: serviceMs }, ms);
}

/** Statements that take their way through one station, or through several alike at once. */
export interface Visits {
  /** Statements per second. */
  readonly perSecond: number;
  readonly service: ServiceMix;
  /** Shards that are asked at once; the last to answer decides. */
  readonly shards: number;
  readonly station: Station;
}

/** What each further shard spends again on a statement that is divided among several, as the simulator has it. */
const perShardMs = 0.1;

/** The share of all statements that take longer than `ms`, queueing included. */
export function takesLonger(visits: readonly Visits[], ms: number): number {
  let late = 0;
  let all = 0;
  for (const { perSecond, service, shards, station } of visits) {
    if (perSecond <= 0) continue;
    all += perSecond;
    const { timesMs, weights, exponential } = service;
    let share = 0;
    for (let at = 0; at < timesMs.length; at++) {
      const own = shards === 1 ? timesMs[at]! : timesMs[at]! / shards + Math.min(perShardMs, timesMs[at]!);
      const alone = exponential[at] === 1 ? exponentialTakesLonger(station, own, ms) : own > ms ? 1 : waitsLonger(station, ms - own);
      share += weights[at]! * (shards === 1 ? alone : slowestExceeds(alone, shards));
    }
    late += perSecond * share;
  }
  return all === 0 ? 0 : late / all;
}

/** The time that the share `p` of all statements stays below; Infinity when a station can't keep up. */
export function responseQuantileMs(visits: readonly Visits[], p: number): number {
  const busy = visits.filter(({ perSecond }) => perSecond > 0);
  if (busy.some(({ station }) => station.offered >= station.servers)) return Infinity;
  let low = 0;
  let high = 1;
  while (takesLonger(busy, high) > 1 - p && high < 1e12) high *= 2;
  for (let step = 0; step < 60 && high - low > 1e-6 * high; step++) {
    const middle = (low + high) / 2;
    if (takesLonger(busy, middle) > 1 - p) low = middle;
    else high = middle;
  }
  return high;
}

/** The mean over all statements; Infinity when a station can't keep up. */
export function responseMeanMs(visits: readonly Visits[]): number {
  let sum = 0;
  let all = 0;
  for (const { perSecond, service, shards, station } of visits) {
    if (perSecond <= 0) continue;
    if (station.offered >= station.servers) return Infinity;
    const wait = (waitsLonger(station, 0) * station.meanMs * (1 + station.scv)) / 2 / (station.servers - station.offered);
    // The longest of several exponential waits is as many terms of the harmonic series.
    const longest = wait * Array.from({ length: shards }, (_, at) => 1 / (at + 1)).reduce((total, term) => total + term, 0);
    sum += perSecond * (longest + (shards === 1 ? service.meanMs : service.meanMs / shards + Math.min(perShardMs, service.meanMs)));
    all += perSecond;
  }
  return all === 0 ? 0 : sum / all;
}
