import { expect, test } from "vitest";
import { RandomStream, randomStream } from "../../src/stats/random-stream.ts";

// First words of xoshiro128** 1.1 from state 1, 2, 3, 4, as in the test vectors of Rust's rand_xoshiro.
test("the words of xoshiro128**", () => {
  const stream = new RandomStream(Uint32Array.of(1, 2, 3, 4));
  expect(Array.from({ length: 10 }, () => stream.nextWord())).toEqual([
    11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
  ]);
});

test("a seed and a name fix a stream; another name is another stream", () => {
  const draw = (seed: number, name: string): number[] => {
    const stream = randomStream(seed, name);
    return [stream.next(), stream.next(), stream.next()];
  };
  expect(draw(42, "arrivals")).toEqual(draw(42, "arrivals"));
  expect(draw(42, "arrivals")).not.toEqual(draw(42, "faults"));
  expect(draw(42, "arrivals")).not.toEqual(draw(43, "arrivals"));
  expect(draw(2 ** 40, "arrivals")).not.toEqual(draw(0, "arrivals"));
});

test("numbers are uniform in [0, 1)", () => {
  const stream = randomStream(1, "uniform");
  const tenths = new Float64Array(10);
  for (let draw = 0; draw < 100_000; draw++) tenths[Math.floor(stream.next() * 10)]! += 1;
  // Standard deviation 95: five of them are a chance of one in a million.
  for (const count of tenths) expect(Math.abs(count - 10_000)).toBeLessThan(475);
});

test("words by the block are the words one by one", () => {
  const block = randomStream(7, "words");
  const single = randomStream(7, "words");
  const words = new Uint32Array(100);
  for (let round = 0; round < 2; round++) {
    block.nextWords(words);
    expect([...words]).toEqual(Array.from(words, () => single.nextWord()));
  }
  expect(block.next()).toBe(single.next());
});
