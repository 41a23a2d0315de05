import Table from "cli-table3";
import { clipped, displayWidth } from "./display-width.ts";
import { findingsSection, told } from "./findings-text.ts";
import { bytesText, durationText, percentText, plural, shortText, wholeText } from "./number-text.ts";
import { Page, type PageOptions } from "./page.ts";
import { plainText } from "./plain-text.ts";
import type { Simulation, SimulationVariant } from "./simulation-schema.ts";

type SimulationMeasure = SimulationVariant["measures"][number];

/** The simulation for people at a terminal: one page of one variant, or one table of several. */
export function renderSimulation(simulation: Simulation, options: PageOptions): string {
  const page = new Page(options);
  const [only] = simulation.variants;
  if (simulation.variants.length > 1) variantTable(page, simulation);
  else variantPage(page, simulation, only!);
  const several = simulation.variants.length > 1;
  for (const variant of simulation.variants)
    findingsSection(page, variant.findings.map((finding) => told(finding, [])), { each: true, named: several ? ` of ${plainText(variedText(variant))}` : "" });
  for (const variant of simulation.variants) expectationSection(page, variant, several);
  return page.text();
}

function variantPage(page: Page, simulation: Simulation, variant: SimulationVariant): void {
  page.heading(plainText(variant.name));
  const facts = [
    `seed ${simulation.seed}`,
    ...(variant.engine === null ? [] : [`${durationText(variant.durationMs / 1000)} simulated${variant.warmupMs > 0 ? `, the first ${durationText(variant.warmupMs / 1000)} not measured` : ""}`]),
    ...(variant.runs > 1 ? [plural(variant.runs, "run")] : []),
    `${plural(variant.shards, "shard")}, ${plural(variant.replicas, "replica")} each, ${variant.replication}`,
  ];
  page.paragraph(facts.join(" · "));
  if (variant.engine !== null)
    page.paragraph(
      variant.engine === "fast"
        ? "fast engine: no event queue, exact for this scenario"
        : `event queue: ${variant.engineBecause ?? ""}`,
    );
  for (const assumption of variant.assumptions) page.paragraph(assumption, "  assumed: ", "dim");
  if (variant.engine !== null) {
    loadSection(page, variant);
    latencySection(page, variant);
    timeSection(page, variant);
    shardSection(page, variant);
  }
  replicaSection(page, variant);
  failoverSection(page, variant);
  moveSection(page, variant);
  otherSection(page, variant);
  exactSection(page, variant);
}

const find = (variant: SimulationVariant, name: string): SimulationMeasure | undefined =>
  variant.measures.find((measure) => measure.name === name);

function valueText(unit: SimulationMeasure["unit"], value: number): string {
  switch (unit) {
    case "ms":
      return msText(value);
    case "share":
      return value > 0 && value < 0.1 ? `${threeDigits(value * 100)} %` : `${(value * 100).toFixed(1)} %`;
    case "per second":
      return `${threeDigits(value)}/s`;
    case "count":
      return Number.isInteger(value) ? wholeText(value) : threeDigits(value);
  }
}

const msText = (ms: number): string => (ms >= 10_000 ? durationText(ms / 1000) : `${threeDigits(ms)} ms`);

/** Three digits that matter; whole numbers stay whole. */
function threeDigits(value: number): string {
  if (value === 0) return "0";
  return Math.abs(value) >= 100 ? wholeText(value) : String(Number(value.toPrecision(3)));
}

/** "5.01 ms (4.95 to 5.07)", or why it is not known. */
function measureText(measure: SimulationMeasure | undefined): string {
  if (measure === undefined) return "not measured";
  if (measure.value === null) return `unknown: ${measure.note ?? "nothing was measured"}`;
  const value = valueText(measure.unit, measure.value);
  const sure = measure.low !== null && measure.high !== null && measure.low !== measure.high;
  const interval = sure ? ` (${valueText(measure.unit, measure.low!).replace(/ (ms|%)$/, "")} to ${valueText(measure.unit, measure.high!)})` : "";
  return `${value}${interval}${measure.note === null ? "" : `, ${measure.note}`}`;
}

