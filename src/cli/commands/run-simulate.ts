import { createHash } from "node:crypto";
import { InputError } from "../../base/input-error.ts";
import { buildSimulation, expectationsFailed } from "../../report/build-simulation.ts";
import { jsonText } from "../../report/json-text.ts";
import { renderSimulation } from "../../report/render-simulation.ts";
import type { Simulation } from "../../report/simulation-schema.ts";
import { parseScenario, type ScenarioChange } from "../../simulate/scenario-file.ts";
import type { Scenario } from "../../simulate/scenario.ts";
import { outcomeOf, tasksOf } from "../../simulate/tasks.ts";
import { readTextFile } from "../files.ts";
import { OutputFile } from "../output-file.ts";
import { changesOf, combinationsOf, readFail, readReshard, readVariation } from "../simulating/scenario-changes.ts";
import { doTasks } from "../simulating/task-pool.ts";
import type { Surroundings } from "../surroundings.ts";
import { toolVersion } from "../tool-version.ts";

/** The flags of `simulate`, as they are after parsing. */
export interface SimulateFlags {
  readonly scenario: string;
  readonly speed: readonly string[];
  readonly vary: readonly string[];
  readonly fail: readonly string[];
  readonly reshard?: string;
  readonly slo?: string;
  readonly seed?: number;
  readonly json?: true;
  readonly output?: string;
  readonly capacity: boolean;
  readonly workers?: number;
}

/** Simulates, and prints or writes the result; false when an expectation does not hold. */
export async function runSimulate(flags: SimulateFlags, around: Surroundings): Promise<boolean> {
  const output = flags.output === undefined ? undefined : new OutputFile(flags.output, [flags.scenario], around.processId);
  const simulation = await simulationOf(readTextFile(flags.scenario, "scenario"), flags, around);
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

/** What `simulate` comes to for the scenario of `text`, before any of it is written. */
export async function simulationOf(text: string, flags: SimulateFlags, around: Surroundings): Promise<Simulation> {
  const variants = variantsOf(text, flags);
  const tasks = variants.map(({ scenario }) => tasksOf(scenario, flags.capacity));
  const all = tasks.flat();
  const results = await doTasks(all, flags.workers ?? around.cores, (done) => {
    if (around.progress && all.length > 1) around.stderr(`\r\u001b[Ksimulated ${done} of ${all.length}`);
  });
  if (around.progress && all.length > 1) around.stderr("\r\u001b[K");
  let from = 0;
  return buildSimulation({
    toolVersion: toolVersion(),
    inputs: [{ name: flags.scenario, digest: createHash("sha256").update(text).digest("hex") }],
    seed: variants[0]!.scenario.seed,
    variants: variants.map(({ varied, scenario }, at) => {
      const mine = results.slice(from, (from += tasks[at]!.length));
      return { varied, outcome: outcomeOf(scenario, mine) };
    }),
  });
}

function variantsOf(
  text: string,
  flags: SimulateFlags,
): readonly { readonly varied: Readonly<Record<string, string>>; readonly scenario: Scenario }[] {
  const variations = [
    ...(flags.speed.length > 0 ? [{ name: "speed", values: flags.speed }] : []),
    ...flags.vary.map(readVariation),
  ];
  const twice = variations.find(({ name }, index) => variations.findIndex((other) => other.name === name) < index);
  if (twice !== undefined)
    throw new InputError(`${twice.name} is varied twice`, { hint: "give all its values at once, separated by commas" });
  const common: readonly ScenarioChange[] = [
    ...flags.fail.map(readFail),
    ...(flags.reshard === undefined ? [] : reshardChanges(text, flags, flags.reshard)),
    ...(flags.slo === undefined ? [] : [{ path: ["objective"], value: flags.slo, add: false }]),
    ...(flags.seed === undefined ? [] : [{ path: ["seed"], value: flags.seed, add: false }]),
  ];
  return combinationsOf(variations).map((combination) => {
    const changes = [...common, ...changesOf(combination)];
    // A single value is a setting, not a comparison.
    const varied = Object.fromEntries(
      Object.entries(combination).filter(([name]) => variations.find((variation) => variation.name === name)!.values.length > 1),
    );
    return { varied, scenario: parseScenario(text, flags.scenario, changes) };
  });
}

/** Time and shards of the scenario's move are replaced; what it costs is the scenario's to say. */
function reshardChanges(text: string, flags: SimulateFlags, asked: string): readonly ScenarioChange[] {
  const { from, to, at } = readReshard(asked);
  const scenario = parseScenario(text, flags.scenario);
  if (scenario.moves.length === 0)
    throw new InputError(`--reshard ${asked}: the scenario does not say what a move costs`, {
      hint: "add it: moves: [{ at: 1s, to: 12, bytes: 100GB, read: 5ms, write: 5ms }]",
    });
  return [
    { path: ["cluster", "shards"], value: from, add: false },
    { path: ["moves", "0", "to"], value: to, add: false },
    { path: ["moves", "0", "at"], value: at, add: false },
  ];
}
