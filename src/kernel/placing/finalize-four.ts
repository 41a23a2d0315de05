/** The finalizer of MurmurHash3's 32 bits (`mix32` of src/stats), of four words at a time. */
// @ts-ignore: decorator
@inline
export function finalizeFour(words: v128): v128 {
  let mixed = i32x4.mul(v128.xor(words, i32x4.shr_u(words, 16)), i32x4.splat(0x85ebca6b));
  mixed = i32x4.mul(v128.xor(mixed, i32x4.shr_u(mixed, 13)), i32x4.splat(0xc2b2ae35));
  return v128.xor(mixed, i32x4.shr_u(mixed, 16));
}
