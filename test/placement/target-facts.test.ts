import { describe, expect, it } from "vitest";
import {
  factSections,
  factsOf,
  factStatuses,
  knownName,
  knownNames,
  targetsWithoutFacts,
} from "../../src/placement/target-facts.ts";
import { systemsWithoutPlacement } from "../../src/placement/target-facts/systems-without-placement.ts";
import { systems } from "../../src/placement/target-facts/systems.ts";
import { targetNames } from "../../src/placement/targets.ts";

/** What the product says of real systems: each fact has a status and a source, and nothing unverified is among them. */
describe.each(systems.map((system) => [system.name, system] as const))("%s", (_, { facts, sources, unverified }) => {
  it("has facts with a status and sources that are there", () => {
    for (const fact of facts) {
      expect(Object.keys(factStatuses), fact.name).toContain(fact.status);
      expect(factSections).toContain(fact.section);
      expect(fact.sources, fact.name).not.toEqual([]);
      for (const source of fact.sources) expect(sources[source], fact.name).toMatch(/\w{3}/);
    }
  });

  it("shows nothing that is marked as unverified", () => {
    for (const { name, value, scope, note } of facts)
      expect([value, scope, note].join(" "), name).not.toMatch(/\bU\)|\bunverified\b/);
  });

  it("names sources that a reader can follow: no number of a private copy, none that no fact uses", () => {
    const used = new Set(facts.flatMap((fact) => fact.sources));
    expect(Object.keys(sources).filter((key) => !used.has(key))).toEqual([]);
    for (const source of Object.values(sources)) expect(source).not.toMatch(/\bids?\b \d|(?<![@\w])\d{7,}/);
  });

  it("has each fact once", () => {
    const names = facts.map(({ section, name, scope }) => `${section}/${name}/${scope ?? ""}`);
    expect(names.filter((name, index) => names.indexOf(name) < index)).toEqual([]);
    expect(unverified.filter((what, index) => unverified.indexOf(what) < index)).toEqual([]);
  });
});

describe("the systems", () => {
  it("are the targets that place keys, but for those with a reason", () => {
    const missing = targetNames.filter((name) => factsOf(name) === undefined);
    expect(missing.sort()).toEqual(Object.keys(targetsWithoutFacts).sort());
  });

  it("are no others, but for those with a reason", () => {
    const others = systems
      .map(({ name }) => name)
      .filter((name) => !(targetNames as readonly string[]).includes(name));
    expect(others.sort()).toEqual(Object.keys(systemsWithoutPlacement).sort());
  });

  it("are found by any name that people use, in any case", () => {
    const hint = (names: readonly string[]) => names.join();
    expect(["MongoDB", "mongo", "postgresql", "redis-cluster"].map((name) => knownName(name, hint))).toEqual([
      "mongodb",
      "mongodb",
      "postgres",
      "redis",
    ]);
    expect(() => knownName("constructor", hint)).toThrow('no target "constructor"');
    for (const name of knownNames) expect(knownName(name, hint)).toBe(name);
  });
});
