import { bytesText, countText, wholeText } from "../../number-text.ts";
import type { ReshardReport } from "../../schema-reshard.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import type { Section } from "../section.ts";

const shardsDrawn = 64;

/** Who sends what to whom. */
export function movementMatrix({ matrix, told }: ReshardReport): Section {
  const shown = told === "bytes" ? bytesText : countText;
  return {
    id: "movement",
    title: "What moves where",
    definition:
      `${told === "bytes" ? "Bytes" : `Numbers of ${told}`} that leave the shard of the row for that of the column, summed over all tables. ` +
      "At the worst moment a shard has what it had before and what it was sent, because nothing is deleted before the change is done.",
    body: [matrixTable(matrix, told, shown), shardTable(matrix, told, shown)],
  };
}

type Shown = (amount: number) => string;

function matrixTable({ shards, transfers }: ReshardReport["matrix"], told: string, shown: Shown): Html {
  if (transfers.length === 0) return html`<p>Nothing moves.</p>`;
  if (shards.length > shardsDrawn) return transferList(transfers, told, shown);
  const most = Math.max(...transfers.map(({ amount }) => amount));
  const places = new Map(transfers.map(({ from, to }, index) => [JSON.stringify([from, to]), index]));
  const caption = `Moved ${told}: from the shard of the row to that of the column`;
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0"><table class="heat">
<caption>${caption}</caption>
<thead><tr><th scope="col">from</th>${shards.map(({ name }) => html`<th scope="col">to ${name}</th>`)}</tr></thead>
<tbody>
${shards.map(
  ({ name: from }) => html`<tr><th scope="row">${from}</th>${shards.map(({ name: to }) => {
    const place = places.get(JSON.stringify([from, to]));
    if (place === undefined) return html`<td>${from === to ? "\u00b7" : ""}</td>`;
    const { amount } = transfers[place]!;
    const heat = Math.max(4, Math.round((amount / most) * 45));
    return html`<td class="over" style="--heat:${heat}"${datum(`/matrix/transfers/${place}/amount`, amount)}>${shown(amount)}</td>`;
  })}</tr>\n`,
)}</tbody></table></div>`;
}

function transferList(transfers: ReshardReport["matrix"]["transfers"], told: string, shown: Shown): Html {
  const listed = transfers
    .map((transfer, index) => ({ ...transfer, index }))
    .sort((a, b) => b.amount - a.amount || a.index - b.index)
    .slice(0, 200);
  return html`${dataTable(
    `The largest transfers, in ${told}`,
    [
      { heading: "from", kind: "text" },
      { heading: "to", kind: "text" },
      { heading: told, kind: "number" },
    ],
    listed.map(({ from, to, amount, index }) => [
      text(from),
      text(to),
      { content: shown(amount), datum: datum(`/matrix/transfers/${index}/amount`, amount) },
    ]),
  )}<p class="note">${wholeText(listed.length)} of ${wholeText(transfers.length)}.</p>`;
}

const statusWords = { stays: "stays", comes: "comes", goes: "goes" } as const;

function shardTable({ shards }: ReshardReport["matrix"], told: string, shown: Shown): Html {
  const most = Math.max(...shards.map(({ peak }) => peak), Number.MIN_VALUE);
  return dataTable(
    `${told[0]!.toUpperCase()}${told.slice(1)} by shard; the bar is what is there after, and grey what else is there at the worst moment`,
    [
      { heading: "shard", kind: "text" },
      { heading: "", kind: "text" },
      { heading: "", kind: "bar" },
      { heading: "before", kind: "number" },
      { heading: "after", kind: "number" },
      { heading: "at most", kind: "number" },
    ],
    shards.map(({ name, status, before, after, peak }, index) => [
      text(name),
      text(statusWords[status]),
      text(
        bar([
          { from: 0, to: after / most, colour: "blue", datum: datum(`/matrix/shards/${index}/after`, after) },
          { from: after / most, to: peak / most, colour: "grey", datum: datum(`/matrix/shards/${index}/peak`, peak) },
        ]),
      ),
      { content: shown(before), datum: datum(`/matrix/shards/${index}/before`, before) },
      { content: shown(after), datum: datum(`/matrix/shards/${index}/after`, after) },
      { content: shown(peak), datum: datum(`/matrix/shards/${index}/peak`, peak) },
    ]),
  );
}
