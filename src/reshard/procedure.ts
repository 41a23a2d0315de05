import { assert } from "../base/assert.ts";
import { type Fact, factsOf } from "../placement/target-facts.ts";

/** What changes from one design to the other. */
export interface Change {
  readonly shards: boolean;
  readonly keys: boolean;
  readonly strategy: boolean;
  readonly target: boolean;
  /** Shards that there were and will be. */
  readonly from: number;
  readonly to: number;
  /** The system moves whole slots; false where it would have to place every key anew. */
  readonly bySlots: boolean;
}

/** How a system carries a change out: what is to be done, how each step is checked, and how one gets back. */
export interface Procedure {
  readonly title: string;
  /**
   * "moved": only rows that change their shard are copied. "everything": a second copy of whole tables is made beside the
   * first. "system": the system moves in its own time, and nobody orders it to.
   */
  readonly copies: "moved" | "everything" | "system";
  readonly steps: readonly Step[];
  readonly pause: Pause;
  /** Bytes per second that the system itself limits a copy to, for each shard that sends; unknown for most. */
  readonly rate?: { readonly bytesPerSecond: number; readonly fact: CitedFact };
  /** Copies that run at once, least and most; where absent the shards' own number is the limit. */
  readonly parallel?: { readonly least: number; readonly most: number; readonly fact: CitedFact };
  /** Time that passes however little there is to move. */
  readonly atLeast?: { readonly seconds: number; readonly fact: CitedFact };
  /** Verified facts that the above rests on, and others worth knowing before. */
  readonly facts: readonly CitedFact[];
}

export interface Step {
  readonly action: string;
  readonly check: string;
  readonly back: string;
}

/** How long writes wait when traffic is switched. */
export interface Pause {
  readonly text: string;
  /** The longest that the system itself allows; absent where none is known. */
  readonly mostSeconds?: number;
}

/** A fact with what it was read in, in full. */
export interface CitedFact {
  readonly name: string;
  readonly value: string;
  readonly sources: readonly string[];
}

/** A verified fact of the resharding section. It is an error of ours to ask for one that is not there or not verified. */
export function cited(system: string, name: string): CitedFact {
  const { fact, sources } = verified(system, name);
  const value = typeof fact.value === "boolean" ? (fact.value ? "yes" : "no") : String(fact.value);
  const scope = fact.scope === undefined ? "" : ` (${fact.scope})`;
  return { name, value: `${value}${fact.unit === undefined ? "" : ` ${fact.unit}`}${scope}`, sources };
}

/** The number that a verified fact states. */
export function numberOf(system: string, name: string): number {
  const { fact } = verified(system, name);
  assert(typeof fact.value === "number", `${system}: ${name} is no number`);
  return fact.value;
}

function verified(system: string, name: string): { readonly fact: Fact; readonly sources: readonly string[] } {
  const known = factsOf(system);
  const fact = known?.facts.find((each) => each.section === "resharding" && each.name === name);
  assert(known !== undefined && fact !== undefined, `${system}: no fact "${name}"`);
  assert(fact.status === "verified", `${system}: "${name}" is ${fact.status}, and nothing is computed from it`);
  return { fact, sources: fact.sources.map((source) => known.sources[source]!) };
}
