import fc from "fast-check";
import { expect, test } from "vitest";
import { Kernel, newKernelMemory } from "../../src/kernel/kernel.ts";
import {
  addCounted,
  countJobs,
  doCountJobs,
  kernelCounter,
  toKernel,
  type KernelCounter,
} from "../../src/workload/kernel-counter.ts";
import { emptyPart, newShapeSums } from "../../src/workload/part.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";
import { countedTuples } from "./counted-tuples.ts";

const encoder = new TextEncoder();

function add(counter: ValueCounter, values: readonly (number | string | null)[], micros: number): void {
  values.forEach((value, column) => {
    if (value === null) counter.setNull(column);
    else if (typeof value === "number") counter.setInteger(column, value);
    else {
      const bytes = encoder.encode(value);
      counter.setText(column, bytes, 0, bytes.length);
    }
  });
  counter.add(1, micros);
}

/** Counts parts in the kernel and puts them together. */
function counted(parts: readonly ValueCounter[], limit: number): ValueCounter {
  const memory = newKernelMemory();
  const kernel = new Kernel(memory);
  const counters: KernelCounter[] = parts.map((part) => kernelCounter(kernel, "t", toKernel(kernel, part.takeState())));
  const jobs = countJobs(counters);
  doCountJobs(memory, jobs, new Int32Array(new SharedArrayBuffer(4)));
  const part = emptyPart();
  const shape = { table: "t", use: "read", equal: [], ranges: [] } as const;
  const counter = new ValueCounter(["a", "b"], limit);
  part.shapes.set("t", { ...newShapeSums(shape), counter });
  addCounted(part, memory, jobs);
  return counter;
}

const value = fc.oneof(
  fc.integer({ min: -3, max: 40 }),
  fc.constantFrom(0, 2 ** 31, -(2 ** 31), 2 ** 32 + 5, Number.MAX_SAFE_INTEGER, null),
  fc.string({ maxLength: 3 }),
);

test("counting in the kernel is counting in one counter, whatever the parts and the limit", () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(value, value, fc.nat(5000), fc.nat(2)), { maxLength: 400 }),
      fc.constantFrom(2 ** 21, 50, 7),
      (accesses, limit) => {
        const whole = new ValueCounter(["a", "b"], limit);
        const parts = Array.from({ length: 3 }, () => new ValueCounter(["a", "b"], limit));
        for (const [a, b, micros, part] of accesses) {
          add(whole, [a, b], micros);
          add(parts[part]!, [a, b], micros);
        }
        const result = counted(parts, limit);
        expect(countedTuples(result)).toEqual(countedTuples(whole));
        expect([result.total, result.totalMicros, result.keptShare]).toEqual([
          whole.total,
          whole.totalMicros,
          whole.keptShare,
        ]);
      },
    ),
    { numRuns: 60 },
  );
});

test("many tuples are counted in many partitions", () => {
  const parts = [new ValueCounter(["a", "b"]), new ValueCounter(["a", "b"])];
  // 30,000 pairs, each in both parts, and every third twice in the first.
  for (let i = 0; i < 30_000; i++) {
    add(parts[0]!, [i * 7, i % 5], 1);
    if (i % 3 === 0) add(parts[0]!, [i * 7, i % 5], 10);
    add(parts[1]!, [i * 7, i % 5], 100);
  }
  const tuples = countedTuples(counted(parts, 2 ** 21));
  expect(tuples).toHaveLength(30_000);
  for (const { values, count, micros } of tuples) {
    const thrice = ((values[0] as number) / 7) % 3 === 0;
    expect([count, micros]).toEqual(thrice ? [3, 111] : [2, 101]);
  }
});
