import { bytesText, percentText, shortText, wholeText } from "../number-text.ts";
import {
  clusterText,
  confirmationText,
  endText,
  growthText,
  intervalText,
  limitText,
  placeText,
  placeWithInterval,
  rungWords,
  useText,
} from "../plan-text.ts";
import type { PlanReport } from "../schema-plan.ts";
import { bar } from "./bar.ts";
import { type Cell, dataTable, text } from "./data-table.ts";
import { datum } from "./datum.ts";
import { html, type Html } from "./html.ts";
import { pageHtml, type Tile } from "./page.ts";
import { plot, powerTicks } from "./plot.ts";
import { numbers, type Section } from "./section.ts";

/** The result of `plan` as a page of its own. */
export function renderPlanHtml(report: PlanReport): string {
  const { tool, seed, inputs, verdict } = report;
  return pageHtml({
    title: "Capacity plan",
    answer: verdict.text,
    headline:
      report.scale === "months"
        ? `Over ${wholeText(report.horizonMonths!)} months, with the growth that was given or measured.`
        : "In times of today's load, because growth is not known.",
    tiles: tilesOf(report),
    sections: [ladderSection(report), chartSection(report), stepsSection(report), nowSection(report), hangsOnSection(report), notesSection(report)],
    footer: html`${tool.name} ${tool.version}, seed ${seed}, ${inputs.map(({ name, digest }) => `${name} (${digest})`).join(", ")}. The same input gives the same page. It makes no request and runs no script.`,
  });
}

function tilesOf({ verdict, scale, now, cost }: PlanReport): readonly Tile[] {
  const { demand } = now;
  const load = demand.reads.value + demand.writes.value;
  return [
    { value: placeText(verdict.unshardedUntil.value, scale), label: "one server with its replicas holds until", datum: datum("/verdict/unshardedUntil/value", verdict.unshardedUntil.value) },
    { value: shortText(load), label: "erlangs in the worst window today" },
    ...(verdict.shardsAtHorizon === null
      ? []
      : [{ value: wholeText(verdict.shardsAtHorizon), label: "shards at the horizon", datum: datum("/verdict/shardsAtHorizon", verdict.shardsAtHorizon) }]),
    ...(cost === null ? [] : [{ value: wholeText(cost.total), label: `${cost.unit} over the horizon`, datum: datum("/cost/total", cost.total) }]),
  ];
}

function ladderSection({ ladder, scale, tune, partition, isolate }: PlanReport): Section {
  const rows = ladder.map(({ rung, from, until, cluster, endedBy, hotKeyAlone, why }, index): readonly Cell[] => [
    text(rungWords[rung]),
    { content: placeText(from.value, scale), datum: datum(`/ladder/${index}/from/value`, from.value) },
    until === null ? text("") : { content: placeText(until.value, scale), datum: datum(`/ladder/${index}/until/value`, until.value) },
    text(until === null ? "" : intervalText(until, scale)),
    text(cluster === null ? "" : clusterText(cluster)),
    text(until === null ? (why ?? "") : endText(endedBy, hotKeyAlone)),
  ]);
  const remarks = [
    ...tune.map(({ template, givesBack }) => html`<li>Tune: ${percentText(givesBack)} of all time at most from <code>${template}</code></li>`),
    ...partition.map(({ table, column, shardBy }) => html`<li>Partition <code>${table}</code> by <code>${column}</code>${shardBy === null ? "" : html`, shard it by <code>${shardBy.join(", ")}</code>`}</li>`),
    ...(isolate === null ? [] : [html`<li>Isolate <code>${isolate.columns.join(", ")} = ${isolate.key}</code> of <code>${isolate.table}</code>: ${percentText(isolate.share)} of the work</li>`]),
  ];
  return {
    id: "ladder",
    title: "The ladder",
    definition:
      "Each rung is called for where the best of those above it in the table ends, and holds as long as nothing that is required is exceeded: cores, the objective, replica lag, storage, a verified limit of the system. " +
      "The interval carries chance in the log, the range of the growth, and what the simulator says of an objective.",
    body: html`${dataTable(
      "Rungs",
      [
        { heading: "rung", kind: "text" },
        { heading: "called for at", kind: "number" },
        { heading: "holds until", kind: "number" },
        { heading: "between", kind: "text" },
        { heading: "at most", kind: "text" },
        { heading: "ends with", kind: "text" },
      ],
      rows,
    )}${remarks.length === 0 ? undefined : html`<ul>${remarks}</ul>`}`,
  };
}

