import { responseMean } from "../stats/response-time.ts";

/** The write stream that a replica applies, and with what. */
export interface WriteStream {
  readonly writesPerSecond: number;
  /** Mean time that applying one write keeps a thread of the replica busy. */
  readonly applyMs: number;
  /** 1: one after the other, as PostgreSQL's recovery and MySQL without parallel workers do. */
  readonly threads: number;
  /** From the primary's commit until the replica has it. */
  readonly delayMs: number;
  /** Servers of the replica, which applying takes from its reads. */
  readonly servers: number;
}

export interface ReplicaApply {
  /** Share of the time that an applying thread is busy; at 1 the replica falls behind without end. */
  readonly busyShare: number;
  /** Writes per second at which it would be. */
  readonly mostWritesPerSecond: number;
  /** Mean lag, Infinity where it falls behind: delay, wait for a thread and applying (M/M/c). */
  readonly meanLagMs: number;
  /** Servers that are left for reads in the mean, at least none. */
  readonly readServers: number;
}

/** What applying the write stream takes of a replica. */
export function replicaApply({ writesPerSecond, applyMs, threads, delayMs, servers }: WriteStream): ReplicaApply {
  const erlangs = (writesPerSecond * applyMs) / 1000;
  const station = { rate: writesPerSecond / 1000, service: applyMs, servers: threads };
  return {
    busyShare: erlangs / threads,
    mostWritesPerSecond: applyMs === 0 ? Infinity : (threads * 1000) / applyMs,
    meanLagMs: applyMs === 0 ? delayMs : delayMs + responseMean(station),
    readServers: Math.max(0, servers - Math.min(erlangs, threads)),
  };
}
