import { isUnknown } from "../analyze/known.ts";
import { givenGrowthError } from "../plan/load-path.ts";
import type { Benchmark } from "../plan/benchmark-points.ts";
import type { WorkloadPlan } from "../plan/plan-of-workload.ts";
import type { QueueingInLog } from "../plan/queueing-in-log.ts";
import type { Scalability } from "../plan/scalability.ts";
import { bytesText, durationText, percentText, plural, shortText, wholeText } from "./number-text.ts";
import type { PlanReport } from "./schema-plan.ts";

/** The words that all renderers of a plan use. */

type Place = PlanReport["verdict"]["unshardedUntil"];
type Use = PlanReport["now"]["limits"][number];
type PlanCluster = PlanReport["steps"][number]["cluster"];

export const rungWords: Readonly<Record<PlanReport["ladder"][number]["rung"], string>> = {
  "as-it-is": "as it is",
  tune: "tune",
  "bigger-node": "bigger node",
  replicas: "read replicas",
  "split-tables": "split out tables",
  partition: "partition",
  isolate: "isolate a key",
  shard: "shard",
};

const limitWords: Readonly<Record<Use["limit"], string>> = {
  "primary-cpu": "CPU of the primary",
  "write-path": "writes alone on the primary",
  "replica-cpu": "CPU of the replicas",
  latency: "the objective",
  lag: "replica lag",
  storage: "storage",
  connections: "connections",
  target: "a limit of the system",
  failure: "no node to spare",
};

/** The same, for a narrow column. */
export const shortLimitWords: Readonly<Record<Use["limit"], string>> = {
  "primary-cpu": "primary CPU",
  "write-path": "writes",
  "replica-cpu": "replica CPU",
  latency: "objective",
  lag: "lag",
  storage: "storage",
  connections: "connections",
  target: "system limit",
  failure: "no spare node",
};

/** "1,130x" or "month 14"; without end where nothing that was searched ends it. */
export function placeText(value: number | null, scale: PlanReport["scale"]): string {
  if (value === null) return "no end";
  if (scale === "factor") return `${value < 10 ? shortText(value) : value < 99.5 ? value.toFixed(0) : wholeText(Number(value.toPrecision(3)))}x`;
  return value < 99.5 ? `month ${value < 10 ? shortText(value) : value.toFixed(0)}` : `year ${wholeText(value / 12)}`;
}

/** "1,030x to 1,250x"; empty where there is no interval. */
export function intervalText({ value, low, high }: Place, scale: PlanReport["scale"]): string {
  const [from, to] = [placeText(low, scale), placeText(high, scale)];
  if ((low === value && high === value) || from === to) return "";
  return `${from} to ${to.replace(/^(month|year) /, from.startsWith(to.split(" ")[0]!) ? "" : "$1 ")}`;
}

export function placeWithInterval(place: Place, scale: PlanReport["scale"]): string {
  const interval = intervalText(place, scale);
  return `${placeText(place.value, scale)}${interval === "" ? "" : ` (${interval})`}`;
}

/** What ends a rung or a step. */
export function endText(endedBy: Use | null, hotKeyAlone: boolean): string {
  if (endedBy === null) return "nothing that grows";
  const fact = endedBy.fact === null ? "" : `: ${endedBy.fact.text} (${endedBy.fact.system})`;
  const alone = hotKeyAlone && (endedBy.limit === "primary-cpu" || endedBy.limit === "write-path" || endedBy.limit === "replica-cpu") ? ", of the one key that no shards divide" : "";
  return `${limitWords[endedBy.limit]}${fact}${alone}${endedBy.afterFailure && endedBy.limit !== "failure" ? ", after a failure" : ""}`;
}

/** "3 shards x 2 nodes of large, reads at the replicas". */
export function clusterText({ shards, replicas, server, readsFrom }: PlanCluster): string {
  const reading = replicas === 0 ? "" : readsFrom === "replicas" ? `, ${plural(replicas, "replica")}${shards > 1 ? " each" : ""}` : `, ${plural(replicas, "standby", "standbys")}${shards > 1 ? " each" : ""}`;
  return `${shards === 1 ? `1 ${server}` : `${shards} shards of ${server}`}${reading}`;
}

