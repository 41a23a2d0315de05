import type { Transfer } from "./movement.ts";

/** A number that is known to lie between two others. */
export interface Range {
  readonly least: number;
  readonly most: number;
}

export interface CopySpeed {
  /** Amount per second and copy, in the unit of the transfers. */
  readonly rate: Range;
  /** Copies at once over the whole cluster. */
  readonly parallel: Range;
}

/**
 * Seconds that the transfers take, between what no order of them can beat and what a plain order needs. Copies from or to
 * one shard share its rate, so that a shard is busy with one at a time.
 * - Least: at the highest rate and the most copies at once, the larger of all work spread evenly over the copies and the
 *   work of the busiest sender or receiver.
 * - Most: at the lowest rate and the fewest copies at once, the largest transfer that finds both of its shards free goes
 *   first (list scheduling: Graham, SIAM J. Appl. Math. 17(2), 1969).
 */
export function copySeconds(transfers: readonly Transfer[], { rate, parallel }: CopySpeed): Range {
  const total = transfers.reduce((sum, { amount }) => sum + amount, 0);
  const atOnce = Math.max(1, parallel.most);
  const least = Math.max(total / (atOnce * rate.most), busiest(transfers) / rate.most);
  return { least, most: listSchedule(transfers, Math.max(1, parallel.least)) / rate.least };
}

function busiest(transfers: readonly Transfer[]): number {
  const sent = new Map<number, number>();
  const received = new Map<number, number>();
  for (const { from, to, amount } of transfers) {
    sent.set(from, (sent.get(from) ?? 0) + amount);
    received.set(to, (received.get(to) ?? 0) + amount);
  }
  return Math.max(0, ...sent.values(), ...received.values());
}

/** When the last transfer ends, in amounts at rate 1. */
function listSchedule(transfers: readonly Transfer[], atOnce: number): number {
  if (atOnce === 1) return transfers.reduce((sum, { amount }) => sum + amount, 0);
  const waiting = transfers.toSorted((a, b) => b.amount - a.amount || a.from - b.from || a.to - b.to);
  const running: { readonly end: number; readonly transfer: Transfer }[] = [];
  let now = 0;
  for (;;) {
    for (let at = 0; at < waiting.length && running.length < atOnce; ) {
      const { from, to, amount } = waiting[at]!;
      const busy = running.some(({ transfer }) => transfer.from === from || transfer.to === to);
      if (busy) at++;
      else {
        running.push({ end: now + amount, transfer: waiting[at]! });
        waiting.splice(at, 1);
      }
    }
    if (running.length === 0) return now;
    now = Math.min(...running.map(({ end }) => end));
    for (let at = running.length - 1; at >= 0; at--) if (running[at]!.end <= now) running.splice(at, 1);
  }
}

/** As many copies as can run without two of them sharing a sender or a receiver: a bound, not always reached. */
export function mostAtOnce(transfers: readonly Transfer[]): number {
  const senders = new Set(transfers.map(({ from }) => from));
  const receivers = new Set(transfers.map(({ to }) => to));
  return Math.max(1, Math.min(senders.size, receivers.size));
}
