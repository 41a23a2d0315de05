import { bytesText, durationText, percentText, shortText, timesText, wholeText } from "../number-text.ts";
import type { ReshardReport } from "../schema-reshard.ts";
import { strategyWords } from "../words.ts";
import { bar } from "./bar.ts";
import { dataTable, text, type Cell } from "./data-table.ts";
import { datum } from "./datum.ts";
import { html, type Html } from "./html.ts";
import { pageHtml } from "./page.ts";
import { movementMatrix } from "./parts/movement-matrix.ts";
import { sentence, unknownHtml, type Section } from "./section.ts";

/** The plan of `reshard` as a page of its own. */
export function renderReshardHtml(report: ReshardReport): string {
  const { before, after } = report.change;
  const sum = report.sum[report.told];
  return pageHtml({
    title: "Resharding plan",
    answer:
      "unknown" in sum
        ? `From ${before.shards.length} to ${after.shards.length} shards`
        : `From ${before.shards.length} to ${after.shards.length} shards, ${percentText(sum.movedShare)} of the ${report.told} move`,
    headline:
      before.target === after.target
        ? `On ${before.target}: ${report.procedure.title}.`
        : `From ${before.target} to ${after.target}: ${report.procedure.title}.`,
    tiles: [
      ...(["before", "halfway", "after"] as const).map((when) => ({
        value: timesText(report.capacity[when]),
        label: `carried ${when === "halfway" ? "with half of every transfer done" : `${when} the change`}`,
        datum: datum(`/capacity/${when}`, report.capacity[when]),
      })),
      {
        value: "unknown" in report.seconds ? "?" : `${durationText(report.seconds.least)}\u2013${durationText(report.seconds.most)}`,
        label: "unknown" in report.seconds ? "time of the copy: unknown" : "time of the copy",
      },
    ],
    sections: [movedSection(report), movementMatrix(report), stepsSection(report), strategiesSection(report), inputsSection(report)],
    footer: `${report.tool.name} ${report.tool.version}. It makes no request and runs no script.`,
  });
}

function movedSection({ sum, tables, unknownTables, seconds }: ReshardReport): Section {
  return {
    id: "moved",
    title: "How much moves",
    definition:
      "Every known key is placed under both designs; what changes its shard moves. The mark is the least that must move for even shards, " +
      "from where the rows are now. Worst over mean: the fullest shard over the mean.",
    body: [
      dataTable("All tables together", movedColumns, (["keys", "accesses", "rows", "bytes"] as const).map((name) => movedRow(name, name, sum[name], `/sum/${name}`))),
      tables.map(({ table, key, measures, expected }, index) => html`<h3>${table} by ${key.after.join(", ")}</h3>
<p class="note">Expected: ${percentText(expected.share)} (${expected.formula}).</p>
${dataTable(`What moves of ${table}`, movedColumns, (["keys", "accesses", "rows", "bytes"] as const).map((name) => movedRow(name, name, measures[name], `/tables/${index}/measures/${name}`)))}`),
      unknownTables.map(({ table, reason }) => unknownHtml(table, reason)),
      "unknown" in seconds ? unknownHtml("The time of the copy", seconds.unknown) : html`<ul class="plain">${seconds.because.map((line) => html`<li>${sentence(line)}</li>`)}</ul>`,
    ],
  };
}

const movedColumns = [
  { heading: "", kind: "text" },
  { heading: "moved share", kind: "bar" },
  { heading: "", kind: "number" },
  { heading: "moved", kind: "number" },
  { heading: "of", kind: "number" },
  { heading: "worst over mean before", kind: "number" },
  { heading: "after", kind: "number" },
] as const;

