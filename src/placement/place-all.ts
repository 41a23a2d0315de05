import { keysAtATime, type PlacingKernel, placingKernel, textBytesAtATime } from "../kernel/placing-kernel.ts";

/**
 * Many keys at a time. What a map offers of it gives the same shards as asking for each key alone, several times as fast:
 * keys go to a kernel in WebAssembly a few thousand at a time, which has the 64-bit integers that hashes are made of.
 */
export interface PlaceMany {
  /** Shards of keys of one integer column: whole numbers of up to 53 bits. */
  readonly placeIntegers?: (keys: Float64Array, owners: Uint32Array) => void;
  /** Shards of keys of one text column: `entry` is UTF-8 in `bytes[ends[entry], ends[entry + 1])`. */
  readonly placeTexts?: (bytes: Uint8Array, ends: Uint32Array, owners: Uint32Array) => void;
  /** Shards of generic hashes (`key-hash.ts`), two words each, the low one first. */
  readonly placeHashes?: (hashes: Int32Array, owners: Uint32Array) => void;
}

/** A step on the first `count` keys or hashes in the kernel's memory. */
export type KernelStep = (kernel: PlacingKernel, count: number) => void;

/** Places whole numbers: `hash` makes hashes of the kernel's keys, `place` makes owners of its hashes. */
export function integersThrough(hash: KernelStep, place: KernelStep): NonNullable<PlaceMany["placeIntegers"]> {
  return (keys, owners) => {
    const kernel = placingKernel();
    for (let from = 0; from < keys.length; from += keysAtATime) {
      const some = keys.subarray(from, from + keysAtATime);
      kernel.keys.set(some);
      hash(kernel, some.length);
      place(kernel, some.length);
      owners.set(kernel.owners.subarray(0, some.length), from);
    }
  };
}

/** Places whole numbers by their decimal digits: `hash` makes hashes of the kernel's texts. */
export function digitsThrough(hash: KernelStep, place: KernelStep): NonNullable<PlaceMany["placeIntegers"]> {
  return integersThrough((kernel, count) => {
    kernel.run.writeDigits(count);
    hash(kernel, count);
  }, place);
}

/** Places texts. One that is longer than the kernel's memory for them goes alone, through `slowly`. */
export function textsThrough(
  hash: KernelStep,
  place: KernelStep,
  slowly: (bytes: Uint8Array, start: number, end: number) => number,
): NonNullable<PlaceMany["placeTexts"]> {
  return (bytes, ends, owners) => {
    const kernel = placingKernel();
    const total = ends.length - 1;
    for (let from = 0; from < total; ) {
      const start = ends[from]!;
      let to = from;
      while (to < total && to - from < keysAtATime && ends[to + 1]! - start <= textBytesAtATime) to++;
      if (to === from) {
        owners[from] = slowly(bytes, start, ends[from + 1]!);
        from++;
        continue;
      }
      kernel.texts.set(bytes.subarray(start, ends[to]!));
      for (let entry = from; entry <= to; entry++) kernel.ends[entry - from] = ends[entry]! - start;
      hash(kernel, to - from);
      place(kernel, to - from);
      owners.set(kernel.owners.subarray(0, to - from), from);
      from = to;
    }
  };
}

export function hashesThrough(place: KernelStep): NonNullable<PlaceMany["placeHashes"]> {
  return (hashes, owners) => {
    const kernel = placingKernel();
    for (let from = 0; from < owners.length; from += keysAtATime) {
      const count = Math.min(keysAtATime, owners.length - from);
      kernel.hashes.set(hashes.subarray(2 * from, 2 * (from + count)));
      place(kernel, count);
      owners.set(kernel.owners.subarray(0, count), from);
    }
  };
}

/** Generic hashes of whole numbers, two words each, the low one first. */
export function hashesOfIntegers(keys: Float64Array): Int32Array {
  const kernel = placingKernel();
  const hashes = new Int32Array(2 * keys.length);
  for (let from = 0; from < keys.length; from += keysAtATime) {
    const some = keys.subarray(from, from + keysAtATime);
    kernel.keys.set(some);
    kernel.run.hashIntegers(some.length);
    hashes.set(kernel.hashes.subarray(0, 2 * some.length), 2 * from);
  }
  return hashes;
}

/** A step that asks a function of one hash for each. */
export function oneByOne(place: (low: number, high: number) => number): KernelStep {
  return ({ hashes, owners }, count) => {
    for (let entry = 0; entry < count; entry++) owners[entry] = place(hashes[2 * entry]!, hashes[2 * entry + 1]!);
  };
}

/** A step that uses a table of shards or tokens: the bytes of typed arrays, one after the other. */
export function withTable(
  arrays: readonly (Uint8Array | Uint32Array | Int32Array | BigInt64Array | BigUint64Array)[],
  work: KernelStep,
): KernelStep {
  const table = Buffer.concat(arrays.map(({ buffer, byteOffset, byteLength }) => new Uint8Array(buffer, byteOffset, byteLength)));
  return (kernel, count) => {
    kernel.useTable(table);
    work(kernel, count);
  };
}
