/** Closed forms of queueing theory. Rates are per unit of time, times in that unit. */

/** The chance to wait in M/M/c at an offered load in erlangs (Agner Krarup Erlang, 1917). */
export function erlangC(offered: number, servers: number): number {
  const blocked = erlangB(offered, servers);
  const utilisation = offered / servers;
  return blocked / (1 - utilisation * (1 - blocked));
}

/** The chance to find all servers busy when nobody waits. */
export function erlangB(offered: number, servers: number): number {
  let blocked = 1;
  for (let server = 1; server <= servers; server++) blocked = (offered * blocked) / (server + offered * blocked);
  return blocked;
}

/** The wait that the share `p` stays below in M/M/c; `slack` is the service rate of all servers less the arrival rate. */
export const waitQuantile = (waits: number, slack: number, p: number): number =>
  p <= 1 - waits ? 0 : Math.log(waits / (1 - p)) / slack;

/** M/M/c/K: the share that is lost, and the mean number in the system. */
export function queueWithLimit(
  rate: number,
  serviceRate: number,
  servers: number,
  places: number,
): { readonly lost: number; readonly inSystem: number } {
  let weight = 1;
  let sum = 1;
  let first = 0;
  for (let inSystem = 1; inSystem <= places; inSystem++) {
    weight *= rate / (serviceRate * Math.min(inSystem, servers));
    sum += weight;
    first += inSystem * weight;
  }
  return { lost: weight / sum, inSystem: first / sum };
}

/**
 * Exact mean value analysis of a closed network with one class (Martin Reiser and Stephen Lavenberg, Mean-Value Analysis
 * of Closed Multichain Queuing Networks, 1980). `demands` are service times of single servers.
 */
export function closedNetwork(
  demands: readonly number[],
  think: number,
  clients: number,
): { readonly throughput: number; readonly response: number } {
  const queues = demands.map(() => 0);
  let throughput = 0;
  let response = 0;
  for (let many = 1; many <= clients; many++) {
    const residence = demands.map((demand, at) => demand * (1 + queues[at]!));
    response = residence.reduce((sum, time) => sum + time, 0);
    throughput = many / (think + response);
    residence.forEach((time, at) => (queues[at] = throughput * time));
  }
  return { throughput, response };
}
