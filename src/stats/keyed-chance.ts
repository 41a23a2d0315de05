/**
 * Chance that follows from a secret and a path of symbols: equal paths give equal numbers, and without the secret nothing is
 * told of one by another. Each step is Chaskey's permutation of 12 rounds (Mouha et al., "Chaskey: An Efficient MAC Algorithm
 * for 32-bit Microcontrollers", 2014) in the mode of Davies and Meyer, so that paths make a tree (Goldreich, Goldwasser and
 * Micali, "How to Construct Random Functions", 1986).
 */
export class KeyedChance {
  readonly #key: Int32Array;
  readonly #state = new Int32Array(4);

  /** `key` has 16 bytes. */
  constructor(key: Uint8Array) {
    const view = new DataView(key.buffer, key.byteOffset, 16);
    this.#key = Int32Array.from([0, 4, 8, 12], (at) => view.getInt32(at, true));
  }

  /** Begins a path; paths with different labels have nothing in common. */
  start(label: number): void {
    this.#state.set(this.#key);
    this.step(label + 0x10000);
  }

  /** Goes on with a symbol below 2^16. */
  step(symbol: number): void {
    const state = this.#state;
    const [a, b, c, d] = state as unknown as readonly [number, number, number, number];
    state[0] = a ^ (symbol + 1);
    permute(state);
    state[0]! ^= a;
    state[1]! ^= b;
    state[2]! ^= c;
    state[3]! ^= d;
  }

  /** Where the path is, for `resume`. */
  mark(): Int32Array {
    return this.#state.slice();
  }

  resume(mark: Int32Array): void {
    this.#state.set(mark);
  }

  /** Of the path so far: 32 bits as a share from 0 to below 1. */
  get share(): number {
    return (this.#state[0]! >>> 0) / 2 ** 32;
  }

  /** Of the path so far: a whole number from 0 to below 2^53. */
  get integer(): number {
    return (this.#state[1]! >>> 0) * 2 ** 21 + (this.#state[2]! >>> 11);
  }

  /** A whole number below 2^53 for some bytes. */
  integerOf(label: number, bytes: Uint8Array): number {
    this.start(label);
    for (const byte of bytes) this.step(byte);
    this.step(256);
    return this.integer;
  }

  /** A whole number below 2^53 for another one. */
  integerOfHash(label: number, hash: number): number {
    this.start(label);
    let rest = Math.abs(hash);
    for (let digit = 0; digit < 4; digit++, rest = Math.floor(rest / 0x10000)) this.step(rest % 0x10000);
    return this.integer;
  }
}

function permute(state: Int32Array): void {
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  for (let round = 0; round < 12; round++) {
    a = (a + b) | 0;
    b = ((b << 5) | (b >>> 27)) ^ a;
    a = (a << 16) | (a >>> 16);
    c = (c + d) | 0;
    d = ((d << 8) | (d >>> 24)) ^ c;
    a = (a + d) | 0;
    d = ((d << 13) | (d >>> 19)) ^ a;
    c = (c + b) | 0;
    b = ((b << 7) | (b >>> 25)) ^ c;
    c = (c << 16) | (c >>> 16);
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
