import { bestStrategies, candidateColumns, resultAt } from "../../candidate-cells.ts";
import type { Report } from "../../schema.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html } from "../html.ts";
import type { Section } from "../section.ts";

/** Every key of every table under its best strategy. */
export function rankedKeys(report: Report): Section {
  const { rankedAt, work } = report.options;
  const columns = candidateColumns;
  return {
    id: "ranking",
    title: "Shard keys, table by table",
    definition:
      `What ${rankedAt} shards carry when each table is sharded by this key alone, weighted by ${work === "time" ? "time spent" : "executions"}; ` +
      "the best strategy of each key. Distinct: values in the log. Hottest: share of the value that is asked for most. In order: whether " +
      "inserts come in the key's order (up, down; with a star within a prefix), which sends them all to one shard under ranges. One/some/all: " +
      "percent of the statements by the shards they go to. Fan-out: shards per statement. Worst/mean: load of the busiest shard over the mean. " +
      "A question mark is unknown.",
    body: report.tables.map((entry, at) => {
      const best = bestStrategies(entry);
      if (best.length === 0)
        return html`<h3>${entry.table}</h3><p class="note">No key: ${entry.dropped.map(({ key, reason }) => `${key.join(", ")}: ${reason}`).join("; ") || "no statement pins a column"}.</p>`;
      return html`<h3>${entry.table}</h3>${dataTable(
        `Keys of ${entry.table}, the best first`,
        [
          ...columns.map(({ heading, align }) => ({
            heading: heading(report).join(" ").replace("- ", "").replace(" /", "/"),
            kind: align === "right" ? ("number" as const) : ("text" as const),
          })),
          { heading: "", kind: "bar" as const },
        ],
        best.map((candidate) => {
          const result = resultAt(candidate, report);
          const path = `/tables/${at}/candidates/${candidate.rank - 1}/byShardCount/${candidate.byShardCount.indexOf(result)}`;
          const factor = datum(`${path}/scaleOutFactorAtMost`, result.scaleOutFactorAtMost);
          return [
            ...columns.map(({ cell }) => text(cell(candidate, report))),
            text(
              bar([{ from: 0, to: result.scaleOutFactorAtMost / result.shards, colour: "blue", datum: factor }]),
            ),
          ];
        }),
      )}`;
    }),
  };
}