/** "9.4 of 9.6 cores". */
export function useText({ used, allowed, unit }: Use): string {
  if (unit === "bytes") return `${used === null ? "?" : bytesText(used)} of ${bytesText(allowed)}`;
  const number = (value: number | null): string => (value === null ? "without end" : shortText(value));
  return `${number(used)} of ${number(allowed)} ${unit}`;
}

export const limitText = ({ limit }: Use): string => limitWords[limit];

/** "8 % a month", "40 GB a month", with the interval where it has one. */
export function growthText(quantity: PlanReport["growth"][number]["quantity"], growth: PlanReport["growth"][number]["used"]): string {
  if ("unknown" in growth) return `unknown: ${growth.unknown}`;
  const { kind, perMonth } = growth;
  const one = (value: number): string => {
    if (kind === "compound") return `${shortSigned(value * 100)} %`;
    if (quantity === "data") return bytesText(value);
    return `${shortSigned(value)}${quantity === "connections" ? "" : "/s"}`;
  };
  const interval = perMonth.low < perMonth.high ? ` (${one(perMonth.low).replace(/ %$/, "")} to ${one(perMonth.high)})` : "";
  return `${one(perMonth.value)}${interval} a month`;
}

const shortSigned = (value: number): string => (value < 0 ? `-${shortText(-value)}` : shortText(value));

/** "p99 2.3 ms by formula, 2.2 ms simulated: 4 % less". */
export function confirmationText(confirmation: NonNullable<PlanReport["steps"][number]["confirmation"]>): string {
  const { measure, formulaMs, simulatedMs, difference } = confirmation;
  const ms = (value: number): string => (value >= 1000 ? durationText(value / 1000) : `${shortText(value)} ms`);
  const apart = Math.abs(difference) < 0.005 ? "the same" : `${percentText(Math.abs(difference))} ${difference > 0 ? "more" : "less"}`;
  return `${measure} ${ms(formulaMs)} by formula, ${ms(simulatedMs)} simulated: ${apart}`;
}

/** The answer in a sentence. */
export function verdictText({ plan }: WorkloadPlan): string {
  const { path, unshardedUntil: end, steps } = plan;
  const place = placeWithInterval({ value: orNull(end.value), low: orNull(end.low), high: orNull(end.high) }, path.scale);
  if (steps.length === 0) return "nothing of what can be had holds what is required, even today";
  if (path.scale === "factor")
    return end.value === Infinity ? "no shards: nothing that grows ends one server" : end.value <= path.from ? "shards are needed today" : `no shards before the load has grown ${place}`;
  const horizon = `${wholeText(path.horizon)} months`;
  if (end.value >= path.horizon) return `no shards within ${horizon}: one server with its replicas holds until ${place}`;
  const last = steps.at(-1)!;
  const held = last.until.value >= path.horizon;
  const most = last.cluster.shards;
  const nothing = `; from ${placeText(orNull(last.until.value), "months")} on nothing that can be had holds`;
  return `${end.value <= 0 ? "shards are needed today" : `shards from ${place}`}${held ? `, ${plural(most, "shard")} at the end of ${horizon}` : nothing}`;
}

const orNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

