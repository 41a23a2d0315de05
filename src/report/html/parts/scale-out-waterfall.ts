import { designLines, factorText, searchText } from "../../design-text.ts";
import { timesText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { lossWords } from "../../words.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { unknownHtml, type Section } from "../section.ts";

/** The recommended design, and where the capacity of its shards goes. */
export function scaleOutWaterfall({ designs, options }: Report): Section {
  const [recommended] = designs.designs;
  return {
    id: "design",
    title: "The recommended design",
    definition:
      "Scale-out factor: the work that one node does for this workload over the work of the busiest shard under the design. What " +
      "is missing to the number of shards is lost to causes, taken one after the other: each takes what it costs on top of those " +
      `before it. The costs are settings: a two-phase commit ${options.costWeights.twoPhaseCommitMs} ms per shard, each further ` +
      `shard of a statement ${options.costWeights.perShardMs} ms.`,
    body:
      recommended === undefined
        ? unknownHtml("A design", "no statement of the log reaches a table")
        : [
            html`<ul class="plain">${designLines(recommended).map((line) => html`<li>${line}</li>`)}</ul>`,
            waterfall(designs),
            html`<p class="note">${searchText(designs)}.${
              recommended.scaleOutFactorIsUpperBound
                ? " The factor is an upper bound, because the log does not have the values of some keys."
                : ""
            }</p>`,
            reasons(designs, recommended),
          ],
  };
}

function waterfall({ shards, designs: [recommended] }: Report["designs"]): Html {
  let left = shards;
  const losses = recommended!.losses.map(({ cause, shards: lost }, index) => {
    const before = left;
    left -= lost;
    const path = datum(`/designs/designs/0/losses/${index}/shards`, lost);
    const word = lossWords[cause];
    const [low, high] = [Math.min(left, before) / shards, Math.max(left, before) / shards];
    return {
      shown: Math.abs(lost) >= 0.005,
      cells: [
        text(word),
        text(bar([{ from: low, to: high, colour: lost < 0 ? "green" : "orange", datum: path, title: word }])),
        { content: signed(-lost), datum: path },
      ],
    };
  });
  const { scaleOutFactor } = recommended!;
  const factor = datum("/designs/designs/0/scaleOutFactor", scaleOutFactor);
  const none = recommended!.losses.filter((_, index) => !losses[index]!.shown).map(({ cause }) => lossWords[cause]);
  return html`${dataTable(
    `What ${shards} shards carry, in times of what one node does, and what is lost on the way`,
    [
      { heading: "", kind: "text" },
      { heading: "", kind: "bar" },
      { heading: "shards' worth", kind: "number" },
    ],
    [
      [
        text("shards"),
        text(bar([{ from: 0, to: 1, colour: "grey", datum: datum("/designs/shards", shards) }])),
        { content: shards.toFixed(2), datum: datum("/designs/shards", shards) },
      ],
      ...losses.filter(({ shown }) => shown).map(({ cells }) => cells),
      [
        text(html`<strong>they carry</strong>`),
        text(bar([{ from: 0, to: scaleOutFactor / shards, colour: "blue", datum: factor }])),
        { content: html`<strong>${factorText(recommended!)}</strong>`, datum: factor },
      ],
    ],
  )}${none.length === 0 ? undefined : html`<p class="note">Less than 0.005 each is lost to ${none.join(", ")}.</p>`}`;
}

const signed = (shards: number): string => `${shards < 0 ? "\u2212" : "+"}${Math.abs(shards).toFixed(2)}`;

function reasons({ reasons: all }: Report["designs"], { tables }: Report["designs"]["designs"][number]): Html {
  const optionText = (kind: string, key: readonly string[]): string =>
    kind === "sharded" ? `by ${key.join(", ")}` : kind === "reference" ? "copied to every shard" : kind;
  return dataTable(
    "Why each table is as it is, and the next best for it with the others as they are",
    [
      { heading: "table", kind: "text" },
      { heading: "is", kind: "text" },
      { heading: "because", kind: "text" },
      { heading: "next best", kind: "text" },
      { heading: "would carry", kind: "number" },
    ],
    all.map(({ table, because, alternative }, index) => {
      const own = tables.find((candidate) => candidate.table === table);
      return [
        text(table),
        text(own === undefined ? "" : optionText(own.kind, own.shardKey)),
        text(because),
        text(alternative === null ? "nothing else" : optionText(alternative.kind, alternative.shardKey)),
        alternative === null
          ? text("")
          : {
              content: timesText(alternative.scaleOutFactor),
              datum: datum(`/designs/reasons/${index}/alternative/scaleOutFactor`, alternative.scaleOutFactor),
            },
      ];
    }),
  );
}
