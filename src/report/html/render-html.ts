import { factorText } from "../design-text.ts";
import { percentText, shortText } from "../number-text.ts";
import type { Report } from "../schema.ts";
import { datum } from "./datum.ts";
import { pageHtml, type Tile } from "./page.ts";
import { advice } from "./parts/advice.ts";
import { coAccessGraph } from "./parts/co-access-graph.ts";
import { designsSideBySide } from "./parts/designs-side-by-side.ts";
import { keyFrequency } from "./parts/key-frequency.ts";
import { loadLadder } from "./parts/load-ladder.ts";
import { rankedKeys } from "./parts/ranked-keys.ts";
import { scaleOutWaterfall } from "./parts/scale-out-waterfall.ts";
import { shardHeatMap } from "./parts/shard-heat-map.ts";
import { shardLoad } from "./parts/shard-load.ts";
import { storedRows } from "./parts/stored-rows.ts";
import { templateRoutes } from "./parts/template-routes.ts";
import { transactionsSection } from "./parts/transactions.ts";
import { whatWasRead } from "./parts/what-was-read.ts";

const answers = {
  "no-shards": "You do not need shards for this load",
  shards: "This load needs shards",
  unknown: "The log does not say whether you need shards",
} as const satisfies Record<Report["load"]["verdict"], string>;

/** The report of `analyze` as a page of its own. Every number of it is from the report; see `datum`. */
export function renderHtml(report: Report): string {
  const rowsOnly = report.inputs.length === 0 && report.dataSets.length > 0;
  const sections = rowsOnly
    ? [storedRows(report)]
    : [
        ...[loadLadder(report), scaleOutWaterfall(report), designsSideBySide(report), shardLoad(report)],
        ...[shardHeatMap(report), keyFrequency(report), templateRoutes(report), coAccessGraph(report)],
        ...[transactionsSection(report), rankedKeys(report), storedRows(report), advice(report), whatWasRead(report)],
      ];
  const answer = rowsOnly ? "Shard keys by the rows alone" : answers[report.load.verdict];
  const { headline } = report.recommendation;
  return pageHtml({
    title: "Sharding report",
    answer,
    // The headline often begins with the answer.
    headline: headline.startsWith(`${answer}. `) ? headline.slice(answer.length + 2) : headline,
    tiles: rowsOnly ? [] : tilesOf(report),
    sections: sections.filter((section) => section !== undefined),
    footer: `${report.tool.name} ${report.tool.version}, seed ${report.seed}. The same input gives the same page. It makes no request and runs no script.`,
  });
}

function tilesOf({ load, designs, transactions, options }: Report): readonly Tile[] {
  const tiles: Tile[] = [];
  if (!("unknown" in load.worstWindow)) {
    const { total } = load.worstWindow;
    tiles.push({
      value: shortText(total),
      label: `erlangs in the worst window; this server carries ${shortText(load.cores * load.targetUtilization)}`,
      datum: datum("/load/worstWindow/total", total),
    });
  }
  const [design] = designs.designs;
  if (design !== undefined) {
    const { percentageOfOneShard } = design.statements.byExecutions;
    tiles.push(
      {
        value: factorText(design),
        label: `what ${designs.shards} shards would carry of what one node does`,
        datum: datum("/designs/designs/0/scaleOutFactor", design.scaleOutFactor),
      },
      {
        value: percentText(percentageOfOneShard / 100),
        label: "of the statements stay on one shard",
        datum: datum("/designs/designs/0/statements/byExecutions/percentageOfOneShard", percentageOfOneShard),
      },
    );
  }
  const ranked = transactions.byShardCount.findIndex(({ shards }) => shards === options.rankedAt);
  const result = transactions.byShardCount[ranked]?.result;
  if (result !== undefined && !("unknown" in result)) {
    const { crossShardShare } = result.all;
    tiles.push({
      value: percentText(crossShardShare),
      label: "of the transactions touch two shards or more",
      datum: datum(`/transactions/byShardCount/${ranked}/result/all/crossShardShare`, crossShardShare),
    });
  }
  return tiles;
}
