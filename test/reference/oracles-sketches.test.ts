import { DistinctSketch } from "../../src/stats/distinct-sketch.ts";
import { mix32 } from "../../src/stats/mix.ts";
import { ValueCounter } from "../../src/workload/value-counter.ts";
import { randomStream } from "../../src/stats/random-stream.ts";
import { zipf } from "./hot-shards.ts";
import { near, numberAfter, testOracles } from "./oracles.ts";

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
      ([["1024 ", 1024], ["4096 ", 4096]] as const).flatMap(([name, limit]) => {
        const stated = sketchOf(0, 20_000, limit).estimate().relativeError;
        return [
          // 1/sqrt(k - 2) against 1.04/sqrt(m).
          near(`standard error ${name}`, stated * 1.04, numberAfter(expected, name), 0.005),
          // 95.4 % of a normal distribution at least, for a sketch that holds a fifth of the things errs less; 1000 trials
          // leave a percentage point and a half.
          near(`trials ${name}`, Math.min(0.954, withinTwoErrors(1000, (trial) => sketchOf(trial, 20_000, limit).estimate(), 20_000)), 0.954, 0.02),
        ];
      }),
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
    O79: "no Count-Min sketch: values are counted exactly, or a share of them is",
    O80: "no SpaceSaving, Hoeffding or Wilson bound is stated: samples carry the standard error of what they estimate",
  },
);
