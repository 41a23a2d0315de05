import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/workload/value.ts";
import { countedTuples } from "./counted-tuples.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";

const encoder = new TextEncoder();

function add(counter: ValueCounter, tuple: readonly Value[], count: number, micros: number): void {
  tuple.forEach((value, column) => {
    if (value === null) counter.setNull(column);
    else if (typeof value === "number") counter.setInteger(column, value);
    else {
      const bytes = encoder.encode(`..${value}`);
      counter.setText(column, bytes, 2, bytes.length);
    }
  });
  counter.add(count, micros);
}

const contents = (counter: ValueCounter): unknown[] =>
  countedTuples(counter).map(({ values, count, micros }) => [values, count, micros]);

const value = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.maxSafeInteger(),
  fc.constantFrom("a", "b", "ü", ""),
  fc.constant(null),
);
const accesses = fc.array(fc.tuple(fc.tuple(value, value), fc.integer({ min: 1, max: 5 }), fc.nat(1000)), {
  maxLength: 300,
});

describe("ValueCounter", () => {
  test("counts each combination of values, with the time spent on it", () => {
    const counter = new ValueCounter(["tenant_id", "region"]);
    add(counter, [1, "eu"], 1, 100);
    add(counter, [1, "us"], 1, 50);
    add(counter, [1, "eu"], 2, 100);
    add(counter, [null, "eu"], 1, 1);
    expect(contents(counter)).toEqual([
      [[1, "eu"], 3, 200],
      [[1, "us"], 1, 50],
      [[null, "eu"], 1, 1],
    ]);
    expect(counter).toMatchObject({ size: 3, total: 5, totalMicros: 251, keptShare: 1 });
  });

  test("agrees with a Map of strings on any accesses", () => {
    fc.assert(
      fc.property(accesses, (list) => {
        const counter = new ValueCounter(["a", "b"]);
        const oracle = new Map<string, [number, number]>();
        for (const [tuple, count, micros] of list) {
          add(counter, tuple, count, micros);
          const key = JSON.stringify(tuple);
          const [counted, spent] = oracle.get(key) ?? [0, 0];
          oracle.set(key, [counted + count, spent + micros]);
        }
        const seen = contents(counter).map((row) => row as [Value[], number, number]);
        expect(new Map(seen.map(([tuple, count, micros]) => [JSON.stringify(tuple), [count, micros]]))).toEqual(oracle);
      }),
    );
  });

  test("gives the same for any cut, also past its limit and through another thread", () => {
    fc.assert(
      fc.property(accesses, fc.nat(300), fc.constantFrom(4, 50, 1000), (list, cut, limit) => {
        const whole = new ValueCounter(["a", "b"], limit);
        const left = new ValueCounter(["a", "b"], limit);
        const right = new ValueCounter(["a", "b"], limit);
        list.forEach(([tuple, count, micros], i) => {
          add(whole, tuple, count, micros);
          add(i < cut ? left : right, tuple, count, micros);
        });
        const merged = ValueCounter.fromState(structuredClone(right.toState()));
        merged.merge(left);
        expect(contents(merged)).toEqual(contents(whole));
        expect([merged.total, merged.totalMicros, merged.keptShare]).toEqual([
          whole.total,
          whole.totalMicros,
          whole.keptShare,
        ]);
      }),
    );
  });

  test("past its limit keeps exact counts of a stated share of the values and estimates how many there are", () => {
    const counter = new ValueCounter(["id"], 10_000);
    for (let round = 0; round < 2; round++) for (let id = 0; id < 100_000; id++) add(counter, [id * 7], 1, 3);
    expect(counter.keptShare).toBeLessThanOrEqual(0.125);
    expect(counter.size).toBeLessThanOrEqual(10_000);
    expect(counter.total).toBe(200_000);
    for (let entry = 0; entry < counter.size; entry++) expect(counter.countAt(entry)).toBe(2);
    const { count, relativeError } = counter.distinct;
    expect(relativeError).toBeGreaterThan(0);
    expect(Math.abs(count - 100_000) / 100_000).toBeLessThan(4 * relativeError);
  });
});