function loadSection(page: Page, variant: SimulationVariant): void {
  page.heading("What it carries");
  const count = (name: string): number => find(variant, name)?.value ?? 0;
  page.paragraph(
    `${plural(count("arrivals"), "arrival")} = ${wholeText(count("served"))} served + ${wholeText(count("refused"))} refused + ${wholeText(count("inFlight"))} in flight`,
  );
  page.paragraph(`throughput ${measureText(find(variant, "throughput"))}`);
  const reasons = variant.measures.filter(({ name, value }) => /^refused\.(?!share)/.test(name) && value !== null && value > 0);
  if (reasons.length > 0)
    page.paragraph(`refused: ${reasons.map(({ name, value }) => `${wholeText(value!)} ${name.slice("refused.".length)}`).join(", ")}`);
  capacityLine(page, "sustainable", variant.capacity);
  if (variant.objective !== null) capacityLine(page, `knee for ${plainText(variant.objective)}`, variant.knee);
}

function capacityLine(page: Page, what: string, capacity: SimulationVariant["capacity"]): void {
  if (capacity === null) return;
  if (capacity.speed === null || capacity.requestsPerSecond === null) {
    page.paragraph(`${what}: unknown, ${capacity.note ?? ""}`);
    return;
  }
  const limit = capacity.limitedBy;
  const by = limit === null ? "" : `; shard ${limit.shard} ends it (${limit.node}), mostly with ${plainText(limit.operation)}`;
  page.paragraph(
    `${what}: ${threeDigits(capacity.requestsPerSecond)} requests/s, ${shortText(capacity.speed)} times this load, ±${percentText(capacity.precision)}${by}`,
  );
}

function latencySection(page: Page, variant: SimulationVariant): void {
  page.heading("Latency", "95 % intervals in the JSON; ? where samples are too few");
  const groups = variant.measures.flatMap(({ name }) => /^latency(?:\.(.+))?\.p50$/.exec(name)?.slice(1, 2) ?? []);
  const table = plainTable(["", "mean", "p50", "p95", "p99", "p99.9", "max", "requests"]);
  for (const group of groups) {
    const prefix = group === undefined ? "latency" : `latency.${group}`;
    const cell = (name: string): string => {
      const measure = find(variant, `${prefix}.${name}`);
      if (measure === undefined || measure.value === null) return "-";
      return `${msText(measure.value)}${measure.note?.startsWith("too few") === true ? "?" : ""}`;
    };
    const mean = find(variant, `${prefix}.mean`);
    if (mean === undefined || mean.value === null) continue;
    const cells = ["mean", "p50", "p95", "p99", "p99.9", "max"].map(cell);
    table.push([clipped(plainText(group ?? "all"), 18), ...cells, wholeText(mean.samples)]);
  }
  page.line(indented(table));
  page.paragraph(`mean ${measureText(find(variant, "latency.mean"))}; p99 ${measureText(find(variant, "latency.p99"))}`);
  page.paragraph(`of it in queues: mean ${measureText(find(variant, "wait.mean"))}; p99 ${measureText(find(variant, "wait.p99"))}`);
}

function timeSection(page: Page, variant: SimulationVariant): void {
  const { series } = variant;
  if (series === null) return;
  page.heading("Over time", `each sign is ${durationText(series.sliceMs / 1000)}`);
  chart(page, "requests/s", series.servedPerSecond, (value) => threeDigits(value));
  chart(page, "p99", series.latencyMsP99, msText);
  const busiest = busiestShard(variant);
  if (busiest === undefined) return;
  chart(page, `shard ${busiest.shard} busy`, busiest.utilisationSeries, percentText);
  chart(page, `shard ${busiest.shard} queue`, busiest.queueSeries, threeDigits);
  if (busiest.lagMsSeries.length > 0) chart(page, `shard ${busiest.shard} lag`, busiest.lagMsSeries, msText);
}

