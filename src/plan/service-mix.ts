import { timeExceededBy } from "../stats/response-time.ts";

/** How long statements keep a server busy: a few times with their weights, which add up to 1. */
export interface ServiceMix {
  readonly timesMs: Float64Array;
  readonly weights: Float64Array;
  /** 1 where the time is the mean of an exponential one, 0 where every statement takes just that. */
  readonly exponential: Uint8Array;
  readonly meanMs: number;
  /** Squared coefficient of variation; 1 is exponential, 0 constant. */
  readonly scv: number;
}

/** Quantiles of one kind of statement, all alike, and how much of all statements it is. */
export interface ServicePart {
  readonly timesMs: readonly number[];
  /** Of each of the times; undefined: all alike. */
  readonly weights?: Float64Array;
  /** Of each of the times, whether it is the mean of an exponential one; undefined: none is. */
  readonly exponential?: Uint8Array;
  readonly weight: number;
}

/** Times within this ratio are put together; their mean stands for them, so that the mean of all stays what it was. */
const ratio = 1.02;

/** Puts kinds of statements together. Parts without weight or times are passed over; without any the mix is of no time. */
export function serviceMix(parts: readonly ServicePart[]): ServiceMix {
  const buckets = [new Map<number, Bucket>(), new Map<number, Bucket>()] as const;
  let all = 0;
  for (const { timesMs, weights: own, exponential, weight } of parts) {
    if (weight <= 0 || timesMs.length === 0) continue;
    all += weight;
    for (const [index, timeMs] of timesMs.entries()) {
      const part = weight * (own?.[index] ?? 1 / timesMs.length);
      const at = timeMs <= 0 ? -Infinity : Math.floor(Math.log(timeMs) / Math.log(ratio));
      const kind = buckets[exponential?.[index] === 1 ? 1 : 0];
      const bucket = kind.get(at) ?? { weight: 0, sum: 0 };
      bucket.weight += part;
      bucket.sum += part * Math.max(0, timeMs);
      kind.set(at, bucket);
    }
  }
  const sorted = buckets
    .flatMap((kind, exponential) => [...kind].map(([at, bucket]) => ({ at, exponential, ...bucket })))
    .sort((a, b) => (a.at === b.at ? a.exponential - b.exponential : a.at - b.at));
  const timesMs = Float64Array.from(sorted, ({ weight, sum }) => sum / weight);
  const weights = Float64Array.from(sorted, ({ weight }) => weight / all);
  const exponential = Uint8Array.from(sorted, (bucket) => bucket.exponential);
  let meanMs = 0;
  let second = 0;
  timesMs.forEach((timeMs, at) => {
    meanMs += weights[at]! * timeMs;
    second += weights[at]! * timeMs ** 2 * (1 + exponential[at]!);
  });
  return { timesMs, weights, exponential, meanMs, scv: meanMs === 0 ? 0 : Math.max(0, second / meanMs ** 2 - 1) };
}

interface Bucket {
  weight: number;
  sum: number;
}

/** The time below which the share `p` of the statements lies, had none of them to wait. */
export function serviceQuantileMs(mix: ServiceMix, p: number): number {
  const { timesMs, weights, exponential } = mix;
  if (exponential.includes(1)) return timeExceededBy((ms) => serviceExceeds(mix, ms), 1 - p, mix.meanMs);
  let below = 0;
  for (let at = 0; at < timesMs.length; at++) {
    below += weights[at]!;
    // Weights are sums of shares: their last digits are not to decide.
    if (below >= p - 1e-12) return timesMs[at]!;
  }
  return timesMs.at(-1) ?? 0;
}

function serviceExceeds({ timesMs, weights, exponential }: ServiceMix, ms: number): number {
  return timesMs.reduce((sum, time, at) => sum + weights[at]! * (exponential[at] === 1 ? Math.exp(-ms / time) : Number(time > ms)), 0);
}