/** What was assumed and what was left out. */
export function planNotes(whole: WorkloadPlan): readonly string[] {
  const { demand, growth, settings, boundReads, facts, shares, limits, plan, overlapMonths, now, queueing, scalability } = whole;
  const factors = plan.path.scale === "factor";
  const unknownGrowth = (["reads", "writes"] as const).filter((quantity) => isUnknown(demand.growth[quantity].used));
  const defaults = limits.filter(({ kind }) => kind === "default");
  const rules: readonly (readonly [boolean, string])[] = [
    [factors, `no date without growth: ${unknownText(demand)}; pass --growth 'reads 5%/month, writes 8%/month'`],
    [!factors && unknownGrowth.length > 0 && growth !== undefined, `${unknownGrowth.join(" and ")}: growth is not known, so ${unknownGrowth.length > 1 ? "they are" : "it is"} taken not to grow`],
    [now.bytes === undefined, "storage ends nothing here, because the size of the data is not known: pass --data 500GB"],
    [now.connections === undefined && settings.growth.connections !== undefined, "connections end nothing here, because it is not known how many there are: pass --connections 200"],
    [now.connections !== undefined && settings.servers.every(({ connections }) => connections === undefined), "connections end nothing here but by limits of the system, because no node in the list says how many it takes"],
    [now.connections !== undefined && shares !== undefined, "each client is taken to be connected to every shard: a pool in between would need fewer"],
    [settings.servers.every(({ storageBytes }) => storageBytes === undefined) && now.bytes !== undefined, "storage ends nothing here, because no node in the list says how much it has"],
    [isUnknown(queueing), `the log's durations are taken for service; what of them was waiting is not known: ${isUnknown(queueing) ? queueing.unknown : ""}`],
    [!isUnknown(queueing), isUnknown(queueing) ? "" : queueingText(queueing)],
    [!isUnknown(queueing) && queueing.doubt !== undefined, isUnknown(queueing) ? "" : (queueing.doubt ?? "")],
    [scalability === undefined, "cores don't contend: no load test was given (--benchmark), so that twice the cores carry twice the load"],
    [scalability !== undefined, scalability === undefined ? "" : scalabilityText(scalability, settings.benchmark!.of)],
    [isUnknown(boundReads), `any read may go to a replica: ${isUnknown(boundReads) ? boundReads.unknown : ""}`],
    [!isUnknown(boundReads) && facts.boundReadShare > 0, `${percentText(facts.boundReadShare)} of the reads stay on the primary: they are inside of transactions that write`],
    [true, `a write costs a replica ${percentText(facts.applyShare)} of what it costs the primary, on ${plural(facts.applyThreads, "thread")}`],
    [settings.requirements.survive !== "nothing", `all holds with ${settings.requirements.survive} gone${settings.requirements.survive === "one zone" ? ", the nodes of a shard spread over three" : ""}`],
    [shares !== undefined, "with shards, copying for the next reshard keeps one server of each shard busy"],
    [shares?.atBest === true, "some values of the shard keys are not in the log: the load may be less even than this"],
    [shares?.powersOfTwo === true, "numbers of shards are powers of two: any other change would move nearly all rows"],
    [!factors, `while servers are replaced or shards come, both clusters are paid for ${plural(overlapMonths, "month")}`],
    [!factors && Object.values(growth ?? {}).some(({ perMonth }) => perMonth.low === perMonth.high && perMonth.value > 0), `growth without a range is taken ${percentText(givenGrowthError)} of it either way for the intervals: pass 6..10%/month for your own`],
    [true, "memory and IOPS are not judged: a log does not say which pages are read"],
    ...defaults.map(({ system, fact }): readonly [boolean, string] => [true, `${system}: ${fact}; a setting, it ends nothing here`]),
  ];
  return rules.flatMap(([applies, note]) => (applies ? [note] : []));
}

function unknownText({ growth }: WorkloadPlan["demand"]): string {
  const { measured } = growth.reads;
  return isUnknown(measured) ? measured.unknown : "nothing grows";
}

function queueingText({ servers, serversFrom, serviceShare }: QueueingInLog): string {
  if (servers === Infinity || serviceShare.value > 0.995) return "the log's durations hardly contain waiting: they are taken for service";
  return `${percentText(serviceShare.value)} of the log's durations is service, the rest waited for ${serversFrom === "stated" ? "" : "what looks like "}${plural(servers, "server")}`;
}

function scalabilityText({ model, alpha, beta, because, determination }: Scalability, of: Benchmark["of"]): string {
  const law = model === "usl" ? "the universal scalability law" : model === "amdahl" ? "Amdahl's law" : "a straight line";
  return `${of} of the load test follow ${law} (${because}): contention ${shortText(alpha.value)}, coherency ${shortText(beta.value)}, R² ${determination.toFixed(3)}`;
}