function busiestShard(variant: SimulationVariant): SimulationVariant["shardHistories"][number] | undefined {
  return [...variant.shardHistories].sort((a, b) => (b.utilisation ?? 0) - (a.utilisation ?? 0) || a.shard - b.shard)[0];
}

/** A line of signs from 0 to the highest value, which is written behind. */
function chart(page: Page, title: string, values: readonly (number | null)[], text: (value: number) => string): void {
  const known = values.flatMap((value) => (value === null ? [] : [value]));
  if (known.length === 0) return;
  const highest = Math.max(...known);
  const signs = page.sign("▁▂▃▄▅▆▇█", "_.-=+*#@");
  const room = page.width - 34;
  const width = Math.min(60, Math.max(10, room));
  const columns = Array.from({ length: width }, (_, column) => {
    const part = values.slice(Math.floor((column * values.length) / width), Math.ceil(((column + 1) * values.length) / width));
    const value = Math.max(...part.map((each) => each ?? -1));
    if (value < 0) return " ";
    return highest === 0 ? signs[0]! : signs[Math.min(7, Math.floor((value / highest) * 8))]!;
  });
  page.line(`  ${title.padEnd(16)}${columns.join("")}  to ${text(highest)}`);
}

const mostShards = 12;

function shardSection(page: Page, variant: SimulationVariant): void {
  const { shardHistories } = variant;
  if (shardHistories.length < 2) return;
  const shown = [...shardHistories].sort((a, b) => (b.utilisation ?? 0) - (a.utilisation ?? 0) || a.shard - b.shard).slice(0, mostShards);
  page.heading("Shards", shardHistories.length > shown.length ? `the ${mostShards} busiest of ${shardHistories.length}` : "busiest first");
  const lagged = variant.replicas > 0 && variant.replication !== "leaderless";
  const table = plainTable(["shard", "busy", "queue", "requests", "mostly", ...(lagged ? ["replica busy", "lag p50", "p95", "max"] : [])]);
  for (const shard of shown) {
    const ms = (value: number | null): string => (value === null ? "-" : msText(value));
    table.push([
      String(shard.shard),
      shard.utilisation === null ? "-" : percentText(shard.utilisation),
      threeDigits(shard.queueMean),
      wholeText(shard.asked),
      shard.busiestOperation === null ? "-" : clipped(plainText(shard.busiestOperation), 14),
      ...(lagged
        ? [shard.replicaUtilisation === null ? "-" : percentText(shard.replicaUtilisation), ms(shard.lagMsP50), ms(shard.lagMsP95), ms(shard.lagMsMax)]
        : []),
    ]);
  }
  page.line(indented(table));
}

function replicaSection(page: Page, variant: SimulationVariant): void {
  const names = variant.measures.filter(({ name }) => /^(lag|stale|ownWriteMissed|wentBack|reads|consistent|probe|conflicts)\./.test(name) && !/^lag\.(mean|p99)/.test(name));
  if (names.length === 0) return;
  page.heading("Replicas");
  const words: Readonly<Record<string, string>> = {
    "lag.p50": "lag, half of the writes",
    "lag.p95": "lag, 95 % of the writes",
    "lag.max": "lag, worst",
    "lag.above5s": "more than 5 s behind for",
    "lag.above30s": "more than 30 s behind for",
    "stale.share": "stale reads",
    "stale.twoBehind": "two versions behind",
    "ownWriteMissed.share": "own write not seen",
    "wentBack.share": "went back in time",
    "reads.primaryShare": "reads at the primary",
    "conflicts.share": "writes in conflict",
  };
  for (const measure of names) page.paragraph(measureText(measure), `  ${(words[measure.name] ?? measure.name).padEnd(26)} `);
}

