import { percentText, shortText, wholeText } from "../../number-text.ts";
import type { Simulation, SimulationVariant } from "../../simulation-schema.ts";
import { dataTable, text, type Cell } from "../data-table.ts";
import { datum } from "../datum.ts";
import { findingHtml } from "../finding-html.ts";
import { html, type Html } from "../html.ts";
import { evenTicks, mostSeries, plot, type Axis, type Mark, type Series } from "../plot.ts";
import { numbers, sentence, unknownHtml, type Section } from "../section.ts";

type Measure = SimulationVariant["measures"][number];

/** One variant of a simulation: what happens over time, with its faults and moves, and its measures. */
export function simulatedVariant({ variants }: Simulation, index: number): Section {
  const variant = variants[index]!;
  const path = `/variants/${index}`;
  return {
    id: `variant-${index + 1}`,
    title: variants.length === 1 ? "What happens" : variantName(variant, index),
    definition:
      "Latency is from a request's arrival to its answer, the 99th percentile of each slice of time. Lag is how far a shard's furthest replica is " +
      "behind its primary. Utilisation is the busy share of a shard's servers. The shaded stretches are failed primaries, until writes " +
      "are served again, and moves of data. The measures are over all runs, without the warm-up, with their 95 % intervals.",
    body: [
      html`<p>${wholeText(variant.shards)} shards, ${wholeText(variant.replicas)} replicas each, ${variant.replication}; ${shortText(variant.durationMs / 1000)} s at ${shortText(variant.speed)} times the load.</p>`,
      variant.findings.map(findingHtml),
      charts(variant, path),
      failoverTable(variant, path),
      measureTable(variant, path),
      variant.assumptions.length === 0
        ? undefined
        : html`<p class="note">Assumed:</p><ul class="plain">${variant.assumptions.map((line) => html`<li>${sentence(line)}</li>`)}</ul>`,
    ],
  };
}

/** What a variant is called: what was varied in it. */
export function variantName({ name, varied }: SimulationVariant, index: number): string {
  const settings = Object.entries(varied).map(([what, value]) => `${what} ${value}`);
  return settings.length === 0 ? `${name} (${index + 1})` : settings.join(", ");
}

function charts(variant: SimulationVariant, path: string): readonly Html[] {
  const { series, shardHistories: shards } = variant;
  if (series === null) return [unknownHtml("The course of time", "this variant was simulated without it")];
  const { sliceMs } = series;
  const marks = marksOf(variant);
  const shardLines = (field: "lagMsSeries" | "utilisationSeries" | "queueSeries") =>
    shards.map((shard, at) => ({
      name: `shard ${shard.shard}`,
      values: shard[field],
      path: `${path}/shardHistories/${at}/${field}`,
    }));
  const single = (field: "latencyMsP99" | "servedPerSecond") => [
    { name: "all shards", values: series[field], path: `${path}/series/${field}` },
  ];
  return [
    overTime("Latency, 99th percentile", "milliseconds", sliceMs, marks, single("latencyMsP99")),
    overTime("Requests answered", "per second", sliceMs, marks, single("servedPerSecond")),
    overTime("Replica lag", "milliseconds", sliceMs, marks, shardLines("lagMsSeries")),
    overTime("Utilisation", "busy share", sliceMs, marks, shardLines("utilisationSeries")),
  ];
}

interface Line {
  readonly name: string;
  readonly values: readonly (number | null)[];
  readonly path: string;
}

