import { expect, it } from "vitest";
import { describeReference, readReference } from "./reference.ts";

/** Numbers that follow from theory or were published, and ours beside them. */

interface Oracle {
  readonly id: string;
  readonly area: string;
  readonly title: string;
  readonly expected: string;
}

/** What was measured or computed, what is expected, and how far they may differ: relatively, or "exact". */
export interface Comparison {
  readonly what: string;
  readonly found: number | string;
  readonly expected: number | string;
  readonly tolerance: number | "exact";
}

/** From the text of what is expected to comparisons with it. */
export type Check = (expected: string) => readonly Comparison[];

/**
 * One test for each oracle of an area. `notOurs` names those that the program has nothing to compare with, with the
 * reason; an oracle that is in neither list fails.
 */
export function testOracles(
  area: string,
  checks: Readonly<Record<string, Check>>,
  notOurs: Readonly<Record<string, string>> = {},
): void {
  describeReference(area, () => {
    const oracles = (JSON.parse(readReference("oracles/oracles.json")) as Oracle[]).filter((each) => each.area === area);
    it("every oracle is compared, or says why not", () => {
      expect(oracles.length).toBeGreaterThan(0);
      expect(oracles.map(({ id }) => id)).toEqual([...Object.keys(checks), ...Object.keys(notOurs)].sort());
    });
    it.each(oracles.filter(({ id }) => Object.hasOwn(checks, id)).map((oracle) => [`${oracle.id}: ${oracle.title}`, oracle] as const))(
      "%s",
      (_, { id, expected }) => {
        const comparisons = checks[id]!(expected);
        expect(comparisons.length).toBeGreaterThan(0);
        expect(comparisons.filter((one) => !holds(one))).toEqual([]);
      },
    );
  });
}

function holds({ found, expected, tolerance }: Comparison): boolean {
  if (tolerance === "exact") return found === expected;
  return Math.abs(Number(found) / Number(expected) - 1) <= tolerance;
}

export const near = (what: string, found: number, expected: number, tolerance: number): Comparison => ({ what, found, expected, tolerance });

export const exactly = (what: string, found: number | string, expected: number | string): Comparison => ({
  what,
  found,
  expected,
  tolerance: "exact",
});

/** The text holds this statement, word for word. */
export const states = (expected: string, statement: string): Comparison =>
  exactly(statement, expected.includes(statement) ? statement : expected, statement);

/** The number after a text, such as `1.5` after "CV". */
export function numberAfter(text: string, before: string): number {
  const at = text.indexOf(before);
  const digits = /-?(?:\d[\d,]*)?\.?\d+/.exec(text.slice(at + before.length));
  if (at < 0 || digits === null) throw new Error(`no number after "${before}" in "${text}"`);
  return Number(digits[0].replaceAll(",", ""));
}
