import { zeroWords } from "./hashes/words.ts";
import { textHashInto } from "./key-hash.ts";

/**
 * A ring of 64-bit hashes on which every shard has tokens: the hash of `<shard name>#<index>`. A key belongs to the
 * first token at or after its hash, past the top to the first one.
 */
export interface HashRing {
  /** Tokens in ascending order, unsigned. */
  readonly lows: Uint32Array;
  readonly highs: Uint32Array;
  readonly owners: Uint32Array;
  /** First token whose high word's top bits are at or above the index: where a search begins. */
  readonly firstToken: Uint32Array;
  readonly shift: number;
}

/**
 * A ring depends on nothing but its shards and nodes, and every candidate key of every table asks for the same few.
 */
const rings = new Map<string, HashRing>();
const ringLimit = 64;

/** The ring of some shards with so many tokens each. */
export function hashRing(shards: readonly string[], virtualNodes: number): HashRing {
  const key = JSON.stringify([virtualNodes, shards]);
  let ring = rings.get(key);
  if (ring === undefined) {
    if (rings.size >= ringLimit) rings.clear();
    rings.set(key, (ring = buildRing(shards, virtualNodes)));
  }
  return ring;
}

function buildRing(shards: readonly string[], virtualNodes: number): HashRing {
  const tokens = shards.flatMap((name, owner) =>
    Array.from({ length: virtualNodes }, (_, index) => ({ owner, ...tokenOf(`${name}#${index}`) })),
  );
  // Two tokens may fall on one point; the earlier shard then owns it.
  tokens.sort((a, b) => a.high - b.high || a.low - b.low || a.owner - b.owner);
  const bits = Math.min(20, Math.max(1, Math.ceil(Math.log2(tokens.length)) + 1));
  const shift = 32 - bits;
  const firstToken = new Uint32Array(2 ** bits + 1).fill(tokens.length);
  for (let token = tokens.length - 1; token >= 0; token--) firstToken[tokens[token]!.high >>> shift] = token;
  for (let index = firstToken.length - 2; index >= 0; index--) {
    firstToken[index] = Math.min(firstToken[index]!, firstToken[index + 1]!);
  }
  return {
    lows: Uint32Array.from(tokens, (token) => token.low),
    highs: Uint32Array.from(tokens, (token) => token.high),
    owners: Uint32Array.from(tokens, (token) => token.owner),
    firstToken,
    shift,
  };
}

function tokenOf(name: string): { low: number; high: number } {
  const words = zeroWords();
  const bytes = Buffer.from(name, "utf8");
  textHashInto(bytes, 0, bytes.length, words);
  return { low: words.low >>> 0, high: words.high >>> 0 };
}

/** Index of the token that owns a hash. */
export function tokenAt(ring: HashRing, low: number, high: number): number {
  const unsignedHigh = high >>> 0;
  const unsignedLow = low >>> 0;
  const count = ring.highs.length;
  let token = ring.firstToken[unsignedHigh >>> ring.shift]!;
  while (token < count) {
    const tokenHigh = ring.highs[token]!;
    if (tokenHigh > unsignedHigh || (tokenHigh === unsignedHigh && ring.lows[token]! >= unsignedLow)) return token;
    token++;
  }
  return 0;
}
