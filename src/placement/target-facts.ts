import { InputError } from "../base/input-error.ts";
import { systems } from "./target-facts/systems.ts";
import { nameMeant } from "./target-facts/name-meant.ts";
import { systemsWithoutPlacement } from "./target-facts/systems-without-placement.ts";
import { targets, type TargetName } from "./targets.ts";

/** How a fact is known. What is not verified is no fact here; it stands under `unverified`. */
export const factStatuses = {
  verified: "read in the primary source or the official manual, or measured",
  quoted: "official wording, read in a secondary copy",
  derived: "arithmetic over verified facts",
} as const;

export type FactStatus = keyof typeof factStatuses;

export const factSections = ["placement", "limits", "replication", "failover", "resharding"] as const;

export type FactSection = (typeof factSections)[number];

/** One thing that is known of a system. Names of settings are the system's own. */
export interface Fact {
  readonly section: FactSection;
  readonly name: string;
  readonly value: string | number | boolean;
  readonly unit?: string;
  /** What the value holds for: a default, a hard limit, a version. */
  readonly scope?: string;
  readonly note?: string;
  readonly status: FactStatus;
  /** Keys of the system's `sources`; at least one. */
  readonly sources: readonly string[];
}

/** What is known of one system, as it was when it was checked. */
export interface SystemFacts {
  /** The name of the target, where it is one. */
  readonly name: string;
  readonly title: string;
  readonly kind: string;
  /** Versions of the program or the manual that were read. */
  readonly versions: string;
  readonly facts: readonly Fact[];
  /** Advice that follows from the facts; it has no source of its own. */
  readonly guidance: readonly string[];
  /** What was heard of and not verified. Nothing is computed from it. */
  readonly unverified: readonly string[];
  readonly sources: Readonly<Record<string, string>>;
}

/** Targets that place keys and of which no facts were gathered, each with the reason. */
export const targetsWithoutFacts: Partial<Record<TargetName, string>> = {
  generic: "it is no product: strategies over a documented hash, without limits of their own",
  shardingsphere:
    "only its INLINE algorithm was checked, against its own answers; its limits are those of the databases behind it",
  kafka: "only its default partitioner was checked, against its own answers; it holds a log, no tables",
};

/** Every name that `shardplan targets` knows: the targets in their order, then the systems that are none, by name. */
export const knownNames: readonly string[] = [
  ...Object.keys(targets),
  ...Object.keys(systemsWithoutPlacement).sort(),
];

/** The facts of a target or system; undefined for the few targets of which none were gathered. */
export function factsOf(name: string): SystemFacts | undefined {
  return systems.find((system) => system.name === name);
}

/** The name that a user means, without regard to case. Throws InputError naming what comes nearest. */
export function knownName(asked: string, hint: (names: readonly string[]) => string): string {
  const known = nameMeant(asked);
  if (knownNames.includes(known)) return known;
  throw new InputError(`no target "${asked}"`, { hint: hint(knownNames) });
}
