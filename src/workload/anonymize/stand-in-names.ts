import { assert } from "../../base/assert.ts";
import type { KeyedChance } from "../../stats/keyed-chance.ts";

const label = 32;
const letters = "bcdfghjklmnpqrstvwxz";
const symbols = "bcdfghjkmnpqrstvwxz23456789";
const length = 10;
const encoder = new TextEncoder();

/**
 * Names that stand for those of tables, columns, aliases and whatever else a log names. Each has ten letters and digits that
 * tell nothing of the name, not even its length or its place in the alphabet; what dots part is renamed part by part, and
 * `_id`, which every collection of MongoDB has, stays.
 */
export class StandInNames {
  readonly #chance: KeyedChance;
  readonly #known = new Map<string, string>();
  readonly #taken = new Map<string, string>();

  constructor(chance: KeyedChance) {
    this.#chance = chance;
  }

  of(name: string): string {
    return name.split(".").map((part) => this.#ofPart(part)).join(".");
  }

  #ofPart(part: string): string {
    if (/^(?:|\*|_id|\d+|\$\[?\]?)$/.test(part)) return part;
    const sign = /^[$@:]+/.exec(part)?.[0] ?? "";
    if (sign !== "") return sign + this.#ofPart(part.slice(sign.length));
    let known = this.#known.get(part);
    if (known === undefined) {
      known = this.#made(part);
      const other = this.#taken.get(known);
      // One in a million million, for a thousand names.
      assert(other === undefined, "two names have one stand-in: take another key");
      this.#known.set(part, known);
      this.#taken.set(known, part);
    }
    return known;
  }

  #made(part: string): string {
    let number = this.#chance.integerOf(label, encoder.encode(part));
    let made = letters[number % letters.length]!;
    for (number = Math.floor(number / letters.length); made.length < length; number = Math.floor(number / symbols.length))
      made += symbols[number % symbols.length]!;
    return made;
  }
}
