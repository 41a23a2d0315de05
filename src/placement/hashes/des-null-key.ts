import { type KernelStep, withTable } from "../place-all.ts";
import type { Words } from "./words.ts";

/**
 * DES of one 64-bit block with the all-zero key (FIPS 46-3), which is what Vitess' `hash` vindex computes: it
 * encrypts with 3DES under a 24-byte zero key, and E(D(E(x))) with one key is E(x). A zero key makes every round key
 * zero, so a round is S-boxes and permutation only, and two neighbouring S-boxes with their permutation become one
 * table of ten input bits.
 *
 * It is written out here, because OpenSSL builds without legacy ciphers have no DES, and a call per key is slow.
 */
export function desNullKeyInto(low: number, high: number, into: Words): void {
  // Initial permutation, as five swaps of bit groups between the halves.
  let left = high;
  let right = low;
  let swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  swap = ((left >>> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((right >>> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((right >>> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((left >>> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  for (let round = 0; round < 8; round++) {
    left ^= substitute(right);
    right ^= substitute(left);
  }
  // The halves are swapped once more after the last round; then the inverse of the initial permutation.
  swap = left;
  left = right;
  right = swap;
  swap = ((left >>> 1) ^ right) & 0x55555555;
  right ^= swap;
  left ^= swap << 1;
  swap = ((right >>> 8) ^ left) & 0x00ff00ff;
  left ^= swap;
  right ^= swap << 8;
  swap = ((right >>> 2) ^ left) & 0x33333333;
  left ^= swap;
  right ^= swap << 2;
  swap = ((left >>> 16) ^ right) & 0x0000ffff;
  right ^= swap;
  left ^= swap << 16;
  swap = ((left >>> 4) ^ right) & 0x0f0f0f0f;
  right ^= swap;
  left ^= swap << 4;
  into.low = right;
  into.high = left;
}

/** The round function: expansion, eight S-boxes in four pairs, permutation. */
function substitute(half: number): number {
  // Bits 32, 1, 2, ... 31 in the standard's count, so that each pair's ten bits stand together.
  const turned = (half >>> 1) | (half << 31);
  return (
    pairs[turned >>> 22]! ^
    pairs[1024 | ((turned >>> 14) & 1023)]! ^
    pairs[2048 | ((turned >>> 6) & 1023)]! ^
    pairs[3072 | (((turned << 2) | (turned >>> 30)) & 1023)]!
  );
}

/** The S-boxes of FIPS 46-3, row by row, a hex digit per entry. */
const boxes = [
  "e4d12fb83a6c59070f74e2d1a6cb953841e8d62bfc973a50fc8249175b3ea06d",
  "f18e6b34972dc05a3d47f28ec01a69b50e7ba4d158c6932fd8a13f42b67c05e9",
  "a09e63f51dc7b428d709346a285ecbf1d6498f30b12c5ae71ad069874fe3b52c",
  "7de3069a1285bc4fd8b56f03472c1ae9a690cb7df13e52843f06a1d8945bc72e",
  "2c417ab6853fd0e9eb2c47d150fa3986421bad78f9c5630eb8c71e2d6f09a453",
  "c1af92680d34e75baf427c9561de0b389ef528c3704a1db6432c95fabe17608d",
  "4b2ef08d3c975a61d0b7491ae35c2f8614bdc37eaf6805926bd814a7950fe23c",
  "d2846fb1a93e50c71fd8a374c56b0e927b419ce206adf35821e74a8dfc90356b",
];

const permutation = [
  16, 7, 20, 21, 29, 12, 28, 17, 1, 15, 23, 26, 5, 18, 31, 10, 2, 8, 24, 14, 32, 27, 3, 9, 19, 13, 30, 6, 22, 11, 4,
  25,
];

const pairs = buildPairs();

/** `desNullKeyInto` of many keys. */
export const vitessIntegers: KernelStep = withTable([pairs], ({ run }, count) => run.vitessIntegers(count));

function buildPairs(): Int32Array {
  const tables = new Int32Array(4 * 1024);
  for (let pair = 0; pair < 4; pair++) {
    for (let bits = 0; bits < 1024; bits++) {
      const first = boxOutput(2 * pair, bits >>> 4);
      const second = boxOutput(2 * pair + 1, bits & 63);
      tables[pair * 1024 + bits] = permute(((first << 4) | second) << (24 - 8 * pair));
    }
  }
  return tables;
}

/** The outer two of six bits choose the row, the inner four the column. */
function boxOutput(box: number, bits: number): number {
  const row = ((bits >>> 4) & 2) | (bits & 1);
  return Number.parseInt(boxes[box]![row * 16 + ((bits >>> 1) & 15)]!, 16);
}

function permute(word: number): number {
  return permutation.reduce((permuted, from, to) => permuted | (((word >>> (32 - from)) & 1) << (31 - to)), 0);
}
