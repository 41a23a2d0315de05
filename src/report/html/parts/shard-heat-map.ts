import { durationText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { clockText } from "../clock-text.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { unknownHtml, type Section } from "../section.ts";

/** The load over time and shard, under the recommended design. */
export function shardHeatMap({ review: { shardLoadOverTime: load } }: Report): Section {
  return {
    id: "heat",
    title: "Load over time and shard",
    definition:
      "The log's time in 12 equal windows, and in each the sampled work that every shard gets, in times of the mean of all cells: 1 is " +
      "the mean, 2 twice as much. Cells above the mean are orange, below it blue, the stronger the further. A row that is all strong is " +
      "a busy window; a column, a hot shard; a single cell, a key that is hot for a while.",
    body: "unknown" in load ? unknownHtml("The load over time and shard", load.unknown) : heatMap(load),
  };
}

function heatMap(load: Exclude<Report["review"]["shardLoadOverTime"], { unknown: string }>): Html {
  const { shards, windowSeconds, shares, tables, leftOut } = load;
  const cells = shares.length * shards;
  const start = Date.parse(load.from);
  const span = windowSeconds * shares.length;
  const rows = shares.map((byShard, window) => {
    const from = new Date(Math.round(start + window * windowSeconds * 1000)).toISOString();
    return html`<tr><th scope="row">${clockText(from, span)}</th>${byShard.map((share, shard) =>
      heatCell(share * cells, datum(`/review/shardLoadOverTime/shares/${window}/${shard}`, share)),
    )}</tr>\n`;
  });
  const caption = `Work of ${tables.join(", ")} in windows of ${durationText(windowSeconds)}, in times of the mean`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="heat">
<caption>${caption}</caption>
<thead><tr><th scope="col">from (UTC)</th>${Array.from({ length: shards }, (_, shard) => html`<th scope="col">shard ${shard}</th>`)}</tr></thead>
<tbody>
${rows}</tbody></table></div>
${
  leftOut.length === 0
    ? undefined
    : html`<p class="note">Not in it: ${leftOut.map(({ table }) => table).join(", ")} (${leftOut[0]!.reason}).</p>`
}`;
}

/** The tint ends at 45 %, so that the number on it stays readable. */
function heatCell(times: number, value: Html): Html {
  const heat = Math.min(45, Math.round(Math.abs(times - 1) * 45));
  return html`<td class="${times > 1 ? "over" : "under"}" style="--heat:${heat}"${value}>${times.toFixed(2)}</td>`;
}
