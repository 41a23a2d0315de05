import { multiplyHigh } from "./words.ts";

/**
 * Jump consistent hash (Lamping, Veach 2014, arXiv:1406.2294) of a 64-bit key in two words: the bucket, 0 to
 * `buckets` - 1. The key is stepped by a linear congruential generator; each step jumps to the next bucket count at
 * which the key would have moved.
 */
export function jumpBucket(low: number, high: number, buckets: number): number {
  let bucket = -1;
  let next = 0;
  while (next < buckets) {
    bucket = next;
    const product = (multiplyHigh(low, STEP_LOW) + Math.imul(low, STEP_HIGH) + Math.imul(high, STEP_LOW)) | 0;
    low = Math.imul(low, STEP_LOW);
    // + 1, with the carry into the high word
    low = (low + 1) | 0;
    high = low === 0 ? (product + 1) | 0 : product;
    next = Math.floor((bucket + 1) * (2_147_483_648 / ((high >>> 1) + 1)));
  }
  return bucket;
}

// 2862933555777941757
const STEP_HIGH = 0x27bb2ee6;
const STEP_LOW = 0x87b0b0fd | 0;
