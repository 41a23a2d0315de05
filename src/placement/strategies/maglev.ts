import { InputError } from "../../base/input-error.ts";
import { wordsModulo, zeroWords } from "../hashes/words.ts";
import { xxhash64Into } from "../hashes/xxhash64.ts";
import { hashedMap } from "../hashed-map.ts";
import { withTable } from "../place-all.ts";
import type { Strategy } from "../strategy.ts";

/**
 * Maglev hashing: a table of a prime number of entries that the shards fill in turn, each along a permutation of its own
 * that its name gives. Shards' entries differ by at most one, a look-up is one read, and when a shard comes or goes
 * little more than its own share moves: some entries of others change hands too, which a ring would leave alone.
 * A permutation is (offset + j * skip) mod entries; offset and skip are XXH64 of the name with seeds 0 and 1.
 */
export const maglev: Strategy = {
  name: "maglev",
  summary: "table filled by the shards in turn: even to one entry, nearly the least movement",
  source: "Eisenbud et al.: Maglev: A Fast and Reliable Software Network Load Balancer, NSDI 2016, section 3.4",
  options: ["tableSize"],
  shardMap: (request) => {
    const { shards, where } = request;
    const tableSize = request.options.tableSize ?? defaultTableSize;
    if (!isPrime(tableSize)) {
      throw new InputError(`${where}: a Maglev table of ${tableSize} entries is no prime number`, {
        hint: `its permutations need one, such as ${primeFrom(tableSize)}`,
      });
    }
    if (tableSize < shards.length) {
      throw new InputError(`${where}: a Maglev table of ${tableSize} entries can't hold ${shards.length} shards`, {
        hint: `give at least a hundred entries per shard, such as "tableSize: ${primeFrom(100 * shards.length)}"`,
      });
    }
    const table = maglevTable(shards, tableSize);
    return hashedMap(
      request,
      `maglev/${tableSize}`,
      (low, high) => table[wordsModulo(low, high, tableSize)]!,
      (low, high) => [{ what: "entry", value: String(wordsModulo(low, high, tableSize)) }],
      withTable([table], ({ run }, count) => run.placeByTable(count, tableSize)),
    );
  },
};

/** The paper's smaller size: 65,537, enough for shards in the hundreds to be within 1 % of each other. */
const defaultTableSize = 65_537;

/** The owner of each entry: shards take turns, each the next free entry of its permutation. */
export function maglevTable(shards: readonly string[], tableSize: number): Uint32Array {
  const free = shards.length;
  const table = new Uint32Array(tableSize).fill(free);
  const places = shards.map((name) => seededModulo(name, 0, tableSize));
  const skips = shards.map((name) => (tableSize === 2 ? 1 : 1 + seededModulo(name, 1, tableSize - 1)));
  for (let filled = 0; filled < tableSize; ) {
    for (let shard = 0; shard < shards.length && filled < tableSize; shard++, filled++) {
      let place = places[shard]!;
      while (table[place] !== free) place = (place + skips[shard]!) % tableSize;
      table[place] = shard;
      places[shard] = (place + skips[shard]!) % tableSize;
    }
  }
  return table;
}

function seededModulo(name: string, seed: number, modulus: number): number {
  const words = zeroWords();
  const bytes = Buffer.from(name, "utf8");
  xxhash64Into(bytes, 0, bytes.length, seed, 0, words);
  return wordsModulo(words.low, words.high, modulus);
}

function isPrime(number: number): boolean {
  if (number < 2) return false;
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

function primeFrom(number: number): number {
  let prime = number;
  while (!isPrime(prime)) prime++;
  return prime;
}
