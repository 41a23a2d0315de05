import { createHash } from "node:crypto";
import { InputError } from "../../base/input-error.ts";
import { buildSimulation, expectationsFailed } from "../../report/build-simulation.ts";
import { jsonText } from "../../report/json-text.ts";
import { renderSimulation } from "../../report/render-simulation.ts";
import type { Simulation } from "../../report/simulation-schema.ts";
import { changedScenarioText, parseScenario, type ScenarioChange } from "../../simulate/scenario-file.ts";
import type { ReplicationMode, Scenario } from "../../simulate/scenario.ts";
import { outcomeOf, tasksOf } from "../../simulate/tasks.ts";
import { readTextFile } from "../files.ts";
import { expandArguments } from "../inputs.ts";
import { OutputFile } from "../output-file.ts";
import type { ReadingFlags } from "../reading-options.ts";
import { type AskedReshard, changesOf, combinationsOf, readFail, readReshard, readVariation, shardsIn } from "../simulating/scenario-changes.ts";
import { scenarioOfLogs, type ScenarioSource } from "../simulating/scenario-of-log.ts";
import { doTasks } from "../simulating/task-pool.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `simulate`, as they are after parsing. */
export interface SimulateFlags extends ReadingFlags {
  readonly scenario?: string;
  readonly design?: string;
  readonly schema?: string;
  readonly shards?: number;
  readonly replicas?: number;
  readonly replication?: ReplicationMode;
  readonly servers?: number;
  readonly serviceMs?: number;
  readonly rate?: number;
  readonly data?: string;
  readonly saveScenario?: string;
  readonly speed: readonly string[];
  readonly vary: readonly string[];
  readonly fail: readonly string[];
  readonly reshard?: string;
  readonly slo?: string;
  readonly seed?: number;
  readonly json?: true;
  readonly output?: string;
  readonly capacity: boolean;
}

/** Simulates, and prints or writes the result; false when an expectation does not hold. */
export async function runSimulate(
  logs: readonly string[],
  flags: SimulateFlags,
  headerGiven: boolean,
  around: Surroundings,
): Promise<boolean> {
  const read = inputFiles(logs, flags);
  const output = flags.output === undefined ? undefined : new OutputFile(flags.output, read, around.processId);
  const saved = flags.saveScenario === undefined ? undefined : new OutputFile(flags.saveScenario, read, around.processId);
  const source = logs.length > 0 ? await scenarioOfLogs(logs, flags, headerGiven, around) : scenarioOfFile(flags.scenario!);
  saved?.write(variantsOf(source, flags).base);
  const simulation = await simulationOf(source, flags, around);
  const text = flags.json
    ? `${jsonText(simulation, 2)}\n`
    : renderSimulation(simulation, {
        width: around.width ?? 80,
        color: output === undefined && around.color,
        unicode: output !== undefined || around.unicode,
      });
  if (output === undefined) around.stdout(text);
  else output.write(text);
  return !expectationsFailed(simulation);
}

/** Files that nothing may be written over. Throws InputError unless there is either a scenario or a log. */
function inputFiles(logs: readonly string[], { scenario, design, schema, saveScenario }: SimulateFlags): readonly string[] {
  if ((scenario === undefined) === (logs.length === 0))
    throw new InputError(scenario === undefined ? "there is nothing to simulate" : "a scenario and a log were given", {
      hint: "pass either --scenario s.yaml, or a query log with --design design.yaml",
    });
  if (scenario !== undefined && design !== undefined)
    throw new InputError("--design: a scenario file says itself where its keys lie", { hint: "leave it out, or pass a log" });
  if (scenario !== undefined && saveScenario !== undefined)
    throw new InputError("--save-scenario: the scenario is a file already", { hint: "leave it out, or pass a log" });
  const files = expandArguments(logs).names.filter((name) => name !== "-");
  return [...files, ...[scenario, design, schema].filter((name) => name !== undefined)];
}

/** The scenario of a file whose text is at hand or, without it, is read. */
export function scenarioOfFile(name: string, text = readTextFile(name, "scenario")): ScenarioSource {
  return { name, inputs: [{ name, digest: createHash("sha256").update(text).digest("hex") }], textFor: () => text };
}

