import { erlangC } from "./queueing-formulas.ts";

/**
 * M/M/c, first come first served: Poisson arrivals at `rate`, exponential service with mean `service`, `servers` alike.
 * Rate and service are in the same unit of time.
 */
export interface Station {
  readonly rate: number;
  readonly service: number;
  readonly servers: number;
}

/** The chance to wait; 1 where the load is as much as the servers carry, and the queue grows without end. */
export function waitChance({ rate, service, servers }: Station): number {
  return rate * service >= servers ? 1 : erlangC(rate * service, servers);
}

/** The mean time in the system: service and wait (Erlang C; Leonard Kleinrock, Queueing Systems I, 1975, section 3.5). */
export function responseMean(station: Station): number {
  const { rate, service, servers } = station;
  return service + (rate * service >= servers ? Infinity : waitChance(station) / (servers / service - rate));
}

/** The chance that a request takes longer than `time`, in M/M/c. */
export function responseExceeds(station: Station, time: number): number {
  const { rate, service, servers } = station;
  if (rate * service >= servers) return 1;
  return waitAndServiceExceed({ waits: waitChance(station), waitRate: servers / service - rate, service }, time);
}

/**
 * The chance that a wait and an exponential service together take longer than `time`, where the share `waits` of the
 * requests wait, for an exponential time of rate d, and service has the rate mu = 1 / `service`. In M/M/c the servers
 * drain their queue at d = c mu - lambda (Leonard Kleinrock, Queueing Systems I, 1975, section 3.5; Donald Gross and Carl
 * Harris, Fundamentals of Queueing Theory, section 2.3). The sum of the two is hypoexponential:
 *
 *     P(T > t) = (1 - C) e^(-mu t) + C (mu e^(-d t) - d e^(-mu t)) / (mu - d)
 *
 * It is written so that nothing cancels as d comes near mu, where the sum is Erlang-2: (1 + mu t) e^(-mu t).
 */
export function waitAndServiceExceed(
  { waits, waitRate, service }: { readonly waits: number; readonly waitRate: number; readonly service: number },
  time: number,
): number {
  if (time <= 0) return 1;
  const mu = 1 / service;
  const slower = Math.exp(-Math.min(mu, waitRate) * time);
  const apart = Math.abs(mu - waitRate) * time;
  const ramp = apart === 0 ? 1 : -Math.expm1(-apart) / apart;
  return Math.exp(-mu * time) + waits * mu * time * slower * ramp;
}

/** The time that the share `p` of requests stays below; Infinity where the queue grows without end. */
export function responseQuantile(station: Station, p: number): number {
  return timeExceededBy((time) => responseExceeds(station, time), 1 - p, station.service);
}

/**
 * The chance that the last of so many answers takes longer, where one does with the chance `alone` (fork-join). Answers
 * are taken to be independent; they share their arrivals, which makes their waits associated, so that this is an upper
 * bound (Randolph Nelson and Asser Tantawi, Approximate Analysis of Fork/Join Synchronization in Parallel Queues, 1988).
 * By the logarithm of the product, so that small chances are not lost beside 1.
 */
export const slowestExceeds = (alone: number, count: number): number => -Math.expm1(count * Math.log1p(-alone));

/** The time that `exceeds`, which falls from 1 to 0, reaches `chance` at; `start` is a time of that order. */
export function timeExceededBy(exceeds: (time: number) => number, chance: number, start: number): number {
  let high = start;
  for (let doubling = 0; exceeds(high) > chance; doubling++) {
    if (doubling > 200) return Infinity;
    high *= 2;
  }
  let low = 0;
  while (high - low > high * 1e-13) {
    const middle = (low + high) / 2;
    if (middle <= low || middle >= high) break;
    if (exceeds(middle) > chance) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * The offered load in erlangs of an M/M/c whose mean number of requests in the system, waiting and served, is `inSystem`:
 * the inverse of L = a + C(c, a) a / (c - a). On shared processors, where nobody waits but all are slowed down, the mean
 * number is the same, so that it does not matter how the servers are shared.
 */
export function offeredFor(inSystem: number, servers: number): number {
  const meanInSystem = (offered: number): number => offered + (erlangC(offered, servers) * offered) / (servers - offered);
  let low = 0;
  let high = Math.min(inSystem, servers);
  for (let step = 0; step < 100 && high - low > high * 1e-12; step++) {
    const middle = (low + high) / 2;
    if (meanInSystem(middle) > inSystem) high = middle;
    else low = middle;
  }
  return low;
}
