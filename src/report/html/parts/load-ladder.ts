import { durationText, percentText, shortText } from "../../number-text.ts";
import type { Report } from "../../schema.ts";
import { rungWords, verdictWords } from "../../words.ts";
import { bar } from "../bar.ts";
import { dataTable, text } from "../data-table.ts";
import { datum } from "../datum.ts";
import { html, type Html } from "../html.ts";
import { sentence, unknownHtml, type Section } from "../section.ts";
import { loadOverTime } from "./load-over-time.ts";

/** The load beside what one server carries, and the steps that come before shards. */
export function loadLadder(report: Report): Section {
  const { load } = report;
  return {
    id: "load",
    title: "Do you need shards?",
    definition:
      "Offered load in erlangs: seconds of database work that arrive per second, so 2 erlangs keep 2 cores busy. A server is full " +
      `when ${percentText(load.targetUtilization)} of its cores are busy in the worst window of the log's time. The steps are tried ` +
      "in the order of what they cost to live with; sharding is the last.",
    body: [loadTable(load), steps(load), loadOverTime(report)],
  };
}

function loadTable({ erlangs, worstWindow, cores, largestCores, targetUtilization }: Report["load"]): Html {
  if ("unknown" in erlangs) return unknownHtml("The offered load", erlangs.unknown);
  const capacity = (of: number): number => of * targetUtilization;
  const loads = [
    { name: "whole log", path: "/load/erlangs", load: erlangs },
    ...("unknown" in worstWindow
      ? []
      : [{ name: `worst ${durationText(worstWindow.seconds)}`, path: "/load/worstWindow", load: worstWindow }]),
  ];
  const most = Math.max(capacity(largestCores), ...loads.map(({ load }) => load.total));
  const rows = loads.map(({ name, path, load }) => [
    text(name),
    text(
      bar([
        { from: 0, to: load.reads / most, colour: "blue", datum: datum(`${path}/reads`, load.reads), title: "reads" },
        {
          from: load.reads / most,
          to: load.total / most,
          colour: "orange",
          datum: datum(`${path}/writes`, load.writes),
          title: "writes",
        },
      ]),
    ),
    { content: shortText(load.reads), datum: datum(`${path}/reads`, load.reads) },
    { content: shortText(load.writes), datum: datum(`${path}/writes`, load.writes) },
    { content: shortText(load.total), datum: datum(`${path}/total`, load.total) },
  ]);
  const servers = [
    { name: "this server", of: cores, path: "/load/cores" },
    { name: "largest server", of: largestCores, path: "/load/largestCores" },
  ].map(({ name, of, path }) => [
    { content: `${name}, ${shortText(of)} cores`, datum: datum(path, of) },
    text(bar([{ from: 0, to: capacity(of) / most, colour: "grey" }])),
    text(""),
    text(""),
    text(shortText(capacity(of))),
  ]);
  const table = dataTable(
    "Offered load, reads in blue and writes in orange, beside what a server carries, in erlangs",
    [
      { heading: "", kind: "text" },
      { heading: "load", kind: "bar" },
      { heading: "reads", kind: "number" },
      { heading: "writes", kind: "number" },
      { heading: "total", kind: "number" },
    ],
    [...rows, ...servers],
  );
  return "unknown" in worstWindow ? html`${table}${unknownHtml("The worst window", worstWindow.unknown)}` : table;
}

function steps({ rungs }: Report["load"]): Html {
  return dataTable(
    "The ladder: each step, whether it is called for, and why",
    [
      { heading: "step", kind: "text" },
      { heading: "verdict", kind: "text" },
      { heading: "because", kind: "text" },
    ],
    rungs.map(({ rung, verdict, because }, index) => [
      text(`${index + 1}. ${rungWords[rung]}`),
      { content: html`<span class="tag ${verdict}">${verdictWords[verdict]}</span>`, datum: datum(`/load/rungs/${index}/verdict`, verdict) },
      text(sentence(because)),
    ]),
  );
}
