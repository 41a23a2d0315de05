/**
 * Seeded chance for the sample workloads: the same seed asks the same questions in the same order on every machine.
 * A stream per session (seed and name), so that adding a session shifts nobody else's choices. Generator: sfc32,
 * http://pracrand.sourceforge.net/RNG_engines.txt; it is our own few lines because samples need nothing that is built.
 */
export function chance(seed, name) {
  let hash = 0x811c9dc5 ^ seed;
  for (const character of name) hash = Math.imul(hash ^ character.codePointAt(0), 0x01000193);
  let [a, b, c, counter] = [hash, seed | 0, 0x9e3779b9, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  for (let warmUp = 0; warmUp < 12; warmUp += 1) next();

  const integer = (from, to) => from + Math.floor(next() * (to - from + 1));
  return {
    /** A share in [0, 1). */
    next,
    /** A whole number from `from` to `to`, both included. */
    integer,
    /** True in `share` of the calls. */
    happens: (share) => next() < share,
    /** One of a list, all equally likely. */
    pick: (list) => list[integer(0, list.length - 1)],
    /** Exponential waiting time with this mean. */
    wait: (mean) => -mean * Math.log(1 - next()),
    /** One of `[weight, thing]` pairs, by weight. */
    weighted(pairs) {
      let left = next() * pairs.reduce((sum, [weight]) => sum + weight, 0);
      for (const [weight, thing] of pairs) {
        left -= weight;
        if (left < 0) return thing;
      }
      return pairs.at(-1)[1];
    },
    /** `count` different whole numbers drawn by `draw`. */
    several(count, draw) {
      const drawn = new Set();
      for (let attempt = 0; drawn.size < count && attempt < 20 * count; attempt += 1) drawn.add(draw());
      return [...drawn];
    },
  };
}

/** Draws ranks 1 to `size`, rank k with a weight of 1 / k^exponent. */
export function zipf(size, exponent) {
  const cumulative = new Float64Array(size);
  let total = 0;
  for (let rank = 1; rank <= size; rank += 1) cumulative[rank - 1] = total += rank ** -exponent;
  return (random) => {
    const wanted = random.next() * total;
    let [low, high] = [0, size - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cumulative[middle] > wanted) high = middle;
      else low = middle + 1;
    }
    return low + 1;
  };
}
