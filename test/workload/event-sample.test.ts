import fc from "fast-check";
import { expect, test } from "vitest";
import { EventSample, placeHash } from "../../src/workload/event-sample.ts";

function sampleOf(offsets: readonly number[], limit: number): EventSample {
  const sample = new EventSample(limit);
  for (const offset of offsets) {
    sample.seen++;
    if (placeHash(0, offset) > sample.threshold) continue;
    sample.add(offset, 1, 0, offset);
    sample.addColumn(offset % 3);
    for (let i = 0; i < offset % 3; i++) sample.addText(new TextEncoder().encode(`v${offset}`), 0, 3);
    sample.addColumn(1);
    sample.addInteger(offset);
  }
  return sample;
}

test("holds every event while there are few, in the order of time", () => {
  const sample = sampleOf([30, 10, 20], 4);
  expect(sample.events().map(({ offset }) => offset)).toEqual([10, 20, 30]);
  expect(sample.seen).toBe(3);
});

test("holds the same events whatever the cut and the order", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(1e6), { maxLength: 200 }),
      fc.nat(200),
      fc.constantFrom(5, 64),
      (offsets, cut, limit) => {
        const whole = sampleOf(offsets, limit);
        const merged = EventSample.fromState(structuredClone(sampleOf(offsets.slice(cut), limit).toState()));
        merged.merge(sampleOf(offsets.slice(0, cut), limit));
        expect(merged.events()).toEqual(whole.events());
        expect(merged.seen).toBe(offsets.length);
      },
    ),
  );
});

test("is uniform: each tenth of the input gives about a tenth of the sample", () => {
  const sample = sampleOf(
    Array.from({ length: 100_000 }, (_, i) => i * 140),
    4000,
  );
  const tenths = new Array<number>(10).fill(0);
  for (const { offset } of sample.events()) tenths[Math.floor(offset / 1_400_000)]!++;
  // 4000 draws: a tenth is 400 with standard deviation 19; five of them on either side.
  for (const count of tenths) expect(Math.abs(count - 400)).toBeLessThan(95);
});

test("a sample that was read back without room grows as one that never was", () => {
  const empty = { ...new EventSample().toState(), events: new Float64Array(0), codes: new Float64Array(0) };
  const sample = EventSample.fromState(empty);
  sample.add(1, 2, 0, 7);
  sample.addColumn(1);
  sample.addInteger(42);
  expect(sample.events()).toEqual([{ timeMicros: 1, durationMicros: 2, input: 0, offset: 7, values: [[42]] }]);
});
