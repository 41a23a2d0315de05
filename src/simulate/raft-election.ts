import type { RandomStream } from "../stats/random-stream.ts";
import type { RaftElection } from "./scenario.ts";

export interface Election {
  /** Until the first follower stood for election, and until one had won. */
  readonly firstTimeoutMs: number;
  readonly electedMs: number;
  readonly splitVotes: number;
}

/**
 * A leader is gone and `available` of `nodes` servers go on. Each waits for a timeout of its own. Whoever is first asks
 * the others, who get to know after the latency; those whose timeout ended before have voted for themselves. Without a
 * majority the votes are split, and all begin again. Undefined when so few can't elect anybody. (Diego Ongaro,
 * Consensus: Bridging Theory and Practice, 2014, chapter 9.)
 */
export function electLeader(
  raft: RaftElection,
  available: number,
  nodes: number,
  random: RandomStream,
): Election | undefined {
  const majority = Math.floor(nodes / 2) + 1;
  if (available < majority) return undefined;
  const { timeoutFromMs, timeoutToMs, latencyMs } = raft;
  let began = 0;
  let first = NaN;
  for (let splitVotes = 0; splitVotes < mostRounds; splitVotes++) {
    const timeouts = Array.from(
      { length: available },
      () => timeoutFromMs + random.next() * (timeoutToMs - timeoutFromMs),
    );
    const earliest = Math.min(...timeouts);
    if (splitVotes === 0) first = earliest;
    const candidates = timeouts.filter((timeout) => timeout < earliest + latencyMs).length;
    // The request and the vote: there and back.
    if (available - (candidates - 1) >= majority)
      return { firstTimeoutMs: first, electedMs: began + earliest + 2 * latencyMs, splitVotes };
    began += earliest + latencyMs;
  }
  return undefined;
}

/** With a latency as long as the range of timeouts nobody is ever elected. */
const mostRounds = 1000;
