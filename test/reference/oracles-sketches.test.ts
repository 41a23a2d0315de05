import { DistinctSketch } from "../../src/stats/distinct-sketch.ts";
import { mix32 } from "../../src/stats/mix.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { hoeffdingSampleSize, wilsonUpperBound } from "../../src/stats/sample-bounds.ts";
import { zipf } from "./hot-shards.ts";
import { exactly, near, numberAfter, testOracles } from "./oracles.ts";

/** Share of trials in which an estimate is within two of its own standard errors. */
function withinTwoErrors(trials: number, estimate: (trial: number) => { count: number; relativeError: number }, truth: number): number {
  let within = 0;
  for (let trial = 0; trial < trials; trial++) {
    const { count, relativeError } = estimate(trial);
    if (Math.abs(count / truth - 1) <= 2 * relativeError) within++;
  }
  return within / trials;
}

function sketchOf(trial: number, things: number, limit: number): DistinctSketch {
  const sketch = new DistinctSketch(limit);
  for (let thing = 0; thing < things; thing++) sketch.add(mix32(thing ^ mix32(trial)), mix32(thing + Math.imul(trial + 1, 0x9e3779b1)));
  return sketch;
}

/** Distinct values among draws, and what a counter that may keep no more than `limit` of them says. */
function drawn(weights: Float64Array, draws: number, limit: number, seed: number) {
  const ends = new Float64Array(weights.length);
  let sum = 0;
  weights.forEach((weight, key) => (ends[key] = sum += weight));
  const random = randomStream(seed, "draws");
  const [exact, bounded] = [new Set<number>(), new ValueCounter(["k"], limit)];
  for (let draw = 0; draw < draws; draw++) {
    const key = firstAbove(ends, random.next() * sum);
    exact.add(key);
    bounded.setInteger(0, key);
    bounded.add(1, 0);
  }
  return { exact: exact.size, bounded: bounded.distinct };
}

function firstAbove(ends: Float64Array, value: number): number {
  let [low, high] = [0, ends.length - 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ends[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

testOracles(
  "Sketches and sampling",
  {
    // We keep the k smallest hashes where HyperLogLog keeps m registers; the demand on it is the same.
    O78: (expected) =>
      ([["1024 ", 1024, 20_000], ["4096 ", 4096, 20_000], ["16384 ", 16_384, 50_000]] as const).flatMap(([name, limit, things]) => {
        const stated = sketchOf(0, things, limit).estimate().relativeError;
        return [
          // 1/sqrt(k - 2) against 1.04/sqrt(m).
          near(`standard error ${name}`, stated * 1.04, numberAfter(expected, name), 0.005),
          // At least 95 % of 1000 trials: a sketch that holds a third of the things errs less than a small one.
          near(`trials ${name}`, Math.min(0.95, withinTwoErrors(1000, (trial) => sketchOf(trial, things, limit).estimate(), things)), 0.95, 0),
        ];
      }),
    // The number of draws for a stated margin, and the most that a share can be: both in the report's transactions. No counts
    // are kept by SpaceSaving: `ValueCounter` counts every value exactly, or all occurrences of the values whose hashes are
    // the smallest, so that none has its error of n/k.
    O80: (expected) => [
      exactly("Hoeffding", hoeffdingSampleSize(0.01), numberAfter(expected, "95%: ")),
      near("Wilson", wilsonUpperBound(0, 300), numberAfter(expected, "upper "), 1e-6),
    ],
    O81: (expected) => {
      const uniform = drawn(new Float64Array(1_000_000).fill(1), 100_000, 4096, 3);
      const skewed = drawn(zipf(1_000_000), 100_000, 4096, 5);
      return [
        near("distinct of uniform draws", uniform.exact, numberAfter(expected, "uniform 1e6 keys: "), 0.005),
        near("distinct of Zipf draws", skewed.exact, numberAfter(expected, "Zipf .99: "), 0.005),
        // A bounded counter knows the distinct values of what it saw, by their hashes, however skewed the draws are.
        ...[uniform, skewed].map(({ exact, bounded }, index) =>
          near(`bounded counter ${index}`, bounded.count, exact, 3 * bounded.relativeError),
        ),
      ];
    },
  },
  {
    O79:
      "no Count-Min sketch has rows and columns to size here: it over-counts every value by collisions, where ValueCounter counts each one " +
      "exactly or, above its limit, all occurrences of the values with the smallest hashes",
  },
);
