import type { StrategyName } from "../placement/design.ts";
import { strategies } from "../placement/strategies.ts";
import {
  factSections,
  factsOf,
  factStatuses,
  targetsWithoutFacts,
  type Fact,
  type SystemFacts,
} from "../placement/target-facts.ts";
import { systemsWithoutPlacement } from "../placement/target-facts/systems-without-placement.ts";
import type { Target } from "../placement/target.ts";
import type { TargetName } from "../placement/targets.ts";
import { displayWidth, wrapped } from "../report/display-width.ts";
import type { Surroundings } from "./surroundings.ts";

/** A page of at most 80 columns: how keys are placed, facts by section with their sources, advice, what is not verified. */
export function targetPage(name: string, target: Target | undefined, around: Surroundings): string {
  const page = new Page(Math.min(around.width ?? 80, 80), around.color);
  const known = factsOf(name);
  page.title(`${name}: ${known?.title ?? target!.summary}`);
  if (known !== undefined) page.paragraph(`${known.kind}; checked: ${known.versions}`);
  page.heading("How shardplan places keys of it");
  if (target === undefined) page.paragraph(`Not at all: ${systemsWithoutPlacement[name]!}.`, "  ");
  else describeTarget(page, target);
  if (known === undefined) {
    page.heading("Facts");
    page.paragraph(`None were gathered: ${targetsWithoutFacts[name as TargetName]!}.`, "  ");
  } else describeFacts(page, known);
  return page.text();
}

function describeTarget(page: Page, target: Target): void {
  page.entry(
    "shards",
    target.name === "generic" ? "what anybody can recompute: the hash is documented" : shardsAre[target.placement],
  );
  page.entry("how", target.summary);
  if (target.caveat !== undefined) page.entry("caveat", target.caveat);
  const typesOf = (strategy: StrategyName): string => target.keyTypes(strategy).join(", ");
  const alike = target.strategies.every((strategy) => typesOf(strategy) === typesOf(target.defaultStrategy));
  if (alike) page.entry("types of keys", typesOf(target.defaultStrategy));
  for (const strategy of target.strategies) {
    const options = target.options(strategy).filter((option) => option !== "type");
    const isDefault = target.strategies.length > 1 && strategy === target.defaultStrategy;
    const said = [
      isDefault ? "the default" : "",
      // Of other targets the line above says how they place.
      ownStrategies.includes(target.name) ? strategies[strategy].summary : "",
      alike ? "" : `keys of ${typesOf(strategy)}`,
      options.length === 0 ? "no options" : `options ${options.join(", ")}`,
    ];
    page.entry(`by ${strategy}`, said.filter((part) => part !== "").join("; "));
  }
}

/** Targets that place by our own strategies. */
const ownStrategies: readonly string[] = ["generic", "mysql"];

const shardsAre = {
  exact: "exactly those that the system chooses",
  model: "a model of the system's choice",
} as const;

function describeFacts(page: Page, { facts, guidance, unverified, sources }: SystemFacts): void {
  const numbers = new Map(Object.keys(sources).map((key, index) => [key, index + 1]));
  for (const section of factSections) {
    const ofSection = facts.filter((fact) => fact.section === section);
    if (ofSection.length === 0) continue;
    page.heading(section);
    for (const fact of ofSection) page.entry(fact.name, factText(fact, numbers));
  }
  if (guidance.length > 0) {
    page.heading("guidance (advice; it has no source of its own)");
    for (const advice of guidance) page.paragraph(advice, "  - ");
  }
  if (unverified.length > 0) {
    page.heading("not verified (nothing is computed from it)");
    for (const what of unverified) page.paragraph(what, "  ? ");
  }
  if (facts.length === 0) return;
  page.heading("sources");
  for (const [key, source] of Object.entries(sources)) page.paragraph(source, `  [${numbers.get(key)!}] `);
  const used = Object.entries(factStatuses).filter(([status]) => facts.some((fact) => fact.status === status));
  page.paragraph("");
  page.paragraph(used.map(([status, meaning]) => `${status}: ${meaning}.`).join(" "));
}

function factText({ value, unit, scope, note, status, sources }: Fact, numbers: ReadonlyMap<string, number>): string {
  const stated =
    typeof value === "boolean" ? (value ? "yes" : "no") : typeof value === "number" ? grouped(value) : value;
  const parts = [stated, unit, scope === undefined ? undefined : `(${scope})`]
    .filter((part) => part !== undefined)
    .join(" ");
  const cited = sources.map((source) => numbers.get(source)!).join(",");
  return `${parts}${note === undefined ? "" : `; ${note}`} [${status === "verified" ? cited : `${status}\u00a0${cited}`}]`;
}

/** Digits in groups of three from ten thousand on. */
function grouped(value: number): string {
  return Math.abs(value) < 10_000 ? String(value) : value.toLocaleString("en-US", { maximumFractionDigits: 20 });
}

/** Lines that fit a width. */
class Page {
  readonly #lines: string[] = [];
  readonly #width: number;
  readonly #color: boolean;

  constructor(width: number, color: boolean) {
    this.#width = width;
    this.#color = color;
  }

  text(): string {
    return `${this.#lines.join("\n")}\n`;
  }

  title(text: string): void {
    this.#lines.push(...wrapped(text, this.#width).map((line) => this.#bold(line)));
  }

  heading(text: string): void {
    this.#lines.push("", this.#bold(text.charAt(0).toUpperCase() + text.slice(1)));
  }

  paragraph(text: string, indent = ""): void {
    const hanging = " ".repeat(indent.length);
    wrapped(text, this.#width - indent.length).forEach((line, index) =>
      this.#lines.push(((index === 0 ? indent : hanging) + line).trimEnd()),
    );
  }

  /** A name, and beside it what is known; below it, where the name is long. */
  entry(name: string, text: string): void {
    const column = 22;
    const indent = " ".repeat(column);
    const begin = `  ${name}`;
    if (displayWidth(begin) < column) this.paragraph(text, begin.padEnd(column));
    else {
      this.#lines.push(begin);
      this.paragraph(text, indent);
    }
  }

  #bold(text: string): string {
    return this.#color ? `\u001b[1m${text}\u001b[22m` : text;
  }
}
