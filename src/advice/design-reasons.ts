import type { Analysis } from "../analyze/analyze.ts";
import type { JudgedDesign } from "../analyze/designs/judge-design.ts";
import { percentText } from "./finding.ts";

/** Why a table of the recommended design is as it is, in its order. */
export interface DesignReason {
  readonly table: string;
  /** A clause: "97 % of its statements pin it". */
  readonly because: string;
}

export function designReasons(analysis: Analysis): readonly DesignReason[] {
  const design = analysis.designs.designs[0];
  if (design === undefined) return [];
  return design.tables.map(({ table }, index) => ({ table, because: becauseOf(analysis, design, index) }));
}

function becauseOf(analysis: Analysis, design: JudgedDesign, index: number): string {
  const { option, table, leader } = design.tables[index]!;
  const { load } = analysis.tables[index]!;
  const { pinned, fitness } = analysis.designs.tables[index]!;
  if (pinned) return "it was asked for";
  const writeShare = load.executions === 0 ? 0 : load.writes / load.executions;
  switch (option.kind) {
    case "reference": {
      const users = usersOf(analysis, table);
      const written = load.writes === 0 ? "the log only reads it" : `${percentText(writeShare)} of its statements write`;
      return users.length === 0 ? written : `${written}, and ${listed(users)} need${users.length === 1 ? "s" : ""} its rows`;
    }
    case "unsharded":
      return fitness.fit ? "no key narrows its statements" : `no key narrows its statements, and ${fitness.reason}`;
    default: {
      const share = pinnedShare(load, option.key);
      const pins = `${percentText(share)} of its statements name it`;
      const kept = analysis.relations.flatMap(({ from, to }) => (from === table ? [to] : to === table ? [from] : []));
      const family = new Set(design.tables.filter((other) => other.leader === leader).map((other) => other.table));
      const company = [...new Set(kept)].filter((other) => other !== table && family.has(other));
      return company.length === 0 ? pins : `${pins}, and rows of ${listed(company)} live beside its own`;
    }
  }
}

/** Tables that refer to it or join it. */
function usersOf({ relations }: Analysis, table: string): readonly string[] {
  return [
    ...new Set(
      relations.flatMap(({ from, to, kind }) => (to === table ? [from] : kind === "join" && from === table ? [to] : [])),
    ),
  ];
}

function pinnedShare({ shapes, executions }: Analysis["tables"][number]["load"], key: readonly string[]): number {
  if (executions === 0) return 0;
  let pinned = 0;
  for (const { use } of shapes)
    if (key.every((column) => use.shape.equal.some((equal) => equal.column === column))) pinned += use.executions;
  return pinned / executions;
}

function listed(names: readonly string[]): string {
  if (names.length > 3) return `${names.slice(0, 2).join(", ")} and ${names.length - 2} more`;
  return names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)!}`;
}
