import { createHash } from "node:crypto";
import { stringify } from "yaml";
import { keyText } from "../../advice/key-text.ts";
import { analyze } from "../../analyze/analyze.ts";
import { nearest } from "../../analyze/nearest-name.ts";
import { InputError } from "../../base/input-error.ts";
import { parseDesign } from "../../placement/design-file.ts";
import type { Design } from "../../placement/design.ts";
import { factsOf, knownName } from "../../placement/target-facts.ts";
import { parseBenchmark } from "../../plan/benchmark-points.ts";
import { readBytes } from "../../plan/byte-size.ts";
import type { Server, Survival } from "../../plan/cluster.ts";
import { parseGrowth } from "../../plan/growth-option.ts";
import { type NodeKind, parseNodes } from "../../plan/node-list.ts";
import { parseObjective } from "../../plan/objective.ts";
import { planOfWorkload, type PlanSettings } from "../../plan/plan-of-workload.ts";
import { reshardsOf } from "../../plan/reshards.ts";
import { buildPlan } from "../../report/build-plan.ts";
import { jsonText } from "../../report/json-text.ts";
import { plainText } from "../../report/plain-text.ts";
import { renderPlan } from "../../report/render-plan.ts";
import type { PlanReport } from "../../report/schema-plan.ts";
import type { ReshardOptions } from "../../reshard/reshard.ts";
import { inferSchema } from "../../workload/inferred-schema.ts";
import type { Workload } from "../../workload/workload.ts";
import { recordFilterOf } from "../filter-options.ts";
import { readTextFile } from "../files.ts";
import { expandArguments } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import { type ReadingFlags, readerOptionsOf } from "../reading-options.ts";
import { scan } from "../scan.ts";
import { readSchemaOption } from "../schema-option.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `plan`, as they are after parsing. */
export interface PlanFlags extends ReadingFlags {
  readonly growth?: string;
  readonly horizon: number;
  readonly data?: string;
  readonly connections?: number;
  readonly rate?: number;
  readonly serviceMs?: number;
  readonly design?: string;
  readonly schema?: string;
  readonly nodes?: string;
  readonly node?: string;
  /** Undefined: not stated, so that it is not known which cores the log's durations have waited for. */
  readonly cores?: number;
  readonly largestCores: number;
  readonly benchmark?: string;
  readonly maxReplicas: number;
  readonly target?: string;
  readonly throttle?: NonNullable<ReshardOptions["throttle"]>;
  readonly slo?: string;
  readonly maxUtilisation: number;
  readonly survive: Survival;
  readonly maxLag: number;
  readonly seed: number;
  readonly json?: true;
  readonly yaml?: true;
  readonly markdown?: true;
  readonly html?: string;
  readonly output?: string;
  readonly literals?: true;
}

/** Reads, plans, and prints or writes the plan. */
export async function runPlan(logs: readonly string[], flags: PlanFlags, headerGiven: boolean, around: Surroundings): Promise<void> {
  const read = inputFiles(logs, flags);
  const output = flags.output === undefined ? undefined : new OutputFile(flags.output, read, around.processId);
  const page = flags.html === undefined ? undefined : new OutputFile(flags.html, read, around.processId, "--html");
  const report = await planReportOf(logs, flags, headerGiven, around);
  const text = await render(report, flags, output === undefined ? around : { width: undefined, color: false, unicode: true });
  // All are made before any is written.
  page?.write((await import("../../report/html/render-plan-html.ts")).renderPlanHtml(report));
  if (output === undefined) around.stdout(text);
  else output.write(text);
}

async function render(
  report: PlanReport,
  { json, yaml, markdown }: PlanFlags,
  { width, color, unicode }: Pick<Surroundings, "width" | "color" | "unicode">,
): Promise<string> {
  if (json) return `${jsonText(report, 2)}\n`;
  // The text of statements stays escaped as in JSON, which is YAML.
  if (yaml) return stringify(JSON.parse(jsonText(report)), { lineWidth: 0, aliasDuplicateObjects: false });
  if (markdown) {
    const { renderPlanMarkdown } = await import("../../report/render-plan-markdown.ts");
    return renderPlanMarkdown(report);
  }
  return renderPlan(report, { width: width ?? 80, color, unicode });
}

