import { zeroWords, type Words } from "../placement/hashes/words.ts";
import { xxhash64IntegerInto } from "../placement/hashes/xxhash64.ts";
import { hashesOfIntegers } from "../placement/place-all.ts";
import { keyHashInto } from "../placement/key-hash.ts";
import { keyTypeOf } from "../workload/key-value.ts";
import type { ColumnValues } from "./column-values.ts";
import type { HashedKey } from "./placing.ts";

const hash = zeroWords();

/** The generic hash (`placement/key-hash.ts`) of a key given as codes. */
export function hashCodes(
  columns: readonly ColumnValues[],
  codes: ArrayLike<number>,
): { readonly low: number; readonly high: number } {
  hashInto(columns, codes, areIntegers(columns));
  return { low: hash.low, high: hash.high };
}

/** A key with its hash. */
export function hashedKeyOf(columns: readonly ColumnValues[], codes: readonly number[]): HashedKey {
  hashInto(columns, codes, areIntegers(columns));
  return { codes, low: hash.low, high: hash.high };
}

/** The same for many keys of one kind: the words are one window, filled anew. */
export function keyHasher(columns: readonly ColumnValues[]): (codes: ArrayLike<number>) => Readonly<Words> {
  const integers = areIntegers(columns);
  return (codes) => {
    hashInto(columns, codes, integers);
    return hash;
  };
}

/** The same of `count` keys, one after the other: low and high word of each. */
export function hashAllCodes(columns: readonly ColumnValues[], codes: Float64Array, count: number): Int32Array {
  const integers = areIntegers(columns);
  const arity = columns.length;
  const inKernel = integers && arity === 1 && count > fewKeys;
  const hashes = inKernel ? hashesOfIntegers(codes.subarray(0, count)) : new Int32Array(2 * count);
  const [only] = columns;
  const key = new Float64Array(arity);
  for (let entry = 0; entry < count; entry++) {
    const code = codes[entry]!;
    if (inKernel && code % 1 === 0) continue;
    if (arity === 1 && !integers) only!.hashInto(code, hash);
    else {
      for (let column = 0; column < arity; column++) key[column] = codes[entry * arity + column]!;
      hashInto(columns, key, integers);
    }
    hashes[2 * entry] = hash.low;
    hashes[2 * entry + 1] = hash.high;
  }
  return hashes;
}

/** Starting the kernel is not worth it for fewer keys. */
const fewKeys = 256;

function areIntegers(columns: readonly ColumnValues[]): boolean {
  for (let column = 0; column < columns.length; column++)
    if (keyTypeOf[columns[column]!.type] !== "int") return false;
  return true;
}

/** Integers are hashed as such, without building the key: they are most keys there are. */
function hashInto(columns: readonly ColumnValues[], codes: ArrayLike<number>, integers: boolean): void {
  const arity = columns.length;
  hash.low = 0;
  hash.high = 0;
  let column = 0;
  if (integers) {
    for (; column < arity; column++) {
      const code = codes[column]!;
      if (code % 1 !== 0) break;
      xxhash64IntegerInto(code | 0, Math.floor(code / 4294967296) | 0, hash.low, hash.high, hash);
    }
  }
  if (column === arity) return;
  if (arity === 1) columns[0]!.hashInto(codes[0]!, hash);
  else
    keyHashInto(
      columns.map((values, index) => values.keyOf(codes[index]!)),
      hash,
    );
}
