/**
 * YugabyteDB's partition hash, 0 to 65535: Jenkins' 64-bit lookup of the encoded key columns with the seed 97, folded
 * to 16 bits (yb_hash_code). Here with BigInt; nothing hot calls it.
 */
export function yugabyteHashCode(bytes: Uint8Array): number {
  const hash = jenkins64(bytes, 97n);
  const fold = (hash >> 48n) ^ (3n * (hash >> 32n)) ^ (5n * (hash >> 16n)) ^ (7n * (hash & 0xffffn));
  return Number(fold & 0xffffn);
}

function jenkins64(bytes: Uint8Array, seed: bigint): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let state: State = { a: START, b: START, c: seed };
  let at = 0;
  for (; bytes.length - at >= 24; at += 24) {
    state = mix({
      a: state.a + view.getBigUint64(at, true),
      b: state.b + view.getBigUint64(at + 8, true),
      c: state.c + view.getBigUint64(at + 16, true),
    });
  }
  let { a, b, c } = state;
  c += BigInt(bytes.length);
  for (let index = 0; at + index < bytes.length; index++) {
    const byte = BigInt(bytes[at + index]!);
    if (index < 8) a += byte << BigInt(8 * index);
    else if (index < 16) b += byte << BigInt(8 * (index - 8));
    // The lowest byte of c is reserved for the length.
    else c += byte << BigInt(8 * (index - 15));
  }
  return mix({ a, b, c }).c;
}

interface State {
  readonly a: bigint;
  readonly b: bigint;
  readonly c: bigint;
}

const START = 0xe08c1d668b756f82n;

function mix(state: State): State {
  let a = word(state.a);
  let b = word(state.b);
  let c = word(state.c);
  for (const [right, left, last] of [
    [43n, 9n, 8n],
    [38n, 23n, 5n],
    [35n, 49n, 11n],
    [12n, 18n, 22n],
  ] as const) {
    a = word(a - b - c) ^ (c >> right);
    b = word(b - c - a) ^ word(a << left);
    c = word(c - a - b) ^ (b >> last);
  }
  return { a, b, c };
}

const word = (value: bigint): bigint => BigInt.asUintN(64, value);
