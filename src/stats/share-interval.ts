/**
 * Wilson's score interval of a share of which `hits` of `sampleSize` were seen, at 95 % confidence unless another `z`
 * is given. Unlike the normal interval it stays inside 0..1 and is right for shares near either end.
 * Source: E. B. Wilson, "Probable Inference", JASA 22, 1927;
 * https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval
 *
 * @example
 * shareInterval(0, 100); // => { low: 0, high: 0.0369... }
 */
export function shareInterval(hits: number, sampleSize: number, z = 1.959963984540054): ShareInterval {
  if (sampleSize <= 0) return { low: 0, high: 1 };
  const share = hits / sampleSize;
  const denominator = 1 + (z * z) / sampleSize;
  const centre = (share + (z * z) / (2 * sampleSize)) / denominator;
  const variance = (share * (1 - share)) / sampleSize + (z * z) / (4 * sampleSize * sampleSize);
  const half = (z / denominator) * Math.sqrt(variance);
  return {
    low: hits <= 0 ? 0 : Math.max(0, centre - half),
    high: hits >= sampleSize ? 1 : Math.min(1, centre + half),
  };
}

export interface ShareInterval {
  readonly low: number;
  readonly high: number;
}