function chartSection({ chart, scale }: PlanReport): Section {
  const { places, load, capacity } = chart;
  const known = [...load, ...capacity.flatMap((value) => (value === null ? [] : [value]))].filter((value) => value > 0);
  const ticks = known.length === 0 ? [] : powerTicks(Math.min(...known), Math.max(...known), shortText);
  const table = dataTable(
    "Load and capacity, in erlangs",
    [
      { heading: scale === "months" ? "month" : "times today's load", kind: "number" },
      { heading: "load", kind: "number" },
      { heading: "capacity", kind: "number" },
    ],
    places.map((at, index) => [
      text(scale === "months" ? shortText(at) : placeText(at, scale)),
      { content: shortText(load[index]!), datum: datum(`/chart/load/${index}`, load[index]!) },
      capacity[index] === null ? text("") : { content: shortText(capacity[index]!), datum: datum(`/chart/capacity/${index}`, capacity[index]!) },
    ]),
  );
  const [from, to] = [places[0]!, places.at(-1)!];
  const across = scale === "months" ? evenPlaces(from, to).map((at) => ({ at, label: wholeText(at) })) : powerTicks(1, Math.max(10, to), (at) => `${wholeText(at)}x`).filter(({ at }) => at <= to);
  const drawing =
    ticks.length === 0
      ? html`<p>There is no load to draw.</p>`
      : plot(
          "Load and what the cluster of each time carries, in erlangs",
          { label: scale === "months" ? "months from now" : "times today's load", from, to, ...(scale === "factor" && { log: true as const }), ticks: across },
          { label: "erlangs", from: ticks[0]!.at, to: ticks.at(-1)!.at, log: true, ticks },
          [
            { name: "load", points: places.map((x, index) => ({ x, y: load[index]! > 0 ? load[index]! : null })) },
            { name: "capacity of the cluster of that time", points: places.map((x, index) => ({ x, y: capacity[index]! })) },
          ],
        );
  return {
    id: "chart",
    title: "Load and capacity",
    definition: "Erlangs are statements at work at a time, in the worst window. Capacity is the load at which the cluster of that time ends. Both are drawn on a logarithmic scale.",
    body: html`${drawing}${numbers(table)}`,
  };
}

const evenPlaces = (from: number, to: number): readonly number[] => Array.from({ length: 5 }, (_, at) => from + ((to - from) * at) / 4);

function stepsSection({ steps, scale, reshards, cost }: PlanReport): Section {
  const rows = steps.map(({ cluster, from, until, endedBy, hotKeyAlone, confirmation }, index): readonly Cell[] => [
    { content: placeText(from.value, scale), datum: datum(`/steps/${index}/from/value`, from.value) },
    { content: placeText(until.value, scale), datum: datum(`/steps/${index}/until/value`, until.value) },
    text(clusterText(cluster)),
    { content: wholeText(cluster.nodes), datum: datum(`/steps/${index}/cluster/nodes`, cluster.nodes) },
    text(endText(endedBy, hotKeyAlone)),
    text(confirmation === null ? "the formula" : confirmationText(confirmation)),
  ]);
  const moves = reshards.map(({ from, to, at, movedShare, bytes, seconds }) => {
    const moved = typeof movedShare === "number" ? `${percentText(movedShare)} of the keys` : movedShare.unknown;
    const size = typeof bytes === "number" ? `, ${bytesText(bytes)}` : "";
    const time = "unknown" in seconds ? "" : `, ${wholeText(seconds.least / 3600)} to ${wholeText(seconds.most / 3600)} hours`;
    return html`<li>${from} to ${to} shards at ${placeWithInterval(at, scale)}: ${moved}${size}${time}</li>`;
  });
  return {
    id: "steps",
    title: "Steps",
    definition:
      scale === "months"
        ? "The clusters that cost least over the horizon: by price where every node has one, otherwise by cores. While servers are replaced or shards come, both clusters are paid for."
        : "The smallest cluster at each load: with the fewest shards, and of those the cheapest.",
    body: html`${dataTable(
      "Clusters, one after the other",
      [
        { heading: "from", kind: "number" },
        { heading: "until", kind: "number" },
        { heading: "cluster", kind: "text" },
        { heading: "nodes", kind: "number" },
        { heading: "ends with", kind: "text" },
        { heading: "stands on", kind: "text" },
      ],
      rows,
    )}${moves.length === 0 ? undefined : html`<h3>Reshards on the way</h3><ul>${moves}</ul>`}${
      cost === null ? undefined : html`<p>${wholeText(cost.total)} ${cost.unit} over the horizon, ${wholeText(cost.changes)} of it for changes; always the smallest cluster: ${wholeText(cost.smallestFirst)}.</p>`
    }`,
  };
}

