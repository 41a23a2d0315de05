import { appendTransaction, newOpenTransaction, type OpenTransaction } from "./open-transaction.ts";
import type { TransactionSums } from "./transaction-sums.ts";

/** Transactions that are kept open at once: the log does not say which of its ids will come again. */
const defaultLimit = 65_536;

/** What a log without sessions has of the transaction with one id. */
export interface IdStretches {
  /** One per part. */
  readonly stretches: OpenTransaction[];
  rolledBack: boolean;
}

/**
 * Transactions of a log that has their ids but no sessions. All are open until the end; past `limit` ids only those that
 * hash below a halving threshold stay, and each stands for as many as were left out (`weight`).
 */
export class IdTransactions {
  readonly limit: number;
  #byId = new Map<number, IdStretches>();
  #level = 0;

  constructor(limit = defaultLimit) {
    this.limit = limit;
  }

  get keptShare(): number {
    return 2 ** -this.#level;
  }

  /** The transaction of an id (53 bits of a hash); undefined when it is not among those kept. */
  transactionOf(id: number, input: number, offset: number): OpenTransaction | undefined {
    const known = this.#byId.get(id)?.stretches[0];
    if (known !== undefined || !this.#isKept(id)) return known;
    const open = newOpenTransaction(input, offset, 0);
    this.#keep(id, { stretches: [open], rolledBack: false });
    return this.#byId.has(id) ? open : undefined;
  }

  rollBack(id: number): void {
    this.#keep(id, { stretches: [], rolledBack: true });
  }

  #keep(id: number, { stretches, rolledBack }: IdStretches): void {
    if (!this.#isKept(id)) return;
    const known = this.#byId.get(id);
    if (known === undefined) this.#byId.set(id, { stretches: [...stretches], rolledBack });
    else {
      known.stretches.push(...stretches);
      known.rolledBack ||= rolledBack;
    }
    while (this.#byId.size > this.limit) this.#raiseLevel(this.#level + 1);
  }

  /** By the lower bits: the upper ones tell ids apart that follow each other. */
  #isKept(id: number): boolean {
    return id % 2 ** this.#level === 0;
  }

  #raiseLevel(level: number): void {
    if (level <= this.#level) return;
    this.#level = level;
    for (const id of this.#byId.keys()) if (!this.#isKept(id)) this.#byId.delete(id);
  }

  merge(other: IdTransactions, renumber: (open: OpenTransaction) => OpenTransaction): void {
    this.#raiseLevel(other.#level);
    for (const [id, { stretches, rolledBack }] of other.#byId)
      this.#keep(id, { stretches: stretches.map(renumber), rolledBack });
  }

  /** The same with other ids; those of a thinned set stay below its threshold. */
  renamed(renumber: (open: OpenTransaction) => OpenTransaction, rename: (id: number) => number): IdTransactions {
    const result = new IdTransactions(this.limit);
    result.#level = this.#level;
    const step = 2 ** this.#level;
    for (const [id, { stretches, rolledBack }] of this.#byId)
      result.#keep(Math.floor(rename(id) / step) * step, { stretches: stretches.map(renumber), rolledBack });
    return result;
  }

  /** Counts them all. */
  resolve(sums: TransactionSums): void {
    const weight = 1 / this.keptShare;
    for (const { stretches, rolledBack } of this.#byId.values()) {
      const [first, ...others] = stretches.toSorted((a, b) => a.input - b.input || a.offset - b.offset);
      if (first === undefined) continue;
      const whole = newOpenTransaction(first.input, first.offset, 0);
      for (const stretch of [first, ...others]) appendTransaction(whole, stretch);
      // One statement that was not rolled back is a transaction of its own.
      if (whole.statements > 1 || rolledBack) sums.add(whole, rolledBack ? "rolled-back" : "committed", weight);
    }
  }

  /** Puts the stretches of each transaction together, the same for any cut. */
  settle(): void {
    for (const [id, { stretches, rolledBack }] of this.#byId) {
      const [first, ...others] = stretches.toSorted((a, b) => a.input - b.input || a.offset - b.offset);
      if (first === undefined) continue;
      for (const stretch of others) appendTransaction(first, stretch);
      this.#byId.set(id, { stretches: [first], rolledBack });
    }
  }

  toState(): IdState {
    return { limit: this.limit, level: this.#level, byId: this.#byId };
  }

  static fromState(state: IdState): IdTransactions {
    const ids = new IdTransactions(state.limit);
    ids.#level = state.level;
    ids.#byId = state.byId;
    return ids;
  }
}

export interface IdState {
  readonly limit: number;
  readonly level: number;
  readonly byId: Map<number, IdStretches>;
}