function overTime(title: string, unit: string, sliceMs: number, marks: readonly Mark[], lines: readonly Line[]): Html {
  const known = lines.flatMap(({ values }) => values.filter((value) => value !== null));
  if (known.length === 0) return unknownHtml(title, "nothing of it was recorded in this simulation");
  const most = known.reduce((a, b) => Math.max(a, b));
  const to = (sliceMs * Math.max(...lines.map(({ values }) => values.length))) / 1000;
  const x: Axis = { label: "seconds from the start", from: 0, to, ticks: evenTicks(to, shortText).filter(({ at }) => at <= to) };
  const ticks = evenTicks(most, shortText);
  // The lines that reach highest are drawn; the table has all.
  const highest = [...lines]
    .map((line, index) => ({ line, index, peak: Math.max(...line.values.map((value) => value ?? 0)) }))
    .sort((a, b) => b.peak - a.peak || a.index - b.index)
    .slice(0, mostSeries)
    .sort((a, b) => a.index - b.index);
  const series: Series[] = highest.map(({ line: { name, values } }) => ({
    name,
    points: values.map((y, slice) => ({ x: ((slice + 0.5) * sliceMs) / 1000, y })),
  }));
  return html`<h3>${title}</h3>${plot(
    `${title} over time, ${unit}; at most ${shortText(most)}`,
    x,
    { label: unit, from: 0, to: ticks.at(-1)!.at || 1, ticks },
    series,
    marks,
  )}${lines.length > mostSeries ? html`<p class="note">The ${mostSeries} that reach highest of ${wholeText(lines.length)}.</p>` : undefined}${numbers(
    dataTable(
      `${title}, ${unit}, by slice of ${shortText(sliceMs)} ms`,
      [{ heading: "from second", kind: "number" }, ...lines.map(({ name }) => ({ heading: name, kind: "number" as const }))],
      Array.from({ length: Math.max(...lines.map(({ values }) => values.length)) }, (_, slice) => [
        text(shortText((slice * sliceMs) / 1000)),
        ...lines.map(({ values, path }): Cell => {
          const value = values[slice] ?? null;
          return { content: value === null ? "?" : shortText(value), datum: datum(`${path}/${slice}`, value) };
        }),
      ]),
    ),
  )}`;
}

function marksOf({ failovers, moves, durationMs }: SimulationVariant): readonly Mark[] {
  return [
    ...failovers.map(({ shard, failedAtMs, restoredAtMs, electedAtMs }) => ({
      from: failedAtMs / 1000,
      to: (electedAtMs ?? restoredAtMs ?? durationMs) / 1000,
      label: `primary of shard ${shard} fails at ${shortText(failedAtMs / 1000)} s`,
    })),
    ...moves.map(({ startedAtMs, doneAtMs, fromShards, toShards }) => ({
      from: startedAtMs / 1000,
      to: (doneAtMs ?? durationMs) / 1000,
      label: `${fromShards} to ${toShards} shards from ${shortText(startedAtMs / 1000)} s`,
    })),
  ];
}

function failoverTable({ failovers }: SimulationVariant, path: string): Html | undefined {
  if (failovers.length === 0) return undefined;
  const fields = [
    ["failedAtMs", "failed at, ms"],
    ["detectedAtMs", "noticed"],
    ["electedAtMs", "new primary"],
    ["restoredAtMs", "restored"],
    ["lostWrites", "lost writes"],
    ["lostAcknowledged", "of them acknowledged"],
    ["delayedWrites", "delayed"],
    ["refusedWrites", "refused"],
  ] as const;
  return html`<h3>Failovers</h3>${dataTable(
    "Each primary that failed, and what that cost",
    [{ heading: "shard", kind: "text" }, ...fields.map(([, heading]) => ({ heading, kind: "number" as const }))],
    failovers.map((failover, index) => [
      text(`${failover.shard}`),
      ...fields.map(([field]): Cell => {
        const value = failover[field];
        return { content: value === null ? "not yet" : wholeText(value), datum: datum(`${path}/failovers/${index}/${field}`, value) };
      }),
    ]),
  )}`;
}

function measureTable({ measures }: SimulationVariant, path: string): Html {
  return html`<h3>Measures</h3>${dataTable(
    "Every measure with its 95 % interval and the samples behind it",
    [
      { heading: "measure", kind: "text" },
      { heading: "value", kind: "number" },
      { heading: "95 % interval", kind: "number" },
      { heading: "samples", kind: "number" },
      { heading: "", kind: "text" },
    ],
    measures.map((measure, index) => [
      text(measure.name),
      { content: valueText(measure, measure.value), datum: datum(`${path}/measures/${index}/value`, measure.value) },
      text(measure.low === null || measure.high === null ? "" : `${valueText(measure, measure.low)} \u2013 ${valueText(measure, measure.high)}`),
      text(wholeText(measure.samples)),
      text(measure.note ?? ""),
    ]),
  )}`;
}

/** A value with its unit; a question mark is unknown, and the note says why. */
export function valueText({ unit }: Pick<Measure, "unit">, value: number | null): string {
  if (value === null) return "?";
  if (unit === "share") return percentText(value);
  return unit === "ms" ? `${shortText(value)} ms` : shortText(value);
}