function movedRow(name: string, unit: string, measure: ReshardReport["sum"]["rows"], path: string): readonly Cell[] {
  if ("unknown" in measure) return [text(name), text(html`<span class="note">unknown: ${measure.unknown}</span>`), ...Array.from({ length: 5 }, () => text(""))];
  const { moved, total, movedShare, leastForEven, worstOverMeanBefore, worstOverMeanAfter } = measure;
  const shown = unit === "bytes" ? bytesText : wholeText;
  const ratio = (value: typeof worstOverMeanAfter, field: string): Cell =>
    typeof value === "number" ? { content: value.toFixed(2), datum: datum(`${path}/${field}`, value) } : text("?");
  return [
    text(name),
    text(bar([{ from: 0, to: movedShare, colour: "orange", datum: datum(`${path}/movedShare`, movedShare) }], total === 0 ? [] : [leastForEven / total])),
    { content: percentText(movedShare), datum: datum(`${path}/movedShare`, movedShare) },
    { content: shown(moved), datum: datum(`${path}/moved`, moved) },
    { content: shown(total), datum: datum(`${path}/total`, total) },
    ratio(worstOverMeanBefore, "worstOverMeanBefore"),
    ratio(worstOverMeanAfter, "worstOverMeanAfter"),
  ];
}

function stepsSection({ procedure }: ReshardReport): Section {
  return {
    id: "steps",
    title: "The steps",
    definition: "The target's own way of doing it, step by step, each with what to check before the next and the way back.",
    body: [
      html`<p>${sentence(procedure.pause.text)}</p>`,
      dataTable(
        procedure.title,
        [
          { heading: "step", kind: "text" },
          { heading: "check", kind: "text" },
          { heading: "the way back", kind: "text" },
        ],
        procedure.steps.map(({ action, check, back }, index) => [text(`${index + 1}. ${action}`), text(check), text(back)]),
      ),
      facts(procedure.facts),
    ],
  };
}

function facts(all: ReshardReport["procedure"]["facts"]): Html | undefined {
  if (all.length === 0) return undefined;
  return dataTable(
    "What the target says of itself",
    [
      { heading: "fact", kind: "text" },
      { heading: "value", kind: "text" },
      { heading: "sources", kind: "text" },
    ],
    all.map(({ name, value, sources }) => [text(name), text(value), text(sources.join(", "))]),
  );
}

function strategiesSection({ strategies }: ReshardReport): Section {
  return {
    id: "strategies",
    title: "What other strategies would move",
    definition:
      "Switching: the share that moves when the tables go from their placement to this strategy now. Within: the share that this change " +
      "of shards moves under it. Expected: what theory says of that.",
    body: dataTable(
      "Strategies",
      [
        { heading: "strategy", kind: "text" },
        { heading: "moves within", kind: "bar" },
        { heading: "", kind: "number" },
        { heading: "expected", kind: "number" },
        { heading: "switching", kind: "number" },
        { heading: "worst over mean after", kind: "number" },
      ],
      strategies.map(({ strategy, detail, within, expected, switchingMovedShare }, index) => {
        const path = `/strategies/${index}`;
        const known = "unknown" in within ? undefined : within;
        const moved = known === undefined ? undefined : datum(`${path}/within/movedShare`, known.movedShare);
        return [
          text(detail === null ? strategyWords[strategy] : `${strategyWords[strategy]} (${detail})`),
          text(known === undefined ? "unknown" : bar([{ from: 0, to: known.movedShare, colour: "orange", datum: moved! }])),
          known === undefined ? text("") : { content: percentText(known.movedShare), datum: moved! },
          { content: percentText(expected.share), datum: datum(`${path}/expected/share`, expected.share) },
          typeof switchingMovedShare === "number"
            ? { content: percentText(switchingMovedShare), datum: datum(`${path}/switchingMovedShare`, switchingMovedShare) }
            : text("unknown"),
          known === undefined
            ? text("")
            : { content: shortText(known.worstOverMeanAfter), datum: datum(`${path}/within/worstOverMeanAfter`, known.worstOverMeanAfter) },
        ];
      }),
    ),
  };
}

function inputsSection({ inputs }: ReshardReport): Section {
  return {
    id: "read",
    title: "What was read",
    definition: "The digest tells whether another plan is about the same input.",
    body: dataTable(
      "Inputs",
      [
        { heading: "input", kind: "text" },
        { heading: "what it is", kind: "text" },
        { heading: "records", kind: "number" },
        { heading: "digest", kind: "text" },
      ],
      inputs.map(({ name, role, table, records, digest }) => [
        text(name),
        text(table === null ? role : `${role} of ${table}`),
        text(records === null ? "" : wholeText(records)),
        text(html`<code>${digest}</code>`),
      ]),
    ),
  };
}
