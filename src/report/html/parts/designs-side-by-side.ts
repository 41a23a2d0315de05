import { differenceText, factorText } from "../../design-text.ts";
import { percentText } from "../../number-text.ts";
import type { Report, ReportDesign } from "../../schema.ts";
import { baselineWords } from "../../words.ts";
import { bar } from "../bar.ts";
import { dataTable, text, type Cell } from "../data-table.ts";
import { datum } from "../datum.ts";
import type { Section } from "../section.ts";
import { html } from "../html.ts";
import { routeColours } from "./route-colours.ts";

/** The recommended design beside the next best ones and what one would do without thinking. */
export function designsSideBySide({ designs }: Report): Section | undefined {
  const [recommended] = designs.designs;
  if (recommended === undefined) return undefined;
  const named = [
    ...designs.designs.map((design, index) => ({
      name: index === 0 ? "recommended" : `no. ${index + 1}`,
      path: `/designs/designs/${index}`,
      design,
    })),
    ...designs.baselines.map(({ name, design }, index) => ({
      name: `baseline: ${baselineWords[name]}`,
      path: `/designs/baselines/${index}/design`,
      design,
    })),
  ];
  return {
    id: "designs",
    title: "Designs side by side",
    definition:
      "Statements by executions: on one shard by their predicate or as their logged values fall, on several, on every shard, as " +
      "joins whose rows lie on two shards, as writes to a table that every shard has a copy of, or not known, which counts " +
      "against the design. A transaction crosses when it touches two shards or more, or may do so. Baselines are designs that one " +
      "would make without a look at the log.",
    body: [
      html`<ul class="legend">${routeColours.map(({ colour, name }) => html`<li><i class="key ${colour}"></i>${name}</li>`)}</ul>`,
      dataTable(
        `Designs for ${designs.shards} shards`,
        [
          { heading: "design", kind: "text" },
          { heading: "statements", kind: "bar" },
          { heading: "on one shard", kind: "number" },
          { heading: "trans\u00adactions across", kind: "number" },
          { heading: "carry", kind: "number" },
          { heading: "what differs", kind: "text" },
        ],
        named.map(({ name, path, design }) => [
          text(name),
          text(mixBar(design, path)),
          {
            content: percentText(design.statements.byExecutions.percentageOfOneShard / 100),
            datum: datum(
              `${path}/statements/byExecutions/percentageOfOneShard`,
              design.statements.byExecutions.percentageOfOneShard,
            ),
          },
          crossing(design),
          { content: factorText(design), datum: datum(`${path}/scaleOutFactor`, design.scaleOutFactor) },
          text(design === recommended ? "" : differenceText(design, recommended)),
        ]),
      ),
    ],
  };
}

function mixBar({ statements: { byExecutions } }: ReportDesign, path: string) {
  let from = 0;
  return bar(
    routeColours.map(({ colour, name, percentage }) => {
      const value = byExecutions[percentage];
      const piece = {
        from,
        to: from + value / 100,
        colour,
        datum: datum(`${path}/statements/byExecutions/${percentage}`, value),
        title: `${name}: ${percentText(value / 100)}`,
      };
      from = piece.to;
      return piece;
    }),
  );
}

function crossing({ transactions }: ReportDesign): Cell {
  if ("unknown" in transactions) return text("unknown");
  const all = transactions.reading.transactions + transactions.writing.transactions;
  const cross = [transactions.reading, transactions.writing].reduce(
    (sum, kind) => sum + (kind.transactions * (kind.percentageOfCrossShard + kind.percentageOfUnknown)) / 100,
    0,
  );
  return text(percentText(all === 0 ? 0 : cross / all));
}
