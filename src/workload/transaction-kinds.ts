import type { Kernel } from "../kernel/kernel.ts";
import { FootprintStore, type FootprintState } from "./footprint-store.ts";
import type { OpenTransaction } from "./open-transaction.ts";
import type { TransactionSums } from "./transaction-sums.ts";
import type { TransactionOutcome } from "./transactions.ts";

/** What is counted of a transaction beside its values. */
interface Kind extends Pick<OpenTransaction, "statements" | "writes" | "templates" | "executions"> {
  readonly outcome: TransactionOutcome;
}

/**
 * The other side of `kernel/assembly/kinds.ts`: what transactions of a kind have in common is worked out here, once a kind;
 * the kernel counts them.
 */
export class TransactionKinds {
  readonly #kernel: Kernel;
  readonly #sums: TransactionSums;
  readonly #kinds: Kind[] = [];
  readonly #skeletons: Int32Array[] = [];
  readonly #skeletonHashes: number[] = [];
  readonly #skeletonOf = new Map<string, number>();

  constructor(kernel: Kernel, sums: TransactionSums) {
    this.#kernel = kernel;
    this.#sums = sums;
    kernel.exports.limitFootprints(sums.footprints.limitBytes);
  }

  /** The next kind, by a transaction of it: what the kernel wants to know of its footprints. */
  add({ ...open }: OpenTransaction, outcome: TransactionOutcome): number {
    const { statements, writes, templates, executions } = open;
    this.#kinds.push({ statements, writes, templates, executions, outcome });
    if (statements < 2) return -1;
    const { numbers, hash } = this.#sums.skeletonOf(open, outcome);
    const key = numbers.join();
    let skeleton = this.#skeletonOf.get(key);
    if (skeleton === undefined) {
      skeleton = this.#skeletons.push(numbers) - 1;
      this.#skeletonHashes.push(hash);
      this.#skeletonOf.set(key, skeleton);
    }
    return skeleton * 2 ** 32 + (hash >>> 0);
  }

  /** Adds the footprints that the kernel has so far, before it forgets them. */
  takeFootprints(): void {
    const { names, footprints } = this.#sums;
    const store = FootprintStore.fromState(this.#footprints(footprints.limitBytes));
    footprints.merge(store, [...names.shapes.keys()], names.shapeHashes);
  }

  /** Adds all that the kernel has. Footprints stay where they are if they can. */
  drain(): void {
    const { exports } = this.#kernel;
    this.#kinds.forEach((kind, number) => {
      const [count, micros] = this.#kernel.float64(exports.kindAt(number), 2);
      this.#sums.addAlike(kind, kind.outcome, count!, micros!);
    });
    const { names, footprints } = this.#sums;
    const ours = FootprintStore.fromState(this.#footprints(footprints.limitBytes));
    // The larger one takes the other: what it has itself stays where it is.
    this.#sums.footprints = ours.size > footprints.size ? ours : footprints;
    this.#sums.footprints.merge(ours.size > footprints.size ? footprints : ours, [...names.shapes.keys()], names.shapeHashes);
  }

  #footprints(limitBytes: number): FootprintState {
    const kernel = this.#kernel;
    const { exports } = kernel;
    // With the room behind them, so that more can be added where they are.
    const room = exports.footprintRoom.value;
    return {
      limitBytes,
      level: 0,
      skeletons: this.#skeletons,
      skeletonHashes: this.#skeletonHashes,
      size: exports.footprintCount.value,
      hashes: kernel.int32(exports.footprintHashes.value, room),
      skeletonNumbers: kernel.int32(exports.footprintSkeletons.value, room),
      ends: kernel.float64(exports.footprintEnds.value, room),
      counts: kernel.float64(exports.footprintCounts.value, room),
      micros: kernel.float64(exports.footprintMicros.value, room),
      bytes: kernel.bytes(exports.footprintBytes.value, exports.footprintBytesRoom.value),
    };
  }
}
