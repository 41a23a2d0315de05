import { percentText, plural, wholeText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { transactionsText } from "../../transactions-text.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import type { Section } from "../section.ts";

const typesListed = 15;
const participants = ["one shard", "two", "three", "four or more"];
const colours = ["blue", "sky", "orange", "red"];

/** How many shards the log's transactions touch. */
export function transactionsSection(report: Report): Section {
  return {
    id: "transactions",
    title: "Transactions",
    definition:
      "The shards that a committed transaction reads or writes under the recommended keys, from the values that were logged. A statement " +
      "outside a transaction is one of its own. One that writes on several shards needs a two-phase commit there, or gives up atomicity. " +
      "Those of which it is not known may cross too.",
    body: [transactionsText(report).map((line) => html`<p>${line}</p>`), byShardCount(report), types(report)],
  };
}

function byShardCount({ transactions: { byShardCount: all } }: Report): Html | undefined {
  const rows = all.flatMap(({ shards, result }, index) =>
    "unknown" in result
      ? []
      : (["reading", "writing"] as const).map((kind) => {
          const path = `/transactions/byShardCount/${index}/result/${kind}`;
          const { participantsDistribution, crossShardShare, unknownShare } = result[kind];
          let from = 0;
          const pieces = participantsDistribution.map((share, at) => {
            const piece = {
              from,
              to: from + share,
              colour: colours[at]!,
              datum: datum(`${path}/participantsDistribution/${at}`, share),
              title: `${participants[at]!}: ${percentText(share)}`,
            };
            from = piece.to;
            return piece;
          });
          return [
            text(`${plural(shards, "shard")}, ${kind}`),
            text(bar(pieces)),
            { content: percentText(crossShardShare), datum: datum(`${path}/crossShardShare`, crossShardShare) },
            { content: percentText(unknownShare), datum: datum(`${path}/unknownShare`, unknownShare) },
            {
              content: wholeText(result[kind].transactions),
              datum: datum(`${path}/transactions`, result[kind].transactions),
            },
          ];
        }),
  );
  if (rows.length === 0) return undefined;
  return html`<ul class="legend">${participants.map((name, at) => html`<li><i class="key ${colours[at]!}"></i>${name}</li>`)}</ul>${dataTable(
    "Transactions by the shards that they touch",
    [
      { heading: "on", kind: "text" },
      { heading: "shards touched", kind: "bar" },
      { heading: "cross", kind: "number" },
      { heading: "not known", kind: "number" },
      { heading: "trans\u00adactions", kind: "number" },
    ],
    rows,
  )}`;
}

function types({ transactions }: Report): Html | undefined {
  if (transactions.types.length === 0) return undefined;
  return html`<h3>What they run together</h3>${dataTable(
    "Kinds of transactions, the most frequent first: the templates that are run as one",
    [
      { heading: "committed", kind: "number" },
      { heading: "cross shards", kind: "number" },
      { heading: "statements", kind: "text" },
    ],
    transactions.types.slice(0, typesListed).map(({ committed, fate, templates }, index) => [
      { content: wholeText(committed), datum: datum(`/transactions/types/${index}/committed`, committed) },
      "unknown" in fate
        ? text("unknown")
        : {
            content: percentText(fate.crossShardShare),
            datum: datum(`/transactions/types/${index}/fate/crossShardShare`, fate.crossShardShare),
          },
      text(templates.map((template) => html`<code>${template}</code><br>`)),
    ]),
  )}${
    transactions.types.length > typesListed
      ? html`<p class="note">The first ${typesListed} of ${wholeText(transactions.types.length)}.</p>`
      : undefined
  }`;
}
