import { percentText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { strategyWords } from "../../words.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { unknownHtml, type Section } from "../section.ts";

type DesignTable = Report["designs"]["designs"][number]["tables"][number];

const shardsListed = 64;

/** How each sharded table's work lies on the shards. */
export function shardLoad(report: Report): Section {
  const sharded = (report.designs.designs[0]?.tables ?? []).filter(({ kind }) => kind === "sharded");
  return {
    id: "shards",
    title: "Load per shard",
    definition:
      "Each shard's share of a table's work: that of statements which pin the key where its values are, that of all others in equal " +
      "parts. The busiest shard over the mean sets the capacity: 1 is even, and 2 means that half of the cluster waits for one shard. " +
      "The line marks the even share.",
    body:
      sharded.length === 0
        ? unknownHtml("The load per shard", "no table is sharded under the recommended design")
        : sharded.map((table) => tableLoad(report, table)),
  };
}

function tableLoad({ tables, options }: Report, { table, shardKey, strategy }: DesignTable): Html {
  const at = tables.findIndex((candidate) => candidate.table === table);
  const candidates = tables[at]?.candidates ?? [];
  const judged = candidates.findIndex((own) => own.key.join() === shardKey.join() && own.strategy === strategy);
  const results = candidates[judged]?.byShardCount ?? [];
  const ranked = results.findIndex(({ shards }) => shards === options.rankedAt);
  const title = `${table} by ${shardKey.join(", ")}${strategy === null ? "" : `, ${strategyWords[strategy]}`}`;
  const result = results[ranked];
  if (result === undefined)
    return unknownHtml(title, "this key serves the tables it is together with, and was not judged for this table alone");
  const { balanceByWork: balance, worstWindow } = result;
  if ("unknown" in balance) return unknownHtml(title, balance.unknown);
  const path = `/tables/${at}/candidates/${judged}/byShardCount/${ranked}`;
  const most = Math.max(...balance.sharesByShard);
  const window =
    "unknown" in worstWindow
      ? `Windows of time: unknown, ${worstWindow.unknown}.`
      : `In the worst window of time ${worstWindow.maxOverMean.toFixed(2)} times (\u00b1${worstWindow.standardError.toFixed(2)}).`;
  return html`<h3>${title}</h3>
<p class="note">The busiest shard has <strong${datum(`${path}/balanceByWork/maxOverMean`, balance.maxOverMean)}>${balance.maxOverMean.toFixed(2)}</strong> times the mean. ${window}</p>
${dataTable(
  `Share of the work on ${table}, by shard`,
  [
    { heading: "shard", kind: "text" },
    { heading: "", kind: "bar" },
    { heading: "share", kind: "number" },
  ],
  balance.sharesByShard.slice(0, shardsListed).map((share, shard) => {
    const value = datum(`${path}/balanceByWork/sharesByShard/${shard}`, share);
    const busiest = share === most && balance.maxOverMean > 1.005;
    return [
      text(`${shard}`),
      text(
        bar(
          [{ from: 0, to: share / most, colour: busiest ? "orange" : "blue", datum: value }],
          [1 / balance.sharesByShard.length / most],
        ),
      ),
      { content: percentDecimal(share), datum: value },
    ];
  }),
)}${
    balance.sharesByShard.length > shardsListed
      ? html`<p class="note">The first ${shardsListed} of ${balance.sharesByShard.length} shards; the JSON report has them all.</p>`
      : undefined
  }`;
}

function percentDecimal(share: number): string {
  return share > 0 && share < 0.0005 ? percentText(share) : `${(share * 100).toFixed(1)} %`;
}
