import { assert } from "../base/assert.ts";
import { kernelCode } from "./kernel-code.ts";

/** What we use of https://webassembly.github.io/spec/js-api: it belongs to the library for browsers, which we leave out. */
declare global {
  namespace WebAssembly {
    interface Module {
      readonly " isModule": true;
    }
    const Module: new (bytes: Uint8Array) => Module;
    class Memory {
      constructor(size: { initial: number; maximum: number; shared: true });
      readonly buffer: SharedArrayBuffer;
    }
    class Instance {
      constructor(module: Module, imports: object);
      readonly exports: object;
    }
  }
}

/** What the lane of the kernel asks the program for; see `assembly/lane.ts`. */
export interface LaneHooks {
  readonly time: (start: number, end: number) => number;
  readonly duration: (start: number, end: number) => number;
  readonly rows: (start: number, end: number) => number;
  readonly session: (high: number, low: number) => void;
  readonly window: (timeMicros: number) => void;
  readonly sample: (access: number, offset: number, timeMicros: number, micros: number) => void;
  readonly count: (
    access: number,
    offset: number,
    timeMicros: number,
    micros: number,
    inTransaction: number,
  ) => void;
  readonly begin: (slot: number, offset: number) => void;
  readonly kind: (start: number, end: number, outcome: number) => number;
  readonly footprints: () => void;
  readonly join: (
    plan: number,
    offset: number,
    micros: number,
    sessionStart: number,
    sessionEnd: number,
    idStart: number,
    idEnd: number,
    slot: number,
    high: number,
    low: number,
  ) => number;
  readonly add: (shape: number, tuple: number, codes: number) => void;
  readonly replay: (slot: number, start: number, end: number) => void;
}

/** A variable of the kernel. */
interface Variable {
  readonly value: number;
}

/** The functions and variables of `assembly/`. All arguments and results are numbers; flags are 0 or 1. */
export interface KernelExports {
  allocateZeros(bytes: number): number;
  release(block: number, bytes: number): void;
  setTrie(nodes: number, tables: number, mysql: number): void;
  setCsv(delimiter: number, newline: number, fields: number): void;
  setLane(...settings: readonly number[]): void;
  newShape(arity: number, limit: number, number: number, sampleLimit: number): number;
  lowerThreshold(shape: number, threshold: number): void;
  shapeCounter(shape: number): number;
  shapeListLengths(shape: number): number;
  shapeSample(shape: number): number;
  sampleSize(sample: number): number;
  sampleEvents(sample: number): number;
  sampleBody(sample: number): number;
  newPlan(
    template: number,
    number: number,
    isWrite: number,
    isPlain: number,
    transactionRole: number,
    slots: number,
    accesses: number,
  ): number;
  forgetSession(high: number, low: number): void;
  replayAll(): void;
  limitFootprints(bytes: number): void;
  kindAt(number: number): number;
  readonly kindCount: Variable;
  readonly footprintCount: Variable;
  readonly footprintHashes: Variable;
  readonly footprintSkeletons: Variable;
  readonly footprintEnds: Variable;
  readonly footprintCounts: Variable;
  readonly footprintMicros: Variable;
  readonly footprintBytes: Variable;
  readonly footprintRoom: Variable;
  readonly footprintBytesRoom: Variable;
  setAccess(
    plan: number,
    index: number,
    access: number,
    shape: number,
    equals: number,
    ranges: number,
    lists: number,
    isPaired: number,
  ): number;
  run(from: number, stopAt: number, to: number, base: number): number;
  count(counter: number, other: number): void;
  newCounter(arity: number, limit: number): number;
  takeRun(counter: number, size: number, level: number, total: number, totalMicros: number): number;
  addText(pool: number, code: number, start: number, end: number): void;
  counterTuples(counter: number): number;
  counterLevel(counter: number): number;
  counterTotal(counter: number): number;
  counterTotalMicros(counter: number): number;
  counterRun(counter: number): number;
  counterRunSize(counter: number): number;
  counterTexts(counter: number): number;
  textCount(pool: number): number;
  textCodes(pool: number): number;
  textEnds(pool: number): number;
  textBytes(pool: number): number;
  readonly literalRoom: Variable;
  readonly literalSlots: Variable;
  readonly literalStarts: Variable;
  readonly literalEnds: Variable;
  readonly literalForms: Variable;
  readonly literalIntegers: Variable;
  readonly literalCount: Variable;
  readonly mostFields: Variable;
  readonly longList: Variable;
  readonly loadWindow: Variable;
  readonly recordCount: Variable;
  readonly earliest: Variable;
  readonly latest: Variable;
  readonly stopped: Variable;
  readonly atLimit: Variable;
  readonly needsBytes: Variable;
  readonly needsOther: Variable;
  readonly gatheredBytes: Variable;
}

