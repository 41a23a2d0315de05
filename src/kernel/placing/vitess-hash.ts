import { HASHES, KEYS, TABLE } from "./memory";

// @ts-ignore: decorator
@inline
function substitute(half: u32): u32 {
  const turned = rotr(half, 1);
  return (
    load<u32>(TABLE + (<usize>(turned >> 22) << 2)) ^
    load<u32>(TABLE + (<usize>((turned >> 14) & 1023) << 2), 4096) ^
    load<u32>(TABLE + (<usize>((turned >> 6) & 1023) << 2), 8192) ^
    load<u32>(TABLE + (<usize>(rotl(turned, 2) & 1023) << 2), 12288)
  );
}

/**
 * DES with the null key of whole numbers, which is Vitess' hash; the table has the four pairs of S-boxes. Two keys at a
 * time, for each waits for its own look-ups.
 */
export function vitessIntegers(count: i32): void {
  for (let entry = 0; entry < count; entry += 2) {
    const at = <usize>entry << 3;
    let x = <u64>(<i64>load<f64>(KEYS + at));
    let y = <u64>(<i64>load<f64>(KEYS + at, 8));
    x = permuted(x);
    y = permuted(y);
    let xl = <u32>(x >> 32);
    let xr = <u32>x;
    let yl = <u32>(y >> 32);
    let yr = <u32>y;
    for (let round = 0; round < 8; round++) {
      xl ^= substitute(xr);
      yl ^= substitute(yr);
      xr ^= substitute(xl);
      yr ^= substitute(yl);
    }
    store<u64>(HASHES + at, restored(xr, xl));
    store<u64>(HASHES + at, restored(yr, yl), 8);
  }
}

/** The initial permutation, as five swaps of bit groups between the halves. */
// @ts-ignore: decorator
@inline
function permuted(block: u64): u64 {
  let left = <u32>(block >> 32);
  let right = <u32>block;
  let swap = ((left >> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  swap = ((left >> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((right >> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((right >> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((left >> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  return (<u64>left << 32) | <u64>right;
}

/** Its inverse. */
// @ts-ignore: decorator
@inline
function restored(first: u32, second: u32): u64 {
  let left = first;
  let right = second;
  let swap = ((left >> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  swap = ((right >> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((right >> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((left >> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((left >> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  return (<u64>left << 32) | <u64>right;
}