function failoverSection(page: Page, variant: SimulationVariant): void {
  if (variant.failovers.length === 0) return;
  page.heading("Failover", variant.runs > 1 ? `${plural(variant.failovers.length, "outage")} of ${plural(variant.runs, "run")}` : "");
  for (const failover of variant.failovers.slice(0, 8)) {
    const after = (until: number | null): string => (until === null ? "never" : `after ${durationText((until - failover.failedAtMs) / 1000)}`);
    page.paragraph(
      `shard ${failover.shard} lost its primary at ${durationText(failover.failedAtMs / 1000)}: detected ${after(failover.detectedAtMs)}, ` +
        `another one elected ${after(failover.electedAtMs)}, writes taken again ${after(failover.restoredAtMs)}`,
    );
    const split = failover.splitBrainMs > 0 ? `; two primaries for ${durationText(failover.splitBrainMs / 1000)} with ${plural(failover.splitBrainWrites, "write")} aside` : "";
    page.paragraph(
      `${plural(failover.lostWrites, "write")} lost, ${wholeText(failover.lostAcknowledged)} of them acknowledged; ` +
        `${wholeText(failover.delayedWrites)} delayed, ${wholeText(failover.refusedWrites)} refused${split}`,
      "    ",
    );
  }
}

function moveSection(page: Page, variant: SimulationVariant): void {
  for (const move of variant.moves) {
    page.heading("Reshard", `${move.fromShards} to ${plural(move.toShards, "shard")}`);
    const after = (until: number | null): string => (until === null ? "not before the end" : `after ${durationText((until - move.startedAtMs) / 1000)}`);
    page.paragraph(
      `${percentText(move.movedKeyShare)} of the keys move, ${bytesText(move.movedBytes)}: ${wholeText(move.copiedChunks)} of ${plural(move.chunks, "chunk")} copied; ` +
        `all copied ${after(move.copiedAtMs)}, done ${after(move.doneAtMs)}`,
    );
    page.paragraph(
      `${plural(move.repeatedWrites, "write")} repeated at the target, at most ${msText(move.maxLagMs)} behind; ${wholeText(move.pausedWrites)} waited for the switch`,
    );
    const slice = variant.series;
    if (slice === null) continue;
    const p99 = (from: number, to: number): number | null => {
      const values = slice.latencyMsP99.slice(Math.max(0, Math.floor((from - variant.warmupMs) / slice.batchMs)), Math.ceil((to - variant.warmupMs) / slice.batchMs)).flatMap((value) => (value === null ? [] : [value]));
      return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    const before = p99(variant.warmupMs, move.startedAtMs);
    const during = p99(move.startedAtMs, move.copiedAtMs ?? variant.durationMs);
    if (before !== null && during !== null) page.paragraph(`requests meanwhile: p99 ${msText(during)}, before ${msText(before)}`);
  }
}

function otherSection(page: Page, variant: SimulationVariant): void {
  const shown = variant.measures.filter(
    ({ name, value }) => /^(fanOut\.mean|crossShard\.share|hedges\.share|retries|cache\.hitShare|lockWaits|repairs|hints)$/.test(name) && value !== null && value > 0 && !(name === "fanOut.mean" && value === 1),
  );
  if (shown.length === 0) return;
  page.heading("Across shards and retries");
  const words: Readonly<Record<string, string>> = {
    "fanOut.mean": "shards per request",
    "crossShard.share": "of several keys, cross-shard",
    "hedges.share": "hedged",
    "cache.hitShare": "answered from the cache",
    lockWaits: "waits for locks",
    repairs: "read repairs",
    hints: "hints kept",
  };
  for (const measure of shown) page.paragraph(measureText(measure), `  ${(words[measure.name] ?? measure.name).padEnd(28)} `);
}

function exactSection(page: Page, variant: SimulationVariant): void {
  if (variant.exact.length === 0) return;
  page.heading("What mathematics says");
  for (const { measure, value, formula } of variant.exact) {
    const simulated = find(variant, measure);
    const unit = simulated?.unit ?? unitOfExact(measure);
    const beside = simulated === undefined || simulated.value === null ? "" : `, simulated ${valueText(unit, simulated.value)}`;
    const shown = unit === "share" ? String(Number(value.toPrecision(8))) : valueText(unit, value);
    page.paragraph(`${measure} ${shown}${beside}  (${formula})`);
  }
}

/** Of a figure that only a formula gives. */
function unitOfExact(measure: string): "share" | "ms" | "count" {
  if (/^(consistent\.within|available|loss|monotonic|shardQuantile)/.test(measure)) return "share";
  return /^(outage|latency|wait|lag|failover\.(detection|election|unavailable))/.test(measure) ? "ms" : "count";
}

function expectationSection(page: Page, variant: SimulationVariant, named: boolean): void {
  if (variant.expectations.length === 0) return;
  page.heading(`Expectations${named ? ` of ${variedText(variant)}` : ""}`);
  for (const { text, value, holds, note } of variant.expectations) {
    const verdict = holds === null ? `UNKNOWN: ${note ?? "there is no such measure"}` : holds ? "holds" : "FAILS";
    const was = value === null ? "" : ` (${threeDigits(value)})`;
    page.paragraph(`${plainText(text)}: ${verdict}${was}`, "  ", ...(holds === true ? [] : (["red"] as const)));
  }
}

const variedText = (variant: SimulationVariant): string =>
  Object.entries(variant.varied).map(([name, value]) => `${name}=${value}`).join(" ");

/** One row for each what-if. */
function variantTable(page: Page, simulation: Simulation): void {
  const names = Object.keys(simulation.variants[0]!.varied);
  page.heading(plainText(simulation.variants[0]!.name), `seed ${simulation.seed}, ${plural(simulation.variants.length, "variant")}`);
  const columns: readonly (readonly [string, (variant: SimulationVariant) => string])[] = [
    ["carries", ({ capacity }) => (capacity === null || capacity.requestsPerSecond === null ? "?" : `${threeDigits(capacity.requestsPerSecond)}/s`)],
    ["served", (variant) => cellOf(variant, "throughput")],
    ["p50", (variant) => cellOf(variant, "latency.p50")],
    ["p99", (variant) => cellOf(variant, "latency.p99")],
    ["busiest", (variant) => cellOf(variant, "utilisation.max")],
    ["refused", (variant) => cellOf(variant, "refused.share")],
    ["lag p95", (variant) => cellOf(variant, "lag.p95")],
    ["stale", (variant) => cellOf(variant, "stale.share")],
    ["lost", (variant) => cellOf(variant, "failover.lostAcknowledged")],
  ];
  const used = columns.filter(([, cell]) => simulation.variants.some((variant) => cell(variant) !== "-" && cell(variant) !== "?"));
  const table = plainTable([...names, ...used.map(([title]) => title)], names.length);
  for (const variant of simulation.variants)
    table.push([...names.map((name) => plainText(variant.varied[name]!)), ...used.map(([, cell]) => cell(variant))]);
  page.line(indented(table));
}

function cellOf(variant: SimulationVariant, name: string): string {
  const measure = find(variant, name);
  return measure === undefined || measure.value === null ? "-" : valueText(measure.unit, measure.value);
}

function plainTable(head: readonly string[], leftColumns = 1): Table.Table {
  return new Table({
    head: [...head],
    chars: { top: "", "top-mid": "", "top-left": "", "top-right": "", bottom: "", "bottom-mid": "", "bottom-left": "", "bottom-right": "", left: "", "left-mid": "", mid: "", "mid-mid": "", right: "", "right-mid": "", middle: " " },
    style: { head: [], border: [], "padding-left": 0, "padding-right": 0 },
    colAligns: head.map((_, column) => (column < leftColumns ? "left" : "right")),
  });
}

const indented = (table: Table.Table): string =>
  table
    .toString()
    .split("\n")
    .map((line) => `  ${line.trimEnd()}`)
    .filter((line) => displayWidth(line) > 2)
    .join("\n");
