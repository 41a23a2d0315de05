import { byName } from "../base/order.ts";
import { Kernel, type KernelMemory } from "../kernel/kernel.ts";
import type { WorkloadPart } from "./part.ts";
import { ValueCounter, type CounterState } from "./value-counter.ts";

/** Value counts of one shape and range, in the kernel's memory. Plain data: all threads see the memory. */
export interface KernelCounter {
  readonly shape: string;
  readonly address: number;
  /** How much work it is to count them. */
  readonly tuples: number;
}

export const kernelCounter = ({ exports }: Kernel, shape: string, address: number): KernelCounter => ({
  shape,
  address,
  tuples: exports.counterTuples(address),
});

/** Moves counts into the kernel's memory, to be counted together with others there. */
export function toKernel(kernel: Kernel, state: CounterState): number {
  const { exports } = kernel;
  const { columns, limit, size, level, total, totalMicros, records, texts } = state;
  const address = exports.newCounter(columns.length, limit);
  kernel.float64(exports.takeRun(address, size, level, total, totalMicros), records.length).set(records);
  const pool = exports.counterTexts(address);
  const bytes = kernel.newBytes(texts.bytes.length);
  bytes.set(texts.bytes);
  texts.codes.forEach((code, text) => {
    const start = text === 0 ? 0 : texts.ends[text - 1]!;
    exports.addText(pool, code, bytes.byteOffset + start, bytes.byteOffset + texts.ends[text]!);
  });
  exports.release(bytes.byteOffset, bytes.length);
  return address;
}

/** Counters of one shape, to be counted together into the first. */
export interface CountJob {
  readonly shape: string;
  readonly addresses: readonly number[];
  readonly tuples: number;
}

/** One job a shape, the largest first: any thread may take the next one. */
export function countJobs(counters: readonly KernelCounter[]): readonly CountJob[] {
  const jobs = new Map<string, CountJob>();
  for (const { shape, address, tuples } of counters) {
    const known = jobs.get(shape) ?? { shape, addresses: [], tuples: 0 };
    jobs.set(shape, { shape, addresses: [...known.addresses, address], tuples: known.tuples + tuples });
  }
  return [...jobs.values()].sort((a, b) => b.tuples - a.tuples || byName(a.shape, b.shape));
}

/** Does jobs until none is left. `next` is the number of the next one, for all threads that work on them. */
export function doCountJobs(memory: KernelMemory, jobs: readonly CountJob[], next: Int32Array<SharedArrayBuffer>): void {
  const { exports } = Kernel.of(memory);
  for (let index = Atomics.add(next, 0, 1); index < jobs.length; index = Atomics.add(next, 0, 1)) {
    const [first, ...others] = jobs[index]!.addresses;
    if (others.length === 0) exports.count(first!, 0);
    for (const other of others) exports.count(first!, other);
  }
}

/** Adds what was counted to the shapes of a part. The counts stay where they are: they live as long as the memory. */
export function addCounted(part: WorkloadPart, memory: KernelMemory, jobs: readonly CountJob[]): void {
  const kernel = Kernel.of(memory);
  for (const { shape, addresses } of jobs) {
    const { counter } = part.shapes.get(shape)!;
    counter.merge(valueCounterAt(kernel, addresses[0]!, counter));
  }
}

function valueCounterAt(kernel: Kernel, address: number, { columns, limit }: ValueCounter): ValueCounter {
  const { exports } = kernel;
  const size = exports.counterRunSize(address);
  const texts = exports.counterTexts(address);
  const textCount = exports.textCount(texts);
  const ends = kernel.float64(exports.textEnds(texts), textCount);
  return ValueCounter.fromState({
    columns,
    limit,
    size,
    total: exports.counterTotal(address),
    totalMicros: exports.counterTotalMicros(address),
    level: exports.counterLevel(address),
    records: kernel.float64(exports.counterRun(address), size * (columns.length + 2)),
    texts: {
      codes: kernel.float64(exports.textCodes(texts), textCount),
      ends,
      bytes: kernel.bytes(exports.textBytes(texts), textCount === 0 ? 0 : ends[textCount - 1]!),
    },
  });
}
