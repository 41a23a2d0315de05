import type { Line } from "../workload/session-log.ts";

export interface TpccOptions {
  readonly warehouses: number;
  readonly transactions: number;
  readonly random: () => number;
}

type Kind = "new-order" | "payment" | "order-status" | "delivery" | "stock-level";

/** Draws each card once before any comes again. */
function deckOf<T>(cards: readonly T[], random: () => number): () => T {
  let left: T[] = [];
  return () => {
    if (left.length === 0) {
      left = [...cards];
      for (let i = left.length - 1; i > 0; i--) {
        const j = Math.floor(random() * (i + 1));
        [left[i], left[j]] = [left[j]!, left[i]!];
      }
    }
    return left.pop()!;
  };
}

const times = <T>(count: number, card: T): T[] => Array<T>(count).fill(card);
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/**
 * TPC-C's transactions by its rules (Standard Specification 5.11), as far as they tell warehouses apart, as one session's
 * log. Shares are drawn from shuffled decks, so that N transactions have the rules' shares to a card: noise is left only
 * where a remote warehouse lands.
 */
export function* tpccLog({ warehouses, transactions, random }: TpccOptions): Generator<Line> {
  const kind = deckOf<Kind>(
    [
      ...times(45, "new-order" as const),
      ...times(43, "payment" as const),
      ...times(4, "order-status" as const),
      ...times(4, "delivery" as const),
      ...times(4, "stock-level" as const),
    ],
    random,
  );
  const home = deckOf(upTo(1, warehouses), random);
  const lines = deckOf(upTo(5, 15), random);
  // Large decks: in a small one, a remote line would make the order's next lines less likely to be remote.
  const lineIsRemote = deckOf([...times(1000, true), ...times(99_000, false)], random);
  const paymentIsRemote = deckOf([...times(15, true), ...times(85, false)], random);
  const distances = upTo(1, warehouses).map(() => deckOf(upTo(1, Math.max(1, warehouses - 1)), random));
  // 2.4.1.5, 2.5.1.2: a remote warehouse is any other one; with one warehouse there is none.
  const other = (w: number): number => ((w - 1 + distances[w - 1]!()) % warehouses) + 1;
  for (let number = 0; number < transactions; number++) {
    const w = home();
    yield line("BEGIN");
    switch (kind()) {
      case "new-order": {
        yield line(`SELECT w_tax FROM warehouse WHERE w_id = ${w}`);
        yield line(`INSERT INTO orders (o_w_id, o_ol_cnt) VALUES (${w}, 0)`);
        yield line(`SELECT i_price FROM item WHERE i_id = ${Math.floor(random() * 100_000)}`);
        for (let left = lines(); left > 0; left--) {
          const supplier = lineIsRemote() ? other(w) : w;
          yield line(`UPDATE stock SET s_ytd = 1 WHERE s_w_id = ${supplier}`);
        }
        break;
      }
      case "payment": {
        yield line(`UPDATE warehouse SET w_ytd = 1 WHERE w_id = ${w}`);
        yield line(`UPDATE customer SET c_balance = 1 WHERE c_w_id = ${paymentIsRemote() ? other(w) : w}`);
        break;
      }
      case "order-status":
        yield line(`SELECT c_balance FROM customer WHERE c_w_id = ${w}`);
        yield line(`SELECT o_id FROM orders WHERE o_w_id = ${w}`);
        break;
      case "delivery":
        yield line(`UPDATE orders SET o_carrier_id = 1 WHERE o_w_id = ${w}`);
        yield line(`UPDATE customer SET c_balance = 1 WHERE c_w_id = ${w}`);
        break;
      case "stock-level":
        yield line(`SELECT w_tax FROM warehouse WHERE w_id = ${w}`);
        yield line(`SELECT count(*) FROM stock WHERE s_w_id = ${w}`);
    }
    yield line("COMMIT");
  }
}

const line = (sql: string): Line => ({ sql, session: "terminal" });

/**
 * The share of TPC-C's transactions that touches two shards or more, when warehouses are the shard key and shard s has
 * `sizes[s]` of the W of them.
 *
 * Homes are uniform, so a transaction is at home on a shard with n warehouses with probability n / W. A remote warehouse
 * is uniform over the other W - 1, of which n - 1 are on the same shard: it is elsewhere with probability
 * d(n) = (W - n) / (W - 1). A Payment crosses when its customer is remote and elsewhere: 0.15 d. A New-Order of k lines
 * stays when none of its lines is remote and elsewhere: (1 - 0.01 d)^k, and k is uniform over 5 to 15. The other three
 * kinds stay at home, and every copy of `item` is read where the transaction is. Hence
 *
 *     rate = Σ_s n_s/W · (0.45 · (1 - mean over k of (1 - 0.01 d(n_s))^k) + 0.43 · 0.15 d(n_s))
 *
 * All that cross write; New-Order, Payment and Delivery are 0.92 of all, so the writing transactions' rate is rate / 0.92.
 */
export function tpccCrossShardRate(sizes: readonly number[]): number {
  const warehouses = sizes.reduce((sum, size) => sum + size, 0);
  if (warehouses === 1) return 0;
  return sizes.reduce((rate, size) => {
    const elsewhere = (warehouses - size) / (warehouses - 1);
    const stays = upTo(5, 15).reduce((sum, lines) => sum + (1 - 0.01 * elsewhere) ** lines, 0) / 11;
    return rate + (size / warehouses) * (0.45 * (1 - stays) + 0.43 * 0.15 * elsewhere);
  }, 0);
}
