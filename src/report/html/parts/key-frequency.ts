import { countText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { mostSeries, plot, powerTicks } from "../plot.ts";
import { numbers, unknownHtml, type Section } from "../section.ts";

/** How unevenly the values of the recommended keys are asked for. */
export function keyFrequency({ review: { keyFrequency: keys } }: Report): Section {
  const counted = keys.flatMap(({ table, key, ranks, sampled }, index) =>
    "unknown" in ranks ? [] : [{ name: `${table} by ${key.join(", ")}`, ranks, sampled, index }],
  );
  const unknown = keys.flatMap(({ table, key, ranks }) =>
    "unknown" in ranks ? [unknownHtml(`${table} by ${key.join(", ")}`, ranks.unknown)] : [],
  );
  return {
    id: "keys",
    title: "How often each key is asked for",
    definition:
      "The values of a shard key by how often they are asked for: the rank from left to right, the share of the accesses that pin the key " +
      "upwards, both on logarithmic axes. A flat line is an even load; a steep one has few values with much of the load, and one value " +
      "can't be divided among shards. A value whose share is above that of one shard makes this shard the busiest whatever the strategy.",
    body:
      counted.length === 0
        ? [unknownHtml("The frequency of keys", "no recommended key has values in the log"), ...unknown]
        : [drawing(counted), ...unknown, numbers(table(counted))],
  };
}

interface Counted {
  readonly name: string;
  readonly ranks: readonly { readonly rank: number; readonly share: number }[];
  readonly sampled: boolean;
  readonly index: number;
}

function drawing(keys: readonly Counted[]): Html {
  const all = keys.slice(0, mostSeries).flatMap(({ ranks }) => ranks);
  const x = powerTicks(1, Math.max(...all.map(({ rank }) => rank)), countText);
  const y = powerTicks(Math.min(...all.map(({ share }) => share)), Math.max(...all.map(({ share }) => share)), shareText);
  const left = keys.slice(mostSeries).map(({ name }) => name);
  return html`${plot(
    `Share of the accesses by rank of the key's value, on logarithmic axes: ${keys
      .slice(0, mostSeries)
      .map(({ name, ranks }) => `${name} begins at ${shareText(ranks[0]!.share)}`)
      .join("; ")}`,
    { label: "rank of the value", from: 1, to: x.at(-1)!.at, log: true, ticks: x },
    { label: "share of the accesses", from: y[0]!.at, to: y.at(-1)!.at, log: true, ticks: y },
    keys.map(({ name, ranks }) => ({ name, points: ranks.map(({ rank, share }) => ({ x: rank, y: share })) })),
  )}${left.length === 0 ? undefined : html`<p class="note">In the table only: ${left.join("; ")}.</p>`}`;
}

function table(keys: readonly Counted[]): Html {
  return dataTable(
    "Share of the accesses by rank of the value",
    [
      { heading: "key", kind: "text" },
      { heading: "rank", kind: "number" },
      { heading: "share", kind: "number" },
    ],
    keys.flatMap(({ name, ranks, sampled, index }) =>
      ranks.map(({ rank, share }, at) => {
        const path = `/review/keyFrequency/${index}/ranks/${at}`;
        return [
          text(name),
          { content: `${sampled ? "~" : ""}${countText(rank)}`, datum: datum(`${path}/rank`, rank) },
          { content: shareText(share), datum: datum(`${path}/share`, share) },
        ];
      }),
    ),
  );
}

/** Two digits that matter, down to the smallest share. */
const shareText = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
