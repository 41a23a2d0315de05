import { decodeCodes } from "./footprint-bytes.ts";
import type { FootprintState } from "./footprint-store.ts";
import { transactionOutcomes, type Footprint, type Footprints, type FootprintSkeleton } from "./transactions.ts";

/** The numbers that a summary gives to types and shapes, by those of its part. */
interface SummaryNumbers {
  readonly typeIndex: (high: number, low: number) => number;
  readonly shapes: readonly number[];
  /** Values of a shape by its number in the part. */
  readonly codeLengths: readonly number[];
}

/** The footprints of a `FootprintStore` that grows no more, as the summary hands them out. */
export class StoredFootprints implements Footprints {
  readonly keptShare: number;
  readonly size: number;
  readonly skeletons: readonly FootprintSkeleton[];
  readonly #state: FootprintState;
  readonly #shapes: readonly number[];
  #order: Uint32Array | undefined;

  constructor(state: FootprintState, keptShare: number, numbers: SummaryNumbers) {
    this.keptShare = keptShare;
    this.size = state.size;
    this.skeletons = state.skeletons.map((skeleton) => summarySkeleton(skeleton, numbers));
    this.#state = state;
    this.#shapes = numbers.shapes;
  }

  forEach(visit: (footprint: Footprint) => void, stride = 1): void {
    const { skeletonNumbers, counts, micros, ends, bytes } = this.#state;
    const order = (this.#order ??= this.#ordered());
    const footprint: Footprint = {
      type: -1,
      outcome: "committed",
      writes: false,
      count: 0,
      timeMicros: 0,
      complete: true,
      accessCount: 0,
      shapes: new Int32Array(0),
      starts: new Int32Array(1),
      codes: new Float64Array(1024),
    };
    for (let nth = 0; nth < order.length; nth += stride) {
      const record = order[nth]!;
      const { type, outcome, writes, complete, shapes, starts } = this.skeletons[skeletonNumbers[record]!]!;
      footprint.type = type;
      footprint.outcome = outcome;
      footprint.writes = writes;
      footprint.complete = complete;
      footprint.count = counts[record]!;
      footprint.timeMicros = micros[record]!;
      footprint.accessCount = shapes.length;
      footprint.shapes = shapes;
      footprint.starts = starts;
      const codes = starts[shapes.length]!;
      if (codes > footprint.codes.length) footprint.codes = new Float64Array(codes * 2);
      decodeCodes(bytes, this.#startOf(record), ends[record]!, footprint.codes);
      visit(footprint);
    }
  }

  forEachRecord(
    visit: (skeleton: number, count: number, codes: Float64Array) => void,
    unpacked: (skeleton: number) => boolean,
    stride = 1,
  ): void {
    const { skeletonNumbers, counts, ends, bytes } = this.#state;
    const order = stride === 1 ? undefined : (this.#order ??= this.#ordered());
    const longest = this.skeletons.reduce((most, { starts }) => Math.max(most, starts.at(-1)!), 0);
    const codes = new Float64Array(longest);
    const wanted = Uint8Array.from(this.skeletons, (_, skeleton) => Number(unpacked(skeleton)));
    for (let nth = 0; nth < this.size; nth += stride) {
      const record = order === undefined ? nth : order[nth]!;
      const skeleton = skeletonNumbers[record]!;
      if (wanted[skeleton] === 1) decodeCodes(bytes, this.#startOf(record), ends[record]!, codes);
      visit(skeleton, counts[record]!, codes);
    }
  }

  #startOf(record: number): number {
    return record === 0 ? 0 : this.#state.ends[record - 1]!;
  }

  /** By hash; what shares a hash by its contents. Hashes are even, so that a bucket by their first bits holds a few. */
  #ordered(): Uint32Array {
    const { size, hashes, level } = this.#state;
    const bits = Math.max(1, Math.min(24, Math.ceil(Math.log2(size + 1))));
    // Of the kept ones the first bits are 0.
    const bucketOf = (record: number): number => (hashes[record]! << level) >>> (32 - bits);
    const ends = new Uint32Array(2 ** bits);
    for (let record = 0; record < size; record++) ends[bucketOf(record)]!++;
    for (let bucket = 1; bucket < ends.length; bucket++) ends[bucket]! += ends[bucket - 1]!;
    const order = new Uint32Array(size);
    for (let record = size - 1; record >= 0; record--) order[--ends[bucketOf(record)]!] = record;
    const comesBefore = (a: number, b: number): boolean => {
      const difference = (hashes[a]! >>> 1) - (hashes[b]! >>> 1);
      return difference === 0 ? this.#byContents(a, b) < 0 : difference < 0;
    };
    for (let at = 1; at < size; at++) {
      const record = order[at]!;
      let to = at;
      for (; to > 0 && comesBefore(record, order[to - 1]!); to--) order[to] = order[to - 1]!;
      order[to] = record;
    }
    return order;
  }

  #byContents(a: number, b: number): number {
    const { skeletons, skeletonNumbers, bytes, ends } = this.#state;
    const contents = (record: number): readonly number[] => [
      ...skeletons[skeletonNumbers[record]!]!.map((number, i) =>
        i < 3 ? number : number < 0 ? ~this.#shapes[~number]! : this.#shapes[number]!,
      ),
      ...bytes.subarray(this.#startOf(record), ends[record]),
    ];
    const [x, y] = [contents(a), contents(b)];
    for (let i = 0; i < Math.min(x.length, y.length); i++) if (x[i] !== y[i]) return x[i]! - y[i]!;
    return x.length - y.length;
  }
}

function summarySkeleton(numbers: Int32Array, { typeIndex, shapes, codeLengths }: SummaryNumbers): FootprintSkeleton {
  const flags = numbers[2]!;
  const accesses = numbers.subarray(3);
  const starts = new Int32Array(accesses.length + 1);
  const reached = new Int32Array(accesses.length);
  const valued: boolean[] = [];
  for (let access = 0; access < accesses.length; access++) {
    const number = accesses[access]!;
    starts[access + 1] = starts[access]! + (number < 0 ? 0 : codeLengths[number]!);
    reached[access] = shapes[number < 0 ? ~number : number]!;
    valued.push(number >= 0);
  }
  return {
    type: typeIndex(numbers[0]!, numbers[1]!),
    outcome: transactionOutcomes[flags >> 2]!,
    writes: (flags & 2) !== 0,
    complete: (flags & 1) !== 0,
    shapes: reached,
    starts,
    valued,
  };
}
