import { assert } from "../../base/assert.ts";
import type { KeyedChance } from "../../stats/keyed-chance.ts";

/**
 * Where the whole number `at`, below `size`, goes among `room` places: a random map that keeps order, drawn by halving (Boldyreva,
 * Chenette, Lee and O'Neill, "Order-Preserving Symmetric Encryption", 2009, with shares of between a quarter and three
 * quarters of what room there is to spare instead of hypergeometric ones: distances are distorted more, and it is fast).
 * The path of `chance` is begun by the caller, and gone on with here.
 */
export function placeInOrder(chance: KeyedChance, at: number, size: number, room: number): number {
  assert(at >= 0 && at < size && size <= room, "a map that keeps order has room for every value");
  let base = 0;
  while (size > 1) {
    const left = Math.floor(size / 2);
    const leftRoom = left + Math.floor((room - size) * (0.25 + chance.share / 2));
    if (at < left) {
      size = left;
      room = leftRoom;
      chance.step(0);
    } else {
      at -= left;
      size -= left;
      base += leftRoom;
      room -= leftRoom;
      chance.step(1);
    }
  }
  return base + Math.floor(room * chance.share);
}

/** The same of numbers of any width. */
export function placeLargeInOrder(chance: KeyedChance, at: bigint, size: bigint, room: bigint): bigint {
  let base = 0n;
  while (size > 1n && room > exact) {
    const left = size / 2n;
    const leftRoom = left + ((room - size) * BigInt(Math.floor((0.25 + chance.share / 2) * 65_536))) / 65_536n;
    if (at < left) {
      size = left;
      room = leftRoom;
      chance.step(0);
    } else {
      at -= left;
      size -= left;
      base += leftRoom;
      room -= leftRoom;
      chance.step(1);
    }
  }
  if (room > exact) return base + (room * BigInt(Math.floor(chance.share * 65_536))) / 65_536n;
  return base + BigInt(placeInOrder(chance, Number(at), Number(size), Number(room)));
}

const exact = BigInt(Number.MAX_SAFE_INTEGER);