export type KernelMemory = WebAssembly.Memory;
export type KernelModule = WebAssembly.Module;

/** Memory that the kernels of several threads can share. It grows as it is used, up to 4 GiB. */
export const newKernelMemory = (): KernelMemory =>
  new WebAssembly.Memory({ initial: 16, maximum: 65_536, shared: true });

/**
 * The inner loops, compiled from `assembly/` to WebAssembly: what is done for each byte of a log. One kernel serves one
 * range of one input. Its addresses are offsets into its memory.
 */
export class Kernel {
  readonly memory: KernelMemory;
  readonly exports: KernelExports;
  #bytes: Uint8Array<SharedArrayBuffer>;
  #codes: Float64Array<SharedArrayBuffer>;
  #words: Int32Array<SharedArrayBuffer>;

  constructor(memory: KernelMemory, hooks: LaneHooks = noLane) {
    this.memory = memory;
    const { exports } = new WebAssembly.Instance(kernelModule(), { env: { memory }, lane: hooks });
    this.exports = exports as unknown as KernelExports;
    this.#bytes = new Uint8Array(memory.buffer);
    this.#codes = new Float64Array(memory.buffer);
    this.#words = new Int32Array(memory.buffer);
    kernels.set(memory, this);
  }

  /** The kernel that this thread has for a memory, which knows what it has given back there; a new one if there is none. */
  static of(memory: KernelMemory): Kernel {
    return kernels.get(memory) ?? new Kernel(memory);
  }

  /** The same, as 32-bit numbers. */
  wordsTo(address: number): Int32Array<SharedArrayBuffer> {
    if (this.#words.byteLength < address) this.#words = new Int32Array(this.memory.buffer);
    return this.#words;
  }

  /** All of the memory up to an address at least, as doubles. */
  codesTo(address: number): Float64Array<SharedArrayBuffer> {
    if (this.#codes.byteLength < address) this.#codes = new Float64Array(this.memory.buffer);
    return this.#codes;
  }

  /** All of the memory up to an address at least. */
  bytesTo(address: number): Uint8Array<SharedArrayBuffer> {
    if (this.#bytes.length < address) {
      this.#bytes = new Uint8Array(this.memory.buffer);
      assert(this.#bytes.length >= address, "an address is inside of the memory");
    }
    return this.#bytes;
  }

  /** Fresh bytes, all zero. */
  newBytes(length: number): Uint8Array<SharedArrayBuffer> {
    const address = this.exports.allocateZeros(length);
    return new Uint8Array(this.memory.buffer, address, length);
  }

  int32(address: number, length: number): Int32Array<SharedArrayBuffer> {
    return new Int32Array(this.memory.buffer, address, length);
  }

  float64(address: number, length: number): Float64Array<SharedArrayBuffer> {
    return new Float64Array(this.memory.buffer, address, length);
  }

  bytes(address: number, length: number): Uint8Array<SharedArrayBuffer> {
    return new Uint8Array(this.memory.buffer, address, length);
  }
}

const nothing = (): number => 0;
/** Of a kernel that only counts. */
const noLane: LaneHooks = {
  time: nothing,
  duration: nothing,
  rows: nothing,
  session: nothing,
  window: nothing,
  sample: nothing,
  count: nothing,
  begin: nothing,
  kind: nothing,
  footprints: nothing,
  join: nothing,
  add: nothing,
  replay: nothing,
};

const kernels = new WeakMap<KernelMemory, Kernel>();
let compiled: KernelModule | undefined;

/** The kernel as it is compiled: once in a process, where threads are given it. */
export function kernelModule(): KernelModule {
  return (compiled ??= new WebAssembly.Module(Buffer.from(kernelCode, "base64")));
}

/** Takes over what another thread has compiled. */
export function useKernelModule(module: KernelModule): void {
  compiled = module;
}
