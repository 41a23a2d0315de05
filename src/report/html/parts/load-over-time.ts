import { durationText, shortText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { clockText, clockTicks } from "../clock-text.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { evenTicks, plot } from "../plot.ts";
import { numbers, unknownHtml } from "../section.ts";

/** Reads and writes over the log's time: erlangs, or executions per second where durations are not logged. */
export function loadOverTime({ review: { loadOverTime: load } }: Report): Html {
  if ("unknown" in load) return unknownHtml("The load over time", load.unknown);
  const { windows, windowSeconds } = load;
  const timed = windows.every(({ readErlangs, writeErlangs }) => readErlangs !== null && writeErlangs !== null);
  const [reads, writes] = timed
    ? (["readErlangs", "writeErlangs"] as const)
    : (["readsPerSecond", "writesPerSecond"] as const);
  const unit = timed ? "erlangs" : "executions per second";
  const from = Date.parse(windows[0]!.from);
  const to = Date.parse(windows.at(-1)!.from) + windowSeconds * 1000;
  const most = Math.max(...windows.map((window) => Math.max(window[reads]!, window[writes]!)));
  const ticks = evenTicks(most, shortText);
  const seconds = (to - from) / 1000;
  const lines = [
    { name: "reads", field: reads },
    { name: "writes", field: writes },
  ].map(({ name, field }) => ({
    name,
    points: windows.map((window) => ({ x: Date.parse(window.from) + windowSeconds * 500, y: window[field] })),
  }));
  const drawing = plot(
    `Reads and writes over the log's time, in ${unit}; at most ${shortText(most)}`,
    { label: "time (UTC)", from, to, ticks: clockTicks(from, to) },
    { label: unit, from: 0, to: ticks.at(-1)!.at || 1, ticks },
    lines,
  );
  const table = dataTable(
    `Load in windows of ${durationText(windowSeconds)}`,
    [
      { heading: "from (UTC)", kind: "text" },
      { heading: `reads, ${unit}`, kind: "number" },
      { heading: `writes, ${unit}`, kind: "number" },
    ],
    windows.map((window, index) => [
      text(clockText(window.from, seconds)),
      { content: shortText(window[reads]!), datum: datum(`/review/loadOverTime/windows/${index}/${reads}`, window[reads]) },
      {
        content: shortText(window[writes]!),
        datum: datum(`/review/loadOverTime/windows/${index}/${writes}`, window[writes]),
      },
    ]),
  );
  return html`<h3>Load over time</h3>${drawing}${numbers(table)}`;
}
