import { assert } from "../base/assert.ts";
import { placingCode } from "./placing-code.ts";

/** The functions of `placing/`. Each works on the first `count` keys or hashes that lie in the memory. */
export interface PlacingFunctions {
  hashIntegers(count: number): void;
  hashTexts(count: number): void;
  swapHashes(count: number): void;
  leadingBytes(count: number): void;
  writeDigits(count: number): void;
  cosmosIntegers(count: number): void;
  cosmosTexts(count: number): void;
  crc16Texts(count: number): void;
  elasticsearchAscii(count: number): void;
  sha1Texts(count: number, head: number): void;
  postgresIntegers(count: number, seedLow: number, seedHigh: number): void;
  cassandraIntegers(count: number): void;
  cassandraTexts(count: number): void;
  vitessIntegers(count: number): void;
  mongodbIntegers(count: number): void;
  mongodbTexts(count: number): void;
  md5Texts(count: number): void;
  yugabyteIntegers(count: number): void;
  yugabyteTexts(count: number): void;
  placeModulo(count: number, shards: number): void;
  placeByTable(count: number, size: number): void;
  placeJump(count: number, shards: number): void;
  placeRendezvous(count: number, shards: number): void;
  placeProbes(count: number, probes: number, tokens: number, shift: number): void;
  placeByBounds(count: number, bounds: number): void;
  placeByTokens(count: number, tokens: number): void;
}

/** Keys that are worked on at a time: what lies in the memory stays in the processor's nearest cache. */
export const keysAtATime = 4096;
/** Bytes of texts at a time. */
export const textBytesAtATime = 1 << 20;

/** Hashes and shards of many keys at a time, compiled from `placing/` to WebAssembly, with the memory that it works in. */
export class PlacingKernel {
  readonly run: PlacingFunctions;
  readonly keys: Float64Array;
  /** Two words a hash, the low one first. */
  readonly hashes: Int32Array;
  readonly owners: Uint32Array;
  /** Where texts end; the first entry is where the first one begins. */
  readonly ends: Uint32Array;
  readonly texts: Uint8Array;
  readonly #table: Uint8Array;
  #tableIs: Uint8Array | undefined;

  constructor() {
    const module = new WebAssembly.Module(Buffer.from(placingCode, "base64"));
    const { exports } = new WebAssembly.Instance(module, {});
    const { memory } = exports as { readonly memory: { readonly buffer: ArrayBuffer } };
    this.run = exports as PlacingFunctions;
    this.keys = new Float64Array(memory.buffer, addresses.keys, keysAtATime);
    this.hashes = new Int32Array(memory.buffer, addresses.hashes, 2 * keysAtATime);
    this.owners = new Uint32Array(memory.buffer, addresses.owners, keysAtATime);
    this.ends = new Uint32Array(memory.buffer, addresses.ends, keysAtATime + 1);
    this.texts = new Uint8Array(memory.buffer, addresses.texts, textBytesAtATime);
    this.#table = new Uint8Array(memory.buffer, addresses.table, addresses.texts - addresses.table);
  }

  /** Puts a table where the functions look for one. A table that is there already is told by its identity. */
  useTable(table: Uint8Array): void {
    if (this.#tableIs === table) return;
    assert(table.length <= this.#table.length, `a table of ${table.length} bytes has no room in the kernel`);
    this.#table.set(table);
    this.#tableIs = table;
  }
}

/** As in `placing/memory.ts`. */
const addresses = {
  keys: 0x10000,
  hashes: 0x18000,
  owners: 0x20000,
  ends: 0x24000,
  table: 0x30000,
  texts: 0xc30000,
};

let kernel: PlacingKernel | undefined;

/** The one kernel of this thread, made when it is first asked for. */
export function placingKernel(): PlacingKernel {
  return (kernel ??= new PlacingKernel());
}