function nowSection({ now, growth, grownAlone }: PlanReport): Section {
  const limits = now.limits.map((use, index): readonly Cell[] => [
    text(`${limitText(use)}${use.afterFailure ? ", after a failure" : ""}`),
    { content: useText(use), datum: datum(`/now/limits/${index}/used`, use.used) },
    text(bar([{ from: 0, to: use.used === null ? 1 : Math.min(1, use.used / use.allowed), colour: "blue" }])),
  ]);
  const alone = grownAlone.map(({ quantity, today, unsharded }, index): readonly Cell[] => [
    text(quantity),
    { content: today === null ? "never" : placeText(today, "factor"), datum: datum(`/grownAlone/${index}/today`, today) },
    { content: unsharded === null ? "never" : placeText(unsharded, "factor"), datum: datum(`/grownAlone/${index}/unsharded`, unsharded) },
  ]);
  return {
    id: "now",
    title: "Now, and what would have to grow",
    definition: "What today's server uses of each limit in the worst window, how the load grows, and by how much one quantity alone could grow while the others stay.",
    body: html`${dataTable("Today's server", [{ heading: "limit", kind: "text" }, { heading: "used", kind: "number" }, { heading: "of what is allowed", kind: "bar" }], limits)}
<ul>${growth.map(({ quantity, used, from }) => html`<li>Growth of ${quantity}: ${growthText(quantity, used)}${from === "unknown" ? "" : `, ${from}`}</li>`)}</ul>
${dataTable(
  "One alone, the others as they are",
  [
    { heading: "", kind: "text" },
    { heading: "ends today's server", kind: "number" },
    { heading: "ends the largest with its replicas", kind: "number" },
  ],
  alone,
)}`,
  };
}

function hangsOnSection({ hangsOn, scale }: PlanReport): Section {
  const answer = (index: number, end: "low" | "high"): Cell => {
    const { text: value, unshardedUntil, shards } = hangsOn[index]![end];
    return {
      content: `${value}: ${unshardedUntil === null ? "never shards" : `shards from ${placeText(unshardedUntil, scale)}`}${shards === null ? "" : `, ${shards} at the end`}`,
      datum: datum(`/hangsOn/${index}/${end}/unshardedUntil`, unshardedUntil),
    };
  };
  const body: Html =
    hangsOn.length === 0
      ? html`<p>No assumption moves the answer.</p>`
      : dataTable(
          "Assumptions that move the answer most",
          [
            { heading: "assumption", kind: "text" },
            { heading: "at its low end", kind: "text" },
            { heading: "at its high end", kind: "text" },
          ],
          hangsOn.map(({ assumption }, index) => [text(assumption), answer(index, "low"), answer(index, "high")]),
        );
  return { id: "hangs-on", title: "What it hangs on", definition: "Each assumption is moved to its ends alone; the answer is worked out anew. Ends that no data gives are a judgement.", body };
}

const notesSection = ({ notes }: PlanReport): Section => ({
  id: "assumed",
  title: "Assumed",
  definition: "What the plan takes for granted, and what it leaves out.",
  body: html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`,
});
