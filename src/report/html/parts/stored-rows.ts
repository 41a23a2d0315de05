import { bytesText, countText, percentText, wholeText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { strategyWords } from "../../words.ts";
import { dataTable, text, type Cell } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import type { Section } from "../section.ts";

/** What is stored, where a database was asked or rows were given. */
export function storedRows(report: Report): Section | undefined {
  if (report.stored.length === 0 && report.dataSets.length === 0) return undefined;
  return {
    id: "rows",
    title: "What is stored",
    definition:
      "Rows and bytes of tables, from the catalogue of a database or from rows that were given. Under each key: how many values it has, the " +
      "share of the rows that the most frequent one has, and the rows of the fullest shard over the mean under each strategy.",
    body: [sizes(report), report.dataSets.map((_, index) => keysOf(report, index))],
  };
}

function sizes({ stored }: Report): Html | undefined {
  if (stored.length === 0) return undefined;
  const cell = (path: string, value: number | null, shown: (value: number) => string): Cell =>
    value === null ? text("unknown") : { content: shown(value), datum: datum(path, value) };
  return dataTable(
    "Rows and bytes by table",
    [
      { heading: "table", kind: "text" },
      { heading: "rows", kind: "number" },
      { heading: "bytes", kind: "number" },
      { heading: "from", kind: "text" },
    ],
    stored.map(({ table, rows, bytes, from, source }, index) => [
      text(table),
      cell(`/stored/${index}/rows`, rows, wholeText),
      cell(`/stored/${index}/bytes`, bytes, bytesText),
      text(`${from}: ${source}`),
    ]),
  );
}

function keysOf({ dataSets, options }: Report, set: number): Html {
  const { table, keys } = dataSets[set]!;
  const strategies = keys[0]?.strategies.map(({ strategy }) => strategy) ?? [];
  return html`<h3>${table}</h3>${dataTable(
    `Keys of the rows of ${table}; fullest shard over the mean at ${options.rankedAt} shards`,
    [
      { heading: "key", kind: "text" },
      { heading: "values", kind: "number" },
      { heading: "hottest", kind: "number" },
      ...strategies.map((strategy) => ({ heading: strategyWords[strategy], kind: "number" as const })),
    ],
    keys.map(({ key, keyCharacteristics: { numDistinctValues, mostCommonValues }, strategies: judged }, at) => [
      text(key.join(", ")),
      "unknown" in numDistinctValues
        ? text("unknown")
        : {
            content: `${numDistinctValues.relativeError > 0 ? "~" : ""}${countText(numDistinctValues.count)}`,
            datum: datum(`/dataSets/${set}/keys/${at}/keyCharacteristics/numDistinctValues/count`, numDistinctValues.count),
          },
      "unknown" in mostCommonValues || mostCommonValues[0] === undefined
        ? text("unknown")
        : {
            content: percentText(mostCommonValues[0].share),
            datum: datum(
              `/dataSets/${set}/keys/${at}/keyCharacteristics/mostCommonValues/0/share`,
              mostCommonValues[0].share,
            ),
          },
      ...judged.map(({ byShardCount }, strategy): Cell => {
        const ranked = byShardCount.findIndex(({ shards }) => shards === options.rankedAt);
        const rows = byShardCount[ranked]?.rows;
        if (rows === undefined || "unknown" in rows) return text("unknown");
        return {
          content: rows.maxOverMean.toFixed(2),
          datum: datum(
            `/dataSets/${set}/keys/${at}/strategies/${strategy}/byShardCount/${ranked}/rows/maxOverMean`,
            rows.maxOverMean,
          ),
        };
      }),
    ]),
  )}`;
}
