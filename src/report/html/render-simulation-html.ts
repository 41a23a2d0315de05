import { shortText, wholeText } from "../number-text.ts";
import type { Simulation, SimulationVariant } from "../simulation-schema.ts";
import { dataTable, text, type Cell } from "./data-table.ts";
import { datum } from "./datum.ts";
import { html, type Html } from "./html.ts";
import { pageHtml, type Tile } from "./page.ts";
import { simulatedVariant, valueText, variantName } from "./parts/simulated-variant.ts";
import type { Section } from "./section.ts";

/** Measures of a comparison, where a simulation has them. */
const compared = ["latency.p50", "latency.p99", "throughput", "refused", "stale.share", "lag.p99"];

/** The result of `simulate` as a page of its own. */
export function renderSimulationHtml(simulation: Simulation): string {
  const { variants, seed, tool, inputs } = simulation;
  const [first] = variants as [SimulationVariant, ...SimulationVariant[]];
  return pageHtml({
    title: "Simulation",
    answer: answerOf(variants),
    headline: `${first.name}: ${variants.length === 1 ? "one variant" : `${variants.length} variants side by side`}, ${wholeText(first.runs)} run${first.runs === 1 ? "" : "s"} each, seed ${seed}.`,
    tiles: variants.length === 1 ? tilesOf(first) : [],
    sections: [expectations(variants), ...(variants.length > 1 ? [comparison(variants)] : []), ...variants.map((_, index) => simulatedVariant(simulation, index))],
    footer: html`${tool.name} ${tool.version}, seed ${seed}, ${inputs.map(({ name, digest }) => `${name} (${digest})`).join(", ")}. The same scenario and seed give the same page. It makes no request and runs no script.`,
  });
}

function answerOf(variants: readonly SimulationVariant[]): string {
  const all = variants.flatMap(({ expectations: own }) => own);
  if (all.length === 0) return "What this cluster does with this load";
  const held = all.filter(({ holds }) => holds === true).length;
  return held === all.length ? "Everything that was expected holds" : `${held} of ${all.length} expectations hold`;
}

function tilesOf({ measures, capacity }: SimulationVariant): readonly Tile[] {
  const tiles = ["latency.p99", "throughput", "utilisation.max"].flatMap((name): Tile[] => {
    const index = measures.findIndex((measure) => measure.name === name);
    const measure = measures[index];
    return measure === undefined
      ? []
      : [{ value: valueText(measure, measure.value), label: name, datum: datum(`/variants/0/measures/${index}/value`, measure.value) }];
  });
  if (capacity !== null && capacity.requestsPerSecond !== null)
    tiles.push({
      value: shortText(capacity.requestsPerSecond),
      label: "requests per second are carried at most",
      datum: datum("/variants/0/capacity/requestsPerSecond", capacity.requestsPerSecond),
    });
  return tiles;
}

function expectations(variants: readonly SimulationVariant[]): Section {
  const rows = variants.flatMap((variant, at) =>
    variant.expectations.map(({ text: expected, value, holds, note }, index): readonly Cell[] => [
      text(variants.length === 1 ? expected : `${variantName(variant, at)}: ${expected}`),
      { content: value === null ? "?" : shortText(value), datum: datum(`/variants/${at}/expectations/${index}/value`, value) },
      text(html`<span class="tag ${holds === true ? "holds" : "problem"}">${holds === null ? "not known" : holds ? "holds" : "fails"}</span>`),
      text(note ?? ""),
    ]),
  );
  return {
    id: "expectations",
    title: "What was expected",
    definition: "The expectations of the scenario, each with the value that was measured. What could not be told does not hold.",
    body:
      rows.length === 0
        ? html`<p>The scenario expects nothing.</p>`
        : dataTable(
            "Expectations",
            [
              { heading: "expected", kind: "text" },
              { heading: "measured", kind: "number" },
              { heading: "", kind: "text" },
              { heading: "", kind: "text" },
            ],
            rows,
          ),
  };
}

function comparison(variants: readonly SimulationVariant[]): Section {
  const names = compared.filter((name) => variants.some(({ measures }) => measures.some((measure) => measure.name === name)));
  const cell = (variant: SimulationVariant, at: number, name: string): Cell => {
    const index = variant.measures.findIndex((measure) => measure.name === name);
    const measure = variant.measures[index];
    if (measure === undefined) return text("");
    return { content: valueText(measure, measure.value), datum: datum(`/variants/${at}/measures/${index}/value`, measure.value) };
  };
  const capacity = ({ capacity: own }: SimulationVariant, at: number): Cell =>
    own === null || own.requestsPerSecond === null
      ? text("?")
      : { content: shortText(own.requestsPerSecond), datum: datum(`/variants/${at}/capacity/requestsPerSecond`, own.requestsPerSecond) };
  const table: Html = dataTable(
    "Variants side by side",
    [
      { heading: "variant", kind: "text" },
      ...names.map((name) => ({ heading: name, kind: "number" as const })),
      { heading: "carried at most, per second", kind: "number" },
    ],
    variants.map((variant, at) => [text(variantName(variant, at)), ...names.map((name) => cell(variant, at, name)), capacity(variant, at)]),
  );
  return {
    id: "comparison",
    title: "Side by side",
    definition: "The same load and the same seed for every variant, so that what differs comes from what was varied.",
    body: table,
  };
}
