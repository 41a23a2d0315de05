import { wholeText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { numbers, unknownHtml, type Section } from "../section.ts";

type Edge = Report["review"]["coAccess"][number];

const tablesDrawn = 24;

const togetherWords = {
  colocated: "same shard",
  copied: "copied to every shard",
  unsharded: "both unsharded",
  apart: "other shards",
} as const satisfies Record<Edge["together"], string>;

/** Tables that are used together, and whether the design keeps them together. */
export function coAccessGraph(report: Report): Section {
  const { coAccess } = report.review;
  const together = coAccess.filter(({ together: where }) => where !== "apart").length;
  return {
    id: "tables",
    title: "Tables that are used together",
    definition:
      "Two tables are joined by a line when a statement or a transaction reaches both, or a foreign key lies between them; the thicker, " +
      "the more often. Under the recommended design their rows are on the same shard (blue), one of them is copied to every shard " +
      "(green, dashed), or they are on different shards (red). A transaction crosses when it touches two shards or more for whatever " +
      "reason, or when that is not known.",
    body:
      coAccess.length === 0
        ? html`<p>No two tables are reached by one statement or transaction, and no foreign key lies between any.</p>`
        : [
            html`<p>${wholeText(together)} of ${wholeText(coAccess.length)} pairs are kept together.</p>`,
            graph(report),
            numbers(table(coAccess)),
          ],
  };
}

const weightOf = ({ statements, transactions }: Edge): number => statements + transactions;

function graph({ designs, review: { coAccess } }: Report): Html {
  const [design] = designs.designs;
  if (design === undefined) return unknownHtml("The graph", "there is no design");
  const weights = new Map<string, number>();
  for (const edge of coAccess)
    for (const name of edge.tables) weights.set(name, (weights.get(name) ?? 0) + weightOf(edge));
  const linked = design.tables.filter(({ table: name }) => weights.has(name));
  const heavy = new Set(
    [...linked].sort((a, b) => weights.get(b.table)! - weights.get(a.table)!).slice(0, tablesDrawn),
  );
  // Tables that live together are neighbours on the circle.
  const familyOf = ({ kind, colocatedWith, table: name }: (typeof linked)[number]): string =>
    kind === "sharded" ? (colocatedWith ?? name) : kind;
  const families = [...new Set(linked.map(familyOf))];
  const nodes = families.flatMap((family) => linked.filter((one) => heavy.has(one) && familyOf(one) === family));
  const places = new Map(nodes.map((node, index) => [node.table, placeOf(index, nodes.length)]));
  const most = Math.max(1, ...coAccess.map(weightOf));
  // What is apart is drawn last, above the others.
  const edges = coAccess
    .map((edge, index) => ({ edge, index }))
    .filter(({ edge }) => edge.tables.every((name) => places.has(name)))
    .sort((a, b) => Number(a.edge.together === "apart") - Number(b.edge.together === "apart") || a.index - b.index);
  const left = linked.length - nodes.length;
  return html`<ul class="legend"><li><i class="key blue"></i>same shard</li><li><i class="key green"></i>copied</li><li><i class="key red"></i>other shards</li><li><i class="key grey"></i>unsharded</li></ul>
<div class="graph" role="img" aria-label="${nodes.length} tables and ${edges.length} pairs of them; the numbers below list each">
<svg viewBox="0 0 1000 1000" preserveAspectRatio="none" aria-hidden="true">${edges.map(({ edge, index }) => {
    const [from, to] = edge.tables.map((name) => places.get(name)!);
    const width = Math.round((1 + 5 * Math.sqrt(weightOf(edge) / most)) * 10) / 10;
    return html`<path class="edge ${edge.together}" stroke-width="${width}" d="M${from!.x * 10} ${from!.y * 10}L${to!.x * 10} ${to!.y * 10}"${datum(`/review/coAccess/${index}/together`, edge.together)}/>\n`;
  })}</svg>
${nodes.map(({ table: name, kind }) => {
  const { x, y } = places.get(name)!;
  return html`<span class="${kind}" style="left:${x}%;top:${y}%">${name}</span>`;
})}</div>${left === 0 ? undefined : html`<p class="note">${wholeText(left)} tables with the fewest common uses are in the table only.</p>`}`;
}

/** On an ellipse, beginning at the top; in percent. */
function placeOf(index: number, count: number): { readonly x: number; readonly y: number } {
  const angle = (2 * Math.PI * index) / count - Math.PI / 2;
  return { x: Math.round(500 + 380 * Math.cos(angle)) / 10, y: Math.round(500 + 440 * Math.sin(angle)) / 10 };
}

function table(edges: readonly Edge[]): Html {
  return dataTable(
    "Pairs of tables, with how often they are used together",
    [
      { heading: "tables", kind: "text" },
      { heading: "their rows are on", kind: "text" },
      { heading: "foreign key", kind: "text" },
      { heading: "statements", kind: "number" },
      { heading: "join across shards", kind: "number" },
      { heading: "transactions", kind: "number" },
      { heading: "cross shards", kind: "number" },
    ],
    edges.map((edge, index) => {
      const path = `/review/coAccess/${index}`;
      const { crossShardTransactions: crossing } = edge;
      return [
        text(edge.tables.join(" \u2013 ")),
        { content: togetherWords[edge.together], datum: datum(`${path}/together`, edge.together) },
        text(edge.foreignKey ? "yes" : ""),
        { content: wholeText(edge.statements), datum: datum(`${path}/statements`, edge.statements) },
        {
          content: wholeText(edge.crossShardStatements),
          datum: datum(`${path}/crossShardStatements`, edge.crossShardStatements),
        },
        { content: wholeText(edge.transactions), datum: datum(`${path}/transactions`, edge.transactions) },
        typeof crossing === "number"
          ? { content: wholeText(crossing), datum: datum(`${path}/crossShardTransactions`, crossing) }
          : text("unknown"),
      ];
    }),
  );
}
