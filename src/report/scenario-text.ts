import type { Analysis } from "../analyze/analyze.ts";
import { isUnknown } from "../analyze/known.ts";
import { InputError } from "../base/input-error.ts";
import type { ReplicationMode } from "../simulate/scenario.ts";
import type { Workload } from "../workload/workload.ts";
import { round } from "./rounded.ts";
import { templateKind } from "./template-kind.ts";

/** What of a scenario the log can't tell. */
export interface ScenarioWishes {
  /** Cores of each shard's server: statements that it works on at a time. */
  readonly cores: number;
  readonly replicas: number;
  readonly replication: ReplicationMode;
  /** Such as "latency.p99<50ms"; undefined: nothing is expected. */
  readonly objective: string | undefined;
  readonly seed: number;
}

/** Statements that fare alike under the design. */
interface Group {
  readonly name: string;
  readonly kind: "read" | "write";
  readonly everywhere: boolean;
  executions: number;
  timed: number;
  micros: number;
}

/** Enough requests for a p99, in no less than a minute and no more than ten of the cluster's time. */
const wantedRequests = 200_000;

/**
 * The recommended design under the log's own load, as a scenario file. Shares, service times, the rate and the load per
 * shard are the log's; that arrivals are Poisson and service times exponential is a model, and stands in the file as
 * such. A statement on every shard, on several, or of which it is not known, is taken to ask all of them: each does its
 * part of the rows, and pays the fixed cost of `CostWeights.perShardMs`. Throws InputError when the log has no times.
 */
export function scenarioText(workload: Workload, analysis: Analysis, wishes: ScenarioWishes): string {
  const { shardCount, designs } = analysis.designs;
  const [design] = designs;
  const { span } = workload;
  if (design === undefined)
    throw new InputError("--save-scenario: there is no design, because no statement of the log reaches a table", {
      hint: "pass a log with statements on tables, or leave the option out",
    });
  const groups = groupsOf(design);
  const executions = groups.reduce((sum, group) => sum + group.executions, 0);
  const seconds = span === undefined ? 0 : (span.toMicros - span.fromMicros) / 1e6;
  if (seconds === 0 || groups.every(({ timed, micros }) => timed === 0 || micros === 0))
    throw new InputError(
      `--save-scenario: the log has no ${seconds === 0 ? "times" : "durations"}, and a simulation needs them`,
      { hint: "pass a log with them, or write a scenario by hand: the README shows every key" },
    );
  const rate = executions / seconds;
  const duration = Math.ceil(Math.min(600, Math.max(60, wantedRequests / rate)));
  const service = (group: Group): string => {
    const mean = group.timed === 0 ? meanMs(groups) : group.micros / group.timed / 1000;
    return `${round(Math.max(mean, 1e-6))}ms`;
  };
  const part = (group: Group): string => {
    const whole = Number.parseFloat(service(group));
    return `${round(whole / shardCount + analysis.options.weights.perShardMs)}ms`;
  };
  const shares = sharesOf(analysis);
  return [
    "# The recommended design under the load of the log: edit it, and run shardplan simulate --scenario on it.",
    `# From the log: ${executions} statements in ${round(seconds)} s, their kinds, their mean times, the load per shard.`,
    "# A model: arrivals are Poisson at the log's mean rate, service times exponential; what was logged as a time in the",
    "# database counts as time of one core. Statements on several shards are taken to ask all, each for its part.",
    "# Where the cluster carries far more than this load, --no-capacity leaves out the long search for how much.",
    "version: 1",
    `name: ${shardCount} shards`,
    `seed: ${wishes.seed}`,
    `duration: ${duration}s`,
    `warmup: ${Math.round(duration / 10)}s`,
    `arrivals: { process: poisson, rate: ${round(rate)}/s }`,
    "operations:",
    ...groups.map((group) =>
      group.everywhere
        ? `  - { name: ${group.name}, kind: ${group.kind}, share: ${group.executions}, service: { exponential: ${part(group)} }, touches: all }`
        : `  - { name: ${group.name}, kind: ${group.kind}, share: ${group.executions}, service: { exponential: ${service(group)} } }`,
    ),
    ...(shares === undefined
      ? ["# The load per shard is unknown: keys are dealt by their hash, and asked for evenly."]
      : [`keys: { shares: [${shares.map(round).join(", ")}] }`]),
    "cluster:",
    `  shards: ${shardCount}`,
    `  servers: ${Math.max(1, Math.round(wishes.cores))}`,
    `  replicas: ${wishes.replicas}`,
    ...(wishes.replicas === 0 ? [] : [`  replication: { mode: ${wishes.replication}, delay: { exponential: 0.5ms }, answer: 0.5ms }`]),
    "transactions: { prepare: 0.2ms, commit: 0.2ms }",
    ...(wishes.objective === undefined
      ? []
      : [`expect: [${JSON.stringify(wishes.objective)}]`]),
    "",
  ].join("\n");
}

function groupsOf({ templates }: Analysis["designs"]["designs"][number]): readonly Group[] {
  const groups: readonly Group[] = [
    { name: "read-one-shard", kind: "read", everywhere: false, executions: 0, timed: 0, micros: 0 },
    { name: "read-all-shards", kind: "read", everywhere: true, executions: 0, timed: 0, micros: 0 },
    { name: "write-one-shard", kind: "write", everywhere: false, executions: 0, timed: 0, micros: 0 },
    { name: "write-all-shards", kind: "write", everywhere: true, executions: 0, timed: 0, micros: 0 },
  ];
  for (const { use, cost } of templates) {
    if (use.executions === 0) continue;
    // What is not known to read is taken to write.
    const write = templateKind(use.pattern) !== "read";
    const oneShare = Math.min(1, cost.counts.oneShard / use.executions);
    for (const [group, share] of [
      [groups[write ? 2 : 0]!, oneShare],
      [groups[write ? 3 : 1]!, 1 - oneShare],
    ] as const) {
      group.executions += Math.round(use.executions * share);
      group.timed += use.timed * share;
      group.micros += use.timeMicros * share;
    }
  }
  return groups.filter(({ executions }) => executions > 0);
}

const meanMs = (groups: readonly Group[]): number =>
  groups.reduce((sum, { micros }) => sum + micros, 0) / groups.reduce((sum, { timed }) => sum + timed, 0) / 1000;

/** Load per shard under the key of the busiest table that has one, which the others of the design mostly follow. */
function sharesOf({ designs: { designs, shardCount }, tables }: Analysis): readonly number[] | undefined {
  for (const { load, evaluations, setAside } of tables) {
    const designed = designs[0]!.tables.find(({ table }) => table === load.table);
    if (designed?.option.kind !== "sharded") continue;
    const { key } = designed.option;
    const balance = [...evaluations, ...setAside]
      .find((each) => each.strategy === designed.strategy && each.key.join() === key.join())
      ?.byShardCount.find((each) => each.shardCount === shardCount)?.balanceByExecutions;
    if (balance !== undefined && !isUnknown(balance)) return balance.shares;
  }
  return undefined;
}
