/** MurmurHash3 x64 128: what its users share. */
export const FIRST: u64 = 0x87c37b91114253d5;
export const SECOND: u64 = 0x4cf5ad432745937f;

// @ts-ignore: decorator
@inline
export function fmix(start: u64): u64 {
  let key = start;
  key = (key ^ (key >> 33)) * 0xff51afd7ed558ccd;
  key = (key ^ (key >> 33)) * 0xc4ceb9fe1a85ec53;
  return key ^ (key >> 33);
}