/** What `simulate` comes to, before any of it is written. */
export async function simulationOf(source: ScenarioSource, flags: SimulateFlags, around: Surroundings): Promise<Simulation> {
  const { variants } = variantsOf(source, flags);
  const tasks = variants.map(({ scenario }) => tasksOf(scenario, flags.capacity));
  const all = tasks.flat();
  const results = await doTasks(all, flags.workers, (done) => {
    if (around.progress && all.length > 1) around.stderr(`\r\u001b[Ksimulated ${done} of ${all.length}`);
  });
  if (around.progress && all.length > 1) around.stderr("\r\u001b[K");
  let from = 0;
  return buildSimulation({
    toolVersion: toolVersion(),
    inputs: [...source.inputs],
    seed: variants[0]!.scenario.seed,
    variants: variants.map(({ varied, scenario }, at) => {
      const mine = results.slice(from, (from += tasks[at]!.length));
      return { varied, outcome: outcomeOf(scenario, mine) };
    }),
  });
}

interface Variants {
  /** The scenario without what is varied. */
  readonly base: string;
  readonly variants: readonly { readonly varied: Readonly<Record<string, string>>; readonly scenario: Scenario }[];
}

function variantsOf(source: ScenarioSource, flags: SimulateFlags): Variants {
  const variations = [
    ...(flags.speed.length > 0 ? [{ name: "speed", values: flags.speed }] : []),
    ...flags.vary.map(readVariation),
  ];
  const twice = variations.find(({ name }, index) => variations.findIndex((other) => other.name === name) < index);
  if (twice !== undefined)
    throw new InputError(`${twice.name} is varied twice`, { hint: "give all its values at once, separated by commas" });
  const asked = flags.reshard === undefined ? undefined : readReshard(flags.reshard);
  const common: readonly ScenarioChange[] = [
    ...clusterChanges(flags),
    ...flags.fail.map(readFail),
    ...(asked === undefined ? [] : reshardChanges(source, flags, asked)),
    ...(flags.slo === undefined ? [] : [{ path: ["objective"], value: flags.slo, add: false }]),
    ...(flags.seed === undefined ? [] : [{ path: ["seed"], value: flags.seed, add: false }]),
  ];
  const textFor = (combination: Readonly<Record<string, string>>): string =>
    source.textFor(shardsIn(combination) ?? asked?.from ?? flags.shards, asked?.to);
  const settings = variations.filter(({ values }) => values.length === 1).map(({ name, values }) => [name, values[0]!]);
  const set: Readonly<Record<string, string>> = Object.fromEntries(settings);
  return {
    base: changedScenarioText(textFor(set), source.name, [...common, ...changesOf(set)]),
    variants: combinationsOf(variations).map((combination) => {
      const changes = [...common, ...changesOf(combination)];
      // A single value is a setting, not a comparison.
      const varied = Object.fromEntries(Object.entries(combination).filter(([name]) => !(name in set)));
      return { varied, scenario: parseScenario(textFor(combination), source.name, changes) };
    }),
  };
}

/** Of a scenario file; a scenario of a log is made with them. */
function clusterChanges({ scenario, shards, replicas, replication, servers }: SimulateFlags): readonly ScenarioChange[] {
  if (scenario === undefined) return [];
  const changes = { shards, replicas, "replication.mode": replication, servers };
  return Object.entries(changes).flatMap(([path, value]) =>
    value === undefined ? [] : [{ path: ["cluster", ...path.split(".")], value, add: false }],
  );
}

/** Bytes that are copied at once, and how long reading and writing them takes: 100 MB/s. */
const chunk = { chunk: "1MB", read: "10ms", write: "10ms" };

/** Time and shards of the scenario's move are replaced; what it costs is the scenario's to say, or follows from the data. */
function reshardChanges(source: ScenarioSource, flags: SimulateFlags, { from, to, at }: AskedReshard): readonly ScenarioChange[] {
  const shards = { path: ["cluster", "shards"], value: from, add: false };
  if (flags.data !== undefined) {
    const note = "copying reads and writes 1 MB in 10 ms each; moves.0.read and moves.0.write can be varied";
    return [
      shards,
      { path: ["moves"], value: [{ at, to, bytes: flags.data, ...chunk }], add: false },
      { path: ["notes"], value: note, add: true },
    ];
  }
  if (flags.scenario === undefined)
    throw new InputError(`--reshard ${flags.reshard!}: the log does not say how much data there is to copy`, {
      hint: "pass --data with the size of all data, such as --data 100GB",
    });
  if (parseScenario(source.textFor(undefined, undefined), source.name).moves.length === 0)
    throw new InputError(`--reshard ${flags.reshard!}: the scenario does not say what a move costs`, {
      hint: "add it: moves: [{ at: 1s, to: 12, bytes: 100GB, read: 5ms, write: 5ms }]",
    });
  return [shards, { path: ["moves", "0", "to"], value: to, add: false }, { path: ["moves", "0", "at"], value: at, add: false }];
}
