import { nearest } from "../../analyze/nearest-name.ts";
import {
  factsOf,
  knownName,
  knownNames,
  targetsWithoutFacts,
} from "../../placement/target-facts.ts";
import { systemsWithoutPlacement } from "../../placement/target-facts/systems-without-placement.ts";
import type { Target } from "../../placement/target.ts";
import { targets, type TargetName } from "../../placement/targets.ts";
import { clipped, displayWidth, wrapped } from "../../report/display-width.ts";
import { jsonText } from "../../report/json-text.ts";
import type { Surroundings } from "../surroundings.ts";
import { targetPage } from "../target-page.ts";

/** The flags of `targets`, as they are after parsing. */
export interface TargetsFlags {
  readonly json?: true;
}

/** Prints one line per target, or the page of one. */
export function runTargets(asked: string | undefined, { json }: TargetsFlags, around: Surroundings): void {
  if (asked === undefined) {
    around.stdout(json ? `${jsonText(knownNames.map(summaryOf), 2)}\n` : listOf(around));
    return;
  }
  const name = knownName(asked, (names) => nearest(asked.toLowerCase(), names, "targets"));
  around.stdout(json ? `${jsonText(recordOf(name), 2)}\n` : targetPage(name, targetOf(name), around));
}

/** What the list says of a system. */
interface Summary {
  readonly name: string;
  /** "none": it is known, and places no keys here. */
  readonly placement: Target["placement"] | "none";
  readonly places: string;
  /** What moves from shard to shard; null where that is not verified. */
  readonly moves: string | null;
}

function summaryOf(name: string): Summary {
  const target = targetOf(name);
  const places = target?.summary.replace(/^[^:]*: /, "") ?? systemsWithoutPlacement[name]!;
  return { name, placement: target?.placement ?? "none", places, moves: unitOf(name) };
}

function unitOf(name: string): string | null {
  const unit = factsOf(name)?.facts.find((fact) => fact.section === "resharding" && fact.name === "unit")?.value;
  return unit === undefined ? null : String(unit);
}

const targetOf = (name: string): Target | undefined =>
  Object.hasOwn(targets, name) ? targets[name as TargetName] : undefined;

function listOf({ width, unicode }: Surroundings): string {
  const summaries = knownNames.map(summaryOf);
  const rows = [
    ["target", "shards are", "moves by", "places"],
    ...summaries.map(({ name, placement, moves, places }) => [
      name,
      placement,
      placement === "none" ? "-" : (moves ?? "?"),
      places,
    ]),
  ];
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((cells) => displayWidth(cells[column]!))));
  const lines = rows.map((cells) => {
    const line = cells
      .map((cell, column) => cell + " ".repeat(Math.max(0, (widths[column] ?? 0) - displayWidth(cell))))
      .join("  ")
      .trimEnd();
    // On a terminal one line stays one line; a pipe gets it whole.
    return width === undefined ? line : clipped(line, width, unicode ? "…" : "...");
  });
  const legend = [
    "",
    "exact: the shard is the one that the system itself chooses. model: a projection, whose page says how it is made.",
    "none: it places no keys. ?: not known for sure. shardplan targets NAME shows all that is known, with sources.",
  ];
  const page = Math.min(width ?? 120, 120);
  return `${[...lines, ...legend.flatMap((line) => wrapped(line, page))].join("\n")}\n`;
}

function recordOf(name: string): object {
  const target = targetOf(name);
  const known = factsOf(name);
  return {
    name,
    title: known?.title ?? target!.summary,
    ...(known !== undefined && { kind: known.kind, versions: known.versions }),
    placement:
      target === undefined
        ? { status: "none", why: systemsWithoutPlacement[name] }
        : {
            status: target.placement,
            summary: target.summary,
            ...(target.caveat !== undefined && { caveat: target.caveat }),
            strategies: target.strategies.map((strategy) => ({
              name: strategy,
              default: strategy === target.defaultStrategy,
              keyTypes: target.keyTypes(strategy),
              options: target.options(strategy),
            })),
          },
    facts: (known?.facts ?? []).map(({ sources, ...fact }) => ({
      ...fact,
      sources: sources.map((source) => known!.sources[source]),
    })),
    ...(known === undefined && { noFacts: targetsWithoutFacts[name as TargetName] }),
    guidance: known?.guidance ?? [],
    notVerified: known?.unverified ?? [],
  };
}