/** What `plan` comes to, before any of it is written. Options are looked at before the log is read. */
export async function planReportOf(logs: readonly string[], flags: PlanFlags, headerGiven: boolean, around: Surroundings): Promise<PlanReport> {
  const inputs: PlanReport["inputs"] = [];
  const roleNames = { design: "design", nodes: "list of nodes", benchmark: "load test" } as const;
  const fileText = (role: keyof typeof roleNames, name: string): string => {
    const text = readTextFile(name, roleNames[role]);
    inputs.push({ role, name, digest: `sha256:${createHash("sha256").update(text).digest("hex")}` });
    return text;
  };
  const given = flags.design === undefined ? undefined : parseDesign(fileText("design", flags.design), flags.design);
  const nodes = flags.nodes === undefined ? undefined : parseNodes(fileText("nodes", flags.nodes), flags.nodes);
  const benchmark = flags.benchmark === undefined ? undefined : parseBenchmark(fileText("benchmark", flags.benchmark), flags.benchmark);
  const growth = flags.growth === undefined ? {} : parseGrowth(flags.growth);
  const objective = flags.slo === undefined ? undefined : parseObjective(flags.slo);
  const servers = serversOf(nodes, flags);
  const dataBytes = flags.data === undefined ? undefined : dataOf(flags.data);
  const target = flags.target === undefined ? undefined : knownName(flags.target, (names) => nearest(flags.target!, names, "targets"));
  const { schema: declared, dialect, warnings } = readSchemaOption(flags.schema, flags.dialect);
  const named = [...(given?.tables ?? [])].flatMap(([table, one]) => (one.kind === "sharded" ? [{ table, columns: one.shardKey }] : []));
  const scanned = await scan(
    logs,
    {
      reader: readerOptionsOf(flags, headerGiven),
      filter: recordFilterOf(flags),
      dialect: flags.dialect,
      schemaDialect: dialect,
      schema: declared,
      workers: flags.workers,
      named,
    },
    around,
  );
  const { workload } = scanned;
  for (const warning of [...warnings, ...scanned.warnings, ...workload.inputs.flatMap((input) => input.warnings)])
    around.stderr(`warning: ${plainText(warning)}\n`);
  const schema = inferSchema(workload, scanned.schema);
  const design = given ?? analyze(workload, schema, { textInDesigns: flags.literals === true }).design;
  const settings: PlanSettings = {
    growth,
    horizonMonths: flags.horizon,
    ...servers,
    requirements: {
      maxUtilisation: flags.maxUtilisation,
      objective,
      survive: flags.survive,
      maxLagMs: flags.maxLag,
      maxStorageShare,
    },
    maxReplicas: flags.maxReplicas,
    dataBytes,
    connections: flags.connections,
    perSecond: flags.rate,
    serviceMs: flags.serviceMs,
    loggedServers: flags.nodes === undefined && flags.cores === undefined ? undefined : servers.today.cores,
    benchmark,
    systems: systemsOf(target, design, workload),
    seed: flags.seed,
  };
  const plan = planOfWorkload(workload, schema, shardable(design), new Map(), settings);
  const reshards =
    plan.shares === undefined ? [] : reshardsOf(plan.plan.steps, plan.plan.path, workload, schema, plan.shares.design, flags.throttle);
  return buildPlan({
    plan,
    reshards,
    inputs: [...workload.inputs.map(({ name, digest }) => ({ role: "log" as const, name, digest })), ...inputs],
    toolVersion: toolVersion(),
    currency: nodes?.find(({ price }) => price !== undefined)?.price?.currency,
    keyText: (key) => keyText(key, flags.literals === true),
  });
}

/** A fifth of the storage stays free: what is deleted is not given back at once, and logs need room. */
const maxStorageShare = 0.8;

const shardable = (design: Design | undefined): Design | undefined =>
  design !== undefined && [...design.tables.values()].some(({ kind }) => kind === "sharded") ? design : undefined;

/** Cores of today's server where nothing is said of it, as in analyze. */
const usualCores = 16;

function serversOf(nodes: readonly NodeKind[] | undefined, { node, cores = usualCores, largestCores }: PlanFlags): Pick<PlanSettings, "servers" | "today"> {
  if (nodes === undefined) {
    if (node !== undefined) throw new InputError("--node names one of --nodes, and none were given", { hint: "pass --nodes nodes.yaml, or --cores" });
    const servers = sizesBetween(cores, Math.max(cores, largestCores)).map(serverOfCores);
    return { servers, today: servers[0]! };
  }
  const servers = nodes.map(serverOf).sort((a, b) => a.cores - b.cores);
  const wanted = node ?? nodes[0]!.name;
  const today = servers.find(({ name }) => name === wanted);
  if (today === undefined)
    throw new InputError(`--node: no node is named "${wanted}"`, { hint: nearest(wanted, servers.map(({ name }) => name), "nodes") });
  return { servers, today };
}

/** Today's size doubled, up to the largest one. */
function sizesBetween(least: number, most: number): readonly number[] {
  const sizes: number[] = [];
  for (let cores = least; cores < most; cores *= 2) sizes.push(cores);
  return [...sizes, most];
}

const serverOfCores = (cores: number): Server => ({
  name: `server of ${cores} cores`,
  cores,
  storageBytes: undefined,
  connections: undefined,
  pricePerMonth: undefined,
});

const serverOf = ({ name, cores, storageBytes, connections, price }: NodeKind): Server => ({
  name,
  cores,
  storageBytes,
  connections,
  pricePerMonth: price?.perMonth,
});

function dataOf(text: string): number {
  const bytes = readBytes(text);
  if (bytes !== undefined) return bytes;
  throw new InputError(`--data ${text}: this is no size`, { hint: "pass a number with its unit, such as 500GB or 2TiB" });
}

/** Systems whose limits are known: the one that was asked for, or that of the design and that of the log. */
function systemsOf(target: string | undefined, design: Design | undefined, { inputs }: Workload): readonly string[] {
  const wanted = target === undefined ? [design?.target ?? "generic", ...inputs.map(({ dialect }) => dialect)] : [target];
  return [...new Set(wanted)].filter((name) => factsOf(name) !== undefined);
}

/** Files that nothing may be written over. */
function inputFiles(logs: readonly string[], { design, nodes, benchmark, schema }: PlanFlags): readonly string[] {
  const files = expandArguments(logs).names.filter((name) => name !== "-");
  return [...files, ...[design, nodes, benchmark, schema].filter((name) => name !== undefined)];
}
